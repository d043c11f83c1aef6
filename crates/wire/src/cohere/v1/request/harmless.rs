//! The fields that are left out across dialects without a word, each with its reason. All others are named.

use crate::harmless::With::{Any, Only};
pub(super) use crate::harmless::name_unread;
use crate::harmless::{self, Harmless};

/// Where a field stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Top,
    Call,
    /// Anywhere else: nothing is harmless there.
    Other,
}

impl harmless::Place for Place {
    const HARMLESS: &'static [Harmless<Self>] = &[
        Harmless(
            "the default: the same as leaving it out",
            &[
                (Place::Top, "safety_mode", Only(r#""CONTEXTUAL""#)),
                (Place::Top, "prompt_truncation", Only(r#""OFF""#)),
                (Place::Top, "search_queries_only", Only("false")),
                (Place::Top, "connectors", Only("[]")),
                (Place::Top, "k", Only("0")),
                (Place::Top, "raw_prompting", Only("false")),
            ],
        ),
        Harmless(
            "how Cohere's own models plan ahead; the client runs the tools, so every request is one step",
            &[(Place::Top, "force_single_step", Any)],
        ),
        Harmless(
            "an id of an earlier answer: the call is found by its name and parameters",
            &[(Place::Call, "generation_id", Any)],
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
