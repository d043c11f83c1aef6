//! What must be true of what Bedrock has, and of instructions in pieces.

use serde_json::json;
use wire::Dialect::{Anthropic, Bedrock, OpenAiChat, OpenAiResponses};

use super::super::Cell;
use super::super::asks::bedrock::guardrail_config;

pub(in crate::square) fn guardrail(cell: &Cell) {
    assert_eq!(cell.seen.text, "guarded");
    assert_eq!(cell.sent()["guardrailConfig"], guardrail_config());
}

pub(in crate::square) fn guarded_text(cell: &Cell) {
    let sent = &cell.sent()["messages"][0]["content"][0];
    if cell.crosses() {
        assert_eq!(sent["guardContent"]["text"]["text"], "[[say:guarded]]", "{sent}");
    }
    assert_eq!(sent.to_string().contains("qualifiers"), cell.client == Bedrock);
}

pub(in crate::square) fn metadata(cell: &Cell) {
    let field = if cell.provider == Bedrock { "requestMetadata" } else { "metadata" };
    assert_eq!(cell.sent()[field], json!({"team": "a-1"}));
}

pub(in crate::square) fn flex_tier(cell: &Cell) {
    let sent = cell.sent();
    let tier = if cell.provider == Bedrock { &sent["serviceTier"]["type"] } else { &sent["service_tier"] };
    let expected = match (cell.client, cell.provider) {
        (Anthropic, Anthropic) => "standard_only",
        // a tier of the same price under its name
        (Anthropic, _) => "default",
        _ => "flex",
    };
    assert_eq!(tier, &json!(expected));
}

pub(in crate::square) fn systems(cell: &Cell) {
    let sent = cell.sent();
    let texts = match cell.provider {
        wire::Dialect::Gemini => crate::kit::not_played(),
        OpenAiChat => sent["messages"].to_string(),
        OpenAiResponses => sent["input"].to_string(),
        Anthropic | Bedrock => sent["system"].to_string(),
    };
    let at = |text: &str| texts.find(text).unwrap_or_else(|| panic!("{text}: {texts}"));
    assert!(at("be brief") < at("be kind"));
    assert_eq!(cell.seen.text, "both");
}

pub(in crate::square) fn as_it_came(cell: &Cell) {
    assert!(!cell.crosses());
}
