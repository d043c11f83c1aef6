//! Token counts, in Bedrock's words. `inputTokens` is without what the cache read and wrote. Reading never fails: a figure
//! that is not a count makes the usage odd.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::chat::{ServiceTier, Usage};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    #[serde(borrow)]
    input_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    output_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    cache_read_input_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    cache_write_input_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    cache_details: Option<&'a RawValue>,
}

/// Cache writes of one lifetime.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToldDetail<'a> {
    #[serde(borrow)]
    ttl: Option<&'a RawValue>,
    #[serde(borrow)]
    input_tokens: Option<&'a RawValue>,
}

/// Reads a `usage` object.
pub(super) fn read(text: &str) -> Usage {
    let mut usage = Usage::default();
    let Some(told) = usage.told::<Told<'_>>(text) else { return usage };
    usage.input = usage.count(told.input_tokens);
    usage.output = usage.count(told.output_tokens);
    usage.cache_read = usage.count(told.cache_read_input_tokens);
    usage.cache_write_5m = usage.count(told.cache_write_input_tokens);
    let details = told.cache_details.and_then(|raw| usage.told::<Vec<ToldDetail<'_>>>(raw.get())).unwrap_or_default();
    if !details.is_empty() {
        read_lifetimes(&details, &mut usage);
    }
    usage
}

/// The same with the tier, which stands beside it: `{"type": "priority"}`.
pub(super) fn read_served(usage: &RawValue, tier: Option<&RawValue>) -> Usage {
    #[derive(Deserialize)]
    struct Told<'a> {
        #[serde(borrow)]
        r#type: Option<&'a RawValue>,
    }
    let told = tier.and_then(|tier| serde_json::from_str::<Told<'_>>(tier.get()).ok());
    Usage { tier: told.and_then(|told| ServiceTier::told(told.r#type)), ..read(usage.get()) }
}

/// Reads the cache writes by lifetime. One that is not known counts as short.
fn read_lifetimes(details: &[ToldDetail<'_>], usage: &mut Usage) {
    let (mut short, mut long) = (0_u64, 0_u64);
    for detail in details {
        let tokens = usage.count(detail.input_tokens).unwrap_or(0);
        let sum = match detail.ttl.map(RawValue::get) {
            Some(r#""1h""#) => &mut long,
            Some(r#""5m""#) => &mut short,
            _ => {
                usage.odd = true;
                &mut short
            }
        };
        *sum = sum.saturating_add(tokens);
    }
    usage.set_cache_writes(usage.cache_write_5m, short, long);
}

/// A `usage` object on its way to a client. Three figures are required: what is not known is 0 there, and absent elsewhere.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Written {
    input_tokens: u64,
    output_tokens: u64,
    /// Of all classes.
    total_tokens: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_read_input_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_write_input_tokens: Option<u64>,
    /// The longer lifetime first, as the service sorts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_details: Option<[Detail; 2]>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    ttl: &'static str,
    input_tokens: u64,
}

impl Written {
    pub(super) fn of(usage: &Usage) -> Self {
        let details = |long| {
            let short = usage.cache_write_5m.unwrap_or(0);
            [Detail { ttl: "1h", input_tokens: long }, Detail { ttl: "5m", input_tokens: short }]
        };
        let output = usage.output.unwrap_or(0);
        Self {
            input_tokens: usage.input.unwrap_or(0),
            output_tokens: output,
            total_tokens: usage.prompt().saturating_add(output),
            cache_read_input_tokens: usage.cache_read,
            cache_write_input_tokens: usage.cache_write(),
            cache_details: usage.cache_write_1h.map(details),
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
            (r#"{"inputTokens":3,"outputTokens":5,"totalTokens":8}"#, usage(3, 5)),
            (r#"{"outputTokens":5,"cacheDetails":[]}"#, Usage { output: Some(5), ..Usage::default() }),
            (
                r#"{"inputTokens":3,"outputTokens":5,"totalTokens":24,"cacheReadInputTokens":9,"cacheWriteInputTokens":7}"#,
                Usage { cache_write_5m: Some(7), cache_read: Some(9), ..usage(3, 5) },
            ),
            (
                r#"{"inputTokens":3,"outputTokens":5,"cacheWriteInputTokens":30,
                    "cacheDetails":[{"ttl":"1h","inputTokens":20},{"ttl":"5m","inputTokens":10}]}"#,
                Usage { cache_write_5m: Some(10), cache_write_1h: Some(20), ..usage(3, 5) },
            ),
            (
                r#"{"inputTokens":3,"outputTokens":5,"cacheDetails":[{"ttl":"1h","inputTokens":20}]}"#,
                Usage { cache_write_5m: Some(0), cache_write_1h: Some(20), ..usage(3, 5) },
            ),
            (r#"{"inputTokens":3,"outputTokens":5,"cacheReadInputTokens":null,"cacheDetails":null}"#, usage(3, 5)),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn odd_figures_are_marked_and_the_rest_is_kept() {
        let odd = |usage: Usage| Usage { odd: true, ..usage };
        let written = |short, long| Usage { cache_write_5m: Some(short), cache_write_1h: Some(long), ..usage(3, 5) };
        let cases = [
            (r#"{"inputTokens":-1,"outputTokens":5}"#, odd(Usage { output: Some(5), ..Usage::default() })),
            (r#"{"inputTokens":3,"outputTokens":5,"cacheReadInputTokens":1.5}"#, odd(usage(3, 5))),
            (r#"{"inputTokens":3,"outputTokens":5,"cacheDetails":{}}"#, odd(usage(3, 5))),
            (
                r#"{"inputTokens":3,"outputTokens":5,"cacheWriteInputTokens":50,"cacheDetails":[{"ttl":"1h","inputTokens":20}]}"#,
                odd(written(30, 20)),
            ),
            (
                r#"{"inputTokens":3,"outputTokens":5,"cacheDetails":[{"ttl":"2d","inputTokens":9},{"ttl":"1h","inputTokens":"x"}]}"#,
                odd(written(9, 0)),
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
        let full = Usage { cache_read: Some(1), cache_write_5m: Some(2), cache_write_1h: Some(4), ..usage(16, 32) };
        for usage in [full, usage(1, 2), Usage { cache_write_5m: Some(0), ..usage(0, 0) }] {
            let text = serde_json::to_string(&Written::of(&usage)).unwrap();
            assert_eq!(read(&text), usage, "{text}");
        }
        insta::assert_snapshot!(
            serde_json::to_string(&Written::of(&full)).unwrap(),
            @r#"{"inputTokens":16,"outputTokens":32,"totalTokens":55,"cacheReadInputTokens":1,"cacheWriteInputTokens":6,"cacheDetails":[{"ttl":"1h","inputTokens":4},{"ttl":"5m","inputTokens":2}]}"#
        );
        insta::assert_snapshot!(
            serde_json::to_string(&Written::of(&Usage::default())).unwrap(),
            @r#"{"inputTokens":0,"outputTokens":0,"totalTokens":0}"#
        );
    }
}
