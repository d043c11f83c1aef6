//! A conversation as one text, for models that only go on with one.

use std::borrow::Cow;

use crate::chat::{Message, Part, Role, Thinking};
use crate::openai_chat::request::{Dropped, said};

/// Between the turns, and between the texts of one.
const BLANK_LINE: &str = "\n\n";

/// The prompt. What one user says and nothing else stands as it is; any other conversation is a transcript. Turns that say
/// nothing are left out.
pub(super) fn prompt(messages: &[Message], dropped: &mut Dropped) -> String {
    let (mut turns, mut lost) = (Vec::new(), false);
    for (index, message) in messages.iter().enumerate() {
        if message.name.is_some() {
            dropped.name(format!("messages[{index}].name"));
        }
        let text = words(message, index, &mut lost, dropped);
        if !text.is_empty() {
            turns.push((message.role, text));
        }
    }
    // labels and instructions alone must not look like something that was said
    if lost && turns.iter().all(|(role, _)| is_instructions(*role)) {
        return String::new();
    }
    match turns.as_slice() {
        [] => String::new(),
        [(Role::User, _)] => turns.pop().map(|(_, text)| text).unwrap_or_default(),
        turns => transcript(turns),
    }
}

/// Instructions first, as they are, then every turn behind the name of who speaks. At the end stands the assistant, whose turn
/// it is, unless its turn has begun already.
fn transcript(turns: &[(Role, String)]) -> String {
    let mut paragraphs = Vec::with_capacity(turns.len() + 1);
    let mut leading = true;
    for (role, text) in turns {
        leading &= is_instructions(*role);
        paragraphs.push(match role {
            Role::System | Role::Developer if leading => text.clone(),
            Role::System | Role::Developer => format!("System: {text}"),
            Role::User => format!("User: {text}"),
            Role::Assistant => format!("Assistant: {text}"),
        });
    }
    if turns.last().is_none_or(|(role, _)| *role != Role::Assistant) {
        paragraphs.push("Assistant:".to_owned());
    }
    paragraphs.join(BLANK_LINE)
}

fn is_instructions(role: Role) -> bool {
    matches!(role, Role::System | Role::Developer)
}

/// The words of a message. The texts of an answer are pieces of one. What is no text is named, and sets `lost`.
fn words(message: &Message, index: usize, lost: &mut bool, dropped: &mut Dropped) -> String {
    let mut texts: Vec<Cow<'_, str>> = Vec::new();
    for (at, part) in message.parts.iter().enumerate() {
        let text = match part {
            Part::Refusal { text } => Some(Cow::Borrowed(text.as_str())),
            // what it found stands in the text that follows
            Part::WebSearch(_) => continue,
            Part::Thinking(Thinking::Plain { text, signature: None }) if text.is_empty() => continue,
            other => said(other, dropped).map(|(text, cache)| {
                dropped.cache(cache);
                text
            }),
        };
        if text.is_none() {
            *lost = true;
            dropped.name(format!("messages[{index}].parts[{at}].{}", part.word()));
        }
        texts.extend(text.filter(|text| !text.is_empty()));
    }
    texts.join(if message.role == Role::Assistant { "" } else { BLANK_LINE })
}
