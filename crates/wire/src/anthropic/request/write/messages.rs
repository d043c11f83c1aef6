//! Messages: instructions to the top, results of tools into the message that must have them.

use serde::Serialize;

use super::blocks;
use crate::anthropic::block::{Block, Content};
use crate::chat::{Guarded, Message, Part, Role};
use crate::json::Invalid;

#[derive(Debug, Serialize)]
pub(super) struct Turn<'a> {
    role: &'static str,
    content: Content<'a>,
}

/// What is written becomes `system` and `messages`. Instructions before the first turn are `system`, later ones stay in place.
/// Messages that have nothing to say are left out, as Anthropic refuses them.
pub(super) fn write<'a>(
    messages: &'a [Message],
    dropped: &mut Vec<String>,
) -> Result<(Option<Content<'a>>, Vec<Turn<'a>>), Invalid> {
    let mut system = Vec::new();
    let mut turns = Vec::new();
    let mut leading = true;
    for (i, message) in messages.iter().enumerate() {
        let instructions = matches!(message.role, Role::System | Role::Developer);
        leading &= instructions;
        if message.name.is_some() {
            dropped.push(format!("messages[{i}].name"));
        }
        check_instructions(instructions, i, message)?;
        let written = blocks::of_message(i, message, dropped)?;
        if leading {
            system.extend(written);
        } else if !written.is_empty() {
            add(&mut turns, message.role, written);
        }
    }
    let turns = turns.into_iter().map(Joined::into_turn).collect();
    Ok(((!system.is_empty()).then(|| Content::of(system)), turns))
}

fn check_instructions(instructions: bool, i: usize, message: &Message) -> Result<(), Invalid> {
    let is_text =
        |part: &Part| matches!(part, Part::Text { .. } | Part::Refusal { .. } | Part::Guarded(Guarded::Text { .. }));
    let other = message.parts.iter().position(|part| !is_text(part));
    match other {
        Some(j) if instructions => {
            Err(Invalid::new(format!("messages[{i}].parts[{j}]"), "instructions can only be text for this provider"))
        }
        _ => Ok(()),
    }
}

/// A turn whose messages are still being joined.
struct Joined<'a> {
    role: Role,
    blocks: Vec<Block<'a>>,
    /// Kept beside the blocks: a conversation may join any number of messages, and is not searched again for each.
    has_results: bool,
}

impl<'a> Joined<'a> {
    /// Results first, otherwise in order.
    fn into_turn(mut self) -> Turn<'a> {
        if self.role == Role::User {
            self.blocks.sort_by_key(|block| !block.is_tool_result());
        }
        Turn { role: word(self.role), content: Content::of(self.blocks) }
    }
}

/// All results of a turn's calls must stand first in the one user message that follows, so user messages around them are joined.
fn add<'a>(turns: &mut Vec<Joined<'a>>, role: Role, blocks: Vec<Block<'a>>) {
    let has_results = blocks.iter().any(Block::is_tool_result);
    match turns.last_mut() {
        Some(last) if role == Role::User && last.role == Role::User && (last.has_results || has_results) => {
            last.blocks.extend(blocks);
            last.has_results = true;
        }
        _ => turns.push(Joined { role, blocks, has_results }),
    }
}

fn word(role: Role) -> &'static str {
    match role {
        Role::System | Role::Developer => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}
