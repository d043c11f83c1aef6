//! A thousand clients that stream at once and are slow to read: what waits for them must not pile up in the gateway.
//!
//! They speak HTTP/2, in which a client says how much it takes: with HTTP/1 the kernel's buffers, which are larger than the
//! answers, would hide what the gateway keeps.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use server::http::accept::{descriptors, raise_descriptors};
use store::ledger::{AttemptStatus, Provenance};
use testkit::canned;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::books::Books;
use super::calls;
use super::gateway::{Gateway, Place};
use super::heard::{Heard, Language};

/// Each pair of client and provider as often as the others.
const STREAMS: usize = PAIRS * 28;
const PAIRS: usize = Language::ALL.len() * Language::ALL.len();
/// Streams of one connection: fewer than a connection of HTTP/2 may have.
const TOGETHER: usize = 84;
/// What a client takes before somebody reads it, in bytes.
const WINDOW: u32 = 16 << 10;
/// Longer than all of it should take, in debug and beside other tests.
const PATIENCE: Duration = Duration::from_mins(3);

/// By how much the gateway may grow for each of these streams, in KiB. It grows by 140, most of which are buffers of unread
/// streams, and by 340 when nothing makes a provider wait for its client.
const GROWTH: usize = 200;

type Connection = Client<HttpConnector, Full<Bytes>>;

/// One of the clients.
#[derive(Clone, Copy, Debug)]
struct Caller {
    client: Language,
    provider: Language,
    manner: Manner,
}

/// How a client reads, once all streams have begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    AtOnce,
    /// A piece for every four that the others took.
    Slowly,
    /// Not before all others are done.
    Last,
}

impl Caller {
    /// The `number`th. Every pair reads in all manners.
    fn new(number: usize) -> Self {
        let languages = Language::ALL;
        let (pair, round) = (number % PAIRS, number / PAIRS);
        Self {
            client: languages[pair / languages.len()],
            provider: languages[pair % languages.len()],
            manner: [Manner::AtOnce, Manner::Slowly, Manner::Last][round % 3],
        }
    }

    /// The last events of Responses say again what was said, so whoever speaks it must keep the text: it stays short.
    fn is_short(self) -> bool {
        [self.client, self.provider].contains(&Language::Responses)
    }

    fn request(self, gateway: &Gateway, key: &str) -> Request<Full<Bytes>> {
        let model = model(self.provider, self.is_short());
        let uri = format!("http://{}{}", gateway.address, self.client.path(&model));
        let request = Request::post(uri).header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {key}"));
        request.body(Full::new(self.client.body(&model).to_string().into())).unwrap()
    }

    /// Reads to the end, by leave of `leave` and giving it to others; a closed one lets all read.
    async fn listen(self, mut body: Incoming, leave: Arc<Semaphore>) {
        static TEXTS: LazyLock<[String; 2]> = LazyLock::new(|| [canned::long_text(), canned::text()]);
        let mut heard = Heard::new(self.client, &TEXTS[usize::from(self.is_short())]);
        loop {
            match self.manner {
                Manner::AtOnce => leave.add_permits(1),
                Manner::Slowly => drop(leave.acquire_many(4).await.map(SemaphorePermit::forget)),
                Manner::Last => {}
            }
            let Some(frame) = body.frame().await else { break };
            let piece = frame.unwrap_or_else(|error| panic!("{self:?}: {error}")).into_data().unwrap_or_default();
            heard.take(&piece).unwrap_or_else(|wrong| panic!("{self:?}: {wrong}"));
        }
        heard.end().unwrap_or_else(|wrong| panic!("{self:?}: {wrong}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_slow_readers_take_bounded_memory() {
    // the upstream's connections are in this process
    raise_descriptors().unwrap();
    assert!(descriptors().is_none_or(|many| many > STREAMS), "too few descriptors: raise the hard limit (ulimit -Hn)");
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let place = Place::with(&config(listener.local_addr().unwrap()));
    let mut upstream = JoinSet::new();
    upstream.spawn(canned::serve(listener));
    let gateway = place.start().await;
    let key = gateway.client.new_key(1_000_000.0).await;
    let idle = gateway.memory("VmRSS");

    timeout(PATIENCE, stream(&gateway, &key)).await.unwrap();
    let growth = (gateway.memory("VmHWM") - idle) / STREAMS;
    assert!(growth <= GROWTH, "{growth} KiB a stream above {idle} KiB");

    gateway.stop().await;
    let books = Books::read(&place.data()).await;
    assert_eq!(books.rows().count(), STREAMS);
    for row in books.rows() {
        assert_eq!((row.status, row.provenance), (AttemptStatus::Success, Provenance::Final), "{row:?}");
        assert_eq!((row.tokens.input, row.tokens.output), (220, 100), "{row:?}");
    }
}

/// Calls with a key that nobody used before; all streams begin before anybody reads.
async fn stream(gateway: &Gateway, key: &str) {
    let mut beginning = JoinSet::new();
    let connections: Vec<Connection> = (0..STREAMS.div_ceil(TOGETHER)).map(|_| connection()).collect();
    for number in 0..STREAMS {
        let caller = Caller::new(number);
        let response = connections[number / TOGETHER].request(caller.request(gateway, key));
        beginning.spawn(async move { (caller, response.await.unwrap()) });
    }
    let mut begun = beginning.join_all().await;
    for (caller, response) in &begun {
        assert_eq!(response.status(), 200, "{caller:?}");
    }
    let leave = Arc::new(Semaphore::new(0));
    let mut listen = |manner: Manner| {
        let callers = begun.extract_if(.., |(caller, _)| caller.manner == manner);
        let listen = |(caller, response): (Caller, http::Response<Incoming>)| {
            caller.listen(response.into_body(), Arc::clone(&leave))
        };
        callers.map(listen).collect::<JoinSet<_>>()
    };
    let (at_once, slowly) = (listen(Manner::AtOnce), listen(Manner::Slowly));
    at_once.join_all().await;
    leave.close();
    slowly.join_all().await;
    listen(Manner::Last).join_all().await;
}

/// A connection of HTTP/2 whose streams do not wait for each other.
fn connection() -> Connection {
    let mut builder = Client::builder(TokioExecutor::new());
    builder.http2_only(true).http2_initial_stream_window_size(WINDOW);
    builder.http2_initial_connection_window_size(WINDOW * u32::try_from(TOGETHER).unwrap());
    builder.build_http()
}

fn model(provider: Language, short: bool) -> String {
    format!("{provider:?}-{short}").to_lowercase()
}

/// Two models of each provider at the upstream, one of which streams long answers.
fn config(upstream: SocketAddr) -> String {
    let mut entries = "model_list:\n".to_owned();
    for (provider, short) in Language::ALL.into_iter().flat_map(|provider| [(provider, true), (provider, false)]) {
        let base = format!("http://{upstream}{}", if short { "" } else { "/long" });
        let (vendor, base) = match provider {
            Language::OpenAi => ("openai/m", base + "/v1"),
            Language::Responses => ("openai/responses/m", base + "/v1"),
            Language::Anthropic => ("anthropic/m", base),
            Language::Converse => ("bedrock/m", base),
            Language::Gemini => ("gemini/m", base),
            Language::Cohere => ("cohere/m", base),
        };
        entries += &calls::model(&model(provider, short), vendor, &base);
        if provider == Language::Converse {
            entries += "    aws_region_name: us-east-1\n";
        }
    }
    entries
}
