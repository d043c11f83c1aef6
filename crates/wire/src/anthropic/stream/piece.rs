//! What a block starts with, and the pieces that it grows by.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::chat::{Delta, PartStart};
use crate::json::{self, Invalid, Object};

/// What kind of part a block starts that is told piece by piece.
pub(super) fn part_start(block: &mut Object<'_>) -> Result<Option<PartStart>, Invalid> {
    let word = block.peek("type").map(|word| json::string(word, "type")).transpose()?;
    Ok(Some(match word.ok_or_else(|| block.invalid("type", "is required"))?.as_str() {
        "text" => PartStart::Text,
        "thinking" => PartStart::Thinking,
        "redacted_thinking" => PartStart::RedactedThinking { data: block.require_string("data")? },
        "tool_use" => PartStart::function(block.require_string("id")?, block.require_string("name")?),
        _ => return Ok(None),
    }))
}

/// What a start already holds: nothing at Anthropic, but some servers put a whole block there.
pub(super) fn first_deltas(
    kind: &PartStart,
    block: &mut Object<'_>,
) -> Result<impl Iterator<Item = Delta> + use<>, Invalid> {
    let (first, second) = match kind {
        PartStart::Text | PartStart::Refusal => (block.take_string("text")?.map(Delta::Text), None),
        PartStart::Thinking => {
            (block.take_string("thinking")?.map(Delta::Thinking), block.take_string("signature")?.map(Delta::signed))
        }
        PartStart::ToolCall { .. } => {
            let input = block.take("input").map(|input| input.get().to_owned());
            (input.filter(|input| !is_empty_object(input)).map(Delta::Arguments), None)
        }
        PartStart::RedactedThinking { .. } | PartStart::Whole(_) => (None, None),
    };
    Ok([first, second].into_iter().flatten().filter(says_something))
}

pub(super) fn is_empty_object(text: &str) -> bool {
    text.chars().filter(|c| !c.is_ascii_whitespace()).eq("{}".chars())
}

fn says_something(delta: &Delta) -> bool {
    !delta.text().is_empty()
}

/// The `delta` of a block.
#[derive(Deserialize)]
pub(super) struct Piece<'a> {
    #[serde(borrow)]
    r#type: Cow<'a, str>,
    text: Option<String>,
    thinking: Option<String>,
    signature: Option<String>,
    pub(super) partial_json: Option<String>,
    #[serde(borrow)]
    pub(super) citation: Option<&'a RawValue>,
}

impl Piece<'_> {
    /// Types that come later have no place in the conversation.
    pub(super) fn read(self) -> Option<Delta> {
        let delta = match self.r#type.as_ref() {
            "text_delta" => self.text.map(Delta::Text),
            "thinking_delta" => self.thinking.map(Delta::Thinking),
            "signature_delta" => self.signature.map(Delta::signed),
            "input_json_delta" => self.partial_json.map(Delta::Arguments),
            _ => None,
        };
        delta.filter(says_something)
    }
}
