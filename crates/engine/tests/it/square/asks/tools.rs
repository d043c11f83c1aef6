//! Tools in every form: functions, custom tools, namespaces, names that do not fit everywhere, and the choice among them.

use serde_json::{Value, json};
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::{say, schema_of_weather};
use crate::kit::{not_of_the_square, outside};

/// A function as it is declared.
pub(in crate::square) fn function(client: Dialect, name: &str) -> Value {
    let schema = schema_of_weather();
    match client {
        OpenAiChat => json!({"type": "function",
            "function": {"name": name, "description": "tells", "parameters": schema, "strict": false}}),
        OpenAiResponses => {
            json!({"type": "function", "name": name, "description": "tells", "parameters": schema, "strict": false})
        }
        Anthropic => json!({"name": name, "description": "tells", "input_schema": schema}),
        Bedrock => json!({"toolSpec": {"name": name, "description": "tells", "inputSchema": {"json": schema}}}),
        Gemini => json!({"name": name, "description": "tells", "parametersJsonSchema": schema}),
        Cohere => {
            json!({"type": "function", "function": {"name": name, "description": "tells", "parameters": schema}})
        }
        outside!() => not_of_the_square(),
    }
}

/// The field that holds tools.
fn declared(client: Dialect, tools: &[Value]) -> Value {
    match client {
        OpenAiChat | OpenAiResponses | Anthropic | Cohere => json!({"tools": tools}),
        Bedrock => json!({"toolConfig": {"tools": tools}}),
        Gemini => json!({"tools": [{"functionDeclarations": tools}]}),
        outside!() => not_of_the_square(),
    }
}

/// The tools `weather` and `clock`.
pub(crate) fn with_tools(client: Dialect) -> Value {
    declared(client, &["weather", "clock"].map(|name| function(client, name)))
}

/// The same and the choice among them; the field's name and its value.
fn chosen(client: Dialect, choice: Value) -> Value {
    let mut fields = with_tools(client);
    choose(client, &mut fields, choice);
    fields
}

fn choose(client: Dialect, fields: &mut Value, choice: Value) {
    match client {
        OpenAiChat | OpenAiResponses | Anthropic | Cohere => fields["tool_choice"] = choice,
        Bedrock => fields["toolConfig"]["toolChoice"] = choice,
        Gemini => fields["toolConfig"]["functionCallingConfig"] = choice,
        outside!() => not_of_the_square(),
    }
}

/// Spaces, a zero at the end, an escape and an order of fields that no writer of JSON would choose.
pub(crate) const ODD: &str = r#"{"z":  1.50, "a" : "\u0041", "n": 12345678901234567890}"#;

pub(in crate::square) fn tool(client: Dialect) -> Value {
    say(client, format!("[[tool:weather:{ODD}]]"), with_tools(client))
}

pub(in crate::square) fn tools(client: Dialect) -> Value {
    let prompt = r#"[[tool:weather:{"city":"Oslo"}]] [[tool:clock:{}]] [[tool:weather:{"city":"Rome"}]]"#;
    say(client, prompt, with_tools(client))
}

fn named(client: Dialect, name: &str) -> Value {
    match client {
        OpenAiChat => json!({"type": "function", "function": {"name": name}}),
        OpenAiResponses => json!({"type": "function", "name": name}),
        Anthropic => json!({"type": "tool", "name": name}),
        Bedrock => json!({"tool": {"name": name}}),
        Gemini => json!({"mode": "ANY", "allowedFunctionNames": [name]}),
        Cohere => panic!("it does not say which"),
        outside!() => not_of_the_square(),
    }
}

pub(in crate::square) fn forced(client: Dialect) -> Value {
    say(client, "what now?", chosen(client, named(client, "clock")))
}

/// The word for "call something".
fn any(client: Dialect) -> Value {
    match client {
        OpenAiChat | OpenAiResponses => json!("required"),
        Anthropic => json!({"type": "any"}),
        Bedrock => json!({"any": {}}),
        Gemini => json!({"mode": "ANY"}),
        Cohere => json!("REQUIRED"),
        outside!() => not_of_the_square(),
    }
}

pub(in crate::square) fn required(client: Dialect) -> Value {
    say(client, "what now?", chosen(client, any(client)))
}

pub(in crate::square) fn no_tool(client: Dialect) -> Value {
    let none = match client {
        OpenAiChat | OpenAiResponses => json!("none"),
        Anthropic => json!({"type": "none"}),
        Bedrock => panic!("it has no word for it"),
        Gemini => json!({"mode": "NONE"}),
        Cohere => json!("NONE"),
        outside!() => not_of_the_square(),
    };
    say(client, "[[say:none]]", chosen(client, none))
}

/// Converse has no word for it, unless the model has one, and Gemini has none.
pub(in crate::square) fn one_at_once(client: Dialect) -> Value {
    let mut body = forced(client);
    match client {
        OpenAiChat | OpenAiResponses => body["parallel_tool_calls"] = false.into(),
        Anthropic => body["tool_choice"]["disable_parallel_tool_use"] = true.into(),
        Bedrock | Gemini => {}
        Cohere => panic!("it has no word for it"),
        outside!() => not_of_the_square(),
    }
    body
}

/// All are declared, one may be called and must be.
pub(in crate::square) fn allowed(client: Dialect) -> Value {
    let tools = [named(client, "clock")];
    let choice = match client {
        OpenAiChat => json!({"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": tools}}),
        _ => json!({"type": "allowed_tools", "mode": "required", "tools": tools}),
    };
    say(client, "what now?", chosen(client, choice))
}

pub(in crate::square) const GRAMMAR: &str = "start: /[a-z]+/";

/// A tool that is called with text.
pub(in crate::square) fn custom(client: Dialect) -> Value {
    let grammar = json!({"syntax": "lark", "definition": GRAMMAR});
    let (tool, choice) = match client {
        OpenAiChat => (
            json!({"type": "custom", "custom": {"name": "patch", "description": "mends",
                "format": {"type": "grammar", "grammar": grammar}}}),
            json!({"type": "custom", "custom": {"name": "patch"}}),
        ),
        _ => (
            json!({"type": "custom", "name": "patch", "description": "mends",
                "format": {"type": "grammar", "syntax": "lark", "definition": GRAMMAR}}),
            json!({"type": "custom", "name": "patch"}),
        ),
    };
    let mut fields = json!({"tools": [tool]});
    choose(client, &mut fields, choice);
    say(client, "mend it", fields)
}

/// A group of tools with a first name.
pub(in crate::square) fn namespace(client: Dialect) -> Value {
    let tools = [function(client, "spawn"), function(client, "wait")];
    let group = json!({"type": "namespace", "name": "agents", "description": "for agents", "tools": tools});
    say(client, "what now?", json!({"tools": [group], "tool_choice": "required"}))
}

/// No provider's rule allows the first letter, and no provider the length.
pub(in crate::square) fn odd_name() -> String {
    format!("files.read/{}", "x".repeat(130))
}

pub(in crate::square) fn oddly_named(client: Dialect) -> Value {
    let mut fields = declared(client, &[function(client, &odd_name())]);
    choose(client, &mut fields, any(client));
    say(client, "what now?", fields)
}

/// In Gemini's dialect that is a matter of the choice, in Cohere's one of all tools. OpenAI wants to be told of all that may be there.
pub(in crate::square) fn strict(client: Dialect) -> Value {
    let mut tool = function(client, "weather");
    match client {
        OpenAiChat => tool["function"]["strict"] = true.into(),
        OpenAiResponses | Anthropic => tool["strict"] = true.into(),
        Bedrock => tool["toolSpec"]["strict"] = true.into(),
        Gemini | Cohere => {}
        outside!() => not_of_the_square(),
    }
    let schema = match client {
        OpenAiChat | Cohere => &mut tool["function"]["parameters"],
        OpenAiResponses => &mut tool["parameters"],
        Anthropic => &mut tool["input_schema"],
        Bedrock => &mut tool["toolSpec"]["inputSchema"]["json"],
        Gemini => &mut tool["parametersJsonSchema"],
        outside!() => not_of_the_square(),
    };
    schema["required"] = json!(["city", "a"]);
    schema["additionalProperties"] = false.into();
    let mut fields = declared(client, &[tool]);
    if client == Gemini {
        choose(client, &mut fields, json!({"mode": "VALIDATED"}));
    }
    if client == Cohere {
        fields["strict_tools"] = true.into();
    }
    say(client, "[[say:strict]]", fields)
}

/// The provider's own search of the web.
pub(in crate::square) fn search(client: Dialect) -> Value {
    let fields = match client {
        OpenAiChat => json!({"web_search_options": {}}),
        OpenAiResponses => json!({"tools": [{"type": "web_search"}]}),
        Anthropic => json!({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}),
        Bedrock | Cohere => panic!("it has none"),
        Gemini => json!({"tools": [{"googleSearch": {}}]}),
        outside!() => not_of_the_square(),
    };
    say(client, "[[search:ferns]] [[say:they grow]]", fields)
}
