//! Whole answers: `{"type":"message", …}`, both directions.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::block::Block;
use super::search::{self, Searches};
use super::{citation, stop, usage};
use crate::chat::{Choice, Citation, Part, Reply, StopReason, Thinking, ToolCall, Usage, uncarried};
use crate::json::{self, Invalid, Object, Raw, is_truthy};

/// Reads a provider's answer. In the place of blocks that the conversation does not have stands a sentence.
pub fn read(body: &str) -> Result<Reply, Invalid> {
    let mut object = Object::parse(body, "")?;
    let (mut parts, mut searches) = (Vec::new(), Searches::default());
    for (path, block) in object.take_list("content")?.ok_or_else(|| object.invalid("content", "is required"))? {
        match part(Object::parse(block.get(), path)?)? {
            Part::WebSearch(search) => searches.add(&mut parts, search),
            part => parts.push(part),
        }
    }
    let word = object.take_string("stop_reason")?;
    let choice = Choice {
        parts,
        stop: word.map_or_else(|| StopReason::Other("null".to_owned()), |word| stop::read(&word)),
        stop_sequence: object.take_string("stop_sequence")?,
        logprobs: Vec::new(),
    };
    let told = object.take("usage");
    Ok(Reply {
        id: object.take_string("id")?.unwrap_or_default(),
        model: object.take_string("model")?.unwrap_or_default(),
        created: None,
        choices: vec![choice],
        usage: told.map(|told| usage::read_served(told.get())).unwrap_or_default(),
        service_tier: told.and_then(read_tier),
        trace: None,
    })
}

fn part(mut block: Object<'_>) -> Result<Part, Invalid> {
    Ok(match block.require_string("type")?.as_str() {
        "text" => Part::Text { text: block.require_string("text")?, citations: citations(&mut block), cache: None },
        "thinking" => Part::Thinking(Thinking::signed(
            block.require_string("thinking")?,
            block.take_string("signature")?.filter(|signature| !signature.is_empty()),
        )),
        "redacted_thinking" => Part::Thinking(Thinking::Redacted { data: block.require_string("data")? }),
        "tool_use" => Part::ToolCall(ToolCall {
            id: block.require_string("id")?,
            name: block.require_string("name")?,
            arguments: block.take("input").map(|input| input.get().to_owned()).unwrap_or_default(),
            cache: None,
            ..ToolCall::default()
        }),
        other if search::is_block(other, &block) => {
            // one that cannot be read must not cost the answer
            search::read(other, &mut block, &mut Vec::new())
                .map_or_else(|_unreadable| Part::text(uncarried(other)), Part::WebSearch)
        }
        other => Part::text(uncarried(other)),
    })
}

fn citations(block: &mut Object<'_>) -> Vec<Citation> {
    let told = block.take_list("citations").ok().flatten().unwrap_or_default();
    told.into_iter().filter_map(|(_, citation)| citation::of_answer(citation)).collect()
}

/// The conversation speaks of tiers in OpenAI's words.
fn read_tier(usage: &RawValue) -> Option<String> {
    #[derive(Deserialize)]
    struct Told {
        service_tier: Option<String>,
    }
    let tier = serde_json::from_str::<Told>(usage.get()).ok()?.service_tier?;
    Some(if tier == "standard" { "default".to_owned() } else { tier })
}

/// Words that SDKs with strict checks do not know are left out.
fn tier_word(tier: &str) -> Option<&'static str> {
    match tier {
        "default" => Some("standard"),
        "priority" => Some("priority"),
        "batch" => Some("batch"),
        _ => None,
    }
}

/// The usage in an answer, without reading the rest of it.
pub fn scan_usage(body: &str) -> Usage {
    json::usage_of(body).map(|told| usage::read_served(told.get())).unwrap_or_default()
}

/// Whether an answer is an error in disguise, without reading the rest of it.
pub fn is_error(body: &str) -> bool {
    #[derive(Deserialize)]
    struct Told<'a> {
        #[serde(borrow)]
        r#type: Option<&'a RawValue>,
        #[serde(borrow)]
        error: Option<&'a RawValue>,
        #[serde(borrow)]
        content: Option<&'a RawValue>,
    }
    serde_json::from_str::<Told<'_>>(body).is_ok_and(|told| {
        told.r#type.is_some_and(|kind| kind.get() == r#""error""#)
            || (told.content.is_none() && told.error.is_some_and(|error| is_truthy(error.get())))
    })
}

/// A message on its way to a client; also what a stream starts with. SDKs that check strictly require every member.
#[derive(Serialize)]
pub(super) struct Message<'a> {
    pub(super) id: &'a str,
    pub(super) r#type: &'static str,
    pub(super) role: &'static str,
    pub(super) model: &'a str,
    pub(super) content: Vec<Block<'a>>,
    pub(super) stop_reason: Option<&'static str>,
    pub(super) stop_sequence: Option<&'a str>,
    pub(super) usage: usage::Written<'a>,
    /// Bedrock's, of a guardrail: SDKs keep members that they do not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trace: Option<&'a Raw>,
}

impl<'a> Message<'a> {
    pub(super) fn new(id: &'a str, model: &'a str, usage: usage::Written<'a>) -> Self {
        let (stop_reason, stop_sequence, content) = (None, None, Vec::new());
        Self {
            id,
            r#type: "message",
            role: "assistant",
            model,
            content,
            stop_reason,
            stop_sequence,
            usage,
            trace: None,
        }
    }
}

/// Writes a whole answer: of several only the first, as requests for several are refused before they are sent.
pub fn write(reply: &Reply) -> Vec<u8> {
    let usage = usage::Written::of(&reply.usage, reply.service_tier.as_deref().and_then(tier_word));
    let mut message = Message::new(&reply.id, &reply.model, usage);
    message.trace = reply.trace.as_ref();
    message.stop_reason = Some("end_turn");
    if let Some(choice) = reply.choices.first() {
        message.content = choice.parts.iter().flat_map(blocks).collect();
        message.stop_reason = Some(stop::word(&choice.stop));
        message.stop_sequence = choice.stop_sequence.as_deref();
    }
    serde_json::to_vec(&message).unwrap_or_default()
}

fn blocks(part: &Part) -> Vec<Block<'_>> {
    match part {
        Part::WebSearch(search) => search::blocks(search).collect(),
        part => block(part).into_iter().collect(),
    }
}

/// Empty texts are left out: a client that hands one back is refused. What an answer cannot hold here is said in words.
fn block(part: &Part) -> Option<Block<'_>> {
    Some(match part {
        Part::Text { text, .. } | Part::Refusal { text } if text.is_empty() => return None,
        Part::Text { text, citations, .. } => {
            let citations = citations.iter().map(citation::Written::of).collect();
            Block::Text { text, citations, cache_control: None }
        }
        Part::Refusal { text } => Block::text(text),
        Part::Thinking(Thinking::Redacted { data }) => Block::RedactedThinking { data },
        Part::Thinking(
            thinking @ (Thinking::Plain { text, .. } | Thinking::Sealed { text, .. } | Thinking::Bound { text, .. }),
        ) => Block::Thinking { thinking: text, signature: thinking.as_signature().unwrap_or_default().into() },
        Part::ToolCall(call) => {
            Block::ToolUse { id: &call.id, name: &call.name, input: call.arguments_object()?, cache_control: None }
        }
        Part::Image { .. } | Part::Document { .. } | Part::Audio { .. } | Part::Video { .. } => {
            Block::text(part.uncarried())
        }
        Part::ToolResult(_) | Part::SearchResult(_) | Part::Guarded(_) | Part::Json(_) | Part::WebSearch(_) => {
            return None;
        }
    })
}

#[cfg(test)]
mod tests;
