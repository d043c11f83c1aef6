//! Bedrock.

use wire::Dialect;

use super::{Client, Group};

pub(super) const CLIENT: Client = Client {
    title: "Bedrock",
    dialect: Dialect::Bedrock,
    plain: r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}]}"#,
    groups: GROUPS,
};

const GROUPS: &[Group] = &[];
