//! Server-sent events, read incrementally (WHATWG HTML, section 9.2.6: lines end in LF, CRLF or CR; a blank line ends an event).
//!
//! A frame keeps the bytes that came, so that the same-dialect path can send them on untouched.

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};

/// One event as it came, its closing blank line included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    raw: Bytes,
}

impl Frame {
    /// A frame from the bytes of one event.
    pub fn new(raw: impl Into<Bytes>) -> Self {
        Self { raw: raw.into() }
    }

    /// The bytes as they came.
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }

    /// The value of the `event` field, if there is one.
    pub fn event(&self) -> Option<&str> {
        self.values("event").last().and_then(|value| std::str::from_utf8(value).ok())
    }

    /// The payload: the `data` lines joined by line feeds. `None` when there is none (a comment) or it is not UTF-8.
    pub fn data(&self) -> Option<Cow<'_, str>> {
        let mut lines = self.values("data");
        let first = std::str::from_utf8(lines.next()?).ok()?;
        let mut joined = Cow::Borrowed(first);
        for line in lines {
            let text = joined.to_mut();
            text.push('\n');
            text.push_str(std::str::from_utf8(line).ok()?);
        }
        Some(joined)
    }

    /// Whether the frame is only comments and blank lines: a keep-alive.
    pub fn is_comment(&self) -> bool {
        self.values("data").next().is_none() && self.values("event").next().is_none()
    }

    fn values<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a [u8]> {
        let text = self.raw.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.raw);
        text.split(|byte| *byte == b'\n' || *byte == b'\r').filter_map(move |line| {
            let rest = line.strip_prefix(field.as_bytes())?;
            if rest.is_empty() {
                return Some(rest);
            }
            let value = rest.strip_prefix(b":")?;
            Some(value.strip_prefix(b" ").unwrap_or(value))
        })
    }
}

/// A line or an event that is longer than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an event of the stream is larger than {0} bytes")]
pub struct TooLong(pub usize);

/// Cuts a byte stream into frames.
#[derive(Debug)]
pub struct FrameReader {
    buffer: BytesMut,
    /// How far `buffer` has been searched for the end of a frame.
    searched: usize,
    max: usize,
}

impl FrameReader {
    /// A reader that holds at most `max` bytes of one frame.
    pub fn new(max: usize) -> Self {
        Self { buffer: BytesMut::new(), searched: 0, max }
    }

    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole frame, or `None` until more bytes come.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, TooLong> {
        let Some(end) = self.frame_end() else {
            return if self.buffer.len() > self.max { Err(TooLong(self.max)) } else { Ok(None) };
        };
        if end > self.max {
            return Err(TooLong(self.max));
        }
        self.searched = 0;
        Ok(Some(Frame { raw: self.buffer.split_to(end).freeze() }))
    }

    /// Whether an event has begun that has not ended.
    pub fn has_begun(&self) -> bool {
        !self.buffer.iter().all(u8::is_ascii_whitespace)
    }

    /// What is left when the stream has ended: an event without its blank line, or nothing.
    pub fn rest(&mut self) -> Option<Frame> {
        self.searched = 0;
        let begun = self.has_begun();
        let raw = self.buffer.split().freeze();
        begun.then_some(Frame { raw })
    }

    /// The offset behind the blank line that ends the first frame. A CR at the very end of the buffer may be half a CRLF: it waits.
    fn frame_end(&mut self) -> Option<usize> {
        loop {
            let rest = self.buffer.get(self.searched..)?;
            let Some(found) = memchr::memchr2(b'\n', b'\r', rest) else {
                self.searched = self.buffer.len();
                return None;
            };
            self.searched += found;
            let next_line = self.after_line_end(self.searched)?;
            match self.buffer.get(next_line)? {
                b'\n' | b'\r' => return self.after_line_end(next_line),
                _ => self.searched = next_line,
            }
        }
    }

    /// The offset behind the line end that starts at `at`; `None` when its second half may still come.
    fn after_line_end(&self, at: usize) -> Option<usize> {
        match (self.buffer.get(at), self.buffer.get(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => Some(at + 2),
            (Some(b'\r'), None) => None,
            _ => Some(at + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(pieces: &[&[u8]]) -> Vec<(Option<String>, Option<String>)> {
        let mut reader = FrameReader::new(1 << 20);
        let mut out = Vec::new();
        for piece in pieces {
            reader.push(piece);
            while let Some(frame) = reader.next_frame().unwrap() {
                out.push(frame);
            }
        }
        out.extend(reader.rest());
        out.iter().map(|f| (f.event().map(str::to_owned), f.data().map(Cow::into_owned))).collect()
    }

    const MIXED: &[u8] =
        b"event: a\ndata: 1\n\n: note\n\ndata:2\r\ndata: 3\r\n\r\nevent:c\rdata: \xE4\xBD\xA0\r\rdata\n\ndata: last";

    #[test]
    fn reads_every_line_ending_comments_and_joined_lines() {
        let text = |s: &str| Some(s.to_owned());
        assert_eq!(
            frames(&[MIXED]),
            [
                (text("a"), text("1")),
                (None, None),
                (None, text("2\n3")),
                (text("c"), text("\u{4f60}")),
                (None, text("")),
                (None, text("last")),
            ]
        );
    }

    #[test]
    fn where_the_bytes_are_split_makes_no_difference() {
        let whole = frames(&[MIXED]);
        for at in 0..MIXED.len() {
            assert_eq!(frames(&[&MIXED[..at], &MIXED[at..]]), whole, "split at {at}");
        }
        let single: Vec<&[u8]> = MIXED.chunks(1).collect();
        assert_eq!(frames(&single), whole);
    }

    #[test]
    fn keeps_the_bytes_that_came() {
        let mut reader = FrameReader::new(100);
        reader.push(b"data: x\r\n\r\ndata: y\n\n");
        assert_eq!(&reader.next_frame().unwrap().unwrap().raw()[..], b"data: x\r\n\r\n");
        assert_eq!(&reader.next_frame().unwrap().unwrap().raw()[..], b"data: y\n\n");
    }

    #[test]
    fn memory_is_bounded() {
        let mut reader = FrameReader::new(16);
        reader.push(&[b'x'; 17]);
        assert_eq!(reader.next_frame(), Err(TooLong(16)));
    }

    #[test]
    fn a_comment_is_told_from_an_event() {
        assert!(Frame::new(&b": ping\n\n"[..]).is_comment());
        assert!(!Frame::new(&b"data: x\n\n"[..]).is_comment());
    }
}
