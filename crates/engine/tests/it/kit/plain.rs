//! Bodies that tests write once for every dialect, as each dialect sends them.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::value::{RawValue, to_raw_value};
use wire::Dialect;
use wire::envelope::Address;

type Fields = BTreeMap<String, Box<RawValue>>;

/// What a client of `dialect` sends for `body`. In Converse model and stream stand in the URL, content is a list of blocks and
/// the ceiling an inner field, in Gemini's dialect contents are lists of parts and settings stand in an object; Responses call
/// messages and ceiling otherwise. InvokeModel's bodies are Anthropic's without model and stream. Text completions have one prompt,
/// and Cohere's first API one message. Every value keeps its bytes.
pub(crate) fn addressed(dialect: Dialect, body: Bytes) -> (Option<Address>, Bytes) {
    match dialect {
        Dialect::OpenAiChat | Dialect::Anthropic | Dialect::Cohere => (None, body),
        Dialect::OpenAiResponses => (None, renamed(body)),
        Dialect::Bedrock => converse(&body),
        Dialect::Gemini => generate(&body),
        Dialect::BedrockInvoke => invoke(&body),
        Dialect::OpenAiCompletions => (None, alone(body, "prompt")),
        Dialect::CohereV1 => (None, alone(body, "message")),
    }
}

fn has(body: &Bytes, name: &str) -> bool {
    memchr::memmem::find(body, format!("\"{name}\"").as_bytes()).is_some()
}

fn renamed(body: Bytes) -> Bytes {
    let names = [("messages", "input"), ("max_tokens", "max_output_tokens")];
    if !names.iter().any(|(name, _)| has(&body, name)) {
        return body;
    }
    let mut fields = object(&body);
    for (name, theirs) in names {
        if let Some(value) = fields.remove(name) {
            fields.insert(theirs.to_owned(), value);
        }
    }
    serde_json::to_vec(&fields).unwrap().into()
}

fn converse(body: &Bytes) -> (Option<Address>, Bytes) {
    let mut fields = object(body);
    let address = address(&mut fields);
    if let Some(most) = fields.remove("max_tokens") {
        fields.insert("inferenceConfig".to_owned(), raw(format!(r#"{{"maxTokens":{most}}}"#)));
    }
    if let Some(messages) = fields.get_mut("messages") {
        let mut spoken: Vec<Fields> = serde_json::from_str(messages.get()).unwrap();
        for content in spoken.iter_mut().filter_map(|message| message.get_mut("content")) {
            if content.get().starts_with('"') {
                *content = raw(format!(r#"[{{"text":{content}}}]"#));
            }
        }
        *messages = to_raw_value(&spoken).unwrap();
    }
    (Some(address), serde_json::to_vec(&fields).unwrap().into())
}

fn generate(body: &Bytes) -> (Option<Address>, Bytes) {
    let mut fields = object(body);
    let address = address(&mut fields);
    let settings = [("max_tokens", "maxOutputTokens"), ("n", "candidateCount"), ("temperature", "temperature")];
    let settings: Fields =
        settings.into_iter().filter_map(|(name, theirs)| Some((theirs.to_owned(), fields.remove(name)?))).collect();
    if !settings.is_empty() {
        let config = fields.get("generationConfig").map(|config| serde_json::from_str::<Fields>(config.get()).unwrap());
        let config: Fields = config.into_iter().flatten().chain(settings).collect();
        fields.insert("generationConfig".to_owned(), to_raw_value(&config).unwrap());
    }
    if let Some(messages) = fields.remove("messages").or_else(|| fields.remove("contents")) {
        let spoken = serde_json::from_str::<Vec<Fields>>(messages.get());
        let contents = spoken.map(|spoken| spoken.into_iter().map(content).collect::<Vec<_>>());
        // what is no conversation is none in any dialect
        let contents = contents.map_or(messages, |contents| to_raw_value(&contents).unwrap());
        fields.insert("contents".to_owned(), contents);
    }
    (Some(address), serde_json::to_vec(&fields).unwrap().into())
}

fn content(mut message: Fields) -> Fields {
    if message.get("role").is_some_and(|role| role.get() == r#""assistant""#) {
        message.insert("role".to_owned(), raw(r#""model""#.to_owned()));
    }
    if let Some(content) = message.remove("content") {
        let parts =
            if content.get().starts_with('"') { format!(r#"[{{"text":{content}}}]"#) } else { content.to_string() };
        message.insert("parts".to_owned(), raw(parts));
    }
    message
}

fn invoke(body: &Bytes) -> (Option<Address>, Bytes) {
    let mut fields = object(body);
    let address = address(&mut fields);
    fields.entry("anthropic_version".to_owned()).or_insert_with(|| raw(r#""bedrock-2023-05-31""#.to_owned()));
    (Some(address), serde_json::to_vec(&fields).unwrap().into())
}

/// One message, whose text stands under that name.
fn alone(body: Bytes, name: &str) -> Bytes {
    if !has(&body, "messages") {
        return body;
    }
    let mut fields = object(&body);
    let said = fields.remove("messages").expect("messages");
    let mut said: Vec<Fields> = serde_json::from_str(said.get()).expect("a list of messages");
    assert!(said.len() == 1, "one message is all that there is");
    fields.insert(name.to_owned(), said.remove(0).remove("content").expect("a text"));
    serde_json::to_vec(&fields).unwrap().into()
}

fn object(body: &Bytes) -> Fields {
    serde_json::from_slice(body).expect("an object whose fields stand once")
}

/// What stands in the URL instead.
fn address(fields: &mut Fields) -> Address {
    let model = fields.remove("model").expect("a model");
    let stream = fields.remove("stream").is_some_and(|stream| stream.get() == "true");
    Address { model: serde_json::from_str(model.get()).unwrap(), stream }
}

fn raw(text: String) -> Box<RawValue> {
    RawValue::from_string(text).unwrap()
}
