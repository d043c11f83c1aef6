//! An answer as a client has it in the end.

use std::borrow::Cow;

use bytes::Bytes;
use engine::call::{Answer, AnswerBody};
use serde_json::Value;
use tokio::sync::mpsc;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) id: String,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) stream: bool,
    pub(crate) body: Bytes,
}

pub(crate) async fn collect(id: String, answer: Answer) -> Got {
    let Answer { status, headers, body } = answer;
    let (stream, body) = match body {
        AnswerBody::Whole(body) => (false, body),
        AnswerBody::Stream(pieces) => (true, drain(pieces).await),
    };
    Got { id, status: status.as_u16(), headers, stream, body }
}

pub(crate) async fn drain(mut pieces: mpsc::Receiver<Bytes>) -> Bytes {
    let mut all = Vec::new();
    while let Some(piece) = pieces.recv().await {
        all.extend_from_slice(&piece);
    }
    all.into()
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The body for a human eye: frames of an event stream are not all text.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}
