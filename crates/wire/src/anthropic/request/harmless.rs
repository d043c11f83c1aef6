//! The fields that are left out across dialects without a word, each with its reason. All others are named.
//!
//! They say the default in so many words: without them the request means the same. SDKs send them back with the blocks of a
//! former answer, so that naming them would refuse every second turn.

use crate::harmless::With::Only;
pub(super) use crate::harmless::name_unread;
use crate::harmless::{self, Harmless};

/// Where a field stands. Here a field means the same wherever it stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Anywhere;

impl harmless::Place for Anywhere {
    const HARMLESS: &'static [Harmless<Self>] = &[
        Harmless(
            "the model may call the tool itself, as any tool",
            &[(Anywhere, "allowed_callers", Only(r#"["direct"]"#))],
        ),
        Harmless(
            "the model called the tool itself, as any tool",
            &[(Anywhere, "caller", Only(r#"{"type":"direct"}"#))],
        ),
        Harmless("the tool is there from the start, as any tool", &[(Anywhere, "defer_loading", Only("false"))]),
        Harmless(
            "a search's findings stand in the answer, as they do without it",
            &[(Anywhere, "response_inclusion", Only(r#""full""#))],
        ),
        Harmless("arguments come as the provider sends them", &[(Anywhere, "eager_input_streaming", Only("false"))]),
        Harmless("the speed that everything has", &[(Anywhere, "speed", Only(r#""standard""#))]),
        Harmless(
            "Anthropic's own documentation: the same as leaving it out",
            &[(Anywhere, "transformations", Only("{}"))],
        ),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Object;

    #[test]
    fn a_default_is_not_named_and_another_value_is() {
        let text = r#"{"caller":{"type" : "direct"},"defer_loading":true,"x":null,"y":1,"speed":"standard"}"#;
        let mut unmapped = Vec::new();
        name_unread(Object::parse(text, "tools[0]").unwrap(), Anywhere, &mut unmapped);
        unmapped.sort();
        assert_eq!(unmapped, ["tools[0].defer_loading", "tools[0].y"]);
    }

    #[test]
    fn every_default_is_json_and_has_a_reason() {
        harmless::tests::is_sound::<Anywhere>();
    }
}
