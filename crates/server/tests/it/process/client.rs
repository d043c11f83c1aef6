//! A small HTTP client that holds many streams at once.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client as Pool, Error};
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use super::gateway::PATIENCE;

/// What a client of HTTP/2 takes of a stream before somebody reads it, in bytes.
const WINDOW: u32 = 16 << 10;

/// Speaks to one gateway.
#[derive(Clone)]
pub(crate) struct Client {
    pool: Pool<HttpConnector, Full<Bytes>>,
    address: SocketAddr,
    master: String,
}

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
}

/// An answer whose body is read as it comes.
pub(crate) struct Stream {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    body: Incoming,
    text: String,
}

impl Client {
    pub(crate) fn new(address: SocketAddr, master: &str) -> Self {
        let pool = Pool::builder(TokioExecutor::new()).build_http();
        Self { pool, address, master: master.to_owned() }
    }

    /// The same by HTTP/2, without asking first. It takes little before somebody reads, of each stream.
    pub(crate) fn http2(self) -> Self {
        let mut builder = Pool::builder(TokioExecutor::new());
        builder.http2_only(true).http2_initial_stream_window_size(WINDOW);
        Self { pool: builder.http2_initial_connection_window_size(100 * WINDOW).build_http(), ..self }
    }

    pub(crate) async fn until_ready(&self) {
        let deadline = Instant::now() + PATIENCE;
        while self.get("/health/readiness").await.map(|answer| answer.status).ok() != Some(200) {
            assert!(Instant::now() < deadline, "the gateway does not become ready");
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Without a credential.
    pub(crate) async fn get(&self, path: &str) -> Result<Answer, Error> {
        self.send(Method::GET, path, None, Bytes::new()).await?.whole().await
    }

    /// With the master key.
    pub(crate) async fn admin(&self, path: &str, body: &Value) -> Value {
        let answer = self.post(path, &self.master, body).await.whole().await.unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        serde_json::from_str(&answer.text).unwrap()
    }

    /// The same, of what is read.
    pub(crate) async fn shown(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Some(&self.master), Bytes::new()).await.unwrap().whole().await.unwrap()
    }

    /// A virtual key that may spend so many dollars.
    pub(crate) async fn new_key(&self, max_budget: f64) -> String {
        let made = self.admin("/key/generate", &serde_json::json!({ "max_budget": max_budget })).await;
        made["key"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: &Value) -> Stream {
        self.try_post(path, key, body).await.unwrap()
    }

    pub(crate) async fn try_post(&self, path: &str, key: &str, body: &Value) -> Result<Stream, Error> {
        self.send(Method::POST, path, Some(key), body.to_string().into()).await
    }

    async fn send(&self, method: Method, path: &str, key: Option<&str>, body: Bytes) -> Result<Stream, Error> {
        let uri = format!("http://{}{path}", self.address);
        let mut request = Request::builder().method(method).uri(uri).header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        let request = request.body(Full::new(body)).unwrap();
        let response = timeout(PATIENCE, self.pool.request(request)).await.unwrap()?;
        let (head, body) = response.into_parts();
        Ok(Stream { status: head.status.as_u16(), headers: head.headers, body, text: String::new() })
    }
}

impl Stream {
    /// Reads to the end; an error if the connection breaks off.
    pub(crate) async fn rest(mut self) -> Result<String, hyper::Error> {
        while self.next().await? {}
        Ok(self.text)
    }

    pub(crate) async fn whole(self) -> Result<Answer, Error> {
        let status = self.status;
        Ok(Answer { status, text: self.rest().await.unwrap() })
    }

    async fn next(&mut self) -> Result<bool, hyper::Error> {
        let frame = timeout(PATIENCE, self.body.frame()).await.unwrap();
        let Some(frame) = frame.transpose()? else { return Ok(false) };
        if let Ok(piece) = frame.into_data() {
            self.text.push_str(std::str::from_utf8(&piece).unwrap());
        }
        Ok(true)
    }
}
