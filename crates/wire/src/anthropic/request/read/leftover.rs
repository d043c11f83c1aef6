//! Fields that nobody took.

use serde_json::Value;

use crate::json::Object;

/// Fields that say the default in so many words: without them the request means the same. SDKs send them back
/// with the blocks of a former answer, so that naming them would refuse every second turn.
const DEFAULTS: &[(&str, &str, &str)] = &[
    ("allowed_callers", r#"["direct"]"#, "the model may call the tool itself, as any tool"),
    ("caller", r#"{"type":"direct"}"#, "the model called the tool itself, as any tool"),
    ("defer_loading", "false", "the tool is there from the start, as any tool"),
    ("response_inclusion", r#""full""#, "a search's findings stand in the answer, as they do without it"),
    ("eager_input_streaming", "false", "arguments come as the provider sends them"),
    ("speed", r#""standard""#, "the speed that everything has"),
    ("transformations", "{}", "Anthropic's own documentation: the same as leaving it out"),
];

/// Appends the paths of what is left in `object`, except what says nothing.
pub(super) fn name(object: Object<'_>, unmapped: &mut Vec<String>) {
    let mut object = object;
    for (key, default, _reason) in DEFAULTS {
        if object.peek(key).is_some_and(|value| says(value.get(), default)) {
            object.take(key);
        }
    }
    unmapped.extend(object.unread());
}

fn says(text: &str, default: &str) -> bool {
    let (text, default) = (serde_json::from_str::<Value>(text), serde_json::from_str::<Value>(default));
    matches!((text, default), (Ok(a), Ok(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_is_not_named_and_another_value_is() {
        let text = r#"{"caller":{"type" : "direct"},"defer_loading":true,"x":null,"y":1,"speed":"standard"}"#;
        let mut unmapped = Vec::new();
        name(Object::parse(text, "tools[0]").unwrap(), &mut unmapped);
        unmapped.sort();
        assert_eq!(unmapped, ["tools[0].defer_loading", "tools[0].y"]);
    }

    #[test]
    fn every_default_is_json_and_has_a_reason() {
        for (key, default, reason) in DEFAULTS {
            assert!(says(default, default) && !reason.is_empty(), "{key}");
        }
    }
}
