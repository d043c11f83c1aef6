//! Amazon Bedrock Converse, the fields of its service model and what SDKs put beside them.

mod blocks;
mod results;
mod settings;
mod tools;

use wire::Dialect;

use super::Client;

pub(super) const CLIENT: Client = Client {
    title: "Bedrock's Converse",
    dialect: Dialect::Bedrock,
    plain: r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}]}"#,
    groups: &[
        ("settings", settings::ROWS),
        ("messages", blocks::ROWS),
        ("what was done before", results::ROWS),
        ("tools", tools::ROWS),
    ],
    like: "",
};
