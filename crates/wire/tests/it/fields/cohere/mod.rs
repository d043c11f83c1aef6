//! Cohere's chat API, its second version.

mod messages;
mod settings;

use wire::Dialect;

use super::Client;

pub(super) const CLIENT: Client = Client {
    title: "Cohere",
    dialect: Dialect::Cohere,
    plain: r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#,
    groups: &[("settings", settings::ROWS), ("messages", messages::ROWS), ("tools", settings::TOOLS)],
    like: "",
};
