//! What must be true of each case, by cell.

pub(super) mod extras;

use serde_json::{Value, json};
use wire::Dialect::{Anthropic, Bedrock, OpenAiChat};

use super::Cell;
use super::asks::{CAT, ODD, PNG, schema_of_weather};
use super::cases::counted;

/// Why the answer ended, in the words of each dialect.
fn stops(cell: &Cell, openai: &str, anthropic: &str, bedrock: &str) {
    let expected = match cell.client {
        OpenAiChat => openai,
        Anthropic => anthropic,
        Bedrock => bedrock,
    };
    assert_eq!(cell.seen.stop, expected);
}

pub(super) fn text(cell: &Cell) {
    assert_eq!(cell.seen.text, "hello there");
    stops(cell, "stop", "end_turn", "end_turn");
}

pub(super) fn unicode(cell: &Cell) {
    assert_eq!(cell.seen.text, "h\u{e9}llo w\u{f6}rld \u{2014} \u{4f60}\u{597d} \u{1F980}");
}

/// Who the end user is no field of Converse says but its notes, and only if somebody wrote them.
pub(super) fn options(cell: &Cell) {
    let sent = cell.sent();
    let raw = std::str::from_utf8(&cell.served.as_ref().unwrap().body).unwrap().to_owned();
    assert!(raw.contains("\"temperature\":0.3"), "{raw}");
    let (numbers, stop, most, system, user) = match cell.provider {
        OpenAiChat => {
            (&sent, &sent["stop"], &sent["max_completion_tokens"], &sent["messages"][0]["content"], &sent["user"])
        }
        Anthropic => {
            (&sent, &sent["stop_sequences"], &sent["max_tokens"], &sent["system"], &sent["metadata"]["user_id"])
        }
        Bedrock => {
            let config = &sent["inferenceConfig"];
            let system = &sent["system"][0]["text"];
            (config, &config["stopSequences"], &config["maxTokens"], system, &sent["requestMetadata"]["user"])
        }
    };
    let top_p = if cell.provider == Bedrock { &numbers["topP"] } else { &numbers["top_p"] };
    assert_eq!((&numbers["temperature"], top_p), (&json!(0.3), &json!(0.9)));
    assert_eq!((stop, most, system), (&json!(["END"]), &json!(77), &json!("be brief")));
    assert_eq!(user, &if cell.client == Bedrock { Value::Null } else { json!("u-1") });
}

pub(super) fn tool(cell: &Cell) {
    stops(cell, "tool_calls", "tool_use", "tool_use");
    let [made] = &cell.seen.calls[..] else { panic!("one call: {:?}", cell.seen) };
    assert_eq!((made.name.as_str(), made.arguments.as_str()), ("weather", ODD));
    assert!(!made.id.is_empty());
    let sent = cell.sent();
    let (name, schema) = match cell.provider {
        OpenAiChat => (&sent["tools"][0]["function"]["name"], &sent["tools"][0]["function"]["parameters"]),
        Anthropic => (&sent["tools"][0]["name"], &sent["tools"][0]["input_schema"]),
        Bedrock => {
            let spec = &sent["toolConfig"]["tools"][0]["toolSpec"];
            (&spec["name"], &spec["inputSchema"]["json"])
        }
    };
    assert_eq!((name, schema), (&json!("weather"), &schema_of_weather()));
}

pub(super) fn forced_tool(cell: &Cell) {
    let called: Vec<_> = cell.seen.calls.iter().map(|call| call.name.as_str()).collect();
    assert_eq!(called, ["clock"]);
}

/// A client of Converse cannot ask for it.
pub(super) fn one_tool_at_once(cell: &Cell) {
    forced_tool(cell);
    if cell.client == Bedrock {
        return;
    }
    let sent = cell.sent();
    match cell.provider {
        Bedrock => panic!("it has no word for it"),
        OpenAiChat => assert_eq!(sent["parallel_tool_calls"], json!(false)),
        Anthropic => assert_eq!(sent["tool_choice"]["disable_parallel_tool_use"], json!(true)),
    }
}

pub(super) fn tools(cell: &Cell) {
    stops(cell, "tool_calls", "tool_use", "tool_use");
    let calls: Vec<_> = cell.seen.calls.iter().map(|call| (call.name.as_str(), call.arguments.as_str())).collect();
    assert_eq!(calls, [("weather", r#"{"city":"Oslo"}"#), ("clock", "{}"), ("weather", r#"{"city":"Rome"}"#)]);
    let mut ids: Vec<_> = cell.seen.calls.iter().map(|call| call.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

fn image(cell: &Cell) -> Value {
    assert_eq!(cell.seen.text, "a cat");
    let sent = cell.sent();
    match cell.provider {
        OpenAiChat => sent["messages"][0]["content"][1]["image_url"]["url"].clone(),
        Anthropic => sent["messages"][0]["content"][1]["source"].clone(),
        Bedrock => sent["messages"][0]["content"][1]["image"].clone(),
    }
}

pub(super) fn image_data(cell: &Cell) {
    let expected = match cell.provider {
        OpenAiChat => json!(format!("data:image/png;base64,{PNG}")),
        Anthropic => json!({"type": "base64", "media_type": "image/png", "data": PNG}),
        Bedrock => json!({"format": "png", "source": {"bytes": PNG}}),
    };
    assert_eq!(image(cell), expected);
}

pub(super) fn image_url(cell: &Cell) {
    let expected = match cell.provider {
        OpenAiChat => json!(CAT),
        Anthropic => json!({"type": "url", "url": CAT}),
        Bedrock => panic!("it fetches nothing"),
    };
    assert_eq!(image(cell), expected);
}

pub(super) fn length(cell: &Cell) {
    stops(cell, "length", "max_tokens", "max_tokens");
}

pub(super) fn filter(cell: &Cell) {
    stops(cell, "content_filter", "refusal", "content_filtered");
}

/// OpenAI says `stop` for both endings and never which sequence: behind it nobody can know. Bedrock tells it in a field of the
/// model's own answer, which only its own clients ask for.
pub(super) fn sequence(cell: &Cell) {
    let reason = if cell.provider == OpenAiChat { "end_turn" } else { "stop_sequence" };
    stops(cell, "stop", reason, reason);
    let knows = match cell.provider {
        OpenAiChat => false,
        Anthropic => cell.client != OpenAiChat,
        Bedrock => cell.client == Bedrock,
    };
    assert_eq!(cell.seen.sequence.as_deref(), knows.then_some("END"));
}

/// OpenAI's prompt tokens include the cached ones, Anthropic's do not; the ledger keeps classes apart.
pub(super) fn usage(cell: &Cell) {
    let told = counted().counts.unwrap();
    let input = if cell.provider == OpenAiChat { 680 } else { 1000 };
    let tokens = cell.row.as_ref().unwrap().tokens;
    assert_eq!((tokens.input, tokens.output), (input, told.output));
    assert_eq!(
        (tokens.cache_read, tokens.cache_write_5m, tokens.cache_write_1h),
        (told.cache_read, told.cache_write, 0)
    );
    let seen = |field| cell.seen.tokens(field);
    match cell.client {
        OpenAiChat => {
            let prompt = input + told.cache_read + told.cache_write;
            assert_eq!((seen("/prompt_tokens"), seen("/completion_tokens")), (prompt, told.output));
            assert_eq!(seen("/total_tokens"), prompt + told.output);
            assert_eq!(seen("/prompt_tokens_details/cached_tokens"), told.cache_read);
        }
        Anthropic => {
            assert_eq!((seen("/input_tokens"), seen("/output_tokens")), (input, told.output));
            assert_eq!(seen("/cache_read_input_tokens"), told.cache_read);
            assert_eq!(seen("/cache_creation_input_tokens"), told.cache_write);
        }
        Bedrock => {
            assert_eq!((seen("/inputTokens"), seen("/outputTokens")), (input, told.output));
            assert_eq!(
                (seen("/cacheReadInputTokens"), seen("/cacheWriteInputTokens")),
                (told.cache_read, told.cache_write)
            );
            assert_eq!(seen("/totalTokens"), input + told.cache_read + told.cache_write + told.output);
        }
    }
}

/// A signature is only where the provider signs: OpenAI's dialect has none. OpenAI's effort is an effort on Bedrock too, whose
/// models need not think aloud.
pub(super) fn thinking(cell: &Cell) {
    let aloud = (cell.client, cell.provider) != (OpenAiChat, Bedrock);
    assert_eq!(
        (cell.seen.text.as_str(), cell.seen.thinking.as_str()),
        ("42", if aloud { "mock thinking" } else { "" })
    );
    assert_eq!(cell.seen.signature, if aloud && cell.provider != OpenAiChat { "sig-mock" } else { "" });
    let sent = cell.sent();
    let enabled = json!({"type": "enabled", "budget_tokens": 5000});
    match (cell.provider, cell.client) {
        (OpenAiChat, _) => assert_eq!(sent["reasoning_effort"], json!("high")),
        (Anthropic, Anthropic | Bedrock) => assert_eq!(sent["thinking"], enabled),
        (Bedrock, Anthropic | Bedrock) => assert_eq!(sent["additionalModelRequestFields"]["thinking"], enabled),
        (Bedrock, OpenAiChat) => assert_eq!(sent["outputConfig"], json!({"effort": "high"})),
        (Anthropic, OpenAiChat) => {
            assert_eq!(
                (&sent["thinking"]["type"], &sent["output_config"]["effort"]),
                (&json!("adaptive"), &json!("high"))
            );
        }
    }
}

pub(super) fn schema(cell: &Cell) {
    assert_eq!(cell.seen.text, r#"{"city":"Oslo"}"#);
    let sent = cell.sent();
    let schema = match cell.provider {
        OpenAiChat => sent["response_format"]["json_schema"]["schema"].clone(),
        Anthropic => sent["output_config"]["format"]["schema"].clone(),
        Bedrock => {
            let text = &sent["outputConfig"]["textFormat"]["structure"]["jsonSchema"]["schema"];
            serde_json::from_str(text.as_str().unwrap()).unwrap()
        }
    };
    assert_eq!(schema, schema_of_weather());
}

/// On the same dialect it goes on as the client's own byte.
pub(super) fn cache_marks(cell: &Cell) {
    assert_eq!(cell.seen.text, "cached");
    let sent = cell.sent();
    let (mark, long) = (json!({"type": "ephemeral"}), json!({"type": "ephemeral", "ttl": "1h"}));
    match cell.provider {
        OpenAiChat => assert!(sent.to_string().contains("cache_control")),
        Anthropic => {
            assert_eq!(sent["system"][0]["cache_control"], long);
            assert_eq!(sent["messages"][0]["content"][0]["cache_control"], mark);
        }
        Bedrock => {
            assert_eq!(sent["system"][1], json!({"cachePoint": {"type": "default", "ttl": "1h"}}));
            assert_eq!(sent["messages"][0]["content"][1], json!({"cachePoint": {"type": "default"}}));
        }
    }
}

pub(super) fn sampling(cell: &Cell) {
    assert_eq!(cell.seen.text, "dropped");
    let sent = cell.sent();
    let at = match (cell.client, cell.provider) {
        (OpenAiChat, _) => &sent["seed"],
        (_, Bedrock) => &sent["additionalModelRequestFields"]["top_k"],
        _ => &sent["top_k"],
    };
    assert_eq!(at, &json!(7));
}
