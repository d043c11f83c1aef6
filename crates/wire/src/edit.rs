//! Named edits to a body that is otherwise sent on as the client's own bytes: an edit replaces a span.

mod field_path;

use bytes::Bytes;

pub use self::field_path::{FieldPath, FieldPathError, cut};
use crate::envelope::Span;

/// Edits to one body, applied in one copy; none costs none.
#[derive(Debug, Default)]
pub struct Edits {
    /// Replacements, by the place that they replace. An insertion replaces an empty span.
    replacements: Vec<(Span, String)>,
}

impl Edits {
    /// Puts `json` where the value at `span` stood.
    pub fn replace(&mut self, span: Span, json: String) {
        self.replacements.push((span, json));
    }

    /// Puts a new first field into the object of `body` that opens right before `at`.
    pub fn insert_field(&mut self, body: &[u8], at: usize, name: &str, json: &str) {
        let is_empty = body.get(at..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"}"));
        let comma = if is_empty { "" } else { "," };
        self.replacements.push((at..at, format!("\"{name}\":{json}{comma}")));
    }

    pub fn is_empty(&self) -> bool {
        self.replacements.is_empty()
    }

    /// The body with all edits made.
    pub fn apply(mut self, body: &Bytes) -> Bytes {
        if self.replacements.is_empty() {
            return body.clone();
        }
        self.replacements.sort_by_key(|(span, _)| span.start);
        let grown: usize = self.replacements.iter().map(|(_, json)| json.len()).sum();
        let mut out = Vec::with_capacity(body.len() + grown);
        let mut from = 0;
        for (span, json) in &self.replacements {
            out.extend_from_slice(body.get(from..span.start).unwrap_or_default());
            out.extend_from_slice(json.as_bytes());
            from = span.end;
        }
        out.extend_from_slice(body.get(from..).unwrap_or_default());
        out.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dialect, envelope};

    #[test]
    fn edits_leave_every_other_byte_alone() {
        let body = Bytes::from_static(br#"{ "x":1.50, "model" : "a", "messages":[],"max_tokens":9 }"#);
        let envelope = envelope::read(Dialect::OpenAiChat, None, &body).unwrap();
        let mut edits = Edits::default();
        edits.replace(envelope.ceilings[0].2.clone(), "7".to_owned());
        edits.replace(envelope.model_span.clone().unwrap(), "\"b/c\"".to_owned());
        edits.insert_field(&body, envelope.start, "stream_options", r#"{"include_usage":true}"#);
        assert_eq!(
            edits.apply(&body),
            &br#"{"stream_options":{"include_usage":true}, "x":1.50, "model" : "b/c", "messages":[],"max_tokens":7 }"#
                [..]
        );
    }

    #[test]
    fn a_field_goes_into_an_empty_object_too() {
        let body = Bytes::from_static(b"{ }");
        let mut edits = Edits::default();
        edits.insert_field(&body, 1, "a", "1");
        assert_eq!(edits.apply(&body), &b"{\"a\":1 }"[..]);
    }

    #[test]
    fn no_edit_is_no_copy() {
        let body = Bytes::from_static(b"{}");
        assert_eq!(Edits::default().apply(&body).as_ptr(), body.as_ptr());
    }
}
