//! OpenAiResponses.

use wire::Dialect;

use super::{Client, Group};

pub(super) const CLIENT: Client = Client {
    title: "OpenAiResponses",
    dialect: Dialect::OpenAiResponses,
    plain: r#"{"model":"m","input":[{"role":"user","content":"hi"}]}"#,
    groups: GROUPS,
};

const GROUPS: &[Group] = &[];
