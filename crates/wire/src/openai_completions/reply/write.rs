//! Writing an answer with every member that OpenAI's own has.

use serde::Serialize;

use crate::chat::{Choice, Part, Reply};
use crate::openai_chat::usage;
use crate::openai_completions::{finish, logprobs};

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
    text: String,
    index: usize,
    logprobs: Option<logprobs::Written<'a>>,
    finish_reason: &'static str,
}

/// Writes an answer for a client; `now` stands in for a time that the provider did not give.
pub fn write(reply: &Reply, now: i64) -> Vec<u8> {
    let body = Body {
        id: &reply.id,
        object: "text_completion",
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
    WireChoice {
        text: choice.parts.iter().filter_map(words).collect(),
        index,
        logprobs: logprobs::write(&choice.logprobs, 0),
        finish_reason: finish::write(&choice.stop),
    }
}

/// The words of a part. Reasoning has no place in this API and is left out, as servers of it do.
pub(in crate::openai_completions) fn words(part: &Part) -> Option<&str> {
    match part {
        Part::Text { text, .. } | Part::Refusal { text } => Some(text),
        // no client of this API declares a tool, so a call is one that nobody can answer
        Part::Image { .. } | Part::Document { .. } | Part::Audio { .. } | Part::Video { .. } | Part::ToolCall(_) => {
            Some(part.uncarried())
        }
        // what a search found stands in the text
        Part::Thinking(_) | Part::WebSearch(_) => None,
        // no answer has these
        Part::SearchResult(_) | Part::Guarded(_) | Part::Json(_) | Part::ToolResult(_) => None,
    }
}
