//! What clients ask, in every dialect: the same meaning three times.

pub(super) mod bedrock;
pub(super) mod media;
pub(super) mod results;

use serde_json::{Value, json};
use wire::Dialect::{self, Anthropic, Bedrock, OpenAiChat};

pub(super) const PNG: &str = "iVBORw0KGgoAAAANSUhEUg==";
pub(super) const CAT: &str = "https://example.com/cat.png";

/// A prompt, and further fields. A string as content stands for a text in every dialect.
pub(in crate::square) fn say(client: Dialect, content: impl Into<Value>, fields: Value) -> Value {
    let mut body = json!({"messages": [{"role": "user", "content": content.into()}]});
    if client != OpenAiChat {
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
        Bedrock => json!({"system": [{"text": "be brief"}], "messages": [{"role": "user", "content": prompt}],
            "inferenceConfig": {"temperature": 0.30, "topP": 0.9, "stopSequences": ["END"], "maxTokens": 77},
            "additionalModelResponseFieldPaths": ["/stop_sequence"]}),
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
        Bedrock => json!({"toolSpec":
            {"name": name, "description": "tells", "inputSchema": {"json": schema_of_weather()}}}),
    });
    json!(tools)
}

/// The field that holds them.
pub(super) fn with_tools(client: Dialect) -> Value {
    match client {
        OpenAiChat | Anthropic => json!({"tools": tool_list(client)}),
        Bedrock => json!({"toolConfig": {"tools": tool_list(client)}}),
    }
}

/// Spaces, a zero at the end, an escape and an order of fields that no writer of JSON would choose.
pub(super) const ODD: &str = r#"{"z":  1.50, "a" : "\u0041", "n": 12345678901234567890}"#;

pub(super) fn tool(client: Dialect) -> Value {
    say(client, format!("[[tool:weather:{ODD}]]"), with_tools(client))
}

pub(super) fn tools(client: Dialect) -> Value {
    let prompt = r#"[[tool:weather:{"city":"Oslo"}]] [[tool:clock:{}]] [[tool:weather:{"city":"Rome"}]]"#;
    say(client, prompt, with_tools(client))
}

pub(super) fn forced_tool(client: Dialect) -> Value {
    let mut fields = with_tools(client);
    match client {
        OpenAiChat => fields["tool_choice"] = json!({"type": "function", "function": {"name": "clock"}}),
        Anthropic => fields["tool_choice"] = json!({"type": "tool", "name": "clock"}),
        Bedrock => fields["toolConfig"]["toolChoice"] = json!({"tool": {"name": "clock"}}),
    }
    say(client, "what now?", fields)
}

/// Converse has no word for it.
pub(super) fn one_tool_at_once(client: Dialect) -> Value {
    let mut body = forced_tool(client);
    match client {
        OpenAiChat => body["parallel_tool_calls"] = false.into(),
        Anthropic => body["tool_choice"]["disable_parallel_tool_use"] = true.into(),
        Bedrock => {}
    }
    body
}

fn with_image(client: Dialect, source: &Value) -> Value {
    let image = match client {
        OpenAiChat => json!({"type": "image_url", "image_url": source}),
        Anthropic => json!({"type": "image", "source": source}),
        Bedrock => json!({"image": {"format": "png", "source": source}}),
    };
    say(client, json!([text_part(client, "[[say:a cat]]"), image]), json!({}))
}

pub(super) fn text_part(client: Dialect, text: &str) -> Value {
    match client {
        OpenAiChat | Anthropic => json!({"type": "text", "text": text}),
        Bedrock => json!({"text": text}),
    }
}

pub(super) fn image_data(client: Dialect) -> Value {
    let source = match client {
        OpenAiChat => json!({"url": format!("data:image/png;base64,{PNG}")}),
        Anthropic => json!({"type": "base64", "media_type": "image/png", "data": PNG}),
        Bedrock => json!({"bytes": PNG}),
    };
    with_image(client, &source)
}

pub(super) fn image_url(client: Dialect) -> Value {
    let source = match client {
        OpenAiChat => json!({"url": CAT}),
        Anthropic => json!({"type": "url", "url": CAT}),
        // it has no images elsewhere but those in S3
        Bedrock => json!({"bytes": PNG}),
    };
    with_image(client, &source)
}

pub(super) fn thinking(client: Dialect) -> Value {
    let fields = match client {
        OpenAiChat => json!({"reasoning_effort": "high"}),
        Anthropic => json!({"thinking": {"type": "enabled", "budget_tokens": 5000}}),
        Bedrock => json!({"additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 5000}}}),
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
        Bedrock => json!({"outputConfig": {"textFormat": {"type": "json_schema",
            "structure": {"jsonSchema": {"schema": schema.to_string(), "name": "w"}}}}}),
    };
    say(client, "in 'Oslo'", fields)
}

/// The system's text is kept for an hour, the prompt for the usual time.
pub(super) fn cache_marks(client: Dialect) -> Value {
    let (mark, long) = (json!({"type": "ephemeral"}), json!({"type": "ephemeral", "ttl": "1h"}));
    let content = json!([{"type": "text", "text": "[[say:cached]]", "cache_control": mark}]);
    let system = json!([{"type": "text", "text": "s", "cache_control": long}]);
    match client {
        OpenAiChat => {
            json!({"messages": [{"role": "system", "content": system}, {"role": "user", "content": content}]})
        }
        Anthropic => {
            json!({"max_tokens": 99, "system": system, "messages": [{"role": "user", "content": content}]})
        }
        Bedrock => json!({"system": [{"text": "s"}, {"cachePoint": {"type": "default", "ttl": "1h"}}],
            "messages": [{"role": "user", "content": [{"text": "[[say:cached]]"}, {"cachePoint": {"type": "default"}}]}]}),
    }
}

/// A field that another dialect lacks.
pub(super) fn sampling(client: Dialect) -> Value {
    let fields = match client {
        OpenAiChat => json!({"seed": 7}),
        Anthropic => json!({"top_k": 7}),
        Bedrock => json!({"additionalModelRequestFields": {"top_k": 7}}),
    };
    say(client, "[[say:dropped]]", fields)
}
