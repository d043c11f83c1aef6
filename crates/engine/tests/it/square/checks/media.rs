//! What must be true of images, documents, and what tools answer.

use serde_json::{Value, json};
use wire::Dialect::{Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::super::Cell;
use super::super::asks::media::PDF;
use super::super::asks::{CAT, PNG, turns};
use crate::kit::{not_of_the_square, outside};

/// The part beside the prompt, as the provider got it.
fn part(cell: &Cell) -> Value {
    part_at(cell, 1)
}

fn part_at(cell: &Cell, at: usize) -> Value {
    let parts = if cell.provider == Gemini { "parts" } else { "content" };
    cell.sent()[turns(cell.provider)][0][parts][at].clone()
}

fn image(cell: &Cell) -> Value {
    assert_eq!(cell.seen.text, "a cat");
    let part = part(cell);
    match cell.provider {
        OpenAiChat | Cohere => part["image_url"]["url"].clone(),
        OpenAiResponses => part["image_url"].clone(),
        Anthropic => part["source"].clone(),
        Bedrock => part["image"].clone(),
        Gemini => part.clone(),
        outside!() => not_of_the_square(),
    }
}

pub(in crate::square) fn image_data(cell: &Cell) {
    let expected = match cell.provider {
        OpenAiChat | OpenAiResponses | Cohere => json!(format!("data:image/png;base64,{PNG}")),
        Anthropic => json!({"type": "base64", "media_type": "image/png", "data": PNG}),
        Bedrock => json!({"format": "png", "source": {"bytes": PNG}}),
        Gemini => json!({"inlineData": {"mimeType": "image/png", "data": PNG}}),
        outside!() => not_of_the_square(),
    };
    assert_eq!(image(cell), expected);
}

pub(in crate::square) fn image_url(cell: &Cell) {
    let expected = match cell.provider {
        OpenAiChat | OpenAiResponses | Cohere => json!(CAT),
        Anthropic => json!({"type": "url", "url": CAT}),
        Bedrock => panic!("it fetches nothing"),
        Gemini => json!({"fileData": {"mimeType": "image/png", "fileUri": CAT}}),
        outside!() => not_of_the_square(),
    };
    assert_eq!(image(cell), expected);
}

pub(in crate::square) fn audio(cell: &Cell) {
    assert_eq!(cell.seen.text, "heard");
    assert!(part(cell).to_string().contains("UklGRg=="), "{}", part(cell));
}

/// Gemini has no place for a document's name: it stands before it.
pub(in crate::square) fn pdf(cell: &Cell) {
    assert_eq!(cell.seen.text, "read");
    let (sent, after) = (part(cell), part_at(cell, 2));
    let (data, name) = match cell.provider {
        OpenAiChat => (&sent["file"]["file_data"], &sent["file"]["filename"]),
        OpenAiResponses => (&sent["file_data"], &sent["filename"]),
        Anthropic => (&sent["source"]["data"], &sent["title"]),
        Bedrock => (&sent["document"]["source"]["bytes"], &sent["document"]["name"]),
        Gemini if cell.crosses() => (&after["inlineData"]["data"], &sent["text"]),
        Gemini => (&sent["inlineData"]["data"], &sent["inlineData"]["displayName"]),
        Cohere => panic!("its documents are texts"),
        outside!() => not_of_the_square(),
    };
    assert!(data.as_str().unwrap().ends_with(PDF) && name.as_str().unwrap().starts_with("report"), "{sent}");
}

/// A document as the provider got it. Of a client of Cohere's it comes first, and goes to Cohere beside the messages.
fn shown(cell: &Cell) -> Value {
    let beside = cell.sent()["documents"][0].clone();
    if beside.is_null() { part_at(cell, usize::from(cell.client != Cohere)) } else { beside }
}

/// For OpenAI and Gemini the text stands among the others, since there is no other place; for Cohere, since what stands beside the
/// messages is cited.
pub(in crate::square) fn plain_document(cell: &Cell) {
    let sent = shown(cell);
    let expected = match cell.provider {
        Cohere if cell.client == Cohere => json!({"id": "mine", "data": {"title": "notes", "text": "the notes"}}),
        OpenAiChat | Cohere => json!({"type": "text", "text": "notes\n\nthe notes"}),
        OpenAiResponses => json!({"type": "input_text", "text": "notes\n\nthe notes"}),
        Anthropic => json!({"type": "document", "title": "notes",
            "source": {"type": "text", "media_type": "text/plain", "data": "the notes"}}),
        Bedrock => json!({"document": {"name": "notes", "format": "txt", "source": {"text": "the notes"}}}),
        Gemini => json!({"text": "notes\n\nthe notes"}),
        outside!() => not_of_the_square(),
    };
    assert_eq!(sent, expected);
}

pub(in crate::square) fn cited_document(cell: &Cell) {
    let sent = shown(cell);
    let (document, wish) = match cell.provider {
        Bedrock => (&sent["document"], json!({"enabled": true})),
        // what stands there is cited
        Cohere => (&sent["data"], Value::Null),
        _ => (&sent, json!({"enabled": true})),
    };
    assert_eq!((&document["citations"], &document["context"]), (&wish, &json!("last year's")), "{sent}");
}

pub(in crate::square) fn search_result(cell: &Cell) {
    let sent = part(cell);
    let (title, source) = (json!("A page"), json!("https://example.com/a"));
    match cell.provider {
        OpenAiChat | OpenAiResponses | Gemini | Cohere => {
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
        outside!() => not_of_the_square(),
    }
}

pub(in crate::square) fn in_s3(cell: &Cell) {
    assert!(part(cell).to_string().contains("s3://bucket/"), "{}", part(cell));
}

/// The tool's result as the provider got it.
fn result(cell: &Cell) -> Value {
    let message = &cell.sent()[turns(cell.provider)][2];
    match cell.provider {
        OpenAiChat | OpenAiResponses | Cohere => message.clone(),
        Anthropic => message["content"][0].clone(),
        Bedrock => message["content"][0]["toolResult"].clone(),
        Gemini => message["parts"][0]["functionResponse"].clone(),
        outside!() => not_of_the_square(),
    }
}

/// OpenAI and Cohere are told in words.
pub(in crate::square) fn failed(cell: &Cell) {
    let sent = result(cell);
    let (knew, words) = (!matches!(cell.client, OpenAiChat | OpenAiResponses | Cohere), "[The tool failed.]");
    let failed = match cell.provider {
        OpenAiChat | OpenAiResponses | Cohere => sent.to_string().contains(words),
        Anthropic => sent["is_error"] == true,
        Bedrock => sent["status"] == "error",
        Gemini => sent["response"]["error"].is_string(),
        outside!() => not_of_the_square(),
    };
    assert_eq!(failed, knew, "{sent}");
    assert!(sent.to_string().contains("no such city"), "{sent}");
}

pub(in crate::square) fn as_json(cell: &Cell) {
    assert_eq!(cell.seen.text, r#"TOOL_RESULT: {"degrees":7}"#);
    let knows = matches!(cell.client, Bedrock | Gemini | Cohere);
    let structured = match cell.provider {
        OpenAiChat | OpenAiResponses | Anthropic => false,
        Bedrock => result(cell)["content"][0]["json"] == json!({"degrees": 7}),
        Gemini => result(cell)["response"] == json!({"degrees": 7}),
        Cohere => result(cell)["content"][0]["document"]["data"] == json!({"degrees": 7}),
        outside!() => not_of_the_square(),
    };
    assert_eq!(structured, knows && matches!(cell.provider, Bedrock | Gemini | Cohere), "{}", result(cell));
}

/// Chat and Cohere take no images from tools: what else there is stands in the message behind them, which names the call.
fn beside_the_result(cell: &Cell, kind: &str, data: &str) {
    let sent = result(cell);
    let parts = match cell.provider {
        OpenAiChat | Cohere => cell.sent()["messages"][3].clone(),
        OpenAiResponses => sent["output"].clone(),
        Anthropic | Bedrock => sent["content"].clone(),
        Gemini => sent.clone(),
        outside!() => not_of_the_square(),
    };
    if matches!(cell.provider, OpenAiChat | Cohere) && cell.crosses() {
        assert_eq!(parts["role"], "user", "{parts}");
        assert!(parts.to_string().contains("tooluse_1"), "{parts}");
    }
    let place = if cell.provider == OpenAiChat && !cell.crosses() { &sent } else { &parts };
    let text = place.to_string();
    assert!(text.contains(kind) && text.contains(data), "{text}");
}

pub(in crate::square) fn image_result(cell: &Cell) {
    beside_the_result(cell, "image", PNG);
}

pub(in crate::square) fn document_result(cell: &Cell) {
    beside_the_result(cell, "report", PDF);
}

/// They stay with their calls, and in their order.
pub(in crate::square) fn two_results(cell: &Cell) {
    assert_eq!(cell.seen.text, "TOOL_RESULT: first | second");
    let sent = cell.sent();
    let turns = &sent[turns(cell.provider)];
    let pairs = [1, 2].map(|number| match cell.provider {
        OpenAiChat | Cohere => (turns[1 + number]["tool_call_id"].clone(), turns[1 + number].clone()),
        OpenAiResponses => (turns[2 + number]["call_id"].clone(), turns[2 + number].clone()),
        Anthropic => {
            let result = &turns[2]["content"][number - 1];
            (result["tool_use_id"].clone(), result.clone())
        }
        Bedrock => {
            let result = &turns[2]["content"][number - 1]["toolResult"];
            (result["toolUseId"].clone(), result.clone())
        }
        Gemini => {
            let result = &turns[2]["parts"][number - 1]["functionResponse"];
            (result["id"].clone(), result.clone())
        }
        outside!() => not_of_the_square(),
    });
    for ((id, result), (expected, said)) in pairs.into_iter().zip([("tooluse_1", "first"), ("tooluse_2", "second")]) {
        assert_eq!(id, json!(expected), "{turns}");
        assert!(result.to_string().contains(said), "{result}");
    }
}
