//! Between the socket and h2: whether a block of headers has begun and not ended. Nothing else may come on a connection
//! meanwhile (RFC 9113, 4.3), and h2 has no deadline for it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::opening::PREFACE;
use super::{Conversation, Linger};

/// RFC 9113, 4.1, 6.2 and 6.10.
const FRAME_HEAD: usize = 9;
const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;

/// A connection that speaks HTTP/2, preface included. Bytes pass through it as they are.
pub(super) struct Frames<S> {
    io: S,
    conversation: Arc<Conversation>,
    place: Place,
    half_block: bool,
    linger: Linger,
}

/// Where in the frames the last byte was.
#[derive(Debug)]
struct Place {
    head: [u8; FRAME_HEAD],
    /// Bytes of `head` that are there.
    have: usize,
    /// Bytes of the frame that are not.
    left: usize,
    /// The frame is of a block of headers, and there is another one behind it.
    in_block: bool,
    more: bool,
}

impl Default for Place {
    fn default() -> Self {
        Self { head: [0; FRAME_HEAD], have: 0, left: PREFACE.len(), in_block: false, more: false }
    }
}

impl Place {
    /// Goes on; returns whether a block of headers is half there.
    fn follow(&mut self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            let skipped = self.left.min(bytes.len());
            self.left -= skipped;
            bytes = bytes.get(skipped..).unwrap_or_default();
            while self.left == 0
                && let Some((byte, rest)) = bytes.split_first()
            {
                bytes = rest;
                if let Some(place) = self.head.get_mut(self.have) {
                    *place = *byte;
                }
                self.have += 1;
                if self.have == FRAME_HEAD {
                    self.have = 0;
                    let [a, b, c, kind, flags, ..] = self.head;
                    self.left = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
                    self.in_block = kind == HEADERS || kind == CONTINUATION;
                    self.more = self.in_block && flags & END_HEADERS == 0;
                }
            }
        }
        self.more || (self.in_block && self.left > 0)
    }
}

impl<S> Frames<S> {
    pub(super) fn new(io: S, conversation: Arc<Conversation>) -> Self {
        Self { io, conversation, place: Place::default(), half_block: false, linger: Linger::default() }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Frames<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let frames = self.get_mut();
        let before = buf.filled().len();
        let read = Pin::new(&mut frames.io).poll_read(cx, buf);
        let half = frames.place.follow(buf.filled().get(before..).unwrap_or_default());
        if frames.half_block != half {
            frames.half_block = half;
            frames.conversation.set_half_block(half);
        }
        read
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Frames<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().io).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().io).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(cx)
    }

    /// A client of HTTP/2 that reads sends too: windows, acknowledgements. It may have been told of no end.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let frames = self.get_mut();
        if !frames.linger.has_begun() {
            ready!(Pin::new(&mut frames.io).poll_shutdown(cx))?;
        }
        frames.linger.poll(&mut frames.io, cx).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_at_each_byte_whether_a_block_is_half_there() {
        let frame = |kind: u8, flags: u8, payload: usize, half: bool, end: bool| {
            let head = [0, 0, u8::try_from(payload).unwrap(), kind, flags, 0, 0, 0, 1].map(|byte| (byte, None));
            let mut bytes = head.to_vec();
            bytes.extend(vec![(b'x', Some(half)); payload]);
            bytes.last_mut().unwrap().1 = Some(end);
            bytes
        };
        let preface = PREFACE.map(|byte| (byte, Some(false))).to_vec();
        let bytes = [
            preface,
            frame(4, 0, 6, false, false),
            frame(HEADERS, END_HEADERS, 3, true, false),
            frame(HEADERS, 0, 3, true, true),
            frame(CONTINUATION, 0, 0, true, true),
            frame(CONTINUATION, END_HEADERS, 2, true, false),
            frame(0, 1, 9, false, false),
            frame(HEADERS, END_HEADERS, 0, false, false),
        ]
        .concat();
        let mut place = Place::default();
        for (at, (byte, expected)) in bytes.iter().enumerate() {
            let half = place.follow(&[*byte]);
            assert_eq!(half, expected.unwrap_or(half), "at {at}");
            let begun: Vec<u8> = bytes[..=at].iter().map(|(byte, _)| *byte).collect();
            assert_eq!(Place::default().follow(&begun), half, "at once, to {at}");
        }
    }
}
