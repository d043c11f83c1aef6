//! Documents, what a search found, and what lies in S3.

use serde_json::{Value, json};
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::{say, text_part};
use crate::kit::{not_of_the_square, outside};

pub(in crate::square) const PDF: &str = "JVBERi0xLjQK";

fn beside(client: Dialect, part: &Value) -> Value {
    say(client, json!([text_part(client, "[[say:read]]"), part]), json!({}))
}

pub(in crate::square) fn pdf(client: Dialect) -> Value {
    let part = match client {
        OpenAiChat => json!({"type": "file",
            "file": {"filename": "report.pdf", "file_data": format!("data:application/pdf;base64,{PDF}")}}),
        OpenAiResponses => json!({"type": "input_file", "filename": "report.pdf",
            "file_data": format!("data:application/pdf;base64,{PDF}")}),
        Anthropic => json!({"type": "document", "title": "report",
            "source": {"type": "base64", "media_type": "application/pdf", "data": PDF}}),
        Bedrock => json!({"document": {"name": "report", "format": "pdf", "source": {"bytes": PDF}}}),
        Gemini => json!({"inlineData": {"mimeType": "application/pdf", "displayName": "report", "data": PDF}}),
        Cohere => panic!("its documents are texts"),
        outside!() => not_of_the_square(),
    };
    beside(client, &part)
}

/// OpenAI's dialects and Gemini's have no place for a text beside the prompt; chat takes Anthropic's blocks too. Cohere cites a
/// document unless it is told not to.
pub(in crate::square) fn plain_document(client: Dialect) -> Value {
    let part = match client {
        Cohere => {
            let document = json!({"id": "mine", "data": {"title": "notes", "text": "the notes"}});
            let options = json!({"mode": "OFF"});
            return say(client, "[[say:read]]", json!({"documents": [document], "citation_options": options}));
        }
        OpenAiChat | Anthropic => json!({"type": "document", "title": "notes",
            "source": {"type": "text", "media_type": "text/plain", "data": "the notes"}}),
        OpenAiResponses | Gemini => panic!("it has no place for it"),
        Bedrock => json!({"document": {"name": "notes", "format": "txt", "source": {"text": "the notes"}}}),
        outside!() => not_of_the_square(),
    };
    beside(client, &part)
}

/// The wish to have it cited, and words about it.
pub(in crate::square) fn cited_document(client: Dialect) -> Value {
    let mut body = plain_document(client);
    let document = match client {
        OpenAiChat | OpenAiResponses | Anthropic | Gemini => &mut body["messages"][0]["content"][1],
        Bedrock => &mut body["messages"][0]["content"][1]["document"],
        Cohere => {
            body["citation_options"] = json!({"mode": "ACCURATE"});
            body["documents"][0]["data"]["context"] = json!("last year's");
            return body;
        }
        outside!() => not_of_the_square(),
    };
    document["citations"] = json!({"enabled": true});
    document["context"] = json!("last year's");
    body
}

pub(in crate::square) fn search_result(client: Dialect) -> Value {
    let (source, title) = ("https://example.com/a", "A page");
    let part = match client {
        OpenAiChat | Anthropic => json!({"type": "search_result", "source": source, "title": title,
            "content": [{"type": "text", "text": "found it"}]}),
        OpenAiResponses | Gemini | Cohere => panic!("it has no place for it"),
        Bedrock => {
            json!({"searchResult": {"source": source, "title": title, "content": [{"text": "found it"}]}})
        }
        outside!() => not_of_the_square(),
    };
    beside(client, &part)
}

/// Only Bedrock can fetch what lies in somebody's S3.
pub(in crate::square) fn in_s3(client: Dialect) -> Value {
    let place = json!({"s3Location": {"uri": "s3://bucket/cat.png", "bucketOwner": "123456789012"}});
    beside(client, &json!({"image": {"format": "png", "source": place}}))
}

pub(in crate::square) fn document_in_s3(client: Dialect) -> Value {
    let place = json!({"s3Location": {"uri": "s3://bucket/report.pdf"}});
    beside(client, &json!({"document": {"name": "report", "format": "pdf", "source": place}}))
}
