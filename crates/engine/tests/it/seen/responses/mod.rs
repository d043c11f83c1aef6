//! Responses answers as OpenAI's SDKs take them: every member that they require is there, every item has its id and is done.
//! An offence fails the test.

mod stream;

use serde_json::Value;

use super::{Called, Seen, text};
use crate::kit::Got;

pub(super) use stream::stream;

/// Members without which a strict client refuses the object.
const REQUIRED: &[&str] = &[
    "id",
    "object",
    "created_at",
    "status",
    "error",
    "incomplete_details",
    "instructions",
    "metadata",
    "model",
    "output",
    "parallel_tool_calls",
    "temperature",
    "tool_choice",
    "tools",
    "top_p",
    "usage",
];

/// Checks a response object, in a stream or whole.
fn object(response: &Value) {
    for member in REQUIRED {
        assert!(response.get(member).is_some(), "no {member}: {response}");
    }
    assert_eq!(response["object"], "response");
    assert!(text(&response["id"]).starts_with("resp_"), "{response}");
    assert!(response["created_at"].is_number() && response["output"].is_array(), "{response}");
}

/// What is left when an item is done, put together from what stands in it.
fn item(item: &Value, seen: &mut Seen) {
    assert!(!text(&item["id"]).is_empty(), "an item without an id: {item}");
    let of = |key: &str| text(&item[key]).to_owned();
    let called = |input: &str, custom| {
        assert!(!of("call_id").is_empty() && !of("name").is_empty(), "{item}");
        Called { id: of("call_id"), name: of("name"), arguments: of(input), namespace: of("namespace"), custom }
    };
    match text(&item["type"]) {
        "message" => {
            assert_eq!(item["role"], "assistant", "{item}");
            assert!(matches!(text(&item["status"]), "completed" | "incomplete"), "{item}");
            item["content"].as_array().unwrap().iter().for_each(|part| content(part, seen));
        }
        "function_call" => seen.calls.push(called("arguments", false)),
        "custom_tool_call" => seen.calls.push(called("input", true)),
        "reasoning" => {
            let pieces = ["summary", "content"].map(|list| item[list].as_array().cloned().unwrap_or_default());
            assert!(item["summary"].is_array(), "{item}");
            let pieces: Vec<_> = pieces.iter().flatten().map(|piece| text(&piece["text"])).collect();
            seen.thinking.push_str(&pieces.join("\n\n"));
            seen.sealed.extend(item["encrypted_content"].as_str().map(str::to_owned));
        }
        "web_search_call" => {
            assert_eq!(item["action"]["type"], "search", "{item}");
            seen.searches.push(text(&item["action"]["query"]).to_owned());
        }
        _ => {}
    }
    seen.items.push(item.clone());
}

fn content(part: &Value, seen: &mut Seen) {
    match text(&part["type"]) {
        "output_text" => {
            let annotations = part["annotations"].as_array().unwrap_or_else(|| panic!("no annotations: {part}"));
            let length = text(&part["text"]).chars().count() as u64;
            for cited in annotations.iter().filter(|cited| cited["type"] == "url_citation") {
                let (start, end) = (cited["start_index"].as_u64().unwrap(), cited["end_index"].as_u64().unwrap());
                assert!(start <= end && end <= length, "{cited} in {length}");
            }
            seen.text.push_str(part["text"].as_str().unwrap());
            seen.citations.extend(annotations.iter().cloned());
            seen.logprobs.extend(part["logprobs"].as_array().into_iter().flatten().cloned());
        }
        "refusal" => seen.refusal.push_str(part["refusal"].as_str().unwrap()),
        other => panic!("a part of {other}: {part}"),
    }
}

/// How an answer ended: its status or, where it is not whole, why not.
fn stopped(response: &Value, seen: &mut Seen) {
    let reason = text(&response["incomplete_details"]["reason"]);
    assert_eq!(response["status"] == "incomplete", !reason.is_empty(), "{response}");
    if reason.is_empty() { text(&response["status"]) } else { reason }.clone_into(&mut seen.stop);
    seen.count(&response["usage"]);
    seen.trace = response["trace"].clone();
    seen.complete = matches!(text(&response["status"]), "completed" | "incomplete");
}

/// A whole answer.
pub(super) fn whole(got: &Got, seen: &mut Seen) {
    let response = got.json();
    object(&response);
    response["output"].as_array().unwrap().iter().for_each(|output| item(output, seen));
    stopped(&response, seen);
}
