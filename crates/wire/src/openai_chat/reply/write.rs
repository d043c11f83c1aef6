//! Writing an answer with every member that OpenAI's own has.

use serde::Serialize;

use super::super::citation::{Annotation, Cited, Specifics};
use super::super::{finish, logprobs, thinking, usage};
use crate::chat::{CallKind, Choice, FURTHER_CALL, Part, Reply, Thinking, ToolCall};
use crate::dialect::Style;
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
    logprobs: Option<logprobs::Written<'a>>,
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
    function_call: Option<Function<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_specific_fields: Option<Specifics<'a>>,
}

#[derive(Serialize)]
struct Call<'a> {
    id: &'a str,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<Function<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom: Option<Custom<'a>>,
}

#[derive(Serialize)]
struct Function<'a> {
    name: &'a str,
    arguments: &'a str,
}

#[derive(Serialize)]
struct Custom<'a> {
    name: &'a str,
    input: &'a str,
}

/// Writes an answer for a client.
pub fn write(reply: &Reply, style: &Style) -> Vec<u8> {
    let functions = style.echo.has_functions();
    let choices = reply.choices.iter().enumerate();
    let body = Body {
        id: &reply.id,
        object: "chat.completion",
        created: reply.created.unwrap_or(style.created),
        model: &reply.model,
        choices: choices.map(|(index, choice)| write_choice(index, choice, functions)).collect(),
        usage: usage::write(&reply.usage),
        service_tier: reply.service_tier.as_deref(),
        trace: reply.trace.as_ref(),
    };
    // Strings, numbers and lists of them: there is nothing here that JSON could refuse.
    serde_json::to_vec(&body).unwrap_or_default()
}

/// `functions`: calls in the form of the old functions.
fn write_choice(index: usize, choice: &Choice, functions: bool) -> WireChoice<'_> {
    WireChoice {
        index,
        message: message(&choice.parts, functions),
        logprobs: logprobs::write(&choice.logprobs),
        finish_reason: finish::write_for(functions, &choice.stop),
    }
}

fn message(parts: &[Part], functions: bool) -> Message<'_> {
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
                if let Thinking::Plain { text, .. } | Thinking::Sealed { text, .. } | Thinking::Bound { text, .. } =
                    thinking
                    && !text.is_empty()
                {
                    message.reasoning_content.get_or_insert_default().push_str(text);
                }
                message.thinking_blocks.push(thinking::Block::of(thinking));
            }
            Part::ToolCall(call) if functions && message.function_call.is_none() => {
                message.function_call = Some(Function { name: &call.name, arguments: &call.arguments });
            }
            Part::ToolCall(_) if functions => {
                message.content.get_or_insert_default().push_str(FURTHER_CALL);
                said += FURTHER_CALL.chars().count();
            }
            Part::ToolCall(call) => message.tool_calls.push(write_call(call)),
            Part::Image { .. } | Part::Document { .. } | Part::Audio { .. } | Part::Video { .. } => {
                let words = part.uncarried();
                message.content.get_or_insert_default().push_str(words);
                said += words.chars().count();
            }
            // What it found stands in the citations.
            Part::WebSearch(_) => {}
            // No answer has these.
            Part::SearchResult(_) | Part::Guarded(_) | Part::Json(_) | Part::ToolResult(_) => {}
        }
    }
    message.provider_specific_fields = (!cited.is_empty()).then_some(Specifics::Citations(cited));
    // Blocks are for what the plain field cannot bring back.
    if !parts.iter().any(|part| matches!(part, Part::Thinking(thinking) if thinking::needs_block(thinking))) {
        message.thinking_blocks.clear();
    }
    let calls = message.function_call.is_some() || !message.tool_calls.is_empty();
    if message.content.is_none() && message.refusal.is_none() && !calls {
        message.content = Some(String::new());
    }
    message
}

fn write_call(call: &ToolCall) -> Call<'_> {
    let (id, name, arguments) = (call.id.as_str(), call.name.as_str(), call.arguments.as_str());
    match call.kind {
        CallKind::Function => {
            Call { id, r#type: "function", function: Some(Function { name, arguments }), custom: None }
        }
        CallKind::Custom => {
            Call { id, r#type: "custom", function: None, custom: Some(Custom { name, input: arguments }) }
        }
    }
}
