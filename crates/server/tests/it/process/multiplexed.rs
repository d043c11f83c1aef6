//! A provider that speaks HTTP/2: all calls share a connection, and none may suffer from the others.

use std::convert::Infallible;
use std::iter::repeat_n;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use futures_util::stream::iter;
use http::Response;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::calls::{self, Call};
use super::gateway::{Place, until};
use crate::edge::tls::Certificate;

/// Streams that nobody reads: as many as a connection has at once by most servers' limits, less one.
const UNREAD: usize = 99;
/// Pieces of a stream, which are together more than buffers on the way take.
const PIECES: usize = 4096;
/// So many of them arrive though nobody reads: about 100 KiB. All streams together are then past what HTTP/2 clients usually
/// let a connection hold.
const ARRIVE: usize = 50;

/// Streams of which so many pieces were taken from the provider.
static ARRIVED: AtomicUsize = AtomicUsize::new(0);

type Body = BoxBody<Bytes, Infallible>;

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_nobody_reads_do_not_hold_up_other_calls() {
    let certificate = Certificate::new();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("https://localhost:{}/v1", listener.local_addr().unwrap().port());
    let mut provider = JoinSet::new();
    provider.spawn(serve(listener, acceptor(&certificate)));

    let trusted = certificate.certificate();
    let place = Place::with(&format!("model_list:\n{}", calls::model("gpt", "openai/gpt-4o", &base)))
        .variable("SSL_CERT_FILE", trusted.to_str());
    let gateway = place.start().await;
    let key = gateway.client.new_key(1_000_000.0).await;
    let plain = Call { stream: false, ..Call::openai("gpt", "plain") };
    // connections that are opened at once are not shared
    assert_eq!(plain.send(&gateway.client, &key).await.status, 200);

    let (mut unread, slow) = (Vec::new(), gateway.client.clone().http2());
    for _ in 0..UNREAD {
        unread.push(Call::openai("gpt", "endless").send(&slow, &key).await);
    }
    until("all streams have come as far as they may", || (ARRIVED.load(Relaxed) == UNREAD).then_some(())).await;
    for _ in 0..10 {
        let answer = plain.send(&gateway.client, &key).await;
        assert_eq!(answer.status, 200);
        assert!(answer.whole().await.unwrap().text.contains("plain"));
    }
    drop(unread);
    drop(gateway);
}

fn acceptor(certificate: &Certificate) -> TlsAcceptor {
    let chain = vec![CertificateDer::from_pem_file(certificate.certificate()).unwrap()];
    let key = PrivateKeyDer::from_pem_file(certificate.key()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_no_client_auth().with_single_cert(chain, key).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

/// One connection only: whoever opens another one waits for ever.
async fn serve(listener: TcpListener, acceptor: TlsAcceptor) {
    let (stream, _peer) = listener.accept().await.unwrap();
    let stream = acceptor.accept(stream).await.unwrap();
    let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    // the gateway leaves when the test ends
    server.serve_connection(TokioIo::new(stream), service_fn(answer)).await.ok();
}

async fn answer(request: http::Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let asked = request.into_body().collect().await.unwrap().to_bytes();
    let (kind, body) = if memchr::memmem::find(&asked, b"endless").is_some() {
        let piece = json!({ "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "choices": [{ "index": 0, "delta": { "content": "endless ".repeat(256) }, "finish_reason": null }] });
        let pieces = repeat_n(Bytes::from(format!("data: {piece}\n\n")), PIECES).enumerate().map(|(number, piece)| {
            ARRIVED.fetch_add(usize::from(number == ARRIVE), Relaxed);
            Ok(Frame::data(piece))
        });
        ("text/event-stream", StreamBody::new(iter(pieces)).boxed())
    } else {
        let whole = json!({ "id": "c", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [{ "index": 0, "message": { "role": "assistant", "content": "plain" }, "finish_reason": "stop" }],
            "usage": { "prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4 } });
        ("application/json", Full::from(whole.to_string()).boxed())
    };
    Ok(Response::builder().header("content-type", kind).body(body).unwrap())
}
