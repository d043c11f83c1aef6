//! Between the socket and hyper's HTTP/1 parser: heads pass when they are complete and can be read in one way only.
//!
//! A request that is refused is exchanged for a plain one, which comes to the service in its turn, behind the answers to
//! those before it; the service knows it by its number and answers with the refusal. Bytes that pass are not copied, unless
//! a head comes in pieces.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Refused;
use super::framing::{Framing, Over};
use super::head;
use crate::http::accept::{Conversation, Linger};

/// A connection that speaks HTTP/1.
pub(crate) struct Gate<S> {
    io: S,
    framing: Framing,
    /// `given..released` is on its way to hyper, what stands behind is a head that is not complete.
    held: Vec<u8>,
    given: usize,
    released: usize,
    conversation: Arc<Conversation>,
    linger: Linger,
}

impl<S> Gate<S> {
    pub(crate) fn new(io: S, conversation: Arc<Conversation>) -> Self {
        let framing = Framing::default();
        Self { io, framing, held: Vec::new(), given: 0, released: 0, conversation, linger: Linger::default() }
    }

    /// Gives out what was released. `false` if there was nothing.
    fn give(&mut self, buf: &mut ReadBuf<'_>) -> bool {
        let ready = self.held.get(self.given..self.released).unwrap_or_default();
        let part = ready.get(..ready.len().min(buf.remaining())).unwrap_or_default();
        if part.is_empty() {
            return false;
        }
        buf.put_slice(part);
        self.given += part.len();
        if self.given == self.released {
            let _given = self.held.drain(..self.released);
            (self.given, self.released) = (0, 0);
        }
        if self.held.is_empty() {
            self.held = Vec::new();
        }
        true
    }

    /// Judges what was just read into `buf`, which keeps what may pass.
    fn judge(&mut self, buf: &mut ReadBuf<'_>, before: usize) {
        let fresh = buf.filled().get(before..).unwrap_or_default();
        if self.held.is_empty() {
            let passed = self.framing.follow(fresh);
            if passed < fresh.len() {
                self.held.extend_from_slice(fresh.get(passed..).unwrap_or_default());
                buf.set_filled(before + passed);
                self.settle(0);
            }
        } else {
            self.held.extend_from_slice(fresh);
            buf.set_filled(before);
            let passed = self.framing.follow(&self.held);
            self.settle(passed);
        }
    }

    /// What becomes of the bytes that are held, of which `passed` may pass.
    fn settle(&mut self, passed: usize) {
        match self.framing.over() {
            None => {}
            Some(Over::Lost) => self.held.truncate(passed),
            Some(Over::Refused(refusal)) => {
                let substitute = head::substitute(self.held.get(passed..).unwrap_or_default());
                self.held.truncate(passed);
                self.held.extend_from_slice(&substitute);
                self.released = self.held.len();
                self.conversation.set_half_head(false);
                self.conversation.refuse(Refused { request: self.framing.heads, refusal });
                return;
            }
        }
        self.released = passed;
        self.conversation.set_half_head(self.held.len() > passed);
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gate<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let gate = self.get_mut();
        loop {
            if gate.give(buf) {
                return Poll::Ready(Ok(()));
            }
            match gate.framing.over() {
                // the answer comes without any event on this side
                Some(Over::Refused(_)) => return Poll::Pending,
                Some(Over::Lost) => return Poll::Ready(Ok(())),
                None => {}
            }
            let before = buf.filled().len();
            ready!(Pin::new(&mut gate.io).poll_read(cx, buf))?;
            if buf.filled().len() == before {
                return Poll::Ready(Ok(()));
            }
            gate.judge(buf, before);
            if buf.filled().len() > before {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Gate<S> {
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

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let gate = self.get_mut();
        if !gate.linger.has_begun() {
            ready!(Pin::new(&mut gate.io).poll_shutdown(cx))?;
            if !gate.framing.is_unfinished() {
                return Poll::Ready(Ok(()));
            }
        }
        gate.linger.poll(&mut gate.io, cx).map(Ok)
    }
}

#[cfg(test)]
mod tests;
