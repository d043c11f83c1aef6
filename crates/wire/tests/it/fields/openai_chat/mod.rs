//! OpenAI Chat Completions, the fields of its API reference and those that compatible servers add.

mod messages;
mod settings;
mod tools;

use wire::Dialect;

use super::Client;

pub(super) const CLIENT: Client = Client {
    title: "OpenAI chat",
    dialect: Dialect::OpenAiChat,
    plain: r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#,
    groups: &[
        ("settings", settings::ROWS),
        ("messages", messages::SAID),
        ("what was done before", messages::DONE),
        ("tools", tools::ROWS),
    ],
    like: "",
};
