//! The fields that are left out across dialects without a word, each with its reason. All others are named.

use crate::json::Object;

/// Where a field stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Top,
    StreamOptions,
    AssistantMessage,
    ToolMessage,
    ToolCall,
    /// Anywhere else: nothing is harmless there.
    Other,
}

/// A field, and the values with which it is harmless; none listed means any.
struct Harmless(Place, &'static str, &'static [&'static str]);

const HARMLESS: &[Harmless] = &[
    // Says that nothing is asked for: the same as leaving it out.
    Harmless(Place::Top, "store", &["false"]),
    Harmless(Place::Top, "top_logprobs", &["0"]),
    Harmless(Place::Top, "logit_bias", &["{}"]),
    Harmless(Place::Top, "modalities", &["[\"text\"]"]),
    // Padding of OpenAI's own chunks against eavesdroppers who measure them; other providers' chunks are written by us.
    Harmless(Place::StreamOptions, "include_obfuscation", &[]),
    // Part of an answer that SDKs hand back whole; no provider reads it in a request.
    Harmless(Place::AssistantMessage, "annotations", &[]),
    // The tool's name; the id of the call says it already.
    Harmless(Place::ToolMessage, "name", &[]),
    // The call's place in the stream that it was collected from; the list has the same order.
    Harmless(Place::ToolCall, "index", &[]),
];

/// Names the fields of `object` that nobody took, except the harmless ones.
pub(super) fn name_unread(mut object: Object<'_>, place: Place, unmapped: &mut Vec<String>) {
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
