//! What clients ask, in either dialect: the same meaning twice.

use serde_json::{Value, json};
use wire::Dialect::{self, Anthropic, OpenAiChat};

pub(super) const PNG: &str = "iVBORw0KGgoAAAANSUhEUg==";
pub(super) const CAT: &str = "https://example.com/cat.png";

/// A prompt, and further fields.
pub(super) fn say(client: Dialect, content: impl Into<Value>, fields: Value) -> Value {
    let mut body = json!({"messages": [{"role": "user", "content": content.into()}]});
    if client == Anthropic {
        body["max_tokens"] = 8192.into();
    }
    let (Value::Object(body), Value::Object(fields)) = (&mut body, fields) else { panic!("objects") };
    body.extend(fields);
    Value::Object(body.clone())
}

pub(super) fn text(client: Dialect) -> Value {
    say(client, "[[say:hello there]]", json!({}))
}

pub(super) fn unicode(client: Dialect) -> Value {
    say(client, "[[unicode]]", json!({}))
}

pub(super) fn options(client: Dialect) -> Value {
    let prompt = "[[say:cut]]";
    match client {
        OpenAiChat => {
            json!({"messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": prompt}],
            "temperature": 0.30, "top_p": 0.9, "stop": ["END"], "max_completion_tokens": 77, "user": "u-1"})
        }
        Anthropic => json!({"system": "be brief", "messages": [{"role": "user", "content": prompt}],
            "temperature": 0.30, "top_p": 0.9, "stop_sequences": ["END"], "max_tokens": 77, "metadata": {"user_id": "u-1"}}),
    }
}

pub(super) fn schema_of_weather() -> Value {
    json!({"type": "object", "properties": {"city": {"type": "string"}, "a": {"type": "number"}}, "required": ["city"]})
}

/// The tools `weather` and `clock`.
pub(super) fn tool_list(client: Dialect) -> Value {
    let tools = ["weather", "clock"].map(|name| match client {
        OpenAiChat => json!({"type": "function",
            "function": {"name": name, "description": "tells", "parameters": schema_of_weather()}}),
        Anthropic => json!({"name": name, "description": "tells", "input_schema": schema_of_weather()}),
    });
    json!(tools)
}

/// Spaces, a zero at the end, an escape and an order of fields that no writer of JSON would choose.
pub(super) const ODD: &str = r#"{"z":  1.50, "a" : "\u0041", "n": 12345678901234567890}"#;

pub(super) fn tool(client: Dialect) -> Value {
    say(client, format!("[[tool:weather:{ODD}]]"), json!({"tools": tool_list(client)}))
}

pub(super) fn tools(client: Dialect) -> Value {
    let prompt = r#"[[tool:weather:{"city":"Oslo"}]] [[tool:clock:{}]] [[tool:weather:{"city":"Rome"}]]"#;
    say(client, prompt, json!({"tools": tool_list(client)}))
}

pub(super) fn forced_tool(client: Dialect) -> Value {
    let (choice, parallel) = match client {
        OpenAiChat => (json!({"type": "function", "function": {"name": "clock"}}), json!(false)),
        Anthropic => (json!({"type": "tool", "name": "clock", "disable_parallel_tool_use": true}), Value::Null),
    };
    let mut fields = json!({"tools": tool_list(client), "tool_choice": choice});
    if !parallel.is_null() {
        fields["parallel_tool_calls"] = parallel;
    }
    say(client, "what now?", fields)
}

fn with_image(client: Dialect, source: &Value) -> Value {
    let image = match client {
        OpenAiChat => json!({"type": "image_url", "image_url": source}),
        Anthropic => json!({"type": "image", "source": source}),
    };
    say(client, json!([{"type": "text", "text": "[[say:a cat]]"}, image]), json!({}))
}

pub(super) fn image_data(client: Dialect) -> Value {
    let source = match client {
        OpenAiChat => json!({"url": format!("data:image/png;base64,{PNG}")}),
        Anthropic => json!({"type": "base64", "media_type": "image/png", "data": PNG}),
    };
    with_image(client, &source)
}

pub(super) fn image_url(client: Dialect) -> Value {
    let source = match client {
        OpenAiChat => json!({"url": CAT}),
        Anthropic => json!({"type": "url", "url": CAT}),
    };
    with_image(client, &source)
}

pub(super) fn thinking(client: Dialect) -> Value {
    let fields = match client {
        OpenAiChat => json!({"reasoning_effort": "high"}),
        Anthropic => json!({"thinking": {"type": "enabled", "budget_tokens": 5000}}),
    };
    say(client, "[[say:42]]", fields)
}

pub(super) fn schema(client: Dialect) -> Value {
    let schema = schema_of_weather();
    let fields = match client {
        OpenAiChat => {
            json!({"response_format": {"type": "json_schema", "json_schema": {"name": "w", "schema": schema}}})
        }
        Anthropic => json!({"output_config": {"format": {"type": "json_schema", "schema": schema}}}),
    };
    say(client, "in 'Oslo'", fields)
}

pub(super) fn cache_marks(client: Dialect) -> Value {
    let mark = json!({"type": "ephemeral"});
    let content = json!([{"type": "text", "text": "[[say:cached]]", "cache_control": mark}]);
    match client {
        OpenAiChat => {
            json!({"messages": [{"role": "system", "content": [{"type": "text", "text": "s", "cache_control": mark}]},
            {"role": "user", "content": content}]})
        }
        Anthropic => json!({"max_tokens": 99, "system": [{"type": "text", "text": "s", "cache_control": mark}],
            "messages": [{"role": "user", "content": content}]}),
    }
}

/// A field that only the other dialect lacks.
pub(super) fn unsayable(client: Dialect) -> Value {
    let fields = match client {
        OpenAiChat => json!({"seed": 7}),
        Anthropic => json!({"top_k": 7}),
    };
    say(client, "[[say:dropped]]", fields)
}
