//! The floor: a bare pass-through on the gateway's own HTTP stack. It reads nothing, keeps nothing and decides nothing;
//! what the gateway costs above it is the price of what the gateway does.

use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};

use bytes::Bytes;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderName, Request, Response, StatusCode, Uri, header};
use http_body_util::{Either, Empty};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};

/// As many idle connections as the gateway keeps.
const IDLE_PER_HOST: usize = 256;

type Pool = Client<HttpConnector, Incoming>;
type Answer = Response<Either<Incoming, Empty<Bytes>>>;

pub(crate) fn run(upstream: SocketAddr) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(Authority::try_from(upstream.to_string()).map_err(io::Error::other)?))
}

async fn serve(upstream: Authority) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    writeln!(io::stdout(), "the floor listens on http://{}", listener.local_addr()?)?;
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let pool = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(IDLE_PER_HOST).build(connector);
    loop {
        let (stream, _peer) = listener.accept().await?;
        stream.set_nodelay(true)?;
        crate::spawn(converse(stream, pool.clone(), upstream.clone()));
    }
}

async fn converse(stream: TcpStream, pool: Pool, upstream: Authority) {
    let service = service_fn(move |request| pass(pool.clone(), upstream.clone(), request));
    let builder = Builder::new(TokioExecutor::new());
    // a client that leaves is the load's end, no error of ours
    builder.serve_connection(TokioIo::new(stream), service).await.ok();
}

async fn pass(pool: Pool, upstream: Authority, mut request: Request<Incoming>) -> Result<Answer, http::Error> {
    let path = request.uri().path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    let target = Uri::builder().scheme(Scheme::HTTP).authority(upstream).path_and_query(path).build()?;
    *request.uri_mut() = target;
    drop_hop_by_hop(request.headers_mut());
    request.headers_mut().remove(header::HOST);
    match pool.request(request).await {
        Ok(mut response) => {
            drop_hop_by_hop(response.headers_mut());
            Ok(response.map(Either::Left))
        }
        Err(_unreachable) => Response::builder().status(StatusCode::BAD_GATEWAY).body(Either::Right(Empty::new())),
    }
}

fn drop_hop_by_hop(headers: &mut http::HeaderMap) {
    const NAMES: [HeaderName; 3] = [header::CONNECTION, header::TRANSFER_ENCODING, header::UPGRADE];
    for name in NAMES {
        headers.remove(name);
    }
}
