//! Heads of answers: the headers that clients and their scripts read.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use money::Nanos;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use wire::{Dialect, ErrorKind, ErrorReply};

use super::attempt::Attempt;
use crate::call::{Answer, AnswerBody, id_headers};
use crate::limits::Headers;

/// Headers of a provider that go on to the client, and their names there: they steer its retries or say what is left of the
/// provider's limits. In order.
const PASSED_ON: &[(&str, &str)] = &[
    ("anthropic-ratelimit-input-tokens-limit", "anthropic-ratelimit-input-tokens-limit"),
    ("anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-remaining"),
    ("anthropic-ratelimit-input-tokens-reset", "anthropic-ratelimit-input-tokens-reset"),
    ("anthropic-ratelimit-output-tokens-limit", "anthropic-ratelimit-output-tokens-limit"),
    ("anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-remaining"),
    ("anthropic-ratelimit-output-tokens-reset", "anthropic-ratelimit-output-tokens-reset"),
    ("anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-limit"),
    ("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-remaining"),
    ("anthropic-ratelimit-requests-reset", "anthropic-ratelimit-requests-reset"),
    ("anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-limit"),
    ("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-remaining"),
    ("anthropic-ratelimit-tokens-reset", "anthropic-ratelimit-tokens-reset"),
    ("openai-processing-ms", "openai-processing-ms"),
    ("request-id", "llm_provider-request-id"),
    ("retry-after", "retry-after"),
    ("retry-after-ms", "retry-after-ms"),
    ("x-amz-retry-after", "x-amz-retry-after"),
    ("x-amzn-requestid", "llm_provider-x-amzn-requestid"),
    ("x-ratelimit-limit-requests", "x-ratelimit-limit-requests"),
    ("x-ratelimit-limit-tokens", "x-ratelimit-limit-tokens"),
    ("x-ratelimit-remaining-requests", "x-ratelimit-remaining-requests"),
    ("x-ratelimit-remaining-tokens", "x-ratelimit-remaining-tokens"),
    ("x-ratelimit-reset-requests", "x-ratelimit-reset-requests"),
    ("x-ratelimit-reset-tokens", "x-ratelimit-reset-tokens"),
    ("x-request-id", "llm_provider-x-request-id"),
    ("x-should-retry", "x-should-retry"),
];

/// Names of headers that a provider and the gateway both have, and the provider's where both say something.
const REPLACED: &[(&str, &str)] = &[
    ("x-ratelimit-limit-requests", "llm_provider-x-ratelimit-limit-requests"),
    ("x-ratelimit-limit-tokens", "llm_provider-x-ratelimit-limit-tokens"),
    ("x-ratelimit-remaining-requests", "llm_provider-x-ratelimit-remaining-requests"),
    ("x-ratelimit-remaining-tokens", "llm_provider-x-ratelimit-remaining-tokens"),
    ("x-ratelimit-reset-requests", "llm_provider-x-ratelimit-reset-requests"),
    ("x-ratelimit-reset-tokens", "llm_provider-x-ratelimit-reset-tokens"),
];

/// How many dropped fields are named, and how long their names together may be: servers and clients limit headers.
const MOST_NAMES: usize = 32;
const MOST_BYTES: usize = 1024;
const LONGEST_NAME: usize = 128;
const NOT_PLAIN: &AsciiSet = &CONTROLS.add(b'%');

/// An error as the client's dialect has it.
pub(super) fn refusal(dialect: Dialect, id: &str, error: &ErrorReply, status: StatusCode) -> Answer {
    let body = dialect.write_error(error, id);
    let mut headers = json_headers(dialect, id);
    name_error(&mut headers, dialect, error);
    if error.kind == ErrorKind::Unavailable {
        headers.push(("retry-after", "1".to_owned()));
    }
    Answer { status, headers, body: AnswerBody::Whole(body.into()) }
}

/// A whole answer of a provider, or its error, in the client's dialect.
pub(super) fn whole(status: StatusCode, headers: Vec<(&'static str, String)>, body: Bytes) -> Answer {
    Answer { status, headers, body: AnswerBody::Whole(body) }
}

/// The content type and the ids under the names that the SDKs know.
pub(super) fn json_headers(dialect: Dialect, id: &str) -> Vec<(&'static str, String)> {
    let mut headers = ids(dialect, id);
    headers.push(("content-type", "application/json".to_owned()));
    headers
}

/// Likewise for a stream; proxies on the way are asked not to hold it back.
pub(super) fn stream_headers(dialect: Dialect, id: &str) -> Vec<(&'static str, String)> {
    let mut headers = ids(dialect, id);
    headers.push(("content-type", dialect.stream_type().to_owned()));
    headers.extend(dialect.stream_headers().iter().map(|(name, value)| (*name, (*value).to_owned())));
    headers.push(("cache-control", "no-cache".to_owned()));
    headers.push(("x-accel-buffering", "no".to_owned()));
    headers
}

/// Who served the call, and what was dropped on the way.
pub(super) fn describe(headers: &mut Vec<(&'static str, String)>, attempt: &Attempt, upstream: &HeaderMap) {
    headers.push(("x-litellm-model-id", attempt.target.deployment.id.clone()));
    headers.push(("x-litellm-model-group", attempt.group.clone()));
    headers.push(("x-litellm-attempted-retries", attempt.number.saturating_sub(1).to_string()));
    if let Some(ceiling) = attempt.lowered_to {
        headers.push(("x-turnpike-lowered-max-tokens", ceiling.to_string()));
    }
    if !attempt.dropped.is_empty() {
        headers.push(("x-turnpike-dropped", named(&attempt.dropped)));
    }
    pass_on(headers, upstream);
}

/// Names of fields as a header may hold them: what is not plain ASCII is percent-encoded, and a long list is cut short.
pub(super) fn named(fields: &[String]) -> String {
    let mut named = Vec::new();
    let mut bytes = 0;
    for field in fields.iter().take(MOST_NAMES) {
        let name: String = utf8_percent_encode(field, NOT_PLAIN).to_string().chars().take(LONGEST_NAME).collect();
        bytes += name.len();
        named.push(name);
        if bytes > MOST_BYTES {
            break;
        }
    }
    let left_out = fields.len() - named.len();
    let named = named.join(", ");
    if left_out == 0 { named } else { format!("{named} (+{left_out})") }
}

/// What the call cost and what the key has spent, where that is known before the answer goes out.
pub(super) fn charge(headers: &mut Vec<(&'static str, String)>, cost: Option<Nanos>, spent: Option<Nanos>) {
    if let Some(cost) = cost {
        headers.push(("x-litellm-response-cost", cost.to_string()));
    }
    if let Some(spent) = spent {
        headers.push(("x-litellm-key-spend", spent.to_string()));
    }
}

/// The provider's headers that concern the client.
pub(super) fn pass_on(headers: &mut Vec<(&'static str, String)>, upstream: &HeaderMap) {
    for (name, value) in upstream {
        let known = PASSED_ON.binary_search_by(|(theirs, _)| (*theirs).cmp(name.as_str())).ok();
        if let Some(((_, ours), value)) = known.and_then(|at| PASSED_ON.get(at)).zip(value.to_str().ok()) {
            headers.push((ours, value.to_owned()));
        }
    }
}

/// Our own limits, in the place of the provider's, which keep a name that says whose they are.
pub(super) fn put(headers: &mut Headers, limits: Headers) {
    for (name, _) in headers.iter_mut() {
        if limits.iter().any(|(ours, _)| ours == name)
            && let Some((_, theirs)) = REPLACED.iter().find(|(ours, _)| ours == name)
        {
            *name = theirs;
        }
    }
    headers.extend(limits);
}

/// The error's type, in dialects whose SDKs look for it in a header.
pub(super) fn name_error(headers: &mut Vec<(&'static str, String)>, dialect: Dialect, error: &ErrorReply) {
    if let (Some(name), Some(word)) = (dialect.error_header(), dialect.error_word(error)) {
        headers.push((name, word.to_owned()));
    }
}

fn ids(dialect: Dialect, id: &str) -> Vec<(&'static str, String)> {
    let receipt = ("x-turnpike-receipt", format!("/spend/receipt/{id}"));
    id_headers(dialect).map(|name| (name, id.to_owned())).chain([receipt]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_go_on_are_found() {
        assert!(PASSED_ON.is_sorted());
        let theirs = [("retry-after", "7"), ("request-id", "r"), ("set-cookie", "no"), ("x-request-id", "x")];
        let theirs = theirs.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let mut ours = Vec::new();
        pass_on(&mut ours, &theirs.into_iter().collect());
        ours.sort();
        let expected = [("llm_provider-request-id", "r"), ("llm_provider-x-request-id", "x"), ("retry-after", "7")];
        assert_eq!(ours, expected.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn names_fit_into_a_header_whatever_they_are() {
        let names = |fields: &[&str]| named(&fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>());
        assert_eq!(names(&["seed", "messages[0].x"]), "seed, messages[0].x");
        assert_eq!(names(&["a\nb", "h\u{e9}", "5%"]), "a%0Ab, h%C3%A9, 5%25");
        let many: Vec<String> = (0..40).map(|i| format!("f{i}")).collect();
        assert!(named(&many).ends_with("f31 (+8)"));
        let long = vec!["x".repeat(4000); 30];
        assert!(named(&long).len() < 2000, "{}", named(&long).len());
        assert!(http::HeaderValue::try_from(names(&["a\r\nset-cookie: x"])).is_ok());
    }
}
