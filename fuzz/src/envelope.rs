//! The fields that the gateway reads itself: what is accepted is JSON within the bounds, and every place that is told holds
//! what was read there.

use std::ops::Range;

use serde_json::Value;
use wire::Dialect;
use wire::envelope::{self, Address, Envelope, EnvelopeError, MAX_DEPTH, MAX_EMBEDDING_NODES, MAX_ITEMS, MAX_NODES};

type Read = fn(Dialect, Option<&Address>, &[u8]) -> Result<Envelope, EnvelopeError>;

/// `<dialect><body>`.
pub fn envelope(input: &[u8]) {
    let Some((dialect, body)) = super::dialect(input) else { return };
    let address = Address { model: "m".to_owned(), stream: true };
    for address in [None, Some(&address)] {
        for (read, most) in [(envelope::read as Read, MAX_NODES), (envelope::read_embedding, MAX_EMBEDDING_NODES)] {
            match read(dialect, address, body) {
                Ok(envelope) => check(dialect, &envelope, body, most),
                Err(refused) => drop((refused.to_string(), refused.kind())),
            }
        }
    }
}

fn check(dialect: Dialect, envelope: &Envelope, body: &[u8], most: usize) {
    let text = super::json(body, "an accepted body");
    bounds(dialect, text, most);
    if envelope.sealed {
        return;
    }
    let read = |span: &Range<usize>| serde_json::from_slice::<Value>(&body[span.clone()]).unwrap();
    assert_eq!(body[envelope.start - 1], b'{');
    if let Some(span) = &envelope.model_span {
        let model = read(span);
        let bare = |name: &str| name.trim_start_matches("models/").to_owned();
        let named = model.as_str().unwrap();
        assert!(named == envelope.model || dialect == Dialect::Gemini && bare(named) == bare(&envelope.model));
    }
    for (_, value, span) in &envelope.ceilings {
        assert_eq!(read(span).as_u64(), Some(*value));
    }
    for (_, span) in &envelope.unset_ceilings {
        assert_eq!(read(span), Value::Null);
    }
    for span in [&envelope.inference_config, &envelope.stream_options].into_iter().flatten() {
        assert!(matches!(&body[span.clone()], [b'{', .., b'}'] | b"null"));
    }
}

/// Counted once more, in another way.
fn bounds(dialect: Dialect, text: &str, most: usize) {
    let (mut depth, mut values, mut rest) = (0_usize, 0_usize, text);
    while let Some(mark) = rest.chars().next() {
        let mut length = mark.len_utf8();
        match mark {
            '{' | '[' => {
                depth += 1;
                values += 1;
            }
            '}' | ']' => depth -= 1,
            '"' => length = string_len(rest.as_bytes()),
            _ => {}
        }
        assert!(depth <= MAX_DEPTH, "{depth} levels");
        rest = &rest[length..];
    }
    assert!(values <= most);
    let items = serde_json::from_str::<serde_json::Map<String, Value>>(text).unwrap_or_default();
    let has_tokens = |name: &str| dialect == Dialect::OpenAiCompletions && name == "prompt";
    let is_bound = |value: &Value| value.as_array().is_none_or(|list| list.len() <= MAX_ITEMS);
    assert!(items.iter().all(|(name, value)| has_tokens(name) || is_bound(value)));
}

fn string_len(text: &[u8]) -> usize {
    let mut at = 1;
    while text[at] != b'"' {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}
