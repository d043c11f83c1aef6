//! What must be true of what OpenAI's dialects have.

use serde_json::json;
use wire::Dialect::{Anthropic, Bedrock, OpenAiChat, OpenAiResponses};

use super::super::Cell;
use super::super::asks::turns;

pub(in crate::square) fn developer(cell: &Cell) {
    assert_eq!(cell.seen.text, "brief");
    let sent = cell.sent();
    match cell.provider {
        wire::Dialect::Gemini => crate::kit::not_played(),
        OpenAiChat | OpenAiResponses => {
            let first = &sent[turns(cell.provider)][0];
            assert_eq!(first["role"], "developer", "{sent}");
            assert!(first["content"].to_string().contains("be brief"), "{sent}");
        }
        Anthropic | Bedrock => assert!(sent["system"].to_string().contains("be brief"), "{sent}"),
    }
}

/// One for each token of the text, however often the dialect says them.
pub(in crate::square) fn logprobs(cell: &Cell) {
    assert_eq!(cell.seen.text, "likely");
    let tokens: String = cell.seen.logprobs.iter().map(|token| token["token"].as_str().unwrap()).collect();
    assert_eq!(tokens, "likely", "{:?}", cell.seen.logprobs);
    for token in &cell.seen.logprobs {
        assert!(token["logprob"].is_number() && token["top_logprobs"].is_array(), "{token}");
    }
    let sent = cell.sent();
    assert_eq!(sent["top_logprobs"], 2);
    match cell.provider {
        OpenAiChat => assert_eq!(sent["logprobs"], true),
        _ => assert!(sent["include"].to_string().contains("message.output_text.logprobs"), "{sent}"),
    }
}

pub(in crate::square) fn verbosity(cell: &Cell) {
    let sent = cell.sent();
    let said = if cell.provider == OpenAiChat { &sent["verbosity"] } else { &sent["text"]["verbosity"] };
    assert_eq!(said, "low", "{sent}");
}

pub(in crate::square) fn cache_key(cell: &Cell) {
    assert_eq!(cell.sent()["prompt_cache_key"], json!("k-1"));
}
