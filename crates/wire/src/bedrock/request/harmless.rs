//! The fields that are left out across dialects without a word, each with its reason. All others are named.

use crate::harmless::With::Only;
pub(super) use crate::harmless::name_unread;
use crate::harmless::{self, Harmless};

/// Where a field stands. In the objects of a request nothing is harmless.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Top;

impl harmless::Place for Top {
    const HARMLESS: &'static [Harmless<Self>] = &[
        Harmless(
            "asks for the stop sequence in the answer, as one SDK does in every request: nothing else is generated for it",
            &[
                (Top, "additionalModelResponseFieldPaths", Only(r#"["/delta/stop_sequence"]"#)),
                (Top, "additionalModelResponseFieldPaths", Only(r#"["/stop_sequence"]"#)),
            ],
        ),
        Harmless(
            "asks for nothing",
            &[(Top, "additionalModelResponseFieldPaths", Only("[]")), (Top, "performanceConfig", Only("{}"))],
        ),
        Harmless("the latency that everything has", &[(Top, "performanceConfig", Only(r#"{"latency":"standard"}"#))]),
        Harmless("a prompt without variables", &[(Top, "promptVariables", Only("{}"))]),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_json_and_has_a_reason() {
        harmless::tests::is_sound::<Top>();
    }
}
