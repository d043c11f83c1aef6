//! The cheap look at a frame: one pass over its bytes, strings skipped whole, nothing decoded but the usage.

use super::super::usage;
use super::read::is_truthy;
use crate::chat::{ServiceTier, Usage};
use crate::frame::sse::Frame;
use crate::note::{Ending, Note};

/// What a frame tells without decoding the conversation.
pub fn note(frame: &Frame) -> Note {
    let Some(data) = frame.data() else { return Note::default() };
    let data = data.trim();
    if data.starts_with("[DONE]") {
        return Note { ending: Ending::Complete, ..Note::default() };
    }
    let mut look = Look::default();
    look.walk(data);
    let named_error = frame.raw().starts_with(b"event") && frame.event() == Some("error");
    Note {
        usage_only: look.no_choices && look.usage.is_some(),
        text_bytes: look.text + look.reasoning.max(look.reasoning_content),
        ending: if look.error || (named_error && !look.choices) { Ending::Error } else { Ending::No },
        usage: look.usage.map(|usage| Usage { tier: look.tier, ..usage }),
        stopped: look.stopped,
        wordless: false,
    }
}

/// What the pass has found so far.
#[derive(Default)]
struct Look {
    /// How many objects and lists are open.
    depth: usize,
    /// How deep the delta begins, while it is open.
    delta: Option<usize>,
    usage: Option<Usage>,
    tier: Option<ServiceTier>,
    choices: bool,
    no_choices: bool,
    error: bool,
    stopped: bool,
    text: usize,
    /// Servers that send both fields say the same in both.
    reasoning: usize,
    reasoning_content: usize,
}

impl Look {
    fn walk(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find(['"', '{', '[', '}', ']']) {
            let (mark, after) = (rest.as_bytes().get(at).copied(), rest.get(at + 1..).unwrap_or_default());
            rest = after;
            match mark {
                Some(b'"') => {
                    let (inside, behind) = string(after);
                    rest = behind;
                    if let Some(value) = rest.trim_start().strip_prefix(':') {
                        self.field(inside, value.trim_start());
                    }
                }
                Some(b'{' | b'[') => self.depth += 1,
                _ => self.leave(),
            }
        }
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.delta.is_some_and(|delta| self.depth < delta) {
            self.delta = None;
        }
    }

    /// A field with the text behind its colon. Depth 1 is the chunk, depth 3 one of its choices.
    fn field(&mut self, key: &str, value: &str) {
        if self.delta.is_some() {
            return self.field_of_delta(key, value);
        }
        match (self.depth, key) {
            (1 | 3, "usage") if value.starts_with('{') => {
                self.usage = self.usage.or_else(|| Some(usage::read(object(value))));
            }
            (1, "service_tier") => {
                let word = value.strip_prefix('"').map(|inside| string(inside).0);
                self.tier = word.and_then(ServiceTier::named);
            }
            (3, "finish_reason") => self.stopped |= value.starts_with('"'),
            (1, "choices") => {
                self.choices = true;
                self.no_choices = value.strip_prefix('[').is_some_and(|inside| inside.trim_start().starts_with(']'));
            }
            (1, "error") => self.error |= is_error(value),
            (1, "object") => self.error |= value.starts_with("\"error\""),
            // of text completions, whose choices have no delta
            (3, "text") if value.starts_with('"') => {
                self.text += decoded_len(string(value.get(1..).unwrap_or_default()).0);
            }
            (3, "delta") if value.starts_with('{') => self.delta = Some(self.depth + 1),
            _ => {}
        }
    }

    fn field_of_delta(&mut self, key: &str, value: &str) {
        let Some(inside) = value.strip_prefix('"') else { return };
        let counter = match key {
            "content" | "arguments" | "input" | "refusal" => &mut self.text,
            "reasoning" => &mut self.reasoning,
            "reasoning_content" => &mut self.reasoning_content,
            _ => return,
        };
        *counter += decoded_len(string(inside).0);
    }
}

/// The inside of a string and what stands behind it; `text` begins behind the opening quote.
fn string(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes.get(at) == Some(&b'"') {
            return (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        }
        at += 2;
    }
    (text, "")
}

/// How many bytes a string has when its escapes are resolved, or a little more: a pair of surrogates counts six.
fn decoded_len(inside: &str) -> usize {
    let mut pieces = inside.split('\\');
    let mut length = pieces.next().map_or(0, str::len);
    let mut after_backslash = false;
    for piece in pieces {
        // An empty piece is an escaped backslash, whose second half begins the next piece.
        length += match piece.as_bytes().first() {
            _ if after_backslash => piece.len(),
            Some(b'u') => (piece.len() + 3).saturating_sub(5),
            Some(_) => piece.len(),
            None => 1,
        };
        after_backslash = piece.is_empty() && !after_backslash;
    }
    length
}

/// The object that `text` begins with.
fn object(text: &str) -> &str {
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(at) = rest.find(['"', '{', '}']) {
        let (mark, after) = (rest.as_bytes().get(at), rest.get(at + 1..).unwrap_or_default());
        rest = after;
        match mark {
            Some(b'"') => rest = string(after).1,
            Some(b'{') => depth += 1,
            _ => depth = depth.saturating_sub(1),
        }
        if depth == 0 {
            return text.get(..text.len() - rest.len()).unwrap_or(text);
        }
    }
    text
}

/// Whether the value of `error` is one. Objects are errors unless empty; of the rest the text up to the next comma tells.
fn is_error(value: &str) -> bool {
    if value.starts_with('{') {
        return is_truthy(object(value));
    }
    let end = value.find([',', '}']).unwrap_or(value.len());
    is_truthy(value.get(..end).unwrap_or(value))
}
