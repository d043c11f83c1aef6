//! Reading an answer. Servers differ in small things: what can be understood is taken, only nonsense is refused.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::call::{arguments, made_id};
use super::super::{citation, finish, logprobs, thinking, usage};
use crate::chat::{CallKind, Choice, Part, Reply, ServiceTier, Thinking, ToolCall, Usage, uncarried};
use crate::json::{self, Invalid, Object};

/// Reads a provider's answer.
pub fn read(body: &str) -> Result<Reply, Invalid> {
    let mut body = Object::parse(body, "")?;
    let choices = body.take_list("choices")?.unwrap_or_default();
    if choices.is_empty() {
        return Err(body.invalid("choices", "must have at least one choice"));
    }
    let id = text(&mut body, "id").unwrap_or_default();
    let choices = choices.into_iter().map(|(path, choice)| read_choice(path, choice, &id)).collect::<Result<_, _>>()?;
    let usage = body.take("usage").map(|told| usage::read(told.get())).unwrap_or_default();
    let service_tier = text(&mut body, "service_tier");
    Ok(Reply {
        choices,
        model: text(&mut body, "model").unwrap_or_default(),
        created: body.take("created").and_then(|created| serde_json::from_str(created.get()).ok()),
        usage: usage.served_as(service_tier.as_deref()),
        service_tier,
        trace: None,
        id,
    })
}

/// The usage in an answer, without reading the rest of it.
pub fn scan_usage(body: &str) -> Usage {
    let Some(served) = json::served(body) else { return Usage::default() };
    let usage = served.usage.map(|told| usage::read(told.get())).unwrap_or_default();
    Usage { tier: ServiceTier::told(served.service_tier), ..usage }
}

/// Whether an answer is an error in disguise, without reading the rest of it.
pub fn is_error(body: &str) -> bool {
    #[derive(Deserialize)]
    struct Told<'a> {
        #[serde(borrow)]
        error: Option<&'a RawValue>,
        #[serde(borrow)]
        choices: Option<&'a RawValue>,
    }
    serde_json::from_str::<Told<'_>>(body)
        .is_ok_and(|told| told.choices.is_none() && told.error.is_some_and(|error| json::is_truthy(error.get())))
}

fn read_choice(path: String, choice: &RawValue, reply_id: &str) -> Result<Choice, Invalid> {
    let mut choice = Object::parse(choice.get(), path)?;
    let mut message = choice.take_object("message")?.ok_or_else(|| choice.invalid("message", "is required"))?;
    let mut parts: Vec<Part> = thoughts(&mut message).into_iter().map(Part::Thinking).collect();
    content(&mut message, &mut parts)?;
    media(&mut message, &mut parts);
    cite(&mut message, &mut parts);
    parts.extend(text(&mut message, "refusal").map(|text| Part::Refusal { text }));
    let calls = calls(&mut message, reply_id)?;
    let word = text(&mut choice, "finish_reason");
    let word = word.as_deref().filter(|word| !word.is_empty()).unwrap_or("stop");
    let (stop, stop_sequence) = finish::read(word, !calls.is_empty(), choice.take("stop_reason"));
    parts.extend(calls.into_iter().map(Part::ToolCall));
    let logprobs = choice.take("logprobs").map(logprobs::read).unwrap_or_default();
    Ok(Choice { parts, stop, stop_sequence, logprobs })
}

/// A string, if there is one.
pub(crate) fn text(object: &mut Object<'_>, key: &str) -> Option<String> {
    object.take(key).and_then(|value| serde_json::from_str(value.get()).ok())
}

/// Reasoning: blocks hold all of it, the plain fields repeat their text.
fn thoughts(message: &mut Object<'_>) -> Vec<Thinking> {
    let blocks = message.take_list("thinking_blocks").ok().flatten().unwrap_or_default();
    match thinking::read(blocks, &mut Vec::new()) {
        Ok(thoughts) if !thoughts.is_empty() => return thoughts,
        _ => {}
    }
    let plain = text(message, "reasoning_content").filter(|text| !text.is_empty());
    let plain = plain.or_else(|| text(message, "reasoning").filter(|text| !text.is_empty()));
    plain.map(|text| Thinking::Plain { text, signature: None }).into_iter().collect()
}

/// Content is a string; Mistral sends a list when the model thinks.
fn content(message: &mut Object<'_>, parts: &mut Vec<Part>) -> Result<(), Invalid> {
    let Some(content) = message.peek("content") else { return Ok(()) };
    if !json::is_list(content) {
        let text = message.take_string("content")?.filter(|text| !text.is_empty());
        parts.extend(text.map(Part::text));
        return Ok(());
    }
    for (path, part) in message.take_list("content")?.unwrap_or_default() {
        let mut part = Object::parse(part.get(), path)?;
        match text(&mut part, "type").as_deref() {
            Some("thinking") => {
                let text = thinking_text(&mut part);
                parts.push(Part::Thinking(Thinking::Plain { text, signature: None }));
            }
            Some("refusal") => parts.extend(text(&mut part, "refusal").map(|text| Part::Refusal { text })),
            kind => {
                let words = || kind.filter(|kind| *kind != "text").map(uncarried);
                parts.extend(text(&mut part, "text").or_else(words).map(Part::text));
            }
        }
    }
    Ok(())
}

/// What the model said aloud, as the words that it said; and OpenRouter's images.
fn media(message: &mut Object<'_>, parts: &mut Vec<Part>) {
    if let Some(mut audio) = message.take_object("audio").ok().flatten() {
        let words = text(&mut audio, "transcript").filter(|words| !words.is_empty());
        parts.push(Part::text(words.unwrap_or_else(|| uncarried("audio"))));
    }
    let images = message.take_list("images").ok().flatten().unwrap_or_default();
    parts.extend(images.iter().map(|_image| Part::text(uncarried("image"))));
}

/// Annotations stand beside the whole content: its first text has them.
fn cite(message: &mut Object<'_>, parts: &mut [Part]) {
    let told = message.take("annotations").map(citation::read).unwrap_or_default();
    let mut texts = parts.iter_mut().filter_map(|part| match part {
        Part::Text { citations, .. } => Some(citations),
        _ => None,
    });
    if let Some(citations) = texts.next() {
        *citations = told;
    }
}

/// The text of a thinking part, which is a string or a list of texts.
fn thinking_text(part: &mut Object<'_>) -> String {
    if part.peek("thinking").is_some_and(json::is_string) {
        return text(part, "thinking").unwrap_or_default();
    }
    let pieces = part.take_list("thinking").ok().flatten().unwrap_or_default();
    let pieces = pieces.into_iter().filter_map(|(path, piece)| {
        let mut piece = Object::parse(piece.get(), path).ok()?;
        text(&mut piece, "text")
    });
    pieces.collect()
}

fn calls(message: &mut Object<'_>, reply_id: &str) -> Result<Vec<ToolCall>, Invalid> {
    let mut calls = Vec::new();
    for (path, call) in message.take_list("tool_calls")?.unwrap_or_default() {
        let mut call = Object::parse(call.get(), path)?;
        let id = text(&mut call, "id").filter(|id| !id.is_empty());
        let id = id.unwrap_or_else(|| made_id(reply_id, calls.len()));
        if let Some(custom) = call.take_object("custom")? {
            calls.push(custom_call(custom, id)?);
        } else {
            let function = call.take_object("function")?.ok_or_else(|| call.invalid("function", "is required"))?;
            calls.push(function_call(function, id)?);
        }
    }
    if let Some(function) = message.take_object("function_call")? {
        calls.push(function_call(function, made_id(reply_id, calls.len()))?);
    }
    Ok(calls)
}

fn function_call(mut function: Object<'_>, id: String) -> Result<ToolCall, Invalid> {
    let name = function.require_string("name")?;
    let arguments = function.take("arguments").map(arguments).unwrap_or_default();
    Ok(ToolCall::new(id, name, arguments))
}

fn custom_call(mut custom: Object<'_>, id: String) -> Result<ToolCall, Invalid> {
    let name = custom.require_string("name")?;
    let input = custom.take("input").map(arguments).unwrap_or_default();
    Ok(ToolCall { kind: CallKind::Custom, ..ToolCall::new(id, name, input) })
}
