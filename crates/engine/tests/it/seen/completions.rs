//! Answers of OpenAI's text completions: whole, and as chunks.

use serde_json::{Value, json};

use super::{Seen, parse, text};

/// A chunk of a stream.
pub(super) fn chunk(seen: &mut Seen, data: &str) {
    if data == "[DONE]" {
        seen.complete = true;
        return;
    }
    let chunk = parse(data);
    seen.fail(&chunk);
    if seen.error.is_null() {
        said(seen, &chunk);
    }
}

pub(super) fn whole(seen: &mut Seen, body: &Value) {
    said(seen, body);
    seen.complete = true;
}

fn said(seen: &mut Seen, body: &Value) {
    assert!(body["object"] == "text_completion" && body["id"].is_string() && body["created"].is_i64(), "{body}");
    seen.count(&body["usage"]);
    for choice in body["choices"].as_array().unwrap() {
        if choice["index"] == 1 {
            seen.second.push_str(text(&choice["text"]));
            continue;
        }
        seen.text.push_str(text(&choice["text"]));
        seen.stop.push_str(text(&choice["finish_reason"]));
        let tokens = &choice["logprobs"];
        let list = |name: &str| tokens[name].as_array().cloned().unwrap_or_default();
        let likely = list("tokens").into_iter().zip(list("token_logprobs"));
        seen.logprobs.extend(likely.map(|(token, logprob)| json!({"token": token, "logprob": logprob})));
    }
}
