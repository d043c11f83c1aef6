//! The fields that are left out across dialects without a word, each with its reason. All others are named.

use crate::harmless::With::{Any, Only};
pub(super) use crate::harmless::name_unread;
use crate::harmless::{self, Harmless};

/// Where a field stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Top,
    StreamOptions,
    AssistantMessage,
    ToolMessage,
    ToolCall,
    /// Anywhere else: nothing is harmless there.
    Other,
}

impl harmless::Place for Place {
    const HARMLESS: &'static [Harmless<Self>] = &[
        Harmless(
            "asks for nothing: the same as leaving it out",
            &[
                (Place::Top, "top_logprobs", Only("0")),
                (Place::Top, "logit_bias", Only("{}")),
                (Place::Top, "modalities", Only(r#"["text"]"#)),
            ],
        ),
        Harmless(
            "padding of OpenAI's own chunks against eavesdroppers who measure them: other providers' are written by us",
            &[(Place::StreamOptions, "include_obfuscation", Any)],
        ),
        Harmless(
            "part of an answer that SDKs hand back whole: no provider reads it in a request",
            &[(Place::AssistantMessage, "annotations", Any)],
        ),
        Harmless("the tool's name: the id of the call says it already", &[(Place::ToolMessage, "name", Any)]),
        Harmless(
            "the call's place in the stream that it was collected from: the list has the same order",
            &[(Place::ToolCall, "index", Any)],
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
