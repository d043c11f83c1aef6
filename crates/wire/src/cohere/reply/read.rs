//! Reading a provider's whole answer.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::chat::{Choice, Part, Reply, StopReason, ToolCall, Usage, uncarried};
use crate::cohere::citation::{self, Of, Told};
use crate::cohere::{logprobs, stop, thinking, usage};
use crate::json::{self, Invalid, Object};

/// Reads a provider's answer. In the place of content that the conversation does not have stands a sentence: the answer is paid
/// for. The plan that Cohere makes before it calls tools is text in front of the calls, as other models say it.
pub fn read(body: &str) -> Result<Reply, Invalid> {
    let mut object = Object::parse(body, "")?;
    let word = object.take_string("finish_reason")?;
    let message = object.take_object("message")?.ok_or_else(|| object.invalid("message", "is required"))?;
    let pieces = object.take_list("logprobs").ok().flatten().unwrap_or_default();
    let choice = Choice {
        logprobs: pieces.into_iter().filter_map(|(_, piece)| logprobs::read(piece)).collect(),
        ..Choice::new(
            parts(message)?,
            word.map_or_else(|| StopReason::Other("null".to_owned()), |word| stop::read(&word)),
        )
    };
    Ok(Reply {
        id: object.take_string("id")?.unwrap_or_default(),
        model: String::new(),
        created: None,
        choices: vec![choice],
        usage: object.take("usage").map(|told| usage::read(told.get())).unwrap_or_default(),
        service_tier: None,
        trace: None,
    })
}

fn parts(mut message: Object<'_>) -> Result<Vec<Part>, Invalid> {
    let list = message.take_list("citations").ok().flatten().unwrap_or_default();
    let mut citations: Vec<Told> = list.into_iter().filter_map(|(_, raw)| citation::read(raw)).collect();
    let mut parts = Vec::new();
    for part in content(&mut message)? {
        match part {
            Content::Text { text, index } => {
                let own = |told: &mut Told| told.of == Of::Text && told.content.is_none_or(|content| content == index);
                parts.extend(citation::cut(text, citations.extract_if(.., own).collect()));
            }
            Content::Other(part) => parts.push(part),
        }
    }
    if let Some(plan) = message.take_string("tool_plan")? {
        let own = citations.extract_if(.., |told| told.of == Of::Plan).collect();
        parts.extend(citation::cut(plan, own));
    }
    for (path, call) in message.take_list("tool_calls")?.unwrap_or_default() {
        parts.push(Part::ToolCall(call_of(Object::parse(call.get(), path)?)?));
    }
    Ok(parts)
}

enum Content {
    /// A text and its place among the contents.
    Text {
        text: String,
        index: usize,
    },
    Other(Part),
}

/// The contents of a message: a list, or one text.
fn content(message: &mut Object<'_>) -> Result<Vec<Content>, Invalid> {
    if message.peek("content").is_some_and(json::is_string) {
        let text = message.require_string("content")?;
        return Ok(vec![Content::Text { text, index: 0 }]);
    }
    let list = message.take_list("content")?.unwrap_or_default();
    let contents = list.into_iter().enumerate().map(|(index, (path, raw))| {
        let mut item = Object::parse(raw.get(), path)?;
        let word = item.require_string("type")?;
        Ok(match word.as_str() {
            "text" => Content::Text { text: item.require_string("text")?, index },
            "thinking" => {
                let text = item.require_string("thinking")?;
                Content::Other(Part::Thinking(thinking::proved(text, item.take_string("signature")?)))
            }
            other => Content::Other(Part::text(uncarried(other))),
        })
    });
    contents.collect()
}

fn call_of(mut call: Object<'_>) -> Result<ToolCall, Invalid> {
    let mut function = call.take_object("function")?.ok_or_else(|| call.invalid("function", "is required"))?;
    let arguments = function.take_string("arguments")?.unwrap_or_default();
    Ok(ToolCall::new(call.require_string("id")?, function.require_string("name")?, arguments))
}

/// Whether an answer is an error in disguise, without reading the rest of it: a sentence stands where the message should, or
/// the model broke off before it said anything.
pub fn is_error(body: &str) -> bool {
    #[derive(Deserialize)]
    struct Told<'a> {
        #[serde(borrow)]
        message: Option<&'a RawValue>,
        finish_reason: Option<String>,
    }
    let Ok(told) = serde_json::from_str::<Told<'_>>(body) else { return false };
    match told.message {
        Some(message) if json::is_object(message) => {
            told.finish_reason.is_some_and(|word| word == stop::ERROR) && says_nothing(message)
        }
        message => message.is_some_and(json::is_string),
    }
}

fn says_nothing(message: &RawValue) -> bool {
    let Ok(mut message) = Object::parse(message.get(), "") else { return false };
    ["content", "tool_plan", "tool_calls"]
        .into_iter()
        .all(|field| message.take(field).is_none_or(|value| !json::is_truthy(value.get())))
}

/// The usage in an answer, without reading the rest of it.
pub fn scan_usage(body: &str) -> Usage {
    json::usage_of(body).map(|told| usage::read(told.get())).unwrap_or_default()
}
