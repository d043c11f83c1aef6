//! `usage`, both ways. Reading never fails: a figure that is not a count makes the usage odd.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::chat::Usage;

#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    input_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    input_tokens_details: Option<&'a RawValue>,
    #[serde(borrow)]
    output_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    output_tokens_details: Option<&'a RawValue>,
    #[serde(borrow)]
    total_tokens: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct ToldInput<'a> {
    #[serde(borrow)]
    cached_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    cache_write_tokens: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct ToldOutput<'a> {
    #[serde(borrow)]
    reasoning_tokens: Option<&'a RawValue>,
}

/// Reads a usage object. `input_tokens` includes what the cache read and wrote, the conversation's `input` does not.
pub(super) fn read(text: &str) -> Usage {
    let mut usage = Usage::default();
    // `null` while the answer is still being made
    let Some(Some(told)) = usage.told::<Option<Told<'_>>>(text) else { return usage };
    let prompt = usage.count(told.input_tokens);
    usage.output = usage.count(told.output_tokens);
    let total = usage.count(told.total_tokens);
    if let Some(details) = told.input_tokens_details.and_then(|raw| usage.told::<ToldInput<'_>>(raw.get())) {
        usage.cache_read = usage.count(details.cached_tokens);
        usage.cache_write_5m = usage.count(details.cache_write_tokens);
    }
    if let Some(details) = told.output_tokens_details.and_then(|raw| usage.told::<ToldOutput<'_>>(raw.get())) {
        usage.reasoning = usage.count(details.reasoning_tokens);
    }
    let cached = usage.cache_read.unwrap_or(0).saturating_add(usage.cache_write_5m.unwrap_or(0));
    usage.input = prompt.map(|prompt| prompt.saturating_sub(cached));
    usage.odd |= prompt.is_some_and(|prompt| prompt < cached)
        || usage.output.is_some_and(|output| usage.reasoning.is_some_and(|reasoning| reasoning > output));
    if let (Some(prompt), Some(output), Some(total)) = (prompt, usage.output, total) {
        usage.odd |= total != prompt.saturating_add(output);
    }
    usage
}

/// Usage as it is written: SDKs require every member, so what is not known is 0.
#[derive(Debug, Serialize)]
pub(super) struct Written {
    input_tokens: u64,
    input_tokens_details: InputDetails,
    output_tokens: u64,
    output_tokens_details: OutputDetails,
    total_tokens: u64,
}

#[derive(Debug, Serialize)]
struct InputDetails {
    cached_tokens: u64,
    cache_write_tokens: u64,
}

#[derive(Debug, Serialize)]
struct OutputDetails {
    reasoning_tokens: u64,
}

/// The form of `usage` on the wire; nothing when nothing was told, as zeros would be a claim.
pub(super) fn write(usage: &Usage) -> Option<Written> {
    if usage.is_empty() {
        return None;
    }
    let (input_tokens, output_tokens) = (usage.prompt(), usage.output.unwrap_or(0));
    Some(Written {
        input_tokens,
        input_tokens_details: InputDetails {
            cached_tokens: usage.cache_read.unwrap_or(0),
            cache_write_tokens: usage.cache_write().unwrap_or(0),
        },
        output_tokens,
        output_tokens_details: OutputDetails { reasoning_tokens: usage.reasoning.unwrap_or(0) },
        total_tokens: input_tokens.saturating_add(output_tokens),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// input, cache read, cache write, output, reasoning, odd
    type Row = (Option<u64>, Option<u64>, Option<u64>, Option<u64>, Option<u64>, bool);

    #[test]
    fn classes_do_not_overlap_and_odd_figures_are_marked() {
        let s = Some::<u64>;
        let rows: &[(&str, Row)] = &[
            (r#"{"input_tokens":10,"output_tokens":3,"total_tokens":13}"#, (s(10), None, None, s(3), None, false)),
            (
                r#"{"input_tokens":10,"input_tokens_details":{"cached_tokens":4,"cache_write_tokens":5},
                    "output_tokens":3,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":13}"#,
                (s(1), s(4), s(5), s(3), s(2), false),
            ),
            ("null", (None, None, None, None, None, false)),
            ("{}", (None, None, None, None, None, false)),
            (r#"{"input_tokens":10,"input_tokens_details":null}"#, (s(10), None, None, None, None, false)),
            (r#"{"input_tokens":10,"output_tokens":3,"total_tokens":14}"#, (s(10), None, None, s(3), None, true)),
            (r#"{"input_tokens":1,"input_tokens_details":{"cached_tokens":9}}"#, (s(0), s(9), None, None, None, true)),
            (
                r#"{"output_tokens":1,"output_tokens_details":{"reasoning_tokens":9}}"#,
                (None, None, None, s(1), s(9), true),
            ),
            (r#"{"input_tokens":-1,"output_tokens":1.5}"#, (None, None, None, None, None, true)),
            (r#"{"input_tokens":1,"input_tokens_details":"x"}"#, (s(1), None, None, None, None, true)),
            ("[1]", (None, None, None, None, None, true)),
        ];
        for (text, expected) in rows {
            let u = read(text);
            assert_eq!((u.input, u.cache_read, u.cache_write_5m, u.output, u.reasoning, u.odd), *expected, "{text}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let usage = Usage {
            input: Some(1),
            cache_read: Some(2),
            cache_write_5m: Some(4),
            output: Some(8),
            reasoning: Some(3),
            ..Usage::default()
        };
        let text = serde_json::to_string(&write(&usage).unwrap()).unwrap();
        assert_eq!(read(&text), usage, "{text}");
        assert!(write(&Usage::default()).is_none());
    }
}
