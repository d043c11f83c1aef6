//! Messages: instructions to the top, turns that take turns.

use serde::Serialize;

use super::blocks::{self, Marked, Writing};
use crate::bedrock::block::Block;
use crate::chat::{Message, Part, Role};
use crate::json::Invalid;

#[derive(Debug, Serialize)]
pub(super) struct Turn<'a> {
    role: &'static str,
    content: Vec<Block<'a>>,
}

/// What is written becomes `system` and `messages`. Instructions before the first turn are `system`, later ones stay in place.
/// Messages that have nothing to say are left out, and those of one speaker in a row are one: Bedrock refuses both.
pub(super) fn write<'a>(
    messages: &'a [Message],
    dropped: &mut Vec<String>,
) -> Result<(Vec<Block<'a>>, Vec<Turn<'a>>), Invalid> {
    let mut writing = Writing::default();
    let mut system = Vec::new();
    let mut turns: Vec<Joined<'a>> = Vec::new();
    let mut leading = true;
    for (i, message) in messages.iter().enumerate() {
        let instructions = matches!(message.role, Role::System | Role::Developer);
        leading &= instructions;
        if message.name.is_some() {
            writing.dropped.push(format!("messages[{i}].name"));
        }
        if instructions {
            check_instructions(i, message)?;
        }
        let written = blocks::of_message(i, message, &mut writing)?;
        let role = word(message.role);
        match turns.last_mut() {
            _ if leading => system.extend(written.into_iter().flat_map(Marked::into_blocks)),
            _ if written.is_empty() => {}
            Some(last) if last.role == role => last.blocks.extend(written),
            _ => turns.push(Joined { role, blocks: written }),
        }
    }
    dropped.append(&mut writing.dropped);
    Ok((system, turns.into_iter().map(Joined::into_turn).collect()))
}

/// A turn whose messages are still being joined.
struct Joined<'a> {
    role: &'static str,
    blocks: Vec<Marked<'a>>,
}

impl<'a> Joined<'a> {
    /// Results of tools first, as Claude wants them, otherwise in order.
    fn into_turn(mut self) -> Turn<'a> {
        self.blocks.sort_by_key(|block| !block.is_tool_result());
        Turn { role: self.role, content: self.blocks.into_iter().flat_map(Marked::into_blocks).collect() }
    }
}

fn check_instructions(i: usize, message: &Message) -> Result<(), Invalid> {
    let may = |part: &Part| matches!(part, Part::Text { .. } | Part::Refusal { .. } | Part::Guarded(_));
    match message.parts.iter().position(|part| !may(part)) {
        Some(j) => {
            Err(Invalid::new(format!("messages[{i}].parts[{j}]"), "instructions can only be text for this provider"))
        }
        None => Ok(()),
    }
}

fn word(role: Role) -> &'static str {
    match role {
        Role::System | Role::Developer => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}
