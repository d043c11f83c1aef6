//! The fields that are left out across dialects without a word, each with its reason. All others are named.

use crate::harmless::With::{Any, Only};
pub(super) use crate::harmless::name_unread;
use crate::harmless::{self, Harmless};

/// Where a field stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Top,
    StreamOptions,
    Reasoning,
    /// Items of reasoning, of searches and of tools.
    Item,
    Message,
    /// What an assistant said.
    OutputText,
    /// A file, or an image.
    Media,
    Call,
    CallOutput,
    Tool,
    SearchTool,
    /// Anywhere else: nothing is harmless there.
    Other,
}

impl harmless::Place for Place {
    const HARMLESS: &'static [Harmless<Self>] = &[
        Harmless(
            "says the default: the same as leaving it out",
            &[
                (Place::Top, "background", Only("false")),
                (Place::Top, "context_management", Only("[]")),
                (Place::Top, "truncation", Only(r#""disabled""#)),
                (Place::Reasoning, "context", Only(r#""auto""#)),
                (Place::Reasoning, "mode", Only(r#""standard""#)),
                (Place::Media, "detail", Only(r#""auto""#)),
                (Place::Call, "async", Only("false")),
                (Place::Call, "caller", Only(r#"{"type":"direct"}"#)),
                (Place::CallOutput, "caller", Only(r#"{"type":"direct"}"#)),
                (Place::Tool, "allowed_callers", Only(r#"["direct"]"#)),
                (Place::Tool, "async", Only("false")),
                (Place::Tool, "defer_loading", Only("false")),
                (Place::SearchTool, "external_web_access", Only("true")),
                (Place::SearchTool, "search_content_types", Only(r#"["text"]"#)),
            ],
        ),
        Harmless(
            "padding of OpenAI's own events against eavesdroppers who measure them: other providers' are written by us",
            &[(Place::StreamOptions, "include_obfuscation", Any)],
        ),
        Harmless(
            "where the item of a former answer stood, how far it had come, what it rests on: the conversation is sent in full",
            &[
                (Place::Item, "id", Any),
                (Place::Item, "status", Any),
                (Place::Message, "id", Any),
                (Place::Message, "status", Any),
                (Place::Message, "phase", Any),
                (Place::OutputText, "annotations", Any),
                (Place::OutputText, "logprobs", Any),
                (Place::Call, "id", Any),
                (Place::Call, "status", Any),
                (Place::CallOutput, "id", Any),
                (Place::CallOutput, "status", Any),
            ],
        ),
        Harmless(
            "Codex's own notes on an item (which turn, when, of what kind), which it sends to OpenAI and no model sees",
            &[
                (Place::Item, "internal_chat_message_metadata_passthrough", Any),
                (Place::Message, "internal_chat_message_metadata_passthrough", Any),
                (Place::Call, "internal_chat_message_metadata_passthrough", Any),
                (Place::CallOutput, "internal_chat_message_metadata_passthrough", Any),
            ],
        ),
        Harmless(
            "the tool's name: the id of the call says it already",
            &[(Place::CallOutput, "name", Any), (Place::CallOutput, "namespace", Any)],
        ),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_json_and_has_a_reason() {
        harmless::tests::is_sound::<Place>();
    }
}
