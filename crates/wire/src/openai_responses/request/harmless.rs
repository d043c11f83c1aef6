//! The fields that are left out across dialects without a word, each with its reason. All others are named.

use crate::json::Object;

/// Where a field stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// A field, and the values with which it is harmless; none listed means any.
struct Harmless(Place, &'static str, &'static [&'static str]);

const HARMLESS: &[Harmless] = &[
    // These say the default: the same as leaving them out.
    Harmless(Place::Top, "background", &["false"]),
    Harmless(Place::Top, "context_management", &["[]"]),
    Harmless(Place::Top, "truncation", &["\"disabled\""]),
    Harmless(Place::Reasoning, "context", &["\"auto\""]),
    Harmless(Place::Reasoning, "mode", &["\"standard\""]),
    Harmless(Place::Media, "detail", &["\"auto\""]),
    Harmless(Place::Call, "async", &["false"]),
    Harmless(Place::Call, "caller", &["{\"type\":\"direct\"}"]),
    Harmless(Place::CallOutput, "caller", &["{\"type\":\"direct\"}"]),
    Harmless(Place::Tool, "allowed_callers", &["[\"direct\"]"]),
    Harmless(Place::Tool, "async", &["false"]),
    Harmless(Place::Tool, "defer_loading", &["false"]),
    Harmless(Place::SearchTool, "external_web_access", &["true"]),
    Harmless(Place::SearchTool, "search_content_types", &["[\"text\"]"]),
    // Padding of OpenAI's own events against eavesdroppers who measure them; other providers' events are written by us.
    Harmless(Place::StreamOptions, "include_obfuscation", &[]),
    // Parts of a former answer that SDKs hand back whole: where the item stood, how far it had come, what it rests on.
    // The conversation is sent in full, so no provider needs them to find anything.
    Harmless(Place::Item, "id", &[]),
    Harmless(Place::Item, "status", &[]),
    Harmless(Place::Message, "id", &[]),
    Harmless(Place::Message, "status", &[]),
    Harmless(Place::Message, "phase", &[]),
    Harmless(Place::OutputText, "annotations", &[]),
    Harmless(Place::OutputText, "logprobs", &[]),
    Harmless(Place::Call, "id", &[]),
    Harmless(Place::Call, "status", &[]),
    Harmless(Place::CallOutput, "id", &[]),
    Harmless(Place::CallOutput, "status", &[]),
    // Codex's own notes on an item (which turn, when, of what kind), which it sends to OpenAI and no model sees.
    Harmless(Place::Item, "internal_chat_message_metadata_passthrough", &[]),
    Harmless(Place::Message, "internal_chat_message_metadata_passthrough", &[]),
    Harmless(Place::Call, "internal_chat_message_metadata_passthrough", &[]),
    Harmless(Place::CallOutput, "internal_chat_message_metadata_passthrough", &[]),
    // The tool's name; the id of the call says it already.
    Harmless(Place::CallOutput, "name", &[]),
    Harmless(Place::CallOutput, "namespace", &[]),
];

/// Names the fields of `object` that nobody took, except the harmless ones.
pub(super) fn name_unread(mut object: Object<'_>, place: Place, unmapped: &mut Vec<String>) {
    if object.names().next().is_none() {
        return;
    }
    for Harmless(_, key, values) in HARMLESS.iter().filter(|harmless| harmless.0 == place) {
        let is_harmless = object.peek(key).is_some_and(|value| {
            let bare = value.get().split_ascii_whitespace().collect::<String>();
            values.is_empty() || values.contains(&bare.as_str())
        });
        if is_harmless {
            object.take(key);
        }
    }
    unmapped.extend(object.unread());
}
