//! What clients ask, in every dialect: the same meaning each time.

pub(super) mod bedrock;
pub(super) mod cohere;
pub(super) mod media;
pub(super) mod openai;
pub(super) mod results;
pub(crate) mod tools;

use serde_json::{Value, json};
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use crate::kit::{not_of_the_square, outside};

pub(super) const PNG: &str = "iVBORw0KGgoAAAANSUhEUg==";
pub(super) const CAT: &str = "https://example.com/cat.png";

/// Where a dialect has its conversation; those outside the square in the plain form of tests.
pub(in crate::square) fn turns(dialect: Dialect) -> &'static str {
    match dialect {
        OpenAiChat | Anthropic | Bedrock | Cohere => "messages",
        outside!() => "messages",
        OpenAiResponses => "input",
        Gemini => "contents",
    }
}

/// A prompt, and further fields. A string as content stands for a text in every dialect.
pub(crate) fn say(client: Dialect, content: impl Into<Value>, fields: Value) -> Value {
    said(client, json!([{"role": "user", "content": content.into()}]), fields)
}

/// The same with a conversation.
pub(in crate::square) fn said(client: Dialect, conversation: Value, fields: Value) -> Value {
    let mut body = json!({});
    body[turns(client)] = conversation;
    match client {
        OpenAiChat => {}
        OpenAiResponses => body["max_output_tokens"] = 8192.into(),
        Anthropic | Bedrock | Gemini | Cohere => body["max_tokens"] = 8192.into(),
        outside!() => body["max_tokens"] = 8192.into(),
    }
    let (Value::Object(body), Value::Object(fields)) = (&mut body, fields) else { panic!("objects") };
    body.extend(fields);
    Value::Object(body.clone())
}

pub(super) fn text(client: Dialect) -> Value {
    say(client, "[[say:hello there]]", json!({}))
}

pub(super) fn refusal(client: Dialect) -> Value {
    say(client, "[[refuse:not that]]", json!({}))
}

pub(super) fn unicode(client: Dialect) -> Value {
    say(client, "[[unicode]]", json!({}))
}

pub(super) fn options(client: Dialect) -> Value {
    let prompt = json!({"role": "user", "content": "[[say:cut]]"});
    let system = json!({"role": "system", "content": "be brief"});
    match client {
        OpenAiChat => {
            json!({"messages": [system, prompt], "temperature": 0.30, "top_p": 0.9, "max_completion_tokens": 77,
            "user": "u-1"})
        }
        OpenAiResponses => json!({"instructions": "be brief", "input": [prompt], "temperature": 0.30, "top_p": 0.9,
            "max_output_tokens": 77, "user": "u-1"}),
        Anthropic => {
            json!({"system": "be brief", "messages": [prompt], "temperature": 0.30, "top_p": 0.9, "max_tokens": 77,
            "metadata": {"user_id": "u-1"}})
        }
        Bedrock => json!({"system": [{"text": "be brief"}], "messages": [prompt],
            "inferenceConfig": {"temperature": 0.30, "topP": 0.9, "maxTokens": 77}}),
        Gemini => json!({"systemInstruction": {"parts": [{"text": "be brief"}]}, "contents": [prompt],
            "generationConfig": {"temperature": 0.30, "topP": 0.9, "maxOutputTokens": 77}}),
        Cohere => json!({"messages": [system, prompt], "temperature": 0.30, "p": 0.9, "max_tokens": 77}),
        outside!() => not_of_the_square(),
    }
}

pub(super) fn stop_sequence(client: Dialect) -> Value {
    let fields = match client {
        OpenAiChat => json!({"stop": ["END"]}),
        OpenAiResponses => panic!("it has no word for it"),
        Anthropic => json!({"stop_sequences": ["END"]}),
        Bedrock => json!({"inferenceConfig": {"stopSequences": ["END"], "maxTokens": 77},
            "additionalModelResponseFieldPaths": ["/stop_sequence"]}),
        Gemini => json!({"generationConfig": {"stopSequences": ["END"]}}),
        Cohere => json!({"stop_sequences": ["END"]}),
        outside!() => not_of_the_square(),
    };
    let mut body = say(client, "[[say:cut]]", fields);
    if client == Bedrock {
        body.as_object_mut().unwrap().remove("max_tokens");
    }
    body
}

pub(super) fn schema_of_weather() -> Value {
    json!({"type": "object", "properties": {"city": {"type": "string"}, "a": {"type": "number"}}, "required": ["city"]})
}

fn with_image(client: Dialect, source: &Value) -> Value {
    let image = match client {
        OpenAiChat | Cohere => json!({"type": "image_url", "image_url": source}),
        OpenAiResponses => json!({"type": "input_image", "image_url": source["url"], "detail": "auto"}),
        Anthropic => json!({"type": "image", "source": source}),
        Bedrock => json!({"image": {"format": "png", "source": source}}),
        Gemini => source.clone(),
        outside!() => not_of_the_square(),
    };
    say(client, json!([text_part(client, "[[say:a cat]]"), image]), json!({}))
}

pub(super) fn text_part(client: Dialect, text: &str) -> Value {
    match client {
        OpenAiChat | Anthropic | Cohere => json!({"type": "text", "text": text}),
        OpenAiResponses => json!({"type": "input_text", "text": text}),
        Bedrock | Gemini => json!({"text": text}),
        outside!() => not_of_the_square(),
    }
}

pub(super) fn image_data(client: Dialect) -> Value {
    let source = match client {
        OpenAiChat | OpenAiResponses | Cohere => json!({"url": format!("data:image/png;base64,{PNG}")}),
        Anthropic => json!({"type": "base64", "media_type": "image/png", "data": PNG}),
        Bedrock => json!({"bytes": PNG}),
        Gemini => json!({"inlineData": {"mimeType": "image/png", "data": PNG}}),
        outside!() => not_of_the_square(),
    };
    with_image(client, &source)
}

pub(super) fn image_url(client: Dialect) -> Value {
    let source = match client {
        OpenAiChat | OpenAiResponses | Cohere => json!({"url": CAT}),
        Anthropic => json!({"type": "url", "url": CAT}),
        // it has no images elsewhere but those in S3
        Bedrock => json!({"bytes": PNG}),
        Gemini => json!({"fileData": {"mimeType": "image/png", "fileUri": CAT}}),
        outside!() => not_of_the_square(),
    };
    with_image(client, &source)
}

pub(super) fn thinking(client: Dialect) -> Value {
    let fields = match client {
        OpenAiChat => json!({"reasoning_effort": "high"}),
        OpenAiResponses => json!({"reasoning": {"effort": "high", "summary": "auto"},
            "include": ["reasoning.encrypted_content"]}),
        Anthropic => json!({"thinking": {"type": "enabled", "budget_tokens": 5000}}),
        Bedrock => json!({"additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 5000}}}),
        Gemini => json!({"generationConfig": {"thinkingConfig": {"thinkingLevel": "HIGH", "includeThoughts": true}}}),
        Cohere => json!({"thinking": {"type": "enabled", "token_budget": 5000}}),
        outside!() => not_of_the_square(),
    };
    say(client, "[[say:42]]", fields)
}

pub(super) fn no_thinking(client: Dialect) -> Value {
    let disabled = json!({"type": "disabled"});
    let fields = match client {
        OpenAiChat => json!({"reasoning_effort": "none"}),
        OpenAiResponses => json!({"reasoning": {"effort": "none"}}),
        Anthropic | Cohere => json!({"thinking": disabled}),
        Bedrock => json!({"additionalModelRequestFields": {"thinking": disabled}}),
        Gemini => json!({"generationConfig": {"thinkingConfig": {"thinkingBudget": 0}}}),
        outside!() => not_of_the_square(),
    };
    say(client, "[[say:42]]", fields)
}

pub(super) fn schema(client: Dialect) -> Value {
    let schema = schema_of_weather();
    let fields = match client {
        OpenAiChat => {
            json!({"response_format": {"type": "json_schema", "json_schema": {"name": "w", "schema": schema}}})
        }
        OpenAiResponses => json!({"text": {"format": {"type": "json_schema", "name": "w", "schema": schema}}}),
        Anthropic => json!({"output_config": {"format": {"type": "json_schema", "schema": schema}}}),
        Bedrock => json!({"outputConfig": {"textFormat": {"type": "json_schema",
            "structure": {"jsonSchema": {"schema": schema.to_string(), "name": "w"}}}}}),
        Gemini => json!({"generationConfig": {"responseMimeType": "application/json", "responseJsonSchema": schema}}),
        Cohere => json!({"response_format": {"type": "json_object", "json_schema": schema}}),
        outside!() => not_of_the_square(),
    };
    say(client, "in 'Oslo'", fields)
}

/// The system's text is kept for long, the prompt for the usual time. OpenAI counts in half hours.
pub(super) fn cache_marks(client: Dialect) -> Value {
    let (mark, long) = (json!({"type": "ephemeral"}), json!({"type": "ephemeral", "ttl": "1h"}));
    let content = json!([{"type": "text", "text": "[[say:cached]]", "cache_control": mark}]);
    let system = json!([{"type": "text", "text": "s", "cache_control": long}]);
    match client {
        OpenAiChat => {
            json!({"messages": [{"role": "system", "content": system}, {"role": "user", "content": content}]})
        }
        OpenAiResponses => {
            let marked = |text, mark| json!([{"type": "input_text", "text": text, "prompt_cache_breakpoint": mark}]);
            let system = marked("s", json!({"mode": "explicit", "ttl": "30m"}));
            let prompt = marked("[[say:cached]]", json!({"mode": "explicit"}));
            json!({"input": [{"role": "system", "content": system}, {"role": "user", "content": prompt}]})
        }
        Anthropic => {
            json!({"max_tokens": 99, "system": system, "messages": [{"role": "user", "content": content}]})
        }
        Bedrock => json!({"system": [{"text": "s"}, {"cachePoint": {"type": "default", "ttl": "1h"}}],
            "messages": [{"role": "user", "content": [{"text": "[[say:cached]]"}, {"cachePoint": {"type": "default"}}]}]}),
        Gemini | Cohere => panic!("it has none"),
        outside!() => not_of_the_square(),
    }
}

/// A field that another dialect lacks.
pub(super) fn sampling(client: Dialect) -> Value {
    let fields = match client {
        OpenAiChat => json!({"seed": 7}),
        OpenAiResponses => panic!("it has neither"),
        Anthropic => json!({"top_k": 7}),
        Bedrock => json!({"additionalModelRequestFields": {"top_k": 7}}),
        Gemini => json!({"generationConfig": {"topK": 7}}),
        Cohere => json!({"k": 7}),
        outside!() => not_of_the_square(),
    };
    say(client, "[[say:dropped]]", fields)
}
