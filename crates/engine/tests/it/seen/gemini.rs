//! Gemini's answers: one object, or pieces of the same form.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Called, Seen, parse, text};

/// The arguments of calls as they were written.
#[derive(Deserialize)]
struct Piece {
    #[serde(default)]
    candidates: Vec<Candidate>,
}

#[derive(Deserialize)]
struct Candidate {
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    function_call: Option<Call>,
}

#[derive(Deserialize)]
struct Call {
    id: Option<String>,
    name: String,
    args: Option<Box<RawValue>>,
}

/// Reads a whole answer, or the next piece of a stream. Nothing may follow the reason to stop.
pub(super) fn piece(seen: &mut Seen, data: &str) {
    let piece = parse(data);
    assert!(!seen.complete, "behind the end: {data}");
    if !piece["error"].is_null() {
        seen.error = piece["error"].clone();
        return;
    }
    for name in ["responseId", "modelVersion"] {
        assert!(piece[name].is_string(), "no {name}: {data}");
    }
    if let Some(usage) = piece["usageMetadata"].as_object() {
        seen.usage.clone_from(usage);
    }
    let candidate = &piece["candidates"][0];
    assert_eq!(candidate["content"]["role"], "model", "{data}");
    for part in candidate["content"]["parts"].as_array().into_iter().flatten() {
        spoken(seen, part);
    }
    let whole: Piece = serde_json::from_str(data).unwrap();
    let parts = whole.candidates.into_iter().take(1).filter_map(|candidate| candidate.content).flat_map(|c| c.parts);
    seen.calls.extend(parts.filter_map(|part| part.function_call).map(called));
    let tokens = candidate["logprobsResult"]["chosenCandidates"].as_array();
    seen.logprobs.extend(tokens.into_iter().flatten().cloned());
    let found = &candidate["groundingMetadata"];
    let queries = found["webSearchQueries"].as_array().into_iter().flatten();
    seen.searches.extend(queries.map(|query| text(query).to_owned()));
    seen.citations.extend(found["groundingSupports"].as_array().into_iter().flatten().cloned());
    if let Some(stop) = candidate["finishReason"].as_str() {
        stop.clone_into(&mut seen.stop);
        seen.complete = true;
    }
}

/// A proof belongs to the thought before it, or stands at the thought where another provider made it.
fn spoken(seen: &mut Seen, part: &Value) {
    if part["thought"] == true {
        seen.thinking.push_str(text(&part["text"]));
    } else {
        seen.text.push_str(text(&part["text"]));
    }
    seen.signature.push_str(text(&part["thoughtSignature"]));
}

fn called(call: Call) -> Called {
    let arguments = call.args.map(|args| args.to_string()).unwrap_or_default();
    Called { id: call.id.unwrap_or_default(), name: call.name, arguments, ..Called::default() }
}
