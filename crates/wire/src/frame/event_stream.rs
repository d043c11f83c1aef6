//! AWS event stream, read incrementally and written (Smithy specification, `application/vnd.amazon.eventstream`).
//!
//! A frame is `total length u32 | headers length u32 | CRC-32 of these 8 bytes | headers | payload | CRC-32 of all before it`,
//! big-endian; a header is `name length u8 | name | type u8 | value`. A frame keeps the bytes that came, so that the
//! same-dialect path can send them on untouched.

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use serde::Serialize;

/// Both lengths and their checksum.
const PRELUDE: usize = 12;
const CHECKSUM: usize = 4;
/// What AWS's own SDKs take of headers.
const MAX_HEADERS: usize = 128 << 10;
/// The type of a header whose value is a string.
const STRING: u8 = 7;

/// One message whose checksums and headers have been found right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    raw: Bytes,
    payload: Range<usize>,
}

/// What a message is, by its headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// An event of the operation's output, by its member name.
    Event(&'a str),
    /// An error that the service's model describes, by its member name (`throttlingException`).
    Exception(&'a str),
    /// Any other error.
    Error { code: &'a str, message: &'a str },
    /// It does not say what it is, or says a kind that there was not when this was written.
    Unknown,
}

/// Bytes that are no event stream. Nothing behind them can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("a frame of the event stream, or its headers, are larger than {0} bytes")]
    TooLong(usize),
    #[error("the lengths of a frame of the event stream contradict each other")]
    Lengths,
    #[error("the checksum of a frame's prelude is wrong")]
    PreludeChecksum,
    #[error("the checksum of a frame is wrong")]
    Checksum,
    #[error("the headers of a frame of the event stream cannot be read")]
    Headers,
}

impl Frame {
    /// The bytes as they came.
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }

    pub fn payload(&self) -> &[u8] {
        self.raw.get(self.payload.clone()).unwrap_or_default()
    }

    /// What the message says that it is.
    pub fn kind(&self) -> Kind<'_> {
        let (mut message, mut event, mut exception, mut code, mut text) = (None, None, None, "", "");
        for (name, value) in self.headers() {
            let Some(value) = value else { continue };
            match name {
                b":message-type" => message = Some(value),
                b":event-type" => event = Some(value),
                b":exception-type" => exception = Some(value),
                b":error-code" => code = value,
                b":error-message" => text = value,
                _ => {}
            }
        }
        match (message, event, exception) {
            (Some("event"), Some(event), _) => Kind::Event(event),
            // one without a name is an error all the same
            (Some("exception"), _, exception) => Kind::Exception(exception.unwrap_or_default()),
            (Some("error"), ..) => Kind::Error { code, message: text },
            _ => Kind::Unknown,
        }
    }

    /// Names and, of strings, values.
    fn headers(&self) -> Headers<'_> {
        Headers { rest: self.raw.get(PRELUDE..self.payload.start).unwrap_or_default() }
    }

    /// Checks a whole message. `headers` is their length. A name that stands twice is refused, as AWS's SDKs do: whoever
    /// takes the first and whoever takes the last would read two different messages.
    fn parse(raw: Bytes, headers: usize) -> Result<Self, Broken> {
        let end = raw.len().checked_sub(CHECKSUM).ok_or(Broken::Lengths)?;
        let (checked, checksum) = raw.split_at_checked(end).ok_or(Broken::Lengths)?;
        if number(checksum, 0) != Some(crc32fast::hash(checked)) {
            return Err(Broken::Checksum);
        }
        let frame = Self { payload: PRELUDE + headers..end, raw };
        let mut walk = frame.headers();
        let mut names: Vec<&[u8]> = walk.by_ref().map(|(name, _)| name).collect();
        let whole = walk.rest.is_empty();
        names.sort_unstable();
        let twice = names.windows(2).any(|pair| matches!(pair, [one, next] if one == next));
        if whole && !twice { Ok(frame) } else { Err(Broken::Headers) }
    }
}

struct Headers<'a> {
    /// What has not been read; something is left at the end only when it cannot be.
    rest: &'a [u8],
}

impl<'a> Iterator for Headers<'a> {
    type Item = (&'a [u8], Option<&'a str>);

    fn next(&mut self) -> Option<Self::Item> {
        let (length, rest) = self.rest.split_first()?;
        let (name, rest) = rest.split_at_checked(usize::from(*length))?;
        let (kind, rest) = rest.split_first()?;
        let (value, rest) = match *kind {
            0 | 1 => (None, rest),
            2 => (None, rest.get(1..)?),
            3 => (None, rest.get(2..)?),
            4 => (None, rest.get(4..)?),
            5 | 8 => (None, rest.get(8..)?),
            9 => (None, rest.get(16..)?),
            6 | STRING => {
                let (length, rest) = rest.split_first_chunk::<2>()?;
                let (value, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
                if *kind == STRING { (Some(std::str::from_utf8(value).ok()?), rest) } else { (None, rest) }
            }
            _ => return None,
        };
        self.rest = rest;
        Some((name, value))
    }
}

/// The big-endian number at `at`.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Cuts a byte stream into frames.
#[derive(Debug)]
pub struct FrameReader {
    buffer: BytesMut,
    max: usize,
    /// What was found wrong. Where the next frame would begin is not known any more.
    broken: Option<Broken>,
}

impl FrameReader {
    /// A reader that takes frames of at most `max` bytes.
    pub fn new(max: usize) -> Self {
        Self { buffer: BytesMut::new(), max, broken: None }
    }

    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole frame, or `None` until more bytes come. After an error there is nothing but that error.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, Broken> {
        if let Some(broken) = self.broken {
            return Err(broken);
        }
        let cut = self.cut();
        self.broken = cut.as_ref().err().copied();
        cut
    }

    fn cut(&mut self) -> Result<Option<Frame>, Broken> {
        let Some((total, headers)) = self.lengths()? else { return Ok(None) };
        if self.buffer.len() < total {
            return Ok(None);
        }
        Frame::parse(self.buffer.split_to(total).freeze(), headers).map(Some)
    }

    /// The lengths of the frame that comes next and of its headers, once its prelude is there: what is wrong with them is
    /// told before anything is waited for.
    fn lengths(&self) -> Result<Option<(usize, usize)>, Broken> {
        let read = |at| number(&self.buffer, at);
        let (Some(total), Some(headers), Some(checksum)) = (read(0), read(4), read(8)) else { return Ok(None) };
        if crc32fast::hash(self.buffer.get(..8).unwrap_or_default()) != checksum {
            return Err(Broken::PreludeChecksum);
        }
        let (total, headers) = (total as usize, headers as usize);
        if total > self.max {
            return Err(Broken::TooLong(self.max));
        }
        if headers > MAX_HEADERS {
            return Err(Broken::TooLong(MAX_HEADERS));
        }
        if total < PRELUDE + headers + CHECKSUM {
            return Err(Broken::Lengths);
        }
        Ok(Some((total, headers)))
    }
}

/// Appends an event with a JSON payload.
pub fn write_event(event: &str, payload: &impl Serialize, out: &mut Vec<u8>) {
    write(&[(":event-type", event), (":content-type", "application/json"), (":message-type", "event")], payload, out);
}

/// Appends an error of the service's model: `exception` is its member name (`throttlingException`).
pub fn write_exception(exception: &str, payload: &impl Serialize, out: &mut Vec<u8>) {
    let names = [(":exception-type", exception), (":content-type", "application/json"), (":message-type", "exception")];
    write(&names, payload, out);
}

/// Appends one frame, or nothing if it cannot be written. Names and values are words of ours, all shorter than 256 bytes.
fn write(headers: &[(&str, &str)], payload: &impl Serialize, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; PRELUDE]);
    for (name, value) in headers {
        out.push(u8::try_from(name.len()).unwrap_or_default());
        out.extend_from_slice(name.as_bytes());
        out.push(STRING);
        out.extend_from_slice(&u16::try_from(value.len()).unwrap_or_default().to_be_bytes());
        out.extend_from_slice(value.as_bytes());
    }
    let headers = out.len() - start - PRELUDE;
    if serde_json::to_writer(&mut *out, payload).is_err() || seal(out, start, headers).is_none() {
        out.truncate(start);
    }
}

/// Fills in the lengths and checksums of the frame that begins at `start`.
fn seal(out: &mut Vec<u8>, start: usize, headers: usize) -> Option<()> {
    let total = u32::try_from(out.len() - start + CHECKSUM).ok()?;
    let (lengths, checksum) = out.get_mut(start..start + PRELUDE)?.split_at_mut(8);
    lengths.get_mut(..4)?.copy_from_slice(&total.to_be_bytes());
    lengths.get_mut(4..)?.copy_from_slice(&u32::try_from(headers).ok()?.to_be_bytes());
    checksum.copy_from_slice(&crc32fast::hash(lengths).to_be_bytes());
    let whole = crc32fast::hash(out.get(start..)?);
    out.extend_from_slice(&whole.to_be_bytes());
    Some(())
}

#[cfg(test)]
mod tests;
