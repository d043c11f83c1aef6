//! Whole answers: the reply of a provider, or its refusal.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use providers::UpstreamError;
use serde::de::IgnoredAny;
use wire::{Dialect, chat};

use super::super::answer;
use super::super::dispatch::Failed;
use super::{Passage, Relayed, words};
use crate::upstream::Inbound;

impl Passage<'_> {
    /// The provider's error answer.
    pub(super) async fn refused(&mut self, dialect: Dialect, mut inbound: Inbound) -> Failed {
        // the status alone says that nothing was generated, also when the words behind it do not come
        let body = tokio::select! {
            body = inbound.error_words(self.deadline) => body,
            _ = self.ended() => Bytes::new(),
        };
        words::refusal(&self.attempt.target.deployment, (self.ask.dialect, dialect), inbound, body)
    }

    /// An error that came with the status of a success.
    pub(super) fn error_in_disguise(&self, dialect: Dialect, text: &str) -> Failed {
        let reply = dialect.read_late_error(text);
        UpstreamError::answered(self.in_clients_words(dialect, reply, text.as_bytes()), None).into()
    }

    /// A whole answer that is an error. What failed may have been generated, and tells what it cost.
    pub(super) fn answered_with_an_error(&self, dialect: Dialect, text: &str) -> Failed {
        let mut failed = self.error_in_disguise(dialect, text);
        failed.error.may_have_billed = !self.attempt.usage.is_empty();
        failed
    }

    /// A whole answer: as it came when the client speaks the provider's dialect, else written in the client's.
    pub(super) fn whole(&mut self, dialect: Dialect, inbound: &Inbound, body: &Bytes) -> Result<Relayed, Failed> {
        if self.ask.envelope.sealed {
            return self.sealed(dialect, inbound, body);
        }
        let text =
            std::str::from_utf8(body).map_err(|_| UpstreamError::malformed("the provider's answer is not text"))?;
        if dialect.is_error_reply(text) {
            self.attempt.usage = dialect.scan_usage(text);
            return Err(self.answered_with_an_error(dialect, text));
        }
        self.attempt.text_bytes = body.len();
        let body = if dialect == self.ask.dialect {
            self.attempt.usage = dialect.scan_usage(text);
            if self.attempt.usage.is_empty() {
                let header = |name: &str| inbound.headers.get(name)?.to_str().ok();
                // figures that are no counts stay odd
                self.attempt.usage.merge(&dialect.usage_in_headers(header));
            }
            if !is_object(text, &self.attempt.usage) {
                return Err(UpstreamError::malformed("the provider's answer is not a JSON object").into());
            }
            body.clone()
        } else {
            let mut reply = dialect.read_reply(text).map_err(|error| {
                tracing::warn!(at = error.path, "a provider's answer cannot be read");
                UpstreamError::malformed("the provider's answer cannot be read")
            })?;
            self.attempt.usage = reply.usage;
            self.stand_ins.restore_reply(&mut reply);
            self.names().fill(&mut reply.id, &mut reply.model);
            self.ask.dialect.write_reply(&reply, &self.style, self.latency_ms()).into()
        };
        Ok(Relayed::Whole { headers: self.head_of_whole(&inbound.headers), body })
    }

    /// The headers of a whole answer whose usage is known; `upstream` has the provider's own.
    pub(super) fn head_of_whole(&self, upstream: &HeaderMap) -> Vec<(&'static str, String)> {
        let mut headers = answer::json_headers(self.ask.dialect, &self.attempt.call_id);
        headers.extend(self.ask.dialect.usage_headers(&self.attempt.usage, self.latency_ms()));
        answer::describe(&mut headers, self.attempt, upstream);
        headers
    }
}

/// Whether a whole answer is what every dialect answers with; a scan that found `usage` has read all of it.
pub(super) fn is_object(text: &str, usage: &chat::Usage) -> bool {
    let opens = text.trim_start().starts_with('{');
    opens && (!usage.is_empty() || serde_json::from_str::<IgnoredAny>(text).is_ok())
}

/// When the provider wants to be asked again: milliseconds where it says them, else seconds. Dates are not waited for.
pub(super) fn retry_after(headers: &http::HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    // the second is AWS's
    let millis = ["retry-after-ms", "x-amz-retry-after"].into_iter().find_map(|name| text(name)?.parse::<f64>().ok());
    let seconds =
        millis.map(|millis| millis / 1000.0).or_else(|| text("retry-after").and_then(|value| value.parse().ok()))?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_read_in_each_of_its_spellings() {
        for (headers, millis) in [
            (&[("retry-after", "2")][..], Some(2_000)),
            (&[("retry-after-ms", "30"), ("retry-after", "2")], Some(30)),
            (&[("x-amz-retry-after", "1500"), ("retry-after", "2")], Some(1_500)),
            (&[("x-amz-retry-after", "soon"), ("retry-after", "2")], Some(2_000)),
            (&[("x-amz-retry-after", "-1")], None),
            (&[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")], None),
            (&[], None),
        ] {
            let map = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            assert_eq!(retry_after(&map), millis.map(Duration::from_millis), "{headers:?}");
        }
    }
}
