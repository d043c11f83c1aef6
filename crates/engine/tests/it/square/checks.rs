//! What must be true of each case, by cell.

use serde_json::{Value, json};
use wire::Dialect::{Anthropic, OpenAiChat};

use super::asks::{CAT, ODD, PNG, schema_of_weather};
use super::{Cell, counted};

fn stops(cell: &Cell, openai: &str, anthropic: &str) {
    let expected = if cell.client == OpenAiChat { openai } else { anthropic };
    assert_eq!(cell.seen.stop, expected);
}

pub(super) fn text(cell: &Cell) {
    assert_eq!(cell.seen.text, "hello there");
    stops(cell, "stop", "end_turn");
}

pub(super) fn unicode(cell: &Cell) {
    assert_eq!(cell.seen.text, "h\u{e9}llo w\u{f6}rld \u{2014} \u{4f60}\u{597d} \u{1F980}");
}

pub(super) fn options(cell: &Cell) {
    let sent = cell.sent();
    assert_eq!((&sent["temperature"], &sent["top_p"]), (&json!(0.3), &json!(0.9)));
    let raw = std::str::from_utf8(&cell.served.as_ref().unwrap().body).unwrap().to_owned();
    assert!(raw.contains("\"temperature\":0.3"), "{raw}");
    match cell.provider {
        OpenAiChat => {
            assert_eq!((&sent["stop"], &sent["max_completion_tokens"]), (&json!(["END"]), &json!(77)));
            assert_eq!((&sent["messages"][0]["content"], &sent["user"]), (&json!("be brief"), &json!("u-1")));
        }
        Anthropic => {
            assert_eq!((&sent["stop_sequences"], &sent["max_tokens"]), (&json!(["END"]), &json!(77)));
            assert_eq!((&sent["system"], &sent["metadata"]["user_id"]), (&json!("be brief"), &json!("u-1")));
        }
    }
}

pub(super) fn tool(cell: &Cell) {
    stops(cell, "tool_calls", "tool_use");
    let [made] = &cell.seen.calls[..] else { panic!("one call: {:?}", cell.seen) };
    assert_eq!((made.name.as_str(), made.arguments.as_str()), ("weather", ODD));
    assert!(!made.id.is_empty());
    let sent = cell.sent();
    let (name, schema) = match cell.provider {
        OpenAiChat => (&sent["tools"][0]["function"]["name"], &sent["tools"][0]["function"]["parameters"]),
        Anthropic => (&sent["tools"][0]["name"], &sent["tools"][0]["input_schema"]),
    };
    assert_eq!((name, schema), (&json!("weather"), &schema_of_weather()));
}

pub(super) fn forced_tool(cell: &Cell) {
    let called: Vec<_> = cell.seen.calls.iter().map(|call| call.name.as_str()).collect();
    assert_eq!(called, ["clock"]);
    let sent = cell.sent();
    match cell.provider {
        OpenAiChat => assert_eq!(sent["parallel_tool_calls"], json!(false)),
        Anthropic => assert_eq!(sent["tool_choice"]["disable_parallel_tool_use"], json!(true)),
    }
}

pub(super) fn tools(cell: &Cell) {
    stops(cell, "tool_calls", "tool_use");
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
    }
}

pub(super) fn image_data(cell: &Cell) {
    let expected = match cell.provider {
        OpenAiChat => json!(format!("data:image/png;base64,{PNG}")),
        Anthropic => json!({"type": "base64", "media_type": "image/png", "data": PNG}),
    };
    assert_eq!(image(cell), expected);
}

pub(super) fn image_url(cell: &Cell) {
    let expected = match cell.provider {
        OpenAiChat => json!(CAT),
        Anthropic => json!({"type": "url", "url": CAT}),
    };
    assert_eq!(image(cell), expected);
}

pub(super) fn length(cell: &Cell) {
    stops(cell, "length", "max_tokens");
}

pub(super) fn filter(cell: &Cell) {
    stops(cell, "content_filter", "refusal");
}

/// OpenAI says `stop` for both endings and never which sequence: behind it nobody can know.
pub(super) fn sequence(cell: &Cell) {
    let knows = cell.provider == Anthropic;
    stops(cell, "stop", if knows { "stop_sequence" } else { "end_turn" });
    if knows && cell.client == Anthropic {
        assert_eq!(cell.seen.sequence.as_deref(), Some("END"));
    }
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
    }
}

/// A signature is only where the provider signs: OpenAI's dialect has none.
pub(super) fn thinking(cell: &Cell) {
    assert_eq!((cell.seen.text.as_str(), cell.seen.thinking.as_str()), ("42", "mock thinking"));
    assert_eq!(cell.seen.signature, if cell.provider == Anthropic { "sig-mock" } else { "" });
    let sent = cell.sent();
    match (cell.provider, cell.client) {
        (OpenAiChat, _) => assert_eq!(sent["reasoning_effort"], json!("high")),
        (Anthropic, Anthropic) => assert_eq!(sent["thinking"], json!({"type": "enabled", "budget_tokens": 5000})),
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
        OpenAiChat => &sent["response_format"]["json_schema"]["schema"],
        Anthropic => &sent["output_config"]["format"]["schema"],
    };
    assert_eq!(schema, &schema_of_weather());
}

/// OpenAI caches by itself: a mark has no place there. On the same dialect it goes on as the client's own byte.
pub(super) fn cache_marks(cell: &Cell) {
    assert_eq!(cell.seen.text, "cached");
    let sent = cell.sent();
    let mark = json!({"type": "ephemeral"});
    let lost = cell.client == Anthropic && cell.provider == OpenAiChat;
    assert_eq!(cell.got.header("x-turnpike-dropped"), lost.then_some("cache_control"));
    assert_eq!(sent.to_string().contains("cache_control"), !lost);
    if cell.provider == Anthropic {
        assert_eq!(sent["system"][0]["cache_control"], mark);
        assert_eq!(sent["messages"][0]["content"][0]["cache_control"], mark);
    }
}

pub(super) fn unsayable(cell: &Cell) {
    assert_eq!(cell.seen.text, "dropped");
    let field = if cell.client == OpenAiChat { "seed" } else { "top_k" };
    let dropped = cell.got.header("x-turnpike-dropped");
    assert_eq!(dropped.is_some_and(|dropped| dropped.contains(field)), cell.crosses());
    assert_eq!(cell.sent().get(field).is_some(), !cell.crosses());
}

/// Without leave to drop, nothing is lost: the call is refused before it costs anything, or all of it arrived.
pub(super) fn refused_or_whole(cell: &Cell) {
    if cell.client == OpenAiChat && cell.sent_marks() {
        return;
    }
    assert_eq!(cell.got.status, 400, "{}", cell.got.text());
    let said = cell.seen.error["message"].as_str().unwrap();
    assert!(["cache_control", "seed", "top_k"].iter().any(|field| said.contains(field)), "{said}");
    assert!(cell.served.is_none() && cell.row.is_none());
}

impl Cell {
    fn sent_marks(&self) -> bool {
        self.served.as_ref().is_some_and(|served| served.json()["system"][0].get("cache_control").is_some())
    }
}
