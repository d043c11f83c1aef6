//! Answers to bodies that only the model reads: only who asked reads them, too, be they JSON or a picture.

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use providers::UpstreamError;
use serde::de::IgnoredAny;
use wire::Dialect;

use super::super::dispatch::Failed;
use super::{Passage, Relayed};
use crate::upstream::Inbound;

impl Passage<'_> {
    /// A whole answer, as it came.
    pub(super) fn sealed(&mut self, dialect: Dialect, inbound: &Inbound, body: &Bytes) -> Result<Relayed, Failed> {
        let text = std::str::from_utf8(body).ok();
        let header = |name: &str| inbound.headers.get(name)?.to_str().ok();
        self.attempt.usage = dialect.usage_in_headers(header);
        if let Some(text) = text {
            // what is no text has no length in tokens
            self.attempt.text_bytes = text.len();
            if self.attempt.usage.is_empty() {
                self.attempt.usage = dialect.scan_usage(text);
            }
        }
        if is_json(&inbound.headers) && text.is_none_or(|text| serde_json::from_str::<IgnoredAny>(text).is_err()) {
            return Err(UpstreamError::malformed("the provider's answer is not the JSON that it says").into());
        }
        if body.is_empty() {
            return Err(UpstreamError::malformed("the provider's answer is empty").into());
        }
        let mut headers = self.head_of_whole(&inbound.headers);
        self.tell_form(&mut headers, &inbound.headers);
        Ok(Relayed::Whole { headers, body: body.clone() })
    }

    /// Says which form the answer to a body has that only the model reads, as the provider said it.
    pub(super) fn tell_form(&self, headers: &mut [(&'static str, String)], upstream: &HeaderMap) {
        let form = self.ask.dialect.form_header(self.attempt.stream).filter(|_| self.ask.envelope.sealed);
        let told = form.and_then(|name| Some((name, upstream.get(name)?.to_str().ok()?)));
        let Some((name, theirs)) = told else { return };
        if let Some((_, ours)) = headers.iter_mut().find(|(known, _)| *known == name) {
            theirs.clone_into(ours);
        }
    }
}

/// Whether an answer says that it is JSON, or nothing.
fn is_json(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_none_or(|kind| {
        let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        kind == "application/json" || kind.ends_with("+json")
    })
}
