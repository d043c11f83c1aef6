//! A server that plays KMS and Secrets Manager, and fails as it is told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{keys, settings};
use crate::clock::Clock;
use crate::cloud::aws::{Access, Base, Source, Sources};
use crate::tasks::Tasks;
use crate::upstream::Upstream;

#[derive(Clone)]
pub(crate) struct StandIn {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    asked: Vec<Asked>,
    fails: Option<Fails>,
    secrets: BTreeMap<String, Value>,
    made: u8,
}

#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The operation, like `Decrypt`.
    pub(crate) action: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// What is answered in place of what is asked for.
#[derive(Clone, Debug)]
pub(crate) enum Fails {
    With(u16, String),
    WithHeader(u16, &'static str),
    /// Never.
    Silent,
}

impl StandIn {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stand_in = Self { url: format!("http://{}", listener.local_addr().unwrap()), state: Arc::default() };
        let shared = stand_in.clone();
        Tasks::default().spawn("stand-in", async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = shared.clone();
                let service = service_fn(move |request| shared.clone().serve(request));
                Tasks::default().spawn("connection", async move {
                    let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                    let _closed = server.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        stand_in
    }

    pub(crate) fn fails(&self, fails: Fails) {
        self.state.lock().fails = Some(fails);
    }

    pub(crate) fn recovers(&self) {
        self.state.lock().fails = None;
    }

    pub(crate) fn set_secret(&self, id: &str, text: &str) {
        self.state.lock().secrets.insert(id.to_owned(), json!({"Name": id, "SecretString": text}));
    }

    pub(crate) fn set_binary(&self, id: &str) {
        self.state.lock().secrets.insert(id.to_owned(), json!({"Name": id, "SecretBinary": "AAEC"}));
    }

    pub(crate) fn forget_secret(&self, id: &str) {
        self.state.lock().secrets.remove(id);
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state.lock().asked.clone()
    }

    pub(crate) fn actions(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.action).collect()
    }

    async fn serve(self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
        let (head, body) = request.into_parts();
        let body = serde_json::from_slice(&body.collect().await?.to_bytes()).unwrap();
        let target = head.headers["x-amz-target"].to_str().unwrap();
        let action = target.split_once('.').unwrap().1.to_owned();
        let fails = {
            let mut state = self.state.lock();
            state.asked.push(Asked { action: action.clone(), headers: head.headers, body: Value::clone(&body) });
            state.fails.clone()
        };
        let response = Response::builder();
        Ok(match fails {
            Some(Fails::Silent) => std::future::pending().await,
            Some(Fails::With(status, text)) => response.status(status).body(Full::from(text)),
            Some(Fails::WithHeader(status, code)) => {
                response.status(status).header("x-amzn-errortype", code).body(Full::default())
            }
            None => {
                let (status, answer) = match self.answer(&action, &body) {
                    Ok(answer) => (200, answer),
                    Err(code) => (400, json!({"__type": code, "message": "of account 123456789012"})),
                };
                response.status(status).body(Full::from(answer.to_string()))
            }
        }
        .unwrap())
    }

    fn answer(&self, action: &str, body: &Value) -> Result<Value, &'static str> {
        let mut state = self.state.lock();
        match action {
            "GetSecretValue" => {
                let id = body["SecretId"].as_str().unwrap();
                state.secrets.get(id).cloned().ok_or("ResourceNotFoundException")
            }
            "GenerateDataKey" => {
                state.made += 1;
                let plain = [state.made; 32];
                let wrapped = [under(body).as_bytes(), &plain].concat();
                Ok(
                    json!({"KeyId": "k", "Plaintext": STANDARD.encode(plain), "CiphertextBlob": STANDARD.encode(wrapped)}),
                )
            }
            "Decrypt" => {
                let blob = STANDARD.decode(body["CiphertextBlob"].as_str().unwrap()).unwrap();
                let (under_what, plain) = blob.split_last_chunk::<32>().ok_or("InvalidCiphertextException")?;
                match under_what {
                    wrapped if wrapped == under(body).as_bytes() => Ok(json!({"Plaintext": STANDARD.encode(plain)})),
                    wrapped if wrapped.starts_with(b"under ") => Err("IncorrectKeyException"),
                    _ => Err("InvalidCiphertextException"),
                }
            }
            _ => Err("UnknownOperationException"),
        }
    }
}

/// What a data key is wrapped under, which the stand-in writes before it.
fn under(body: &Value) -> String {
    format!("under {} {}", body["KeyId"], body["EncryptionContext"])
}

/// How a stand-in is reached.
pub(crate) fn access(clock: &Clock) -> Access {
    let source = Source::Own(Base::Keys(keys("secret", None)));
    let upstream = Upstream::new(Duration::from_secs(5)).unwrap();
    Access { upstream, sources: Sources::default(), settings: settings(source), clock: clock.clone() }
}
