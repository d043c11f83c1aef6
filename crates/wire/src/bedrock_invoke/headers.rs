//! What stands in headers: settings of a request, and the usage of a whole answer whoever made the model.

use crate::chat::Usage;

const INPUT: &str = "x-amzn-bedrock-input-token-count";
const OUTPUT: &str = "x-amzn-bedrock-output-token-count";
/// In milliseconds.
const LATENCY: &str = "x-amzn-bedrock-invocation-latency";

/// The headers of `InvokeModelRequest` that change the answer or what it costs.
pub const SETTINGS: &[&str] = &[
    "x-amzn-bedrock-guardrailidentifier",
    "x-amzn-bedrock-guardrailversion",
    "x-amzn-bedrock-performanceconfig-latency",
    "x-amzn-bedrock-request-metadata",
    "x-amzn-bedrock-service-tier",
    "x-amzn-bedrock-trace",
];

/// The headers of `InvokeModelRequest`, and of its sibling that streams, that say which form the body has and the answer is to
/// have. A Claude knows one form; other models may answer a picture, say.
pub fn forms(stream: bool) -> &'static [&'static str] {
    if stream { &["content-type", "x-amzn-bedrock-accept"] } else { &["content-type", "accept"] }
}

/// The header that says which form an answer has.
pub fn form(stream: bool) -> &'static str {
    if stream { "x-amzn-bedrock-content-type" } else { "content-type" }
}

/// The headers that tell `usage`.
pub fn of(usage: &Usage, latency_ms: u64) -> Vec<(&'static str, String)> {
    let counts = [(INPUT, usage.input), (OUTPUT, usage.output)];
    let told = counts.into_iter().filter_map(|(name, count)| Some((name, count?.to_string())));
    told.chain([(LATENCY, latency_ms.to_string())]).collect()
}

/// The usage in an answer's headers; `header` finds one by its name.
pub fn usage<'a>(header: impl Fn(&str) -> Option<&'a str>) -> Usage {
    let count = |name: &str| header(name)?.parse().ok();
    Usage { input: count(INPUT), output: count(OUTPUT), ..Usage::default() }
}
