//! HTTP/2: the same refusals, and floods of frames.

use std::time::Duration;

use bytes::Bytes;
use engine::tasks::Tasks;
use http::Request;
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use server::http::edge::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::kit::{Edge, PATIENCE, patient};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;
const END_STREAM: u8 = 1;

/// A frame (RFC 9113, 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// `GET` of a path, as HPACK without a table of its own.
fn get(path: &str) -> Vec<u8> {
    let mut block = vec![0x82, 0x86, 0x04, u8::try_from(path.len()).unwrap()];
    block.extend_from_slice(path.as_bytes());
    block.extend_from_slice(b"\x01\x01a");
    block
}

/// A connection that has said hello.
async fn hello(edge: &Edge, settings: &[u8]) -> TcpStream {
    let mut stream = edge.connect().await;
    stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, settings)].concat()).await.unwrap();
    stream
}

/// Says something again and again, and reads, until the connection is closed. The kinds of frames that came.
async fn flood(mut stream: TcpStream, mut next: impl FnMut(u32) -> Vec<u8>) -> Vec<u8> {
    let flooded = timeout(PATIENCE, async {
        let mut read = Vec::new();
        for number in 0_u32.. {
            let written = stream.write_all(&next(number)).await;
            let mut room = vec![0; 1 << 16];
            while let Ok(count) = stream.try_read(&mut room) {
                read.extend_from_slice(&room[..count]);
                if count == 0 {
                    return read;
                }
            }
            if written.is_err() {
                return read;
            }
        }
        read
    });
    kinds(&flooded.await.unwrap())
}

fn kinds(mut bytes: &[u8]) -> Vec<u8> {
    let mut kinds = Vec::new();
    while let [a, b, c, kind, rest @ ..] = bytes {
        kinds.push(*kind);
        let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
        bytes = rest.get(5 + length..).unwrap_or_default();
    }
    kinds
}

#[tokio::test]
async fn floods_end_the_connection() {
    let edge = Edge::open(patient()).await;
    let reset = |number: u32| {
        let stream = number * 2 + 1;
        [frame(HEADERS, END_HEADERS, stream, &get("/v1/models")), frame(RST_STREAM, 0, stream, &[0, 0, 0, 8])].concat()
    };
    // many at once, so that none of them has been looked at
    let kinds =
        flood(hello(&edge, &[]).await, |number| (number * 200..number * 200 + 200).flat_map(reset).collect()).await;
    assert!(kinds.contains(&GOAWAY), "rapid reset: {kinds:?}");
    let kinds = flood(hello(&edge, &[]).await, |number| match number {
        0 => frame(HEADERS, 0, 1, &get("/")),
        _ => frame(CONTINUATION, 0, 1, &[]),
    })
    .await;
    assert!(kinds.contains(&GOAWAY), "continuation: {kinds:?}");
    let kinds = flood(hello(&edge, &[]).await, |number| match number {
        0 => frame(HEADERS, END_HEADERS, 1, &get("/v1/models")),
        _ => frame(DATA, 0, 1, &[]).repeat(1000),
    })
    .await;
    assert!(kinds.contains(&GOAWAY), "empty data: {kinds:?}");
}

#[tokio::test]
async fn half_a_block_of_headers_is_not_waited_for() {
    let edge = Edge::open(Limits { headers: Duration::from_millis(50), ..patient() }).await;
    let block = get("/v1/models");
    let begun = frame(HEADERS, 0, 1, &block);
    let open = [frame(HEADERS, END_HEADERS, 1, &block), frame(HEADERS, 0, 3, &block)].concat();
    for said in [&begun[..], &frame(HEADERS, END_HEADERS, 1, &block)[..12], &open] {
        let mut stream = hello(&edge, &[]).await;
        stream.write_all(said).await.unwrap();
        timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await.expect("it is waited for").unwrap();
    }
}

#[tokio::test]
async fn a_client_that_floods_and_does_not_read_is_cut() {
    let edge = Edge::open(Limits { write_stall: Duration::from_millis(50), ..patient() }).await;
    for flood in [frame(PING, 0, 0, &[0; 8]), frame(SETTINGS, 0, 0, &[])] {
        let mut stream = hello(&edge, &[]).await;
        let much = flood.repeat(10_000);
        let cut = timeout(PATIENCE, async { while stream.write_all(&much).await.is_ok() {} });
        cut.await.expect("it may go on for ever");
        edge.until_open(0).await;
    }
}

#[tokio::test]
async fn a_client_without_a_window_is_cut() {
    let short = Duration::from_millis(50);
    // an answer of one piece is h2's as soon as there is room for its first byte: then nothing is under way
    for (window, limits) in
        [(0, Limits { write_stall: short, ..patient() }), (100, Limits { idle: short, ..patient() })]
    {
        let edge = Edge::open(limits).await;
        // SETTINGS_INITIAL_WINDOW_SIZE
        let mut stream = hello(&edge, &[0, 4, 0, 0, 0, window]).await;
        let asked = frame(HEADERS, END_HEADERS | END_STREAM, 1, &get("/openapi.json"));
        stream.write_all(&asked).await.unwrap();
        let mut read = Vec::new();
        timeout(PATIENCE, stream.read_to_end(&mut read)).await.expect("it is waited for").unwrap();
        assert!(kinds(&read).contains(&HEADERS), "{:?}", kinds(&read));
    }
}

#[tokio::test]
async fn an_idle_connection_is_told_and_closed() {
    let edge = Edge::open(Limits { idle: Duration::from_millis(50), ..patient() }).await;
    let mut stream = hello(&edge, &[]).await;
    stream.write_all(&frame(HEADERS, END_HEADERS | END_STREAM, 1, &get("/health/liveliness"))).await.unwrap();
    let mut read = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut read)).await.expect("it stays open").unwrap();
    let kinds = kinds(&read);
    assert!(kinds.contains(&HEADERS) && kinds.contains(&GOAWAY), "{kinds:?}");
}

#[tokio::test]
async fn a_connection_that_only_pings_is_idle() {
    let edge = Edge::open(Limits { idle: Duration::from_millis(50), ..patient() }).await;
    let mut stream = hello(&edge, &[]).await;
    // each answer is 17 bytes: together they are more than enough to look like progress
    let pings = frame(PING, 0, 0, &[0; 8]).repeat(256);
    let mut read = Vec::new();
    let closed = timeout(PATIENCE, async {
        while stream.write_all(&pings).await.is_ok() && stream.read_buf(&mut read).await.is_ok_and(|count| count > 0) {}
    });
    closed.await.expect("it stays open");
    assert!(kinds(&read).contains(&GOAWAY));
    edge.until_open(0).await;
}

#[tokio::test]
async fn what_contradicts_itself_is_refused() {
    let edge = Edge::open(patient()).await;
    let io = TokioIo::new(edge.connect().await);
    let (mut client, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    Tasks::default().spawn("client", async move { drop(connection.await) });
    let long = format!("http://a/{}", "x".repeat(8 << 10));
    let large = "x".repeat(64 << 10);
    for (uri, headers, status) in [
        ("http://a/health/liveliness", &[("host", "a")][..], 200),
        ("http://a/health/liveliness", &[("host", "b")], 400),
        ("http://a/", &[("authorization", "Bearer a"), ("authorization", "Bearer b")], 400),
        ("http://a/", &[("x-api-key", "a"), ("x-api-key", "a")], 400),
        (long.strip_suffix('x').unwrap(), &[], 404),
        (&long, &[], 414),
        ("http://a/none", &[("x", "y"); 100], 404),
        ("http://a/", &[("x", "y"); 101], 431),
        ("http://a/", &[("x", &large)], 431),
        ("http://a/health/liveliness", &[], 200),
    ] {
        let mut request = Request::get(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = client.send_request(request.body(Empty::<Bytes>::new()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), status, "{uri:.60}");
        drop(answer.into_body().collect().await);
    }
}
