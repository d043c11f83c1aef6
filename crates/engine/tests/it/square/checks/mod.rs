//! What must be true of each case, by cell.

pub(super) mod extras;
pub(super) mod media;
pub(super) mod openai;
pub(super) mod tools;

use serde_json::{Value, json};
use wire::Dialect::{Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::Cell;
use super::asks::schema_of_weather;
use super::cases::{counted, of_openai};
use super::ends::End;
use crate::kit::{not_of_the_square, outside};

fn stops(cell: &Cell, end: End) {
    assert_eq!(cell.seen.stop, end.word(cell.client));
}

pub(super) fn text(cell: &Cell) {
    assert_eq!(cell.seen.text, "hello there");
    stops(cell, End::Done);
}

pub(super) fn unicode(cell: &Cell) {
    assert_eq!(cell.seen.text, "h\u{e9}llo w\u{f6}rld \u{2014} \u{4f60}\u{597d} \u{1F980}");
}

/// Who the end user is no field of Converse says but its notes, and only if somebody wrote them. Gemini's say it for others, and
/// its own clients have no word for it. Cohere has none on either side.
pub(super) fn options(cell: &Cell) {
    let sent = cell.sent();
    let raw = std::str::from_utf8(&cell.served.as_ref().unwrap().body).unwrap().to_owned();
    assert!(raw.contains("\"temperature\":0.3"), "{raw}");
    let (numbers, most, user) = match cell.provider {
        OpenAiChat => (&sent, &sent["max_completion_tokens"], &sent["user"]),
        OpenAiResponses => (&sent, &sent["max_output_tokens"], &sent["user"]),
        Anthropic => (&sent, &sent["max_tokens"], &sent["metadata"]["user_id"]),
        Bedrock => {
            let config = &sent["inferenceConfig"];
            (config, &config["maxTokens"], &sent["requestMetadata"]["user"])
        }
        Gemini => {
            let config = &sent["generationConfig"];
            (config, &config["maxOutputTokens"], &sent["labels"]["user"])
        }
        Cohere => (&sent, &sent["max_tokens"], &Value::Null),
        outside!() => not_of_the_square(),
    };
    let top_p = match cell.provider {
        Bedrock | Gemini => &numbers["topP"],
        Cohere => &numbers["p"],
        _ => &numbers["top_p"],
    };
    assert_eq!((&numbers["temperature"], top_p, most), (&json!(0.3), &json!(0.9), &json!(77)));
    let system = match cell.provider {
        OpenAiChat | Cohere => sent["messages"][0]["content"].clone(),
        OpenAiResponses if cell.client == OpenAiResponses => sent["instructions"].clone(),
        OpenAiResponses => sent["input"][0]["content"].clone(),
        Anthropic => sent["system"].clone(),
        Bedrock => sent["system"][0]["text"].clone(),
        Gemini => sent["systemInstruction"]["parts"].clone(),
        outside!() => not_of_the_square(),
    };
    assert!(system == "be brief" || system[0]["text"] == "be brief", "{system}");
    let unsaid = matches!(cell.client, Bedrock | Gemini | Cohere) || cell.provider == Cohere;
    assert_eq!(user, &if unsaid { Value::Null } else { json!("u-1") });
}

pub(super) fn stop_sequence(cell: &Cell) {
    let sent = cell.sent();
    let stop = match cell.provider {
        OpenAiChat => &sent["stop"],
        OpenAiResponses => panic!("it has no word for it"),
        Anthropic | Cohere => &sent["stop_sequences"],
        Bedrock => &sent["inferenceConfig"]["stopSequences"],
        Gemini => &sent["generationConfig"]["stopSequences"],
        outside!() => not_of_the_square(),
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
    stops(cell, End::Length);
}

/// A refusal of Claude's is an answer that is whole; Bedrock's filter is not.
pub(super) fn filter(cell: &Cell) {
    if (cell.client, cell.provider) == (OpenAiResponses, Anthropic) {
        assert_eq!(cell.seen.stop, "completed");
        return;
    }
    stops(cell, End::Filtered);
}

/// OpenAI's chat and Gemini have one word for both endings and never say which sequence, nor does Cohere, which has two words:
/// behind them nobody can know. Bedrock tells it in a field of the model's own answer, which only its own clients ask for.
pub(super) fn sequence(cell: &Cell) {
    stops(cell, if matches!(cell.provider, OpenAiChat | Gemini) { End::Done } else { End::Sequence });
    let knows = match cell.provider {
        OpenAiChat | OpenAiResponses | Gemini | Cohere => false,
        Anthropic => !matches!(cell.client, OpenAiChat | Gemini | Cohere),
        Bedrock => cell.client == Bedrock,
        outside!() => not_of_the_square(),
    };
    assert_eq!(cell.seen.sequence.as_deref(), knows.then_some("END"));
}

/// OpenAI's prompt tokens include the cached ones, and so do Gemini's and Cohere's, which have no count of what went into the
/// cache; Anthropic's do not. The ledger keeps classes apart.
pub(super) fn usage(cell: &Cell) {
    let told = counted().counts.unwrap();
    let (input, written) = match cell.provider {
        OpenAiChat | OpenAiResponses => (680, told.cache_write),
        Anthropic | Bedrock => (1000, told.cache_write),
        Gemini | Cohere => (700, 0),
        outside!() => not_of_the_square(),
    };
    let tokens = cell.row.as_ref().unwrap().tokens;
    assert_eq!((tokens.input, tokens.output), (input, told.output));
    assert_eq!((tokens.cache_read, tokens.cache_write_5m, tokens.cache_write_1h), (told.cache_read, written, 0));
    let seen = |field| cell.seen.tokens(field);
    match cell.client {
        OpenAiChat => {
            let prompt = input + told.cache_read + written;
            assert_eq!((seen("/prompt_tokens"), seen("/completion_tokens")), (prompt, told.output));
            assert_eq!(seen("/total_tokens"), prompt + told.output);
            assert_eq!(seen("/prompt_tokens_details/cached_tokens"), told.cache_read);
        }
        OpenAiResponses => {
            let prompt = input + told.cache_read + written;
            assert_eq!((seen("/input_tokens"), seen("/output_tokens")), (prompt, told.output));
            assert_eq!(seen("/total_tokens"), prompt + told.output);
            assert_eq!(seen("/input_tokens_details/cached_tokens"), told.cache_read);
            assert_eq!(seen("/input_tokens_details/cache_write_tokens"), written);
        }
        Anthropic => {
            assert_eq!((seen("/input_tokens"), seen("/output_tokens")), (input, told.output));
            assert_eq!(seen("/cache_read_input_tokens"), told.cache_read);
            assert_eq!(seen("/cache_creation_input_tokens"), written);
        }
        Bedrock => {
            assert_eq!((seen("/inputTokens"), seen("/outputTokens")), (input, told.output));
            assert_eq!((seen("/cacheReadInputTokens"), seen("/cacheWriteInputTokens")), (told.cache_read, written));
            assert_eq!(seen("/totalTokens"), input + told.cache_read + written + told.output);
        }
        Gemini => {
            let prompt = input + told.cache_read + written;
            assert_eq!((seen("/promptTokenCount"), seen("/candidatesTokenCount")), (prompt, told.output));
            assert_eq!(seen("/totalTokenCount"), prompt + told.output);
            assert_eq!(seen("/cachedContentTokenCount"), told.cache_read);
        }
        Cohere => {
            let prompt = input + told.cache_read + written;
            assert_eq!(
                (seen("/billed_units/input_tokens"), seen("/billed_units/output_tokens")),
                (prompt, told.output)
            );
            assert_eq!(seen("/cached_tokens"), told.cache_read);
        }
        outside!() => not_of_the_square(),
    }
}

/// What proves reasoning is a signature at Anthropic, Bedrock and Gemini, a seal in Responses, and nothing in OpenAI's chat and at
/// Cohere. A client gets it where its dialect has a place, another's in disguise. An effort is an effort on Bedrock too, whose models
/// need not think aloud; Responses and Gemini do so for who asks to see it, for which chat has no word. Cohere's always do, and have
/// no efforts: the highest is as much as they like.
pub(super) fn thinking(cell: &Cell) {
    let asks_for_effort = matches!(cell.client, OpenAiChat | OpenAiResponses | Gemini);
    let silent = match cell.provider {
        OpenAiChat | Anthropic | Cohere => false,
        OpenAiResponses | Gemini => cell.client == OpenAiChat,
        Bedrock => asks_for_effort,
        outside!() => not_of_the_square(),
    };
    let thought = if silent { "" } else { "mock thinking" };
    assert_eq!((cell.seen.text.as_str(), cell.seen.thinking.as_str()), ("42", thought));
    // whether the proof is one of the client's own dialect
    let own = match cell.provider {
        OpenAiChat | Cohere => None,
        OpenAiResponses => Some(cell.client == OpenAiResponses),
        Anthropic | Bedrock => Some(!matches!(cell.client, OpenAiResponses | Gemini)).filter(|_| !silent),
        Gemini => Some(cell.client == Gemini).filter(|_| !silent),
        outside!() => not_of_the_square(),
    };
    let proof = match cell.client {
        OpenAiResponses => cell.seen.sealed.concat(),
        OpenAiChat | Anthropic | Bedrock | Gemini | Cohere => cell.seen.signature.clone(),
        outside!() => not_of_the_square(),
    };
    assert_eq!((!proof.is_empty(), proof.starts_with("turnpike:")), (own.is_some(), own == Some(false)), "{proof}");
    let sent = cell.sent();
    let enabled = json!({"type": "enabled", "budget_tokens": 5000});
    match cell.provider {
        OpenAiChat => assert_eq!(sent["reasoning_effort"], "high"),
        OpenAiResponses => assert_eq!(sent["reasoning"]["effort"], "high"),
        Anthropic if asks_for_effort => {
            let told = (&sent["thinking"]["type"], &sent["output_config"]["effort"]);
            assert_eq!(told, (&json!("adaptive"), &json!("high")), "{sent}");
        }
        Anthropic => assert_eq!(sent["thinking"], enabled),
        Bedrock if asks_for_effort => assert_eq!(sent["outputConfig"], json!({"effort": "high"})),
        Bedrock => assert_eq!(sent["additionalModelRequestFields"]["thinking"], enabled),
        Gemini => {
            let told = &sent["generationConfig"]["thinkingConfig"];
            assert_eq!(told["includeThoughts"] == true, cell.client != OpenAiChat, "{sent}");
            let (name, much) =
                if asks_for_effort { ("thinkingLevel", json!("HIGH")) } else { ("thinkingBudget", json!(5000)) };
            assert_eq!(told[name], much, "{sent}");
        }
        Cohere if asks_for_effort => assert_eq!(sent["thinking"], json!({"type": "enabled"}), "{sent}"),
        Cohere => assert_eq!(sent["thinking"], json!({"type": "enabled", "token_budget": 5000}), "{sent}"),
        outside!() => not_of_the_square(),
    }
}

/// Converse leaves it to the model's own fields.
pub(super) fn no_thinking(cell: &Cell) {
    assert_eq!((cell.seen.text.as_str(), cell.seen.thinking.as_str()), ("42", ""));
    let sent = cell.sent();
    let disabled = json!({"type": "disabled"});
    match cell.provider {
        OpenAiChat => assert_eq!(sent["reasoning_effort"], "none", "{sent}"),
        OpenAiResponses => assert_eq!(sent["reasoning"]["effort"], "none", "{sent}"),
        Anthropic | Cohere => assert_eq!(sent["thinking"], disabled, "{sent}"),
        Bedrock => assert_eq!(sent["additionalModelRequestFields"]["thinking"], disabled, "{sent}"),
        Gemini if cell.crosses() => {
            assert_eq!(sent["generationConfig"]["thinkingConfig"], json!({"thinkingLevel": "MINIMAL"}), "{sent}");
        }
        Gemini => assert_eq!(sent["generationConfig"]["thinkingConfig"], json!({"thinkingBudget": 0}), "{sent}"),
        outside!() => not_of_the_square(),
    }
}

pub(super) fn schema(cell: &Cell) {
    assert_eq!(cell.seen.text, r#"{"city":"Oslo"}"#);
    let sent = cell.sent();
    let schema = match cell.provider {
        OpenAiChat => sent["response_format"]["json_schema"]["schema"].clone(),
        OpenAiResponses => sent["text"]["format"]["schema"].clone(),
        Anthropic => sent["output_config"]["format"]["schema"].clone(),
        Bedrock => {
            let text = &sent["outputConfig"]["textFormat"]["structure"]["jsonSchema"]["schema"];
            serde_json::from_str(text.as_str().unwrap()).unwrap()
        }
        Gemini => sent["generationConfig"]["responseJsonSchema"].clone(),
        Cohere => sent["response_format"]["json_schema"].clone(),
        outside!() => not_of_the_square(),
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
        Gemini | Cohere => panic!("it has none"),
        outside!() => not_of_the_square(),
    }
}

pub(super) fn sampling(cell: &Cell) {
    assert_eq!(cell.seen.text, "dropped");
    let sent = cell.sent();
    let (seed, top_k) = match cell.provider {
        OpenAiChat => (&sent["seed"], &Value::Null),
        OpenAiResponses => panic!("it has neither"),
        Anthropic => (&Value::Null, &sent["top_k"]),
        Bedrock => (&Value::Null, &sent["additionalModelRequestFields"]["top_k"]),
        Gemini => (&sent["generationConfig"]["seed"], &sent["generationConfig"]["topK"]),
        Cohere => (&sent["seed"], &sent["k"]),
        outside!() => not_of_the_square(),
    };
    assert_eq!(if cell.client == OpenAiChat { seed } else { top_k }, &json!(7), "{sent}");
}
