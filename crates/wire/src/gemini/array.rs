//! A stream as clients read it that do not ask for server-sent events (`alt=sse`): a JSON list of the same objects.

use crate::frame::sse::{Frame, FrameReader, TooLong};

/// Makes a list of a stream of server-sent events, however it is cut into pieces.
#[derive(Debug)]
pub struct Array {
    frames: FrameReader,
    begun: bool,
}

impl Array {
    /// One that holds at most `max` bytes of one event.
    pub fn new(max: usize) -> Self {
        Self { frames: FrameReader::new(max), begun: false }
    }

    /// The media type of such a stream.
    pub fn content_type() -> &'static str {
        "application/json"
    }

    /// Takes a piece of the stream, and appends what it makes of the list to `out`.
    pub fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<(), TooLong> {
        self.frames.push(piece);
        while let Some(frame) = self.frames.next_frame()? {
            self.frame(&frame, out);
        }
        Ok(())
    }

    /// Ends the list. An event without its blank line counts, as it does to clients of the events.
    pub fn finish(mut self, out: &mut Vec<u8>) {
        if let Some(frame) = self.frames.rest() {
            self.frame(&frame, out);
        }
        out.extend_from_slice(if self.begun { b"\r\n]" } else { b"[]" });
    }

    fn frame(&mut self, frame: &Frame, out: &mut Vec<u8>) {
        let data = frame.data().unwrap_or_default();
        // what is no JSON would spoil the list
        if serde_json::from_str::<&serde_json::value::RawValue>(&data).is_err() {
            return;
        }
        out.extend_from_slice(if self.begun { b"\r\n,\r\n" } else { b"[" });
        self.begun = true;
        out.extend_from_slice(data.trim().as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] =
        b": hi\r\n\r\ndata: {\"a\": \"\xC3\xA9\"}\r\n\r\ndata: {\"b\":\ndata: 1.0}\n\ndata: {brok\n\ndata: {\"error\":{}}";

    fn list(pieces: &[&[u8]]) -> String {
        let (mut array, mut out) = (Array::new(1 << 10), Vec::new());
        for piece in pieces {
            array.push(piece, &mut out).unwrap();
        }
        array.finish(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn where_the_stream_is_cut_makes_no_difference() {
        let whole = "[{\"a\": \"\u{e9}\"}\r\n,\r\n{\"b\":\n1.0}\r\n,\r\n{\"error\":{}}\r\n]";
        assert_eq!(list(&[STREAM]), whole);
        for at in 0..STREAM.len() {
            assert_eq!(list(&[&STREAM[..at], &STREAM[at..]]), whole, "cut at {at}");
        }
        let single: Vec<&[u8]> = STREAM.chunks(1).collect();
        assert_eq!(list(&single), whole);
        assert_eq!(serde_json::from_str::<Vec<serde_json::Value>>(whole).unwrap().len(), 3);
    }

    #[test]
    fn nothing_is_an_empty_list() {
        for stream in [&b""[..], b"\r\n", b": ping\n\n"] {
            assert_eq!(list(&[stream]), "[]");
        }
    }

    #[test]
    fn memory_is_bounded() {
        assert_eq!(Array::new(8).push(b"data: 123456789", &mut Vec::new()), Err(TooLong(8)));
    }
}
