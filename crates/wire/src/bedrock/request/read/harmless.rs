//! The fields that are left out across dialects without a word, each with its reason. All others are named.

use serde_json::Value;

use crate::json::Object;

/// Fields of the request, and the values with which they are harmless.
const HARMLESS: &[(&str, &str, &str)] = &[
    (
        "additionalModelResponseFieldPaths",
        r#"["/delta/stop_sequence"]"#,
        "asks for the stop sequence in the answer, as one SDK does in every request: nothing else is generated for it",
    ),
    ("additionalModelResponseFieldPaths", r#"["/stop_sequence"]"#, "the same, of an answer that is no stream"),
    ("additionalModelResponseFieldPaths", "[]", "asks for nothing"),
    ("performanceConfig", r#"{"latency":"standard"}"#, "the latency that everything has"),
    ("performanceConfig", "{}", "asks for nothing"),
    ("promptVariables", "{}", "a prompt without variables"),
];

/// Appends the paths of what is left in the request, except what says nothing.
pub(super) fn name_unread(mut object: Object<'_>, unmapped: &mut Vec<String>) {
    for (key, value, _reason) in HARMLESS {
        if object.peek(key).is_some_and(|told| is(told.get(), value)) {
            object.take(key);
        }
    }
    unmapped.extend(object.unread());
}

fn is(text: &str, value: &str) -> bool {
    let (text, value) = (serde_json::from_str::<Value>(text), serde_json::from_str::<Value>(value));
    matches!((text, value), (Ok(a), Ok(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_json_and_has_a_reason() {
        for (key, value, reason) in HARMLESS {
            assert!(is(value, value) && !reason.is_empty(), "{key}");
        }
    }
}
