//! What is left of a conversation when parts of it could not be taken along; tested by `engine/tests/it/emptied.rs`.

use std::collections::HashSet;

use wire::Dialect;
use wire::chat::{Message, Part, Request, Role};

/// Whether nobody says anything, but for instructions, because of what was left out. That was named by the client's paths in
/// reading (`conversation.unmapped`) and in repairing (`changed`, behind `modified:`), and by the conversation's own in writing
/// `body` for a provider of `dialect` (`dropped`).
pub(super) fn is_nothing(
    conversation: &Request,
    changed: &[String],
    dropped: &[String],
    dialect: Dialect,
    body: &[u8],
) -> bool {
    // only these paths have the conversation's indices, so only these say which message they are of
    let touched: HashSet<usize> = dropped.iter().filter_map(|path| message_of(path)).collect();
    let repaired = changed.iter().any(|path| path.strip_prefix("modified:").is_some_and(is_of_message));
    // while the messages are as the client sent them, an empty conversation is the provider's to judge
    if !repaired && touched.is_empty() && !lost_in_reading(conversation) {
        return false;
    }
    let untouched = |(i, message): (usize, &Message)| !touched.contains(&i) && is_said(message);
    if conversation.messages.iter().enumerate().any(untouched) {
        return false;
    }
    if touched.is_empty() {
        return true;
    }
    // the paths do not say whether all of a part was left out: what was written does
    match dialect.read_request(std::str::from_utf8(body).unwrap_or_default()) {
        Ok(written) => !written.messages.iter().any(is_said),
        // OpenAI's readers refuse an empty list by its name; whatever else is refused was written, so something is left
        Err(error) => matches!(error.path.as_str(), "messages" | "input"),
    }
}

/// The same for a provider that is asked in no dialect.
pub(crate) fn nothing_was_read(conversation: &Request) -> bool {
    lost_in_reading(conversation) && !conversation.messages.iter().any(is_said)
}

/// Whether something in a message had no place in the conversation.
fn lost_in_reading(conversation: &Request) -> bool {
    conversation.unmapped.iter().any(|path| is_of_message(path))
}

/// The list of messages has several names among clients.
fn is_of_message(path: &str) -> bool {
    let stands_in = |client: Dialect| path.strip_prefix(client.messages_field()).is_some_and(|at| at.starts_with('['));
    Dialect::ALL.into_iter().any(stands_in)
}

/// The message of which a part was left out; its other fields say nothing.
fn message_of(path: &str) -> Option<usize> {
    let (index, rest) = path.strip_prefix("messages[")?.split_once(']')?;
    rest.starts_with(".parts[").then(|| index.parse().ok()).flatten()
}

/// Whether a message says something: instructions, reasoning and empty texts alone are nothing to answer.
fn is_said(message: &Message) -> bool {
    let says = |part: &Part| match part {
        Part::Text { text, .. } => !text.is_empty(),
        Part::Thinking(_) => false,
        _ => true,
    };
    !matches!(message.role, Role::System | Role::Developer) && message.parts.iter().any(says)
}
