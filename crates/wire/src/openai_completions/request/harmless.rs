//! The fields that are left out across dialects without a word, each with its reason. All others are named.

use crate::harmless::With::Only;
pub(super) use crate::harmless::name_unread;
use crate::harmless::{self, Harmless};

/// Where a field stands. Options of streams are the chat's.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Top,
}

impl harmless::Place for Place {
    const HARMLESS: &'static [Harmless<Self>] = &[Harmless(
        "asks for nothing: the same as leaving it out",
        &[
            (Place::Top, "echo", Only("false")),
            (Place::Top, "suffix", Only(r#""""#)),
            (Place::Top, "logit_bias", Only("{}")),
        ],
    )];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_json_and_has_a_reason() {
        harmless::tests::is_sound::<Place>();
    }
}
