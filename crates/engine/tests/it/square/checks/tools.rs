//! What must be true of tools: their declarations, the choice among them, the calls that come back.

use serde_json::{Value, json};
use wire::Dialect::{Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::super::Cell;
use super::super::asks::schema_of_weather;
use super::super::asks::tools::{GRAMMAR, ODD, odd_name};
use super::super::ends::End;
use super::stops;
use crate::kit::{not_of_the_square, outside};

/// A declaration as the provider got it: name and schema.
fn declared(cell: &Cell, at: usize) -> (Value, Value) {
    let sent = cell.sent();
    let tool = &sent["tools"][at];
    let (tool, schema) = match cell.provider {
        OpenAiChat | Cohere => (&tool["function"], &tool["function"]["parameters"]),
        OpenAiResponses => (tool, &tool["parameters"]),
        Anthropic => (tool, &tool["input_schema"]),
        Bedrock => {
            let spec = &sent["toolConfig"]["tools"][at]["toolSpec"];
            (spec, &spec["inputSchema"]["json"])
        }
        Gemini => {
            let function = &sent["tools"][0]["functionDeclarations"][at];
            (function, &function["parametersJsonSchema"])
        }
        outside!() => not_of_the_square(),
    };
    (tool["name"].clone(), schema.clone())
}

fn names(cell: &Cell) -> Vec<String> {
    let names = (0..).map(|at| declared(cell, at).0);
    names.map_while(|name| name.as_str().map(str::to_owned)).collect()
}

/// The choice as the provider got it.
fn choice(cell: &Cell) -> Value {
    let sent = cell.sent();
    match cell.provider {
        OpenAiChat | OpenAiResponses | Anthropic | Cohere => &sent["tool_choice"],
        Bedrock => &sent["toolConfig"]["toolChoice"],
        Gemini => &sent["toolConfig"]["functionCallingConfig"],
        outside!() => not_of_the_square(),
    }
    .clone()
}

fn called(cell: &Cell) -> Vec<&str> {
    cell.seen.calls.iter().map(|call| call.name.as_str()).collect()
}

pub(in crate::square) fn tool(cell: &Cell) {
    stops(cell, End::Calls);
    let [made] = &cell.seen.calls[..] else { panic!("one call: {:?}", cell.seen) };
    assert_eq!((made.name.as_str(), made.arguments.as_str()), ("weather", ODD));
    assert!(!made.id.is_empty());
    let (name, schema) = declared(cell, 0);
    assert_eq!((name, schema), (json!("weather"), schema_of_weather()));
}

pub(in crate::square) fn tools(cell: &Cell) {
    stops(cell, End::Calls);
    let calls: Vec<_> = cell.seen.calls.iter().map(|call| (call.name.as_str(), call.arguments.as_str())).collect();
    assert_eq!(calls, [("weather", r#"{"city":"Oslo"}"#), ("clock", "{}"), ("weather", r#"{"city":"Rome"}"#)]);
    let mut ids: Vec<_> = cell.seen.calls.iter().map(|call| call.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

/// Cohere cannot be told which: it is told of that one only.
pub(in crate::square) fn forced(cell: &Cell) {
    assert_eq!(called(cell), ["clock"]);
    if cell.provider == Cohere {
        assert_eq!((names(cell), choice(cell)), (vec!["clock".to_owned()], json!("REQUIRED")));
    }
}

pub(in crate::square) fn required(cell: &Cell) {
    assert_eq!(called(cell), ["weather"]);
    let expected = match cell.provider {
        OpenAiChat | OpenAiResponses => json!("required"),
        Anthropic => json!({"type": "any"}),
        Bedrock => json!({"any": {}}),
        Gemini => json!({"mode": "ANY"}),
        Cohere => json!("REQUIRED"),
        outside!() => not_of_the_square(),
    };
    assert_eq!(choice(cell), expected);
}

/// Where Converse has no word for it, no tool is declared: nothing was called before.
pub(in crate::square) fn no_tool(cell: &Cell) {
    assert_eq!((cell.seen.text.as_str(), cell.seen.calls.len()), ("none", 0));
    match cell.provider {
        OpenAiChat | OpenAiResponses => assert_eq!(choice(cell), "none"),
        Anthropic => assert_eq!(choice(cell), json!({"type": "none"})),
        Bedrock => assert_eq!(cell.sent()["toolConfig"], Value::Null),
        Gemini => assert_eq!(choice(cell), json!({"mode": "NONE"})),
        Cohere => assert_eq!(choice(cell), "NONE"),
        outside!() => not_of_the_square(),
    }
}

/// Clients of Converse and of Gemini cannot ask for it.
pub(in crate::square) fn one_at_once(cell: &Cell) {
    forced(cell);
    if matches!(cell.client, Bedrock | Gemini) {
        return;
    }
    let sent = cell.sent();
    match cell.provider {
        Bedrock | Gemini | Cohere => panic!("it has no word for it"),
        OpenAiChat | OpenAiResponses => assert_eq!(sent["parallel_tool_calls"], json!(false)),
        Anthropic => assert_eq!(sent["tool_choice"]["disable_parallel_tool_use"], json!(true)),
        outside!() => not_of_the_square(),
    }
}

/// Who cannot be told which of the declared ones may be called is told of those only.
pub(in crate::square) fn allowed(cell: &Cell) {
    let expected: &[&str] = match cell.provider {
        OpenAiChat | OpenAiResponses | Gemini => &["weather", "clock"],
        Anthropic | Bedrock | Cohere => &["clock"],
        outside!() => not_of_the_square(),
    };
    assert_eq!(names(cell), expected);
    let mode = match cell.provider {
        OpenAiChat => choice(cell)["allowed_tools"]["mode"] == "required",
        OpenAiResponses => choice(cell)["mode"] == "required",
        Anthropic => choice(cell) == json!({"type": "any"}),
        Bedrock => choice(cell) == json!({"any": {}}),
        Gemini => choice(cell) == json!({"mode": "ANY", "allowedFunctionNames": ["clock"]}),
        Cohere => choice(cell) == "REQUIRED",
        outside!() => not_of_the_square(),
    };
    assert!(mode, "{}", choice(cell));
    // the upstream calls the first that the choice leaves it
    if !matches!(cell.provider, OpenAiChat | OpenAiResponses) {
        forced(cell);
    }
}

/// Elsewhere a function stands in for it, whose description has the grammar.
pub(in crate::square) fn custom(cell: &Cell) {
    let [made] = &cell.seen.calls[..] else { panic!("one call: {:?}", cell.seen) };
    assert_eq!((made.name.as_str(), made.custom), ("patch", true));
    assert!(!made.arguments.starts_with('{'), "{}", made.arguments);
    let sent = cell.sent();
    let native = matches!(cell.provider, OpenAiChat | OpenAiResponses);
    assert_eq!(sent["tools"][0]["type"] == "custom", native, "{sent}");
    assert!(sent.to_string().contains(GRAMMAR), "{sent}");
    if !native {
        let (name, schema) = declared(cell, 0);
        assert_eq!((name, &schema["required"]), (json!("patch"), &json!(["input"])));
    }
}

/// Elsewhere the first name stands before the second.
pub(in crate::square) fn namespace(cell: &Cell) {
    let [made] = &cell.seen.calls[..] else { panic!("one call: {:?}", cell.seen) };
    assert_eq!((made.name.as_str(), made.namespace.as_str()), ("spawn", "agents"));
    match cell.provider {
        OpenAiResponses => assert_eq!(cell.sent()["tools"][0]["tools"][1]["name"], "wait"),
        _ => assert_eq!(names(cell), ["agents__spawn", "agents__wait"]),
    }
}

/// A provider gets a name that it takes, the client its own.
pub(in crate::square) fn oddly_named(cell: &Cell) {
    assert_eq!(called(cell), [odd_name()]);
    let [name] = &names(cell)[..] else { panic!("one tool: {}", cell.sent()) };
    let longest = if cell.provider == Anthropic { 128 } else { 64 };
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    assert_eq!(name.len() <= longest && name.chars().all(fits), cell.crosses(), "{name}");
}

/// Gemini is told so of all functions at once, by the choice; Cohere by a switch.
pub(in crate::square) fn strict(cell: &Cell) {
    let sent = cell.sent();
    let strict = match cell.provider {
        OpenAiChat => sent["tools"][0]["function"]["strict"] == true,
        OpenAiResponses | Anthropic => sent["tools"][0]["strict"] == true,
        Bedrock => sent["toolConfig"]["tools"][0]["toolSpec"]["strict"] == true,
        Gemini => choice(cell)["mode"] == "VALIDATED",
        Cohere => sent["strict_tools"] == true,
        outside!() => not_of_the_square(),
    };
    assert!(strict, "{sent}");
}

/// Clients of chat and of Converse see what was found in the citations only.
pub(in crate::square) fn search(cell: &Cell) {
    let cited = cell.seen.citations.iter().any(|citation| citation.to_string().contains("https://"));
    assert!(cited, "{:?}", cell.seen);
    let knows = matches!(cell.client, OpenAiResponses | Anthropic | Gemini) && cell.provider != OpenAiChat;
    assert_eq!(cell.seen.searches, if knows { vec!["ferns"] } else { vec![] });
    let sent = cell.sent();
    match cell.provider {
        OpenAiChat => assert!(sent["web_search_options"].is_object(), "{sent}"),
        OpenAiResponses => assert_eq!(sent["tools"][0]["type"], "web_search", "{sent}"),
        Anthropic => assert_eq!(sent["tools"][0]["name"], "web_search", "{sent}"),
        Bedrock | Cohere => panic!("it has none"),
        Gemini => assert!(sent["tools"][0]["googleSearch"].is_object(), "{sent}"),
        outside!() => not_of_the_square(),
    }
}
