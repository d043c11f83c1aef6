//! Transports of streams: bytes in, frames out, split anywhere.

pub mod event_stream;
pub mod sse;

use std::borrow::Cow;

use bytes::Bytes;

use crate::json::Invalid;

/// How a stream is cut into events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Server-sent events.
    Sse,
    /// AWS event stream.
    EventStream,
}

/// One event of a stream, as it came.
#[derive(Clone, Debug)]
pub enum Frame {
    Sse(sse::Frame),
    EventStream(event_stream::Frame),
}

/// Why no further frame can be cut from a stream.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    #[error(transparent)]
    Sse(#[from] sse::TooLong),
    #[error(transparent)]
    EventStream(#[from] event_stream::Broken),
}

/// Cuts a byte stream into frames.
#[derive(Debug)]
pub enum FrameReader {
    Sse(sse::FrameReader),
    EventStream(event_stream::FrameReader),
}

impl Framing {
    /// The media type of such a stream.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Sse => "text/event-stream",
            Self::EventStream => "application/vnd.amazon.eventstream",
        }
    }

    /// The most bytes that one event of a provider may have: it may hold a picture, or say a whole answer again with what was
    /// asked (OpenAI's `response.completed`).
    pub fn max_frame(self) -> usize {
        16 << 20
    }

    /// A reader that holds at most `max` bytes of one frame.
    pub fn reader(self, max: usize) -> FrameReader {
        match self {
            Self::Sse => FrameReader::Sse(sse::FrameReader::new(max)),
            Self::EventStream => FrameReader::EventStream(event_stream::FrameReader::new(max)),
        }
    }
}

impl FrameReader {
    pub fn push(&mut self, bytes: &[u8]) {
        match self {
            Self::Sse(reader) => reader.push(bytes),
            Self::EventStream(reader) => reader.push(bytes),
        }
    }

    /// The next whole frame, or `None` until more bytes come.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, FrameError> {
        Ok(match self {
            Self::Sse(reader) => reader.next_frame()?.map(Frame::Sse),
            Self::EventStream(reader) => reader.next_frame()?.map(Frame::EventStream),
        })
    }

    /// Whether a server-sent event has begun that has not ended.
    pub fn has_begun(&self) -> bool {
        matches!(self, Self::Sse(reader) if reader.has_begun())
    }

    /// What is left when the stream has ended: an event without its blank line, or nothing. Half a binary frame is nothing, too:
    /// it was not the provider's own ending (`Ending`, `Event::End`), and a stream without that is not complete.
    pub fn rest(&mut self) -> Option<Frame> {
        match self {
            Self::Sse(reader) => reader.rest().map(Frame::Sse),
            Self::EventStream(_) => None,
        }
    }
}

impl Frame {
    /// The bytes as they came.
    pub fn raw(&self) -> &Bytes {
        match self {
            Self::Sse(frame) => frame.raw(),
            Self::EventStream(frame) => frame.raw(),
        }
    }

    /// The payload. `None` when there is none or it is not UTF-8.
    pub fn data(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Sse(frame) => frame.data(),
            Self::EventStream(frame) => std::str::from_utf8(frame.payload()).ok().map(Cow::Borrowed),
        }
    }

    /// Whether it is a keep-alive and nothing else.
    pub fn is_comment(&self) -> bool {
        match self {
            Self::Sse(frame) => frame.is_comment(),
            Self::EventStream(_) => false,
        }
    }

    pub(crate) fn sse(&self) -> Result<&sse::Frame, Invalid> {
        match self {
            Self::Sse(frame) => Ok(frame),
            Self::EventStream(_) => Err(Invalid::new("frame", "is not a server-sent event")),
        }
    }

    pub(crate) fn event_stream(&self) -> Result<&event_stream::Frame, Invalid> {
        match self {
            Self::EventStream(frame) => Ok(frame),
            Self::Sse(_) => Err(Invalid::new("frame", "is not a frame of an AWS event stream")),
        }
    }
}
