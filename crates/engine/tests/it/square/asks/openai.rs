//! What OpenAI's dialects have, one of them or both, and Gemini's and Cohere's have some of.

use serde_json::{Value, json};
use wire::Dialect::{self, Cohere, Gemini, OpenAiChat};

use super::say;

/// Instructions of the application in the role that OpenAI has for them.
pub(in crate::square) fn developer(client: Dialect) -> Value {
    let turns = json!([{"role": "developer", "content": "be brief"}, {"role": "user", "content": "[[say:brief]]"}]);
    super::said(client, turns, json!({}))
}

pub(in crate::square) fn logprobs(client: Dialect) -> Value {
    let fields = match client {
        OpenAiChat => json!({"logprobs": true, "top_logprobs": 2}),
        Gemini => json!({"generationConfig": {"responseLogprobs": true, "logprobs": 2}}),
        // of its tokens it tells no alternatives
        Cohere => json!({"logprobs": true}),
        _ => json!({"top_logprobs": 2, "include": ["message.output_text.logprobs"]}),
    };
    say(client, "[[logprobs]] [[say:likely]]", fields)
}

pub(in crate::square) fn verbosity(client: Dialect) -> Value {
    let fields = match client {
        OpenAiChat => json!({"verbosity": "low"}),
        _ => json!({"text": {"verbosity": "low"}}),
    };
    say(client, "[[say:short]]", fields)
}

pub(in crate::square) fn cache_key(client: Dialect) -> Value {
    say(client, "[[say:kept]]", json!({"prompt_cache_key": "k-1"}))
}

/// Chat and Gemini give several answers.
pub(in crate::square) fn two_answers(client: Dialect) -> Value {
    say(client, "[[say:twice]]", json!({"n": 2}))
}

/// Chat, Gemini and Cohere have them.
pub(in crate::square) fn penalties(client: Dialect) -> Value {
    let fields = match client {
        Gemini => json!({"generationConfig": {"presencePenalty": 0.5, "frequencyPenalty": 0.25}}),
        _ => json!({"presence_penalty": 0.5, "frequency_penalty": 0.25}),
    };
    say(client, "[[say:new]]", fields)
}

pub(in crate::square) fn bias(client: Dialect) -> Value {
    say(client, "[[say:biased]]", json!({"logit_bias": {"50256": -100}}))
}

/// Only Responses leave out what is too long.
pub(in crate::square) fn truncation(client: Dialect) -> Value {
    say(client, "[[say:cut]]", json!({"truncation": "auto"}))
}

pub(in crate::square) fn audio(client: Dialect) -> Value {
    let heard = match client {
        Gemini => json!({"inlineData": {"mimeType": "audio/wav", "data": "UklGRg=="}}),
        _ => json!({"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}),
    };
    say(client, json!([super::text_part(client, "[[say:heard]]"), heard]), json!({}))
}
