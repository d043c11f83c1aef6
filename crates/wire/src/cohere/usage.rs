//! Token counts, in Cohere's words. `billed_units` are those that are paid for, so they count. `tokens` are those that the model saw
//! and made, with what Cohere itself puts into the prompt; they count where nothing is said of the bill. `cached_tokens` are the part
//! of the input that was read from a cache. Reading never fails: a figure that is not a count makes the usage odd.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::chat::Usage;

#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    billed_units: Option<&'a RawValue>,
    #[serde(borrow)]
    cached_tokens: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct ToldFigures<'a> {
    #[serde(borrow)]
    input_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    output_tokens: Option<&'a RawValue>,
}

/// Reads a `usage` object, or the `meta` of the first version of the API.
pub(super) fn read(text: &str) -> Usage {
    let mut usage = Usage::default();
    let Some(told) = usage.told::<Told<'_>>(text) else { return usage };
    let (tokens, billed) = (figures(told.tokens, &mut usage), figures(told.billed_units, &mut usage));
    usage.cache_read = count(told.cached_tokens, &mut usage);
    usage.output = count(billed.output_tokens.or(tokens.output_tokens), &mut usage);
    let (is_billed, seen) = (billed.input_tokens.is_some(), billed.input_tokens.or(tokens.input_tokens));
    usage.input = count(seen, &mut usage);
    if let (Some(input), Some(cached)) = (usage.input, usage.cache_read) {
        // more may have been read than is billed, but not more than was seen
        usage.odd |= !is_billed && cached > input;
        usage.cache_read = Some(if is_billed { cached.min(input) } else { cached });
        usage.input = Some(input.saturating_sub(cached));
    }
    usage
}

fn figures<'a>(raw: Option<&'a RawValue>, usage: &mut Usage) -> ToldFigures<'a> {
    raw.and_then(|raw| usage.told(raw.get())).unwrap_or_default()
}

/// A figure. The API calls them decimals, so a whole one may end in `.0`.
fn count(raw: Option<&RawValue>, usage: &mut Usage) -> Option<u64> {
    let text = raw?.get();
    let whole = match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|digit| digit == b'0') => whole,
        _ => text,
    };
    let count = whole.parse();
    usage.odd |= count.is_err();
    count.ok()
}

/// A `usage` object on its way to a client. Both kinds of figures are the same: what is billed is said by the provider's own
/// price.
#[derive(Debug, Serialize)]
pub(super) struct Written {
    billed_units: Figures,
    tokens: Figures,
    #[serde(skip_serializing_if = "Option::is_none")]
    cached_tokens: Option<u64>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Figures {
    #[serde(skip_serializing_if = "Option::is_none")]
    input_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_tokens: Option<u64>,
}

impl Written {
    /// `None` when nothing was told.
    pub(super) fn of(usage: &Usage) -> Option<Self> {
        let classes = [usage.input, usage.cache_read, usage.cache_write_5m, usage.cache_write_1h];
        let input_tokens = classes.iter().any(Option::is_some).then(|| usage.prompt());
        let figures = Figures { input_tokens, output_tokens: usage.output };
        let says = input_tokens.is_some() || usage.output.is_some();
        says.then_some(Self { billed_units: figures, tokens: figures, cached_tokens: usage.cache_read })
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
        for (text, expected) in [
            (r#"{"tokens":{"input_tokens":3,"output_tokens":5}}"#, usage(3, 5)),
            (r#"{"tokens":{"input_tokens":3.0,"output_tokens":5.00}}"#, usage(3, 5)),
            (
                r#"{"billed_units":{"input_tokens":9,"output_tokens":2},"tokens":{"input_tokens":99,"output_tokens":5},"cached_tokens":4}"#,
                Usage { cache_read: Some(4), ..usage(5, 2) },
            ),
            (
                r#"{"billed_units":{"input_tokens":3,"output_tokens":2},"tokens":{"input_tokens":99,"output_tokens":5},"cached_tokens":4}"#,
                Usage { cache_read: Some(3), ..usage(0, 2) },
            ),
            (
                r#"{"billed_units":{"input_tokens":1,"output_tokens":2,"search_units":1},"tokens":null,"cached_tokens":null}"#,
                usage(1, 2),
            ),
            (r#"{"billed_units":{"input_tokens":1,"output_tokens":2},"tokens":{"output_tokens":3}}"#, usage(1, 2)),
            ("{}", Usage::default()),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn odd_figures_are_marked_and_the_rest_is_kept() {
        let odd = |usage: Usage| Usage { odd: true, ..usage };
        for (text, expected) in [
            (r#"{"tokens":{"input_tokens":-1,"output_tokens":5}}"#, odd(Usage { output: Some(5), ..Usage::default() })),
            (r#"{"tokens":{"input_tokens":3,"output_tokens":1.5}}"#, odd(Usage { input: Some(3), ..Usage::default() })),
            (r#"{"tokens":{"input_tokens":3.,"output_tokens":5}}"#, odd(Usage::default())),
            (
                r#"{"tokens":{"input_tokens":3,"output_tokens":5},"cached_tokens":9}"#,
                odd(Usage { cache_read: Some(9), ..usage(0, 5) }),
            ),
            (r#"{"tokens":[],"billed_units":{"input_tokens":1,"output_tokens":2}}"#, odd(usage(1, 2))),
            ("7", odd(Usage::default())),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for usage in
            [usage(1, 2), Usage { cache_read: Some(7), ..usage(3, 4) }, Usage { output: Some(4), ..Usage::default() }]
        {
            let text = serde_json::to_string(&Written::of(&usage)).unwrap();
            assert_eq!(read(&text), usage, "{text}");
        }
        assert!(Written::of(&Usage::default()).is_none());
        let full = Usage { cache_read: Some(1), cache_write_5m: Some(2), cache_write_1h: Some(4), ..usage(16, 32) };
        insta::assert_snapshot!(
            serde_json::to_string(&Written::of(&full)).unwrap(),
            @r#"{"billed_units":{"input_tokens":23,"output_tokens":32},"tokens":{"input_tokens":23,"output_tokens":32},"cached_tokens":1}"#
        );
    }
}
