//! Anthropic Messages, the fields of its API reference and of its betas.

mod blocks;
mod results;
mod settings;
mod tools;

use wire::Dialect;

use super::Client;

pub(super) const CLIENT: Client = Client {
    title: "Anthropic",
    dialect: Dialect::Anthropic,
    plain: r#"{"model":"m","max_tokens":8192,"messages":[{"role":"user","content":"hi"}]}"#,
    groups: &[
        ("settings", settings::ROWS),
        ("messages", blocks::ROWS),
        ("what was done before", results::ROWS),
        ("tools", tools::ROWS),
    ],
    like: "",
};
