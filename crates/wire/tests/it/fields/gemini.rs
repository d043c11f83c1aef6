//! Gemini.

use wire::Dialect;

use super::{Client, Group};

pub(super) const CLIENT: Client = Client {
    title: "Gemini",
    dialect: Dialect::Gemini,
    plain: r#"{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}"#,
    groups: GROUPS,
};

const GROUPS: &[Group] = &[];
