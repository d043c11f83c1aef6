//! Gemini's generateContent, the fields of the Developer API and of Vertex.

mod contents;
mod settings;
mod tools;

use wire::Dialect;

use super::Client;

pub(super) const CLIENT: Client = Client {
    title: "Gemini",
    dialect: Dialect::Gemini,
    plain: r#"{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}"#,
    groups: &[
        ("settings", settings::ROWS),
        ("contents", contents::SAID),
        ("what was done before", contents::DONE),
        ("tools", tools::ROWS),
    ],
    like: "",
};
