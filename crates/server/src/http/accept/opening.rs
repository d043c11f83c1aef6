//! The first bytes of a connection, which tell HTTP/2 from HTTP/1.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};
use tokio::time::{Instant, timeout_at};

use crate::http::edge::Limits;

/// RFC 9113, 3.4.
pub(super) const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spoken {
    Http1,
    Http2,
}

/// A connection whose first bytes were read and are read again.
pub(super) struct Opened<S> {
    io: S,
    first: [u8; PREFACE.len()],
    again: std::ops::Range<usize>,
}

/// Why nothing is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unopened {
    /// The client did not say enough in time.
    Late,
    /// It has left, as TCP probes do.
    Left,
}

/// Reads until it is clear what is spoken.
pub(super) async fn open<S: AsyncRead + Unpin>(
    mut io: S,
    first_byte: Instant,
    limits: &Limits,
) -> Result<(Spoken, Opened<S>), Unopened> {
    let mut first = [0; PREFACE.len()];
    let mut read = 0;
    let mut due = first_byte;
    loop {
        let room = first.get_mut(read..).unwrap_or_default();
        let more = timeout_at(due, io.read(room)).await.map_err(|_late| Unopened::Late)?;
        let more = more.ok().filter(|more| *more > 0).ok_or(Unopened::Left)?;
        if read == 0 {
            due = Instant::now() + limits.headers;
        }
        read += more;
        let said = first.get(..read).unwrap_or_default();
        let spoken = match said {
            said if said == PREFACE => Spoken::Http2,
            said if PREFACE.starts_with(said) => continue,
            _ => Spoken::Http1,
        };
        return Ok((spoken, Opened { io, first, again: 0..read }));
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Opened<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let opened = self.get_mut();
        if opened.again.is_empty() {
            return Pin::new(&mut opened.io).poll_read(cx, buf);
        }
        let first = opened.first.get(opened.again.clone()).unwrap_or_default();
        let part = first.get(..first.len().min(buf.remaining())).unwrap_or_default();
        buf.put_slice(part);
        opened.again.start += part.len();
        if opened.again.is_empty() && buf.remaining() > 0 {
            // what follows mostly waits already, and a head in one piece is cheaper than in two
            match Pin::new(&mut opened.io).poll_read(cx, buf) {
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Ready(Ok(())) | Poll::Pending => {}
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Opened<S> {
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
        Pin::new(&mut self.get_mut().io).poll_shutdown(cx)
    }
}
