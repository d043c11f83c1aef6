//! AWS Secrets Manager and KMS as far as a gateway asks them: `GetSecretValue`, `GenerateDataKey` and `Decrypt` in JSON 1.1.
//! Signatures are not judged, but must be there.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Collected, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::server::spawn;

/// Both services on one port, until dropped.
pub struct Aws {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    _running: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    secrets: BTreeMap<String, String>,
    /// Status and code of every answer.
    refusal: Option<(u16, String)>,
    asked: Vec<String>,
    data_keys: u8,
}

impl Aws {
    /// Starts on the current runtime.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = Arc::<Mutex<State>>::default();
        let (running, stopped) = watch::channel(());
        spawn(accept(listener, Arc::clone(&state), stopped));
        Ok(Self { address, state, _running: running })
    }

    /// What `AWS_ENDPOINT_URL` says of it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn set_secret(&self, name: &str, text: &str) {
        self.state.lock().secrets.insert(name.to_owned(), text.to_owned());
    }

    pub fn forget_secret(&self, name: &str) {
        self.state.lock().secrets.remove(name);
    }

    /// Answers with this status and code whatever is asked, until it [recovers](Aws::recover).
    pub fn refuse(&self, status: u16, code: &str) {
        self.state.lock().refusal = Some((status, code.to_owned()));
    }

    pub fn recover(&self) {
        self.state.lock().refusal = None;
    }

    /// What was asked, in order: the operation and, of secrets, the name.
    pub fn asked(&self) -> Vec<String> {
        self.state.lock().asked.clone()
    }
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>, mut stopped: watch::Receiver<()>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.changed() => return,
        };
        let Ok((stream, _)) = accepted else { continue };
        let (state, mut stopped) = (Arc::clone(&state), stopped.clone());
        spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&state), request));
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // how a connection ends is no matter of the test's
            tokio::select! {
                _ = connection => {}
                _ = stopped.changed() => {}
            }
        });
    }
}

async fn answer(state: Arc<Mutex<State>>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let operation = header("x-amz-target").rsplit('.').next().unwrap_or_default().to_owned();
    let is_signed = header("authorization").starts_with("AWS4-HMAC-SHA256 ");
    let mut state = state.lock();
    state.asked.push(format!("{operation} {}", text(&body, "SecretId")).trim_end().to_owned());
    let (status, answer) = match state.refusal.clone() {
        Some((status, code)) => (status, refusal(&code)),
        None if !is_signed => (400, refusal("MissingAuthenticationTokenException")),
        None => match state.serve(&operation, &body) {
            Ok(answer) => (200, answer),
            Err(code) => (400, refusal(code)),
        },
    };
    let mut response = Response::new(Full::from(answer.to_string()));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    Ok(response)
}

fn refusal(code: &str) -> Value {
    json!({"__type": code, "message": "of account 123456789012"})
}

impl State {
    fn serve(&mut self, operation: &str, body: &Value) -> Result<Value, &'static str> {
        match operation {
            "GetSecretValue" => {
                let name = text(body, "SecretId");
                let text = self.secrets.get(name).ok_or("ResourceNotFoundException")?;
                Ok(json!({"Name": name, "SecretString": text}))
            }
            "GenerateDataKey" => {
                self.data_keys = self.data_keys.wrapping_add(1);
                let plain = [self.data_keys; 32];
                let wrapped = [under(body).as_bytes(), &plain].concat();
                let (plain, wrapped) = (STANDARD.encode(plain), STANDARD.encode(wrapped));
                Ok(json!({"KeyId": text(body, "KeyId"), "Plaintext": plain, "CiphertextBlob": wrapped}))
            }
            "Decrypt" => {
                let blob = STANDARD.decode(text(body, "CiphertextBlob")).unwrap_or_default();
                let (wrapping, plain) = blob.split_last_chunk::<32>().ok_or("InvalidCiphertextException")?;
                match wrapping {
                    same if same == under(body).as_bytes() => Ok(json!({"Plaintext": STANDARD.encode(plain)})),
                    other if other.starts_with(b"under ") => Err("IncorrectKeyException"),
                    _ => Err("InvalidCiphertextException"),
                }
            }
            _ => Err("UnknownOperationException"),
        }
    }
}

/// A field of what was asked; empty if it is not there.
fn text<'b>(body: &'b Value, field: &str) -> &'b str {
    body.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// The key and the context that a data key is wrapped under, which stand before it.
fn under(body: &Value) -> String {
    format!("under {} {}", text(body, "KeyId"), body.get("EncryptionContext").unwrap_or(&Value::Null))
}
