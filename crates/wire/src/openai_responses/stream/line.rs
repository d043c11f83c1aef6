//! Events as they are written.

use serde::Serialize;

use super::super::item::{Annotation, Content, Item, Summary};
use super::super::response::Response;
use crate::json::Raw;

/// The data of an event: those members that it has. `sequence_number` counts the events of a stream from 0.
#[derive(Default, Serialize)]
pub(in super::super) struct Line<'a> {
    pub(super) r#type: &'static str,
    pub(super) sequence_number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response: Option<&'a Response<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) item_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) output_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) summary_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) annotation_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) item: Option<&'a Item<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) part: Option<Piece<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) annotation: Option<&'a Annotation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) delta: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refusal: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) arguments: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) input: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) logprobs: Option<&'a [Raw]>,
}

/// What `part` holds.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Piece<'a> {
    Content(&'a Content<'a>),
    Summary(&'a Summary<'a>),
}

impl<'a> Line<'a> {
    pub(super) fn new(r#type: &'static str) -> Self {
        Self { r#type, ..Self::default() }
    }

    /// An event that holds the response.
    pub(in super::super) fn of(r#type: &'static str, sequence_number: u64, response: &'a Response<'a>) -> Self {
        Self { r#type, sequence_number, response: Some(response), ..Self::default() }
    }
}

/// Appends the event that `line` is.
pub(in super::super) fn put_line(line: &Line<'_>, out: &mut Vec<u8>) {
    put(line.r#type, line, out);
}

/// Appends one event. Raw JSON inside `data` may hold line ends between its tokens, which would end the data line: they
/// become spaces (inside strings JSON has none).
pub(in super::super) fn put(name: &str, data: &impl Serialize, out: &mut Vec<u8>) {
    let before = out.len();
    out.extend_from_slice(b"event: ");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\ndata: ");
    let payload = out.len();
    if serde_json::to_writer(&mut *out, data).is_err() {
        out.truncate(before);
        return;
    }
    let mut rest = out.get_mut(payload..).unwrap_or_default();
    while let Some(at) = memchr::memchr2(b'\n', b'\r', rest) {
        rest = rest.get_mut(at..).unwrap_or_default();
        if let Some(byte) = rest.first_mut() {
            *byte = b' ';
        }
    }
    out.extend_from_slice(b"\n\n");
}
