//! What Bedrock has, and clients of the other dialects can ask of it.

use serde_json::{Value, json};
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::say;
use crate::kit::{not_of_the_square, outside};

/// Bedrock's own object; in the other dialects it stands under the name that LiteLLM gave it.
pub(in crate::square) fn guardrail(client: Dialect) -> Value {
    say(client, "[[say:guarded]]", json!({"guardrailConfig": guardrail_config()}))
}

pub(in crate::square) fn guardrail_config() -> Value {
    json!({"guardrailIdentifier": "g-1", "guardrailVersion": "DRAFT", "trace": "enabled"})
}

pub(in crate::square) fn guarded_text(client: Dialect) -> Value {
    let part = match client {
        OpenAiChat | Anthropic => json!({"type": "guarded_text", "text": "[[say:guarded]]"}),
        OpenAiResponses | Gemini | Cohere => panic!("it has no word for it"),
        Bedrock => json!({"guardContent": {"text": {"text": "[[say:guarded]]", "qualifiers": ["query"]}}}),
        outside!() => not_of_the_square(),
    };
    say(client, json!([part]), json!({}))
}

/// Where a dialect has the application's notes on a call.
pub(in crate::square) fn notes(dialect: Dialect) -> &'static str {
    match dialect {
        OpenAiChat | OpenAiResponses | Anthropic => "metadata",
        Bedrock => "requestMetadata",
        Gemini => "labels",
        Cohere => panic!("it has no place for them"),
        outside!() => not_of_the_square(),
    }
}

pub(in crate::square) fn metadata(client: Dialect) -> Value {
    let field = notes(client);
    say(client, "[[say:noted]]", json!({field: {"team": "a-1"}}))
}

pub(in crate::square) fn flex_tier(client: Dialect) -> Value {
    let fields = match client {
        OpenAiChat | OpenAiResponses => json!({"service_tier": "flex"}),
        Anthropic => json!({"service_tier": "standard_only"}),
        Bedrock => json!({"serviceTier": {"type": "flex"}}),
        Gemini => json!({"serviceTier": "flex"}),
        Cohere => panic!("it has none"),
        outside!() => not_of_the_square(),
    };
    say(client, "[[say:later]]", fields)
}

/// Instructions in two pieces.
pub(in crate::square) fn systems(client: Dialect) -> Value {
    let mut body = say(client, "[[say:both]]", json!({}));
    let (one, two) = ("be brief", "be kind");
    match client {
        OpenAiChat | Cohere => {
            let prompt = body["messages"][0].take();
            body["messages"] = json!([{"role": "system", "content": one}, {"role": "system", "content": two}, prompt]);
        }
        OpenAiResponses => {
            let prompt = body["input"][0].take();
            body["input"] = json!([{"role": "system", "content": one}, {"role": "developer", "content": two}, prompt]);
        }
        Anthropic => body["system"] = json!([{"type": "text", "text": one}, {"type": "text", "text": two}]),
        Bedrock => body["system"] = json!([{"text": one}, {"text": two}]),
        Gemini => body["systemInstruction"] = json!({"parts": [{"text": one}, {"text": two}]}),
        outside!() => not_of_the_square(),
    }
    body
}

/// Fields of Converse that no other dialect has.
pub(in crate::square) fn faster(client: Dialect) -> Value {
    say(client, "[[say:fast]]", json!({"performanceConfig": {"latency": "optimized"}}))
}

pub(in crate::square) fn models_own(client: Dialect) -> Value {
    say(client, "[[say:own]]", json!({"additionalModelRequestFields": {"x_of_the_model": {"a": 1}}}))
}
