//! `thinking_blocks`: LiteLLM's field by which signed reasoning travels through this dialect and back.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::chat::Thinking;
use crate::json::{Invalid, Object};

/// A block as it is written. `index` is there in streams only, so that clients that merge deltas by index merge these too.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Block<'a> {
    Thinking {
        #[serde(skip_serializing_if = "Option::is_none")]
        index: Option<u32>,
        thinking: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        signature: Option<Cow<'a, str>>,
    },
    RedactedThinking {
        #[serde(skip_serializing_if = "Option::is_none")]
        index: Option<u32>,
        data: &'a str,
    },
}

impl<'a> Block<'a> {
    /// The block that says `thinking`.
    pub(super) fn of(thinking: &'a Thinking) -> Self {
        match thinking {
            Thinking::Plain { text, signature } => {
                Self::Thinking { index: None, thinking: text, signature: signature.as_deref().map(Cow::Borrowed) }
            }
            Thinking::Redacted { data } => Self::RedactedThinking { index: None, data },
            Thinking::Sealed { text, .. } | Thinking::Bound { text, .. } => {
                Self::Thinking { index: None, thinking: text, signature: thinking.as_signature().map(Cow::Owned) }
            }
        }
    }
}

/// Whether `reasoning_content` alone could not bring this back.
pub(super) fn needs_block(thinking: &Thinking) -> bool {
    !matches!(thinking, Thinking::Plain { signature: None, .. })
}

/// Reads the blocks of a message. Fields that have no place are named in `unmapped`.
pub(super) fn read(blocks: Vec<(String, &RawValue)>, unmapped: &mut Vec<String>) -> Result<Vec<Thinking>, Invalid> {
    blocks
        .into_iter()
        .map(|(path, block)| {
            let mut object = Object::parse(block.get(), path)?;
            let thinking = match object.require_string("type")?.as_str() {
                "thinking" => {
                    let text = object.take_string("thinking")?.unwrap_or_default();
                    Thinking::signed(text, object.take_string("signature")?)
                }
                "redacted_thinking" => Thinking::Redacted { data: object.require_string("data")? },
                other => return Err(object.invalid("type", format!("is not a known thinking block: '{other}'"))),
            };
            // Only its place in a stream.
            object.take("index");
            unmapped.extend(object.unread());
            Ok(thinking)
        })
        .collect()
}
