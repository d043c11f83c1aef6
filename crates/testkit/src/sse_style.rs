//! Server-sent events written in ways that the standard allows and that readers get wrong, and in some that it does not.

use serde::{Deserialize, Serialize};

use crate::write::Frame;

/// How the events of a stream are written: `{"line_end":"crlf","comments":true}`. Other streams do not know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SseStyle {
    /// What ends every line.
    pub line_end: LineEnd,
    /// A comment before each event.
    pub comments: bool,
    /// No space behind the colon of a field.
    pub tight: bool,
    /// The data of each event in two lines, which a reader joins with a line feed: white space to JSON.
    pub split_data: bool,
    /// No names of events, where the dialect has them.
    pub unnamed: bool,
    /// The last event comes twice.
    pub doubled_end: bool,
    /// The last event has no empty line behind it.
    pub open_end: bool,
    /// After this many events comes one that is not UTF-8.
    pub invalid_utf8_after: Option<usize>,
}

/// What ends a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineEnd {
    /// `\n`.
    #[default]
    Lf,
    /// `\r\n`.
    Crlf,
    /// `\r`.
    Cr,
}

impl SseStyle {
    /// The same events in this style.
    pub(crate) fn dress(&self, mut frames: Vec<Frame>) -> Vec<Frame> {
        if *self == Self::default() {
            return frames;
        }
        for frame in &mut frames {
            if let Ok(text) = str::from_utf8(&frame.bytes) {
                frame.bytes = self.written(text).into();
            }
        }
        if self.doubled_end
            && let Some(last) = frames.last()
        {
            frames.push(Frame::silent(last.bytes.clone()));
        }
        if let Some(at) = self.invalid_utf8_after {
            let stranger = Frame::silent(&b"data: {\"broken\": \"\xff\xfe\"}\n\n"[..]);
            frames.insert(at.min(frames.len()), stranger);
        }
        if self.open_end
            && let Some(last) = frames.last_mut()
        {
            let end = self.line_end.text().len();
            last.bytes.truncate(last.bytes.len().saturating_sub(end));
        }
        frames
    }

    fn written(&self, frame: &str) -> String {
        let end = self.line_end.text();
        let comment = if self.comments { format!(": still here{end}{end}") } else { String::new() };
        let lines =
            frame.trim_end_matches('\n').split('\n').filter(|line| !(self.unnamed && line.starts_with("event")));
        let lines = lines.flat_map(|line| self.line(line)).map(|line| line + end);
        format!("{comment}{}{end}", lines.collect::<String>())
    }

    fn line(&self, line: &str) -> Vec<String> {
        let Some((field, value)) = line.split_once(": ") else { return vec![line.to_owned()] };
        let colon = if self.tight { ":" } else { ": " };
        match value.split_at_checked(1).filter(|(first, _)| self.split_data && *first == "{") {
            Some((first, rest)) => vec![format!("{field}{colon}{first}"), format!("{field}{colon}{rest}")],
            None => vec![format!("{field}{colon}{value}")],
        }
    }
}

impl LineEnd {
    fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::Crlf => "\r\n",
            Self::Cr => "\r",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles() {
        let plain = SseStyle::default;
        for (style, expect) in [
            (plain(), "event: a\ndata: {\"b: \":1}\n\ndata: [DONE]\n\n"),
            (
                SseStyle { line_end: LineEnd::Crlf, ..plain() },
                "event: a\r\ndata: {\"b: \":1}\r\n\r\ndata: [DONE]\r\n\r\n",
            ),
            (SseStyle { line_end: LineEnd::Cr, ..plain() }, "event: a\rdata: {\"b: \":1}\r\rdata: [DONE]\r\r"),
            (
                SseStyle { comments: true, tight: true, ..plain() },
                ": still here\n\nevent:a\ndata:{\"b: \":1}\n\n: still here\n\ndata:[DONE]\n\n",
            ),
            (SseStyle { split_data: true, ..plain() }, "event: a\ndata: {\ndata: \"b: \":1}\n\ndata: [DONE]\n\n"),
            (
                SseStyle { unnamed: true, doubled_end: true, open_end: true, ..plain() },
                "data: {\"b: \":1}\n\ndata: [DONE]\n\ndata: [DONE]\n",
            ),
        ] {
            let frames = vec![Frame::sse(Some("a"), "{\"b: \":1}"), Frame::sse(None, "[DONE]").last()];
            let dressed: Vec<u8> = style.dress(frames).iter().flat_map(|frame| frame.bytes.to_vec()).collect();
            assert_eq!(str::from_utf8(&dressed).unwrap(), expect, "{style:?}");
        }
        let strange = SseStyle { invalid_utf8_after: Some(0), ..plain() };
        assert!(str::from_utf8(&strange.dress(vec![Frame::sse(None, "{}")])[0].bytes).is_err());
    }
}
