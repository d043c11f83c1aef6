//! Where messages stood in the body of the client, for the names in errors.

use super::Request;
use crate::Dialect;

/// Where the parts of a message stood: several items of OpenAI's Responses, or several results of tools, are one message.
///
/// It is no part of what is said, so two origins are always equal.
#[derive(Clone, Debug, Default)]
pub struct Origin(Vec<(usize, String)>);

impl Origin {
    /// Everything stood at `path`, as in `input[3]`.
    pub fn at(path: impl Into<String>) -> Self {
        Self(vec![(0, path.into())])
    }

    /// The parts from `part` on stood where `next` says.
    pub fn then(&mut self, part: usize, next: Self) {
        self.0.extend(next.0.into_iter().map(|(at, path)| (part + at, path)));
    }

    /// The part is taken out of the message: those behind it move up.
    pub fn remove(&mut self, part: usize) {
        for (first, _) in self.0.iter_mut().filter(|(first, _)| *first > part) {
            *first -= 1;
        }
    }

    /// Where the part stood, or the first one.
    pub fn path(&self, part: usize) -> Option<&str> {
        let behind = self.0.partition_point(|(first, _)| *first <= part);
        self.0.get(behind.saturating_sub(1)).map(|(_, path)| path.as_str())
    }
}

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Request {
    /// What a client of `client` wrote where `path` leads in the conversation: `messages[1].parts[0].audio` is
    /// `input[3].audio`, and `sampling.seed` is `seed`.
    pub fn in_words_of(&self, client: Dialect, path: &str) -> String {
        self.path_in_body(path).unwrap_or_else(|| client.field(path))
    }

    fn path_in_body(&self, path: &str) -> Option<String> {
        let (message, rest) = index(path, "messages")?;
        let (part, rest) = index(rest, ".parts").unwrap_or((0, rest));
        Some(format!("{}{rest}", self.messages.get(message)?.origin.path(part)?))
    }
}

/// The index in `path` behind `list`, and what follows it.
fn index<'a>(path: &'a str, list: &str) -> Option<(usize, &'a str)> {
    let (index, rest) = path.strip_prefix(list)?.strip_prefix('[')?.split_once(']')?;
    Some((index.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Message, Part, Role};

    #[test]
    fn parts_that_are_taken_out_move_no_name() {
        for (removed, expected) in [(0, ["b", "c"]), (1, ["a", "c"]), (2, ["a", "b"])] {
            let mut origin = Origin::at("a");
            origin.then(1, Origin::at("b"));
            origin.then(2, Origin::at("c"));
            origin.remove(removed);
            assert_eq!([origin.path(0), origin.path(1)], expected.map(Some), "{removed}");
        }
    }

    #[test]
    fn names_lead_to_what_the_client_wrote() {
        let parts = |count| std::iter::repeat_with(|| Part::text("")).take(count).collect();
        let mut joined = Message::at("input[1]", Role::User, parts(2));
        joined.join(Message::at("input[4]", Role::User, parts(1)));
        let messages =
            vec![Message::at("instructions", Role::System, parts(1)), joined, Message::new(Role::User, vec![])];
        let request = Request { messages, ..Request::default() };
        for (path, expected) in [
            ("messages[0].parts[0]", "instructions"),
            ("messages[0].name", "instructions.name"),
            ("messages[1].parts[0].audio", "input[1].audio"),
            ("messages[1].parts[1].parts[3].image", "input[1].parts[3].image"),
            ("messages[1].parts[2].audio", "input[4].audio"),
            ("messages[1].parts[9]", "input[4]"),
            ("messages[1].thinking (no signature)", "input[1].thinking (no signature)"),
            ("messages[2].name", "messages[2].name"),
            ("messages[7].name", "messages[7].name"),
            ("messages", "messages"),
            ("sampling.seed", "seed"),
        ] {
            assert_eq!(request.in_words_of(Dialect::OpenAiResponses, path), expected, "{path}");
        }
    }
}
