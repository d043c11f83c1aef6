//! Cohere.

use wire::Dialect;

use super::{Client, Group};

pub(super) const CLIENT: Client = Client {
    title: "Cohere",
    dialect: Dialect::Cohere,
    plain: r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#,
    groups: GROUPS,
};

const GROUPS: &[Group] = &[];
