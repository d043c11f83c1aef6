//! Writing an answer with every member that OpenAI's own has.

use serde::Serialize;

use super::super::{finish, thinking, usage};
use crate::chat::{Choice, Part, Reply, Thinking};

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
    annotations: [(); 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_content: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    thinking_blocks: Vec<thinking::Block<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Call<'a>>,
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
    };
    // Strings, numbers and lists of them: there is nothing here that JSON could refuse.
    serde_json::to_vec(&body).unwrap_or_default()
}

fn write_choice(index: usize, choice: &Choice) -> WireChoice<'_> {
    WireChoice { index, message: message(&choice.parts), logprobs: (), finish_reason: finish::write(&choice.stop) }
}

fn message(parts: &[Part]) -> Message<'_> {
    let mut message = Message { role: "assistant", ..Message::default() };
    for part in parts {
        match part {
            Part::Text { text, .. } => message.content.get_or_insert_default().push_str(text),
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
            // Models of this dialect's clients answer in words; the readers make nothing else.
            Part::Image { .. } | Part::Document { .. } | Part::Audio { .. } | Part::ToolResult(_) => {}
        }
    }
    // Blocks are for what the plain field cannot bring back.
    if !parts.iter().any(|part| matches!(part, Part::Thinking(thinking) if thinking::needs_block(thinking))) {
        message.thinking_blocks.clear();
    }
    if message.content.is_none() && message.refusal.is_none() && message.tool_calls.is_empty() {
        message.content = Some(String::new());
    }
    message
}
