//! The fields that are left out across dialects without a word, each with its reason. All others are named.

use crate::harmless::With::{Any, Only};
pub(super) use crate::harmless::name_unread;
use crate::harmless::{self, Harmless};

/// Where a field stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Top,
    Generation,
    Calling,
    ToolConfig,
    Function,
    Thinking,
    /// Everything else, where nothing is harmless.
    Other,
}

impl harmless::Place for Place {
    const HARMLESS: &'static [Harmless<Self>] = &[
        Harmless(
            "the model stands in the URL; a question for its tokens names it here, too",
            &[(Self::Top, "model", Any)],
        ),
        Harmless(
            "asks for what is so anyway",
            &[
                (Self::Top, "store", Only("false")),
                (Self::Top, "safetySettings", Only("[]")),
                (Self::Top, "toolConfig", Only("{}")),
                (Self::Generation, "responseModalities", Only(r#"["TEXT"]"#)),
                (Self::Generation, "responseModalities", Only("[]")),
                (Self::Generation, "mediaResolution", Only(r#""MEDIA_RESOLUTION_UNSPECIFIED""#)),
                (Self::Generation, "responseLogprobs", Only("false")),
                (Self::Generation, "enableEnhancedCivicAnswers", Only("false")),
                (Self::ToolConfig, "includeServerSideToolInvocations", Only("false")),
                (Self::Function, "behavior", Only(r#""BLOCKING""#)),
                (Self::Function, "behavior", Only(r#""UNSPECIFIED""#)),
                (Self::Thinking, "thinkingLevel", Only(r#""THINKING_LEVEL_UNSPECIFIED""#)),
            ],
        ),
        Harmless(
            "describes what a function gives, which its result shows; google-genai sends it for every function with types",
            &[(Self::Function, "response", Any), (Self::Function, "responseJsonSchema", Any)],
        ),
        Harmless(
            "asks for arguments in pieces, in a form of its own: whole ones say the same",
            &[(Self::Calling, "streamFunctionCallArguments", Any)],
        ),
        Harmless(
            "a count without the switch that asks for log probabilities asks for nothing",
            &[(Self::Generation, "logprobs", Any)],
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
