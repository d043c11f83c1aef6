//! Token counts, in Anthropic's words. Reading never fails: a figure that is not a count makes the usage odd.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::chat::{ServiceTier, Usage};

#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    input_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    output_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    cache_creation_input_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    cache_read_input_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    cache_creation: Option<&'a RawValue>,
    #[serde(borrow)]
    output_tokens_details: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct ToldLifetimes<'a> {
    #[serde(borrow)]
    ephemeral_5m_input_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    ephemeral_1h_input_tokens: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct ToldDetails<'a> {
    #[serde(borrow)]
    thinking_tokens: Option<&'a RawValue>,
}

/// Reads a `usage` object.
pub(super) fn read(text: &str) -> Usage {
    let mut usage = Usage::default();
    let Some(told) = usage.told::<Told<'_>>(text) else { return usage };
    usage.input = usage.count(told.input_tokens);
    usage.output = usage.count(told.output_tokens);
    usage.cache_read = usage.count(told.cache_read_input_tokens);
    if let Some(details) = told.output_tokens_details.and_then(|raw| usage.told::<ToldDetails<'_>>(raw.get())) {
        usage.reasoning = usage.count(details.thinking_tokens);
    }
    let written = usage.count(told.cache_creation_input_tokens);
    match told.cache_creation {
        Some(raw) => read_lifetimes(raw, written, &mut usage),
        None => usage.cache_write_5m = written,
    }
    usage
}

/// The same with the tier, which stands in the usage.
pub(super) fn read_served(text: &str) -> Usage {
    #[derive(Deserialize)]
    struct Told<'a> {
        #[serde(borrow)]
        service_tier: Option<&'a RawValue>,
    }
    let tier = serde_json::from_str::<Told<'_>>(text).ok().and_then(|told| ServiceTier::told(told.service_tier));
    Usage { tier, ..read(text) }
}

/// Reads the cache writes by lifetime.
fn read_lifetimes(raw: &RawValue, total: Option<u64>, usage: &mut Usage) {
    let Some(told) = usage.told::<ToldLifetimes<'_>>(raw.get()) else {
        usage.cache_write_5m = total;
        return;
    };
    let short = usage.count(told.ephemeral_5m_input_tokens).unwrap_or(0);
    let long = usage.count(told.ephemeral_1h_input_tokens).unwrap_or(0);
    usage.set_cache_writes(total, short, long);
}

/// A `usage` object on its way to a client. Input and output are required by the SDKs' types: what is not known is 0 there,
/// and `null` where they allow it.
#[derive(Debug, Serialize)]
pub(super) struct Written<'a> {
    input_tokens: u64,
    output_tokens: u64,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_creation: Option<Lifetimes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_tokens_details: Option<Details>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tier: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Lifetimes {
    ephemeral_5m_input_tokens: u64,
    ephemeral_1h_input_tokens: u64,
}

#[derive(Debug, Serialize)]
struct Details {
    thinking_tokens: u64,
}

impl<'a> Written<'a> {
    pub(super) fn of(usage: &Usage, service_tier: Option<&'a str>) -> Self {
        let lifetimes = |long| Lifetimes {
            ephemeral_5m_input_tokens: usage.cache_write_5m.unwrap_or(0),
            ephemeral_1h_input_tokens: long,
        };
        Self {
            input_tokens: usage.input.unwrap_or(0),
            output_tokens: usage.output.unwrap_or(0),
            cache_creation_input_tokens: usage.cache_write(),
            cache_read_input_tokens: usage.cache_read,
            cache_creation: usage.cache_write_1h.map(lifetimes),
            output_tokens_details: usage.reasoning.map(|thinking_tokens| Details { thinking_tokens }),
            service_tier,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(input: u64, output: u64) -> Usage {
        Usage { input: Some(input), output: Some(output), ..Usage::default() }
    }

    #[test]
    fn reads_every_class() {
        let cases = [
            (r#"{"input_tokens":3,"output_tokens":5}"#, usage(3, 5)),
            (r#"{"output_tokens":5}"#, Usage { output: Some(5), ..Usage::default() }),
            (
                r#"{"input_tokens":3,"output_tokens":5,"cache_creation_input_tokens":7,"cache_read_input_tokens":9}"#,
                Usage { cache_write_5m: Some(7), cache_read: Some(9), ..usage(3, 5) },
            ),
            (
                r#"{"input_tokens":3,"output_tokens":5,"cache_creation_input_tokens":30,
                    "cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20}}"#,
                Usage { cache_write_5m: Some(10), cache_write_1h: Some(20), ..usage(3, 5) },
            ),
            (
                r#"{"input_tokens":3,"output_tokens":5,"output_tokens_details":{"thinking_tokens":4},"cache_creation":null}"#,
                Usage { reasoning: Some(4), ..usage(3, 5) },
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn odd_figures_are_marked_and_the_rest_is_kept() {
        let odd = |usage: Usage| Usage { odd: true, ..usage };
        let cases = [
            (r#"{"input_tokens":-1,"output_tokens":5}"#, odd(Usage { output: Some(5), ..Usage::default() })),
            (r#"{"input_tokens":3,"output_tokens":5,"cache_read_input_tokens":1.5}"#, odd(usage(3, 5))),
            (r#"{"input_tokens":3,"output_tokens":5,"cache_creation":[]}"#, odd(usage(3, 5))),
            (
                r#"{"input_tokens":3,"output_tokens":5,"cache_creation_input_tokens":50,
                    "cache_creation":{"ephemeral_1h_input_tokens":20}}"#,
                odd(Usage { cache_write_5m: Some(30), cache_write_1h: Some(20), ..usage(3, 5) }),
            ),
            ("[1]x", odd(Usage::default())),
            (r#""many""#, odd(Usage::default())),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let full = Usage {
            cache_read: Some(1),
            cache_write_5m: Some(2),
            cache_write_1h: Some(4),
            reasoning: Some(8),
            ..usage(16, 32)
        };
        for usage in [full, usage(1, 2), Usage { cache_write_5m: Some(0), ..usage(0, 0) }] {
            let text = serde_json::to_string(&Written::of(&usage, None)).unwrap();
            assert_eq!(read(&text), usage, "{text}");
        }
    }
}
