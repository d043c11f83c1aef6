//! OpenAI Responses, the fields of its API reference and those that Codex sends.

mod input;
mod settings;
mod tools;

use wire::Dialect;

use super::Client;

pub(super) const CLIENT: Client = Client {
    title: "OpenAI Responses",
    dialect: Dialect::OpenAiResponses,
    plain: r#"{"model":"m","input":[{"role":"user","content":"hi"}]}"#,
    groups: &[("settings", settings::ROWS), ("input", input::SAID), ("items", input::ITEMS), ("tools", tools::ROWS)],
    like: "",
};
