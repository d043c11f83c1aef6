//! Gemini's answers: one object, or pieces of the same form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Called, Seen, parse, text};

/// The parts as they were written.
#[derive(Deserialize)]
struct Piece {
    #[serde(default)]
    candidates: Vec<Candidate>,
}

#[derive(Deserialize)]
struct Candidate {
    #[serde(default)]
    index: u32,
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<Box<RawValue>>,
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

/// Reads a whole answer, or the next piece of a stream. It is complete when it says why the model stopped, unless an error follows.
pub(super) fn piece(seen: &mut Seen, data: &str) {
    let piece = parse(data);
    if !piece["error"].is_null() {
        failed(seen, &piece);
        return;
    }
    for name in ["responseId", "modelVersion"] {
        assert!(piece[name].is_string(), "no {name}: {data}");
    }
    if let Some(usage) = piece["usageMetadata"].as_object() {
        seen.usage.clone_from(usage);
    }
    let raw: Piece = serde_json::from_str(data).unwrap();
    for (candidate, raw) in piece["candidates"].as_array().into_iter().flatten().zip(raw.candidates) {
        assert_eq!(candidate["content"]["role"], "model", "{data}");
        let parts = candidate["content"]["parts"].as_array().cloned().unwrap_or_default();
        if raw.index > 0 {
            seen.second.extend(parts.iter().map(|part| text(&part["text"])));
            continue;
        }
        for part in &parts {
            spoken(seen, part);
        }
        for raw in raw.content.into_iter().flat_map(|content| content.parts) {
            let part: Part = serde_json::from_str(raw.get()).unwrap();
            seen.calls.extend(part.function_call.map(called));
            seen.parts.push(raw.get().to_owned());
        }
        beside(seen, candidate);
    }
}

/// The error has its type in a word of its own.
pub(super) fn failed(seen: &mut Seen, answer: &Value) {
    seen.complete = false;
    seen.error = answer["error"].clone();
    seen.error["type"] = seen.error["status"].clone();
}

/// What a candidate says beside its content.
fn beside(seen: &mut Seen, candidate: &Value) {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let tokens = &candidate["logprobsResult"];
    let likely = list(&tokens["chosenCandidates"]).into_iter().zip(list(&tokens["topCandidates"]));
    seen.logprobs.extend(likely.map(|(mut token, top)| {
        token["logprob"] = token["logProbability"].take();
        token["top_logprobs"] = top["candidates"].clone();
        token
    }));
    let found = &candidate["groundingMetadata"];
    seen.searches.extend(list(&found["webSearchQueries"]).iter().map(|query| text(query).to_owned()));
    for support in list(&found["groundingSupports"]) {
        let chunks = list(&support["groundingChunkIndices"]).into_iter().filter_map(|at| at.as_u64());
        seen.citations.extend(chunks.map(|at| found["groundingChunks"][usize::try_from(at).unwrap()].clone()));
    }
    if let Some(stop) = candidate["finishReason"].as_str() {
        stop.clone_into(&mut seen.stop);
        seen.complete = true;
    }
}

/// A proof belongs to the thought before it, or stands at the thought where another provider made it: as bytes, like every proof
/// here.
fn spoken(seen: &mut Seen, part: &Value) {
    if part["thought"] == true {
        seen.thinking.push_str(text(&part["text"]));
    } else {
        seen.text.push_str(text(&part["text"]));
    }
    let proof = text(&part["thoughtSignature"]);
    let plain = STANDARD.decode(proof).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let disguised = plain.filter(|plain| plain.starts_with("turnpike:"));
    seen.signature.push_str(disguised.as_deref().unwrap_or(proof));
}

fn called(call: Call) -> Called {
    let arguments = call.args.map(|args| args.to_string()).unwrap_or_default();
    Called { id: call.id.unwrap_or_default(), name: call.name, arguments, ..Called::default() }
}
