//! What must be true of what Bedrock has, and of instructions in pieces.

use serde_json::json;
use wire::Dialect::{Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::super::Cell;
use super::super::asks::bedrock::{guardrail_config, notes};
use crate::kit::{not_of_the_square, outside};

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
    assert_eq!(cell.sent()[notes(cell.provider)], json!({"team": "a-1"}));
}

pub(in crate::square) fn flex_tier(cell: &Cell) {
    let sent = cell.sent();
    let (tier, standard) = match cell.provider {
        OpenAiChat | OpenAiResponses => (&sent["service_tier"], "default"),
        Anthropic => (&sent["service_tier"], "standard_only"),
        Bedrock => (&sent["serviceTier"]["type"], "default"),
        Gemini => (&sent["serviceTier"], "standard"),
        // it has none, so who asks for the usual one asks for nothing
        Cohere => return,
        outside!() => not_of_the_square(),
    };
    // who has no word for the cheaper one asks for the one of the usual price, under its name
    let expected = if cell.client == Anthropic { standard } else { "flex" };
    assert_eq!(tier, &json!(expected));
}

pub(in crate::square) fn systems(cell: &Cell) {
    let sent = cell.sent();
    let texts = match cell.provider {
        OpenAiChat | Cohere => sent["messages"].to_string(),
        OpenAiResponses => sent["input"].to_string(),
        Anthropic | Bedrock => sent["system"].to_string(),
        Gemini => sent["systemInstruction"].to_string(),
        outside!() => not_of_the_square(),
    };
    let at = |text: &str| texts.find(text).unwrap_or_else(|| panic!("{text}: {texts}"));
    assert!(at("be brief") < at("be kind"));
    assert_eq!(cell.seen.text, "both");
}

pub(in crate::square) fn as_it_came(cell: &Cell) {
    assert!(!cell.crosses());
}
