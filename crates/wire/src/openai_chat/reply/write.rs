//! Writing an answer with every member that OpenAI's own has.

use serde::Serialize;

use super::super::citation::{Annotation, Cited, Specifics};
use super::super::{finish, thinking, usage};
use crate::chat::{Choice, Part, Reply, Thinking};
use crate::json::Raw;

#[derive(Serialize)]
struct Body<'a> {
    id: &'a str,
    object: &'static str,
    created: i64,
    model: &'a str,
    choices: Vec<WireChoice<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<usage::Written>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tier: Option<&'a str>,
    /// What Bedrock's guardrail found, where LiteLLM puts it too.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a Raw>,
}

#[derive(Serialize)]
struct WireChoice<'a> {
    index: usize,
    message: Message<'a>,
    logprobs: (),
    finish_reason: &'static str,
}

#[derive(Default, Serialize)]
struct Message<'a> {
    role: &'static str,
    content: Option<String>,
    refusal: Option<String>,
    annotations: Vec<Annotation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_content: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    thinking_blocks: Vec<thinking::Block<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Call<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_specific_fields: Option<Specifics<'a>>,
}

#[derive(Serialize)]
struct Call<'a> {
    id: &'a str,
    r#type: &'static str,
    function: Function<'a>,
}

#[derive(Serialize)]
struct Function<'a> {
    name: &'a str,
    arguments: &'a str,
}

/// Writes an answer for a client; `now` stands in for a time that the provider did not give.
pub fn write(reply: &Reply, now: i64) -> Vec<u8> {
    let body = Body {
        id: &reply.id,
        object: "chat.completion",
        created: reply.created.unwrap_or(now),
        model: &reply.model,
        choices: reply.choices.iter().enumerate().map(|(index, choice)| write_choice(index, choice)).collect(),
        usage: usage::write(&reply.usage),
        service_tier: reply.service_tier.as_deref(),
        trace: reply.trace.as_ref(),
    };
    // Strings, numbers and lists of them: there is nothing here that JSON could refuse.
    serde_json::to_vec(&body).unwrap_or_default()
}

fn write_choice(index: usize, choice: &Choice) -> WireChoice<'_> {
    WireChoice { index, message: message(&choice.parts), logprobs: (), finish_reason: finish::write(&choice.stop) }
}

fn message(parts: &[Part]) -> Message<'_> {
    let mut message = Message { role: "assistant", ..Message::default() };
    let mut cited = Vec::new();
    // Characters of the content so far.
    let mut said = 0;
    for part in parts {
        match part {
            Part::Text { text, citations, .. } => {
                message.content.get_or_insert_default().push_str(text);
                let start = said;
                said += text.chars().count();
                let text_at = || start..said;
                let annotations = citations.iter().filter_map(|citation| Annotation::of(citation, text_at(), None));
                message.annotations.extend(annotations);
                cited.extend((!citations.is_empty()).then(|| Cited::all(citations, text)));
            }
            Part::Refusal { text } => message.refusal.get_or_insert_default().push_str(text),
            Part::Thinking(thinking) => {
                if let Thinking::Plain { text, .. } = thinking
                    && !text.is_empty()
                {
                    message.reasoning_content.get_or_insert_default().push_str(text);
                }
                message.thinking_blocks.push(thinking::Block::of(thinking));
            }
            Part::ToolCall(call) => message.tool_calls.push(Call {
                id: &call.id,
                r#type: "function",
                function: Function { name: &call.name, arguments: &call.arguments },
            }),
            Part::Image { .. } | Part::Document { .. } | Part::Audio { .. } | Part::Video { .. } => {
                message.content.get_or_insert_default().push_str(part.uncarried());
            }
            // No answer has these.
            Part::SearchResult(_) | Part::Guarded(_) | Part::Json(_) | Part::ToolResult(_) => {}
        }
    }
    message.provider_specific_fields = (!cited.is_empty()).then_some(Specifics::Citations(cited));
    // Blocks are for what the plain field cannot bring back.
    if !parts.iter().any(|part| matches!(part, Part::Thinking(thinking) if thinking::needs_block(thinking))) {
        message.thinking_blocks.clear();
    }
    if message.content.is_none() && message.refusal.is_none() && message.tool_calls.is_empty() {
        message.content = Some(String::new());
    }
    message
}
