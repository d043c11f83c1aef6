//! Anthropic.

use wire::Dialect;

use super::{Client, Group};

pub(super) const CLIENT: Client = Client {
    title: "Anthropic",
    dialect: Dialect::Anthropic,
    plain: r#"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#,
    groups: GROUPS,
};

const GROUPS: &[Group] = &[];
