//! What must be true of each case, by cell.

pub(super) mod extras;
pub(super) mod media;
pub(super) mod openai;
pub(super) mod tools;

use serde_json::{Value, json};
use wire::Dialect::{Anthropic, Bedrock, OpenAiChat, OpenAiResponses};

use super::Cell;
use super::asks::schema_of_weather;
use super::cases::{counted, of_openai};

/// Why the answer ended, in the words of each dialect; Responses say whether it is whole.
fn stops(cell: &Cell, openai: &str, responses: &str, anthropic: &str, bedrock: &str) {
    let expected = match cell.client {
        wire::Dialect::Gemini => crate::kit::not_played(),
        OpenAiChat => openai,
        OpenAiResponses => responses,
        Anthropic => anthropic,
        Bedrock => bedrock,
    };
    assert_eq!(cell.seen.stop, expected);
}

pub(super) fn text(cell: &Cell) {
    assert_eq!(cell.seen.text, "hello there");
    stops(cell, "stop", "completed", "end_turn", "end_turn");
}

pub(super) fn unicode(cell: &Cell) {
    assert_eq!(cell.seen.text, "h\u{e9}llo w\u{f6}rld \u{2014} \u{4f60}\u{597d} \u{1F980}");
}

/// Who the end user is no field of Converse says but its notes, and only if somebody wrote them.
pub(super) fn options(cell: &Cell) {
    let sent = cell.sent();
    let raw = std::str::from_utf8(&cell.served.as_ref().unwrap().body).unwrap().to_owned();
    assert!(raw.contains("\"temperature\":0.3"), "{raw}");
    let (numbers, most, user) = match cell.provider {
        wire::Dialect::Gemini => crate::kit::not_played(),
        OpenAiChat => (&sent, &sent["max_completion_tokens"], &sent["user"]),
        OpenAiResponses => (&sent, &sent["max_output_tokens"], &sent["user"]),
        Anthropic => (&sent, &sent["max_tokens"], &sent["metadata"]["user_id"]),
        Bedrock => {
            let config = &sent["inferenceConfig"];
            (config, &config["maxTokens"], &sent["requestMetadata"]["user"])
        }
    };
    let top_p = if cell.provider == Bedrock { &numbers["topP"] } else { &numbers["top_p"] };
    assert_eq!((&numbers["temperature"], top_p, most), (&json!(0.3), &json!(0.9), &json!(77)));
    let system = match cell.provider {
        wire::Dialect::Gemini => crate::kit::not_played(),
        OpenAiChat => sent["messages"][0]["content"].clone(),
        OpenAiResponses if cell.client == OpenAiResponses => sent["instructions"].clone(),
        OpenAiResponses => sent["input"][0]["content"].clone(),
        Anthropic => sent["system"].clone(),
        Bedrock => sent["system"][0]["text"].clone(),
    };
    assert!(system == "be brief" || system[0]["text"] == "be brief", "{system}");
    assert_eq!(user, &if cell.client == Bedrock { Value::Null } else { json!("u-1") });
}

pub(super) fn stop_sequence(cell: &Cell) {
    let sent = cell.sent();
    let stop = match cell.provider {
        wire::Dialect::Gemini => crate::kit::not_played(),
        OpenAiChat => &sent["stop"],
        OpenAiResponses => panic!("it has no word for it"),
        Anthropic => &sent["stop_sequences"],
        Bedrock => &sent["inferenceConfig"]["stopSequences"],
    };
    assert_eq!(stop, &json!(["END"]));
}

/// OpenAI says a refusal in a place of its own, Anthropic and Bedrock as a text with a reason to stop.
pub(super) fn refusal(cell: &Cell) {
    let seen = &cell.seen;
    let said = if seen.refusal.is_empty() { &seen.text } else { &seen.refusal };
    assert_eq!(said, "not that");
    if of_openai(cell.client) && of_openai(cell.provider) {
        assert_eq!(seen.text, "");
    }
}

pub(super) fn length(cell: &Cell) {
    stops(cell, "length", "max_output_tokens", "max_tokens", "max_tokens");
}

/// A refusal of Claude's is an answer that is whole; Bedrock's filter is not.
pub(super) fn filter(cell: &Cell) {
    if (cell.client, cell.provider) == (OpenAiResponses, Anthropic) {
        assert_eq!(cell.seen.stop, "completed");
        return;
    }
    stops(cell, "content_filter", "content_filter", "refusal", "content_filtered");
}

/// OpenAI's chat says `stop` for both endings and never which sequence: behind it nobody can know. Bedrock tells it in a field of the
/// model's own answer, which only its own clients ask for.
pub(super) fn sequence(cell: &Cell) {
    let reason = if cell.provider == OpenAiChat { "end_turn" } else { "stop_sequence" };
    stops(cell, "stop", "completed", reason, reason);
    let knows = match cell.provider {
        wire::Dialect::Gemini => crate::kit::not_played(),
        OpenAiChat | OpenAiResponses => false,
        Anthropic => cell.client != OpenAiChat,
        Bedrock => cell.client == Bedrock,
    };
    assert_eq!(cell.seen.sequence.as_deref(), knows.then_some("END"));
}

/// OpenAI's prompt tokens include the cached ones, Anthropic's do not; the ledger keeps classes apart.
pub(super) fn usage(cell: &Cell) {
    let told = counted().counts.unwrap();
    let input = if matches!(cell.provider, OpenAiChat | OpenAiResponses) { 680 } else { 1000 };
    let tokens = cell.row.as_ref().unwrap().tokens;
    assert_eq!((tokens.input, tokens.output), (input, told.output));
    assert_eq!(
        (tokens.cache_read, tokens.cache_write_5m, tokens.cache_write_1h),
        (told.cache_read, told.cache_write, 0)
    );
    let seen = |field| cell.seen.tokens(field);
    match cell.client {
        wire::Dialect::Gemini => crate::kit::not_played(),
        OpenAiChat => {
            let prompt = input + told.cache_read + told.cache_write;
            assert_eq!((seen("/prompt_tokens"), seen("/completion_tokens")), (prompt, told.output));
            assert_eq!(seen("/total_tokens"), prompt + told.output);
            assert_eq!(seen("/prompt_tokens_details/cached_tokens"), told.cache_read);
        }
        OpenAiResponses => {
            let prompt = input + told.cache_read + told.cache_write;
            assert_eq!((seen("/input_tokens"), seen("/output_tokens")), (prompt, told.output));
            assert_eq!(seen("/total_tokens"), prompt + told.output);
            assert_eq!(seen("/input_tokens_details/cached_tokens"), told.cache_read);
            assert_eq!(seen("/input_tokens_details/cache_write_tokens"), told.cache_write);
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

/// What proves reasoning is a signature at Anthropic and Bedrock, a seal in Responses, and nothing in OpenAI's chat. A client
/// gets it where its dialect has a place, the other's in disguise. OpenAI's effort is an effort on Bedrock too, whose models
/// need not think aloud; its Responses do so for who asks to see it.
pub(super) fn thinking(cell: &Cell) {
    let thinks = !(of_openai(cell.client) && cell.provider == Bedrock);
    let aloud = thinks && (cell.client, cell.provider) != (OpenAiChat, OpenAiResponses);
    assert_eq!(
        (cell.seen.text.as_str(), cell.seen.thinking.as_str()),
        ("42", if aloud { "mock thinking" } else { "" })
    );
    let proof = match cell.client {
        OpenAiResponses => cell.seen.sealed.concat(),
        _ => cell.seen.signature.clone(),
    };
    let disguised = match cell.client {
        OpenAiResponses => proof.starts_with("turnpike:signed:"),
        _ => proof.starts_with("turnpike:sealed:"),
    };
    let own = match cell.provider {
        wire::Dialect::Gemini => crate::kit::not_played(),
        _ if !thinks => None,
        OpenAiChat => None,
        OpenAiResponses => Some(cell.client == OpenAiResponses),
        Anthropic | Bedrock => Some(cell.client != OpenAiResponses),
    };
    assert_eq!((!proof.is_empty(), disguised), (own.is_some(), own == Some(false)), "{proof}");
    let sent = cell.sent();
    let enabled = json!({"type": "enabled", "budget_tokens": 5000});
    let adaptive = |thinking: &Value, effort: &Value| {
        assert_eq!((&thinking["type"], effort), (&json!("adaptive"), &json!("high")), "{sent}");
    };
    match (cell.provider, cell.client) {
        (wire::Dialect::Bedrock, wire::Dialect::Gemini) => crate::kit::not_played(),
        (wire::Dialect::Anthropic, wire::Dialect::Gemini) => crate::kit::not_played(),
        (wire::Dialect::Gemini, _) => crate::kit::not_played(),
        (OpenAiChat, _) => assert_eq!(sent["reasoning_effort"], json!("high")),
        (OpenAiResponses, _) => assert_eq!(sent["reasoning"]["effort"], json!("high")),
        (Anthropic, Anthropic | Bedrock) => assert_eq!(sent["thinking"], enabled),
        (Bedrock, Anthropic | Bedrock) => assert_eq!(sent["additionalModelRequestFields"]["thinking"], enabled),
        (Anthropic, OpenAiChat | OpenAiResponses) => adaptive(&sent["thinking"], &sent["output_config"]["effort"]),
        (Bedrock, OpenAiChat | OpenAiResponses) => assert_eq!(sent["outputConfig"], json!({"effort": "high"})),
    }
}

/// Converse leaves it to the model's own fields.
pub(super) fn no_thinking(cell: &Cell) {
    assert_eq!((cell.seen.text.as_str(), cell.seen.thinking.as_str()), ("42", ""));
    let sent = cell.sent();
    let disabled = json!({"type": "disabled"});
    match cell.provider {
        wire::Dialect::Gemini => crate::kit::not_played(),
        OpenAiChat => assert_eq!(sent["reasoning_effort"], "none", "{sent}"),
        OpenAiResponses => assert_eq!(sent["reasoning"]["effort"], "none", "{sent}"),
        Anthropic => assert_eq!(sent["thinking"], disabled, "{sent}"),
        Bedrock => assert_eq!(sent["additionalModelRequestFields"]["thinking"], disabled, "{sent}"),
    }
}

pub(super) fn schema(cell: &Cell) {
    assert_eq!(cell.seen.text, r#"{"city":"Oslo"}"#);
    let sent = cell.sent();
    let schema = match cell.provider {
        wire::Dialect::Gemini => crate::kit::not_played(),
        OpenAiChat => sent["response_format"]["json_schema"]["schema"].clone(),
        OpenAiResponses => sent["text"]["format"]["schema"].clone(),
        Anthropic => sent["output_config"]["format"]["schema"].clone(),
        Bedrock => {
            let text = &sent["outputConfig"]["textFormat"]["structure"]["jsonSchema"]["schema"];
            serde_json::from_str(text.as_str().unwrap()).unwrap()
        }
    };
    assert_eq!(schema, schema_of_weather());
}

/// OpenAI keeps for half an hour or half a day: the shortest that is not shorter. On the same dialect a mark goes on as the
/// client's own byte.
pub(super) fn cache_marks(cell: &Cell) {
    assert_eq!(cell.seen.text, "cached");
    let sent = cell.sent();
    let (mark, long) = (json!({"type": "ephemeral"}), json!({"type": "ephemeral", "ttl": "1h"}));
    let breakpoints = |prompt: &Value| {
        let [system, user] = [0, 1].map(|at| prompt[at]["content"][0]["prompt_cache_breakpoint"].clone());
        assert_eq!((&system["mode"], &system["ttl"]), (&json!("explicit"), &json!("12h")), "{sent}");
        assert_eq!((&user["mode"], &user["ttl"]), (&json!("explicit"), &Value::Null), "{sent}");
    };
    match cell.provider {
        wire::Dialect::Gemini => crate::kit::not_played(),
        _ if !cell.crosses() && cell.provider == OpenAiChat => assert!(sent.to_string().contains("cache_control")),
        _ if !cell.crosses() && cell.provider == OpenAiResponses => {
            assert!(sent.to_string().contains("\"ttl\":\"30m\""));
        }
        OpenAiChat => breakpoints(&sent["messages"]),
        OpenAiResponses => breakpoints(&sent["input"]),
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
