//! Whole answers, both directions. The dialect tells neither an id nor the model.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::block::{self, Block, Medium, ToolUse};
use super::media::{self, Source};
use super::stop::{self, ModelFields};
use super::union::Member;
use super::usage;
use crate::chat::{Choice, MediaSource, Part, Reply, StopReason, Thinking, Usage, uncarried};
use crate::json::{self, Invalid, Object, Raw};

/// Reads a provider's answer. In the place of blocks that the conversation does not have, or that cannot be read, stands a
/// sentence: the answer is paid for.
pub fn read(body: &str) -> Result<Reply, Invalid> {
    let mut object = Object::parse(body, "")?;
    let word = object.take_string("stopReason")?;
    let choice = Choice {
        parts: parts(&mut object)?,
        stop: word.map_or_else(|| StopReason::Other("null".to_owned()), |word| stop::read(&word)),
        stop_sequence: object.take("additionalModelResponseFields").and_then(|fields| stop::sequence(fields.get())),
        logprobs: Vec::new(),
    };
    let service_tier = match object.take_object("serviceTier")? {
        // Bedrock's words for tiers are OpenAI's
        Some(mut tier) => tier.take_string("type")?,
        None => None,
    };
    let usage = object.take("usage").map(|told| usage::read(told.get())).unwrap_or_default();
    Ok(Reply {
        id: String::new(),
        model: String::new(),
        created: None,
        choices: vec![choice],
        usage: usage.served_as(service_tier.as_deref()),
        service_tier,
        trace: object.take_raw("trace"),
    })
}

fn parts(body: &mut Object<'_>) -> Result<Vec<Part>, Invalid> {
    let mut output = body.take_object("output")?.ok_or_else(|| body.invalid("output", "is required"))?;
    let mut message = output.take_object("message")?.ok_or_else(|| output.invalid("message", "is required"))?;
    let content = message.take_list("content")?.ok_or_else(|| message.invalid("content", "is required"))?;
    let mut parts = Vec::new();
    for (path, raw) in content {
        parts.extend(part(raw, &path)?);
    }
    Ok(parts)
}

fn part(block: &RawValue, path: &str) -> Result<Option<Part>, Invalid> {
    // what an answer says beyond the conversation is of no use to a client of another dialect
    let mut unmapped = Vec::new();
    let member = Member::of(block, path)?;
    let words = || Some(Part::text(uncarried(&member.name)));
    match (block::spoken(&member, &mut unmapped), member.name.as_str()) {
        // half a text or call would be another answer
        (Err(error), "text" | "toolUse") => Err(error),
        (Err(_unreadable), _) => Ok(words()),
        // it says nothing
        (Ok(None), "citationsContent") => Ok(None),
        (Ok(None), _) => Ok(words()),
        (Ok(part), _) => Ok(part),
    }
}

/// Whether an answer is an error in disguise, without reading the rest of it.
pub fn is_error(body: &str) -> bool {
    #[derive(Deserialize)]
    struct Told<'a> {
        #[serde(borrow)]
        message: Option<&'a RawValue>,
        #[serde(borrow)]
        output: Option<&'a RawValue>,
    }
    serde_json::from_str::<Told<'_>>(body).is_ok_and(|told| told.output.is_none() && told.message.is_some())
}

/// The usage in an answer, without reading the rest of it.
pub fn scan_usage(body: &str) -> Usage {
    let served = json::served(body);
    let told = served.and_then(|served| Some(usage::read_served(served.usage?, served.bedrock_tier)));
    told.unwrap_or_default()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    output: Output<'a>,
    stop_reason: &'static str,
    usage: usage::Written,
    metrics: Metrics,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_model_response_fields: Option<ModelFields<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tier: Option<Tier>,
}

#[derive(Serialize)]
struct Output<'a> {
    message: Message<'a>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: Vec<Block<'a>>,
}

/// What is told of time; required.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metrics {
    pub(super) latency_ms: u64,
}

#[derive(Serialize)]
struct Tier {
    r#type: &'static str,
}

impl Tier {
    /// Words that clients with strict checks do not know are left out.
    fn of(word: &str) -> Option<Self> {
        ["default", "priority", "flex", "reserved"]
            .into_iter()
            .find(|known| *known == word)
            .map(|r#type| Self { r#type })
    }
}

/// Writes a whole answer: of several only the first, as requests for several are refused before they are sent.
pub fn write(reply: &Reply, latency_ms: u64) -> Vec<u8> {
    let choice = reply.choices.first();
    let content = choice.into_iter().flat_map(|choice| &choice.parts).filter_map(block).collect();
    let answer = Answer {
        output: Output { message: Message { role: "assistant", content } },
        stop_reason: choice.map_or("end_turn", |choice| stop::word(&choice.stop)),
        usage: usage::Written::of(&reply.usage),
        metrics: Metrics { latency_ms },
        additional_model_response_fields: ModelFields::of(choice.and_then(|choice| choice.stop_sequence.as_deref())),
        trace: reply.trace.as_ref(),
        service_tier: reply.service_tier.as_deref().and_then(Tier::of),
    };
    serde_json::to_vec(&answer).unwrap_or_default()
}

/// Empty texts are left out: a client that hands one back is refused. What an answer cannot hold here is said in words.
fn block(part: &Part) -> Option<Block<'_>> {
    Some(match part {
        Part::Text { text, citations, .. } if text.is_empty() && citations.is_empty() => return None,
        Part::Refusal { text } if text.is_empty() => return None,
        Part::Text { text, citations, .. } => Block::text(text, citations),
        Part::Refusal { text } => Block::Text(text),
        Part::Thinking(Thinking::Redacted { data }) if !is_blob(data) => return None,
        Part::Thinking(thinking) => Block::thinking(thinking),
        Part::ToolCall(call) => Block::ToolUse(ToolUse {
            tool_use_id: call.id.as_str().into(),
            name: &call.name,
            input: call.arguments_object()?,
        }),
        Part::Image { media, .. } => image(&media.source).map_or(Block::Text(part.uncarried()), Block::Image),
        Part::Document { .. } | Part::Audio { .. } | Part::Video { .. } => Block::Text(part.uncarried()),
        Part::ToolResult(_) | Part::SearchResult(_) | Part::Guarded(_) | Part::Json(_) | Part::WebSearch(_) => {
            return None;
        }
    })
}

/// An image as its bytes, in a format that clients know.
pub(super) fn image(source: &MediaSource) -> Option<Medium<'_>> {
    let MediaSource::Base64 { media_type, data } = source else { return None };
    let format = media::format(media::IMAGES, media_type)?;
    (!data.is_empty() && is_blob(data)).then_some(Medium { format, source: Source::Bytes(data) })
}

/// Whether SDKs can take `data` for base64: they decode blobs and fail on the whole answer if they cannot. Reasoning that
/// only another provider can read is of another form, and of no use at Bedrock.
pub(super) fn is_blob(data: &str) -> bool {
    let bare = data.strip_suffix("==").or_else(|| data.strip_suffix('=')).unwrap_or(data);
    data.len().is_multiple_of(4) && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

#[cfg(test)]
mod tests;
