//! A stream of a provider of this dialect that goes to the client as it came: what an error behind it must know of it.

use bytes::Bytes;
use memchr::memmem;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Writer;
use crate::dialect;
use crate::frame::sse::Frame;
use crate::json::Object;
use crate::openai_responses::Echo;
use crate::openai_responses::item::text;
use crate::openai_responses::reply::seconds;

impl Writer {
    /// Notes an event that went out: its number, and of the first that tells one the response that it begins.
    pub fn pass(&mut self, frame: &Frame) {
        let number = number(frame.raw());
        if number.is_none() && frame.is_comment() {
            return;
        }
        self.output.frames.next_number = number.unwrap_or(self.output.frames.next_number).saturating_add(1);
        self.started = true;
        if self.passed.is_none() && memmem::find(frame.raw(), br#""response":"#).is_some() {
            // a copy, as the frame would keep all bytes that were read with it
            self.passed = Some(Frame::new(Bytes::copy_from_slice(frame.raw())));
        }
    }

    /// Takes over the names and settings of the response that the stream told.
    pub(super) fn take_over(&mut self) {
        #[derive(Deserialize)]
        struct Told<'a> {
            #[serde(borrow)]
            response: &'a RawValue,
        }
        let Some(first) = self.passed.take() else { return };
        let Some(data) = first.data() else { return };
        let Ok(Told { response }) = serde_json::from_str(&data) else { return };
        let Ok(mut told) = Object::parse(response.get(), "response") else { return };
        if let Some(id) = text(&mut told, "id") {
            self.output.response = id;
        }
        self.model = text(&mut told, "model").unwrap_or_default();
        self.created = told.take("created_at").and_then(seconds).unwrap_or(self.created);
        self.style.echo = dialect::Echo::Responses(Echo::of(response.get()).into());
    }
}

/// The number in an event. A quote inside a string has a backslash before it, so a text that says the same is not it.
fn number(raw: &[u8]) -> Option<u64> {
    let key = b"\"sequence_number\"";
    let at = memmem::find(raw, key)?;
    let rest = raw.get(at.saturating_add(key.len())..)?.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Event;
    use crate::dialect::Style;
    use crate::error::{ErrorKind, ErrorReply};

    #[test]
    fn an_error_belongs_to_the_response_that_was_told_whatever_came_before_it() {
        let mut writer = Writer::new(Style::default());
        for event in [
            r#"{"type":"keepalive","sequence_number":0}"#,
            r#"{"type":"response.created","sequence_number":1,"response":{"id":"resp_own","model":"m"}}"#,
            r#"{"type":"response.in_progress","sequence_number":2,"response":{"id":"resp_own","model":"other"}}"#,
        ] {
            writer.pass(&Frame::new(format!("data: {event}\n\n")));
        }
        let mut out = Vec::new();
        writer.write(&Event::Error(ErrorReply::new(ErrorKind::Overloaded, "busy")), &mut out);
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains(r#""sequence_number":3"#) && text.contains(r#""id":"resp_own""#), "{text}");
        assert!(text.contains(r#""model":"m""#), "{text}");
    }

    #[test]
    fn numbers_are_found_where_they_are() {
        for (raw, expected) in [
            (r#"data: {"type":"x","sequence_number":12,"delta":"a"}"#, Some(12)),
            (r#"data: {"delta":"\"sequence_number\":3","sequence_number" : 4}"#, Some(4)),
            (r#"data: {"sequence_number":"5"}"#, None),
            (r#"data: {"delta":"a"}"#, None),
            ("", None),
        ] {
            assert_eq!(number(raw.as_bytes()), expected, "{raw}");
        }
    }
}
