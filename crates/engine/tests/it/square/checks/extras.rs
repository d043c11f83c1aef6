//! What must be true of documents, tool results, and what Bedrock has beside.

use serde_json::{Value, json};
use wire::Dialect::{Anthropic, Bedrock, OpenAiChat};

use super::super::Cell;
use super::super::asks::PNG;
use super::super::asks::bedrock::guardrail_config;
use super::super::asks::media::PDF;

/// The part beside the prompt, as the provider got it.
fn part(cell: &Cell) -> Value {
    cell.sent()["messages"][0]["content"][1].clone()
}

pub(in crate::square) fn pdf(cell: &Cell) {
    assert_eq!(cell.seen.text, "read");
    let sent = part(cell);
    let (data, name) = match cell.provider {
        OpenAiChat => (&sent["file"]["file_data"], &sent["file"]["filename"]),
        Anthropic => (&sent["source"]["data"], &sent["title"]),
        Bedrock => (&sent["document"]["source"]["bytes"], &sent["document"]["name"]),
    };
    assert!(data.as_str().unwrap().ends_with(PDF) && name.as_str().unwrap().starts_with("report"), "{sent}");
}

/// For OpenAI the text stands among the others, since there is no other place.
pub(in crate::square) fn plain_document(cell: &Cell) {
    let sent = part(cell);
    let expected = match cell.provider {
        OpenAiChat => json!({"type": "text", "text": "notes\n\nthe notes"}),
        Anthropic => json!({"type": "document", "title": "notes",
            "source": {"type": "text", "media_type": "text/plain", "data": "the notes"}}),
        Bedrock => json!({"document": {"name": "notes", "format": "txt", "source": {"text": "the notes"}}}),
    };
    assert_eq!(sent, expected);
}

pub(in crate::square) fn cited_document(cell: &Cell) {
    let sent = part(cell);
    let document = if cell.provider == Bedrock { &sent["document"] } else { &sent };
    assert_eq!((&document["citations"], &document["context"]), (&json!({"enabled": true}), &json!("last year's")));
}

pub(in crate::square) fn search_result(cell: &Cell) {
    let sent = part(cell);
    let (title, source) = (json!("A page"), json!("https://example.com/a"));
    match cell.provider {
        OpenAiChat => {
            let text = sent["text"].as_str().unwrap();
            assert!(["A page", "https://example.com/a", "found it"].iter().all(|word| text.contains(word)), "{text}");
        }
        Anthropic => {
            assert_eq!((&sent["type"], &sent["title"], &sent["source"]), (&json!("search_result"), &title, &source));
            assert_eq!(sent["content"][0]["text"], "found it");
        }
        Bedrock => {
            let sent = &sent["searchResult"];
            assert_eq!((&sent["title"], &sent["source"]), (&title, &source));
            assert_eq!(sent["content"], json!([{"text": "found it"}]));
        }
    }
}

pub(in crate::square) fn in_s3(cell: &Cell) {
    assert!(part(cell).to_string().contains("s3://bucket/"), "{}", part(cell));
}

/// The tool's result as the provider got it.
fn result(cell: &Cell) -> Value {
    let message = &cell.sent()["messages"][2];
    match cell.provider {
        OpenAiChat => message.clone(),
        Anthropic => message["content"][0].clone(),
        Bedrock => message["content"][0]["toolResult"].clone(),
    }
}

pub(in crate::square) fn failed(cell: &Cell) {
    assert_eq!(cell.seen.text, "TOOL_RESULT: no such city");
    let sent = result(cell);
    let failed = match cell.provider {
        OpenAiChat => false,
        Anthropic => sent["is_error"] == true,
        Bedrock => sent["status"] == "error",
    };
    assert_eq!(failed, cell.client != OpenAiChat, "{sent}");
}

pub(in crate::square) fn as_json(cell: &Cell) {
    assert_eq!(cell.seen.text, r#"TOOL_RESULT: {"degrees":7}"#);
    let structured = cell.client == Bedrock && cell.provider == Bedrock;
    assert_eq!(result(cell).to_string().contains(r#""json":{"degrees":7}"#), structured, "{}", result(cell));
}

pub(in crate::square) fn image_result(cell: &Cell) {
    let sent = result(cell);
    let data = match cell.provider {
        OpenAiChat => panic!("it takes no images there"),
        Anthropic => &sent["content"][1]["source"]["data"],
        Bedrock => &sent["content"][1]["image"]["source"]["bytes"],
    };
    assert_eq!(data, &json!(PNG));
}

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
        OpenAiChat => sent["messages"].to_string(),
        Anthropic | Bedrock => sent["system"].to_string(),
    };
    let at = |text: &str| texts.find(text).unwrap_or_else(|| panic!("{text}: {texts}"));
    assert!(at("be brief") < at("be kind"));
    assert_eq!(cell.seen.text, "both");
}

pub(in crate::square) fn as_it_came(cell: &Cell) {
    assert!(!cell.crosses());
}
