//! One record of the log.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::counts::Counts;
use crate::dialect::Dialect;

/// What this upstream knows of one request. As JSON it is one line of the log file, or two: one when the request
/// began, one (without the body) when it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Served {
    /// Counts requests from 1.
    pub seq: u64,
    /// How it ended, or that it has not.
    pub state: State,
    /// Milliseconds from the start of the upstream to the request.
    pub begun_ms: u64,
    /// ... and to its end.
    pub ended_ms: Option<u64>,
    /// The HTTP method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The dialect, if the request asked for a turn or for vectors of one.
    pub dialect: Option<Dialect>,
    /// How the request proved who sends it, if it did.
    pub auth: Option<Auth>,
    /// The model named in the body or, decoded once, in the path.
    pub model: Option<String>,
    /// Whether a stream was asked for.
    pub stream: bool,
    /// All request headers, names in lower case; values of one name joined by `, `.
    pub headers: BTreeMap<String, String>,
    /// The request body, as it came.
    #[serde(default, skip_serializing_if = "Bytes::is_empty", with = "body_text")]
    pub body: Bytes,
    /// Its length, which is known also where the body is not kept.
    pub body_len: usize,
    /// The status, once the head of the response has gone out.
    pub status: Option<u16>,
    /// What the answer costs in truth, however it is reported or cut short.
    pub measured: Counts,
    /// The last counts that left in full: the newest that a client can know. Nothing if none did, or if what was
    /// written is no count (negative, fraction, null).
    pub usage: Option<Counts>,
    /// The last usage object that left in full, as written.
    pub usage_json: Option<Value>,
    /// Whether the dialect's own ending left: the whole reply, `[DONE]`, `message_stop`, `messageStop`,
    /// `message-end`, `response.completed` or `response.incomplete`, a `finishReason`.
    pub terminal_sent: bool,
    /// Bytes of the body given to the connection.
    pub bytes_sent: u64,
}

/// Where an exchange is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It has not ended.
    Begun,
    /// All of it was sent.
    Complete,
    /// The connection was closed by this upstream, as scripted.
    Cut,
    /// The client left before the end.
    ClientGone,
    /// All of it was sent, and it was an error: a status of 400 and above, or an error in the stream.
    Error,
}

/// The scheme of a credential. Nothing here checks whether it is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Auth {
    /// `Authorization: AWS4-HMAC-SHA256 ...`.
    Sigv4,
    /// `Authorization: Bearer ...`.
    Bearer,
    /// `x-api-key` and no `Authorization`.
    ApiKey,
    /// Any other `Authorization`.
    Other,
}

impl Auth {
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let Some(value) = headers.get(AUTHORIZATION) else {
            return headers.contains_key("x-api-key").then_some(Self::ApiKey);
        };
        let scheme = value.as_bytes().split(u8::is_ascii_whitespace).next().unwrap_or_default();
        Some(match scheme {
            b"AWS4-HMAC-SHA256" => Self::Sigv4,
            _ if scheme.eq_ignore_ascii_case(b"bearer") => Self::Bearer,
            _ => Self::Other,
        })
    }
}

impl Served {
    /// Whether the exchange has ended.
    pub fn is_over(&self) -> bool {
        self.state != State::Begun
    }

    /// The value of a request header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The request body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// A body is text in the log where it can be, else `{"hex": "..."}`.
mod body_text {
    use std::fmt::Write as _;

    use bytes::Bytes;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Body {
        Text(String),
        Binary { hex: String },
    }

    pub(super) fn serialize<S: Serializer>(body: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(body) {
            Ok(text) => serializer.serialize_str(text),
            Err(_) => Body::Binary { hex: hex(body) }.serialize(serializer),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        match Body::deserialize(deserializer)? {
            Body::Text(text) => Ok(text.into()),
            Body::Binary { hex } => unhex(&hex).ok_or_else(|| D::Error::custom("a body in hex has two digits a byte")),
        }
    }

    fn hex(bytes: &[u8]) -> String {
        let mut text = String::with_capacity(bytes.len() * 2);
        for byte in bytes {
            // a String takes every write
            write!(text, "{byte:02x}").ok();
        }
        text
    }

    fn unhex(text: &str) -> Option<Bytes> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
    }
}
