//! The fields that are left out across dialects without a word, each with its reason. All others are named.

use crate::harmless::With::{Any, Only};
pub(super) use crate::harmless::name_unread;
use crate::harmless::{self, Harmless};

/// Where a field stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Top,
    AssistantMessage,
    Document,
    /// Anywhere else: nothing is harmless there.
    Other,
}

impl harmless::Place for Place {
    const HARMLESS: &'static [Harmless<Self>] = &[
        Harmless(
            "the default: the same as leaving it out",
            &[
                (Place::Top, "safety_mode", Only(r#""CONTEXTUAL""#)),
                (Place::Top, "priority", Only("0")),
                (Place::Top, "strict_tools", Only("false")),
                (Place::Top, "logprobs", Only("false")),
                (Place::Top, "k", Only("0")),
                (Place::Top, "raw_prompting", Only("false")),
            ],
        ),
        Harmless(
            "part of an answer that SDKs hand back whole: it tells people what the text rests on",
            &[(Place::AssistantMessage, "citations", Any)],
        ),
        Harmless(
            "a name for the citations of the answer, which say it again; no model is told it",
            &[(Place::Document, "id", Any)],
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
