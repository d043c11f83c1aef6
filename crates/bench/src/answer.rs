//! Reads HTTP/1.1 answers from a socket's bytes: a length or chunks, one answer at a time. It is the load's own because
//! a client library would cost more than the gateway under test.

use memchr::memmem::find;
use thiserror::Error;

/// Heads and chunk sizes may be so long.
const MOST: usize = 16 << 10;

/// Why bytes are no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum Malformed {
    #[error("the head of an answer is not HTTP/1.1")]
    Head,
    #[error("an answer says neither its length nor that it is chunked")]
    NoLength,
    #[error("the size of a chunk is not a number")]
    Chunk,
    #[error("bytes came behind the end of an answer that nobody asked for")]
    Surplus,
}

/// An answer as it arrives.
#[derive(Debug)]
pub(crate) struct Reader {
    state: State,
    /// What is not complete yet of a head or of the line before a chunk.
    held: Vec<u8>,
    status: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Head,
    Length(usize),
    ChunkSize,
    Chunk(usize),
    ChunkEnd(usize),
    Trailer,
    Done,
}

impl Reader {
    pub(crate) fn new() -> Self {
        Self { state: State::Head, held: Vec::new(), status: 0 }
    }

    /// Of the answer that was read last.
    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    pub(crate) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Ready for the next answer on the same connection.
    pub(crate) fn restart(&mut self) {
        self.state = State::Head;
        self.held.clear();
    }

    /// Takes what a read brought; `body` is given the bytes of the body among them.
    pub(crate) fn feed(&mut self, mut bytes: &[u8], mut body: impl FnMut(&[u8])) -> Result<(), Malformed> {
        while !bytes.is_empty() {
            bytes = match self.state {
                State::Head => self.head(bytes)?,
                State::Length(left) => {
                    let (taken, rest) = split(bytes, left);
                    body(taken);
                    let left = left - taken.len();
                    self.state = if left == 0 { State::Done } else { State::Length(left) };
                    rest
                }
                State::ChunkSize => self.size(bytes)?,
                State::Chunk(left) => {
                    let (taken, rest) = split(bytes, left);
                    body(taken);
                    let left = left - taken.len();
                    self.state = if left == 0 { State::ChunkEnd(2) } else { State::Chunk(left) };
                    rest
                }
                State::ChunkEnd(left) => {
                    let (taken, rest) = split(bytes, left);
                    let left = left - taken.len();
                    self.state = if left == 0 { State::ChunkSize } else { State::ChunkEnd(left) };
                    rest
                }
                State::Trailer => self.trailer(bytes)?,
                State::Done => return Err(Malformed::Surplus),
            };
        }
        Ok(())
    }

    fn head<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Malformed> {
        let Some(rest) = self.hold(bytes, b"\r\n\r\n", Malformed::Head)? else { return Ok(&[]) };
        let head = std::str::from_utf8(&self.held).map_err(|_| Malformed::Head)?;
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")).and_then(|line| line.get(..3));
        self.status = status.and_then(|status| status.parse().ok()).ok_or(Malformed::Head)?;
        let mut state = None;
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            if name.eq_ignore_ascii_case("content-length") {
                state = Some(State::Length(value.trim().parse().map_err(|_| Malformed::Head)?));
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                state = Some(State::ChunkSize);
            }
        }
        self.state = match state {
            Some(State::Length(0)) => State::Done,
            Some(state) => state,
            None if self.status == 204 => State::Done,
            None => return Err(Malformed::NoLength),
        };
        self.held.clear();
        Ok(rest)
    }

    fn size<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Malformed> {
        let Some(rest) = self.hold(bytes, b"\r\n", Malformed::Chunk)? else { return Ok(&[]) };
        let line = std::str::from_utf8(&self.held).map_err(|_| Malformed::Chunk)?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        self.state = match usize::from_str_radix(digits, 16).map_err(|_| Malformed::Chunk)? {
            0 => State::Trailer,
            size => State::Chunk(size),
        };
        self.held.clear();
        Ok(rest)
    }

    fn trailer<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Malformed> {
        let Some(rest) = self.hold(bytes, b"\r\n", Malformed::Chunk)? else { return Ok(&[]) };
        if self.held == b"\r\n" {
            self.state = State::Done;
        }
        self.held.clear();
        Ok(rest)
    }

    /// Keeps bytes until `end` is among them; returns what stands behind it.
    fn hold<'a>(&mut self, bytes: &'a [u8], end: &[u8], error: Malformed) -> Result<Option<&'a [u8]>, Malformed> {
        let before = self.held.len();
        self.held.extend_from_slice(bytes);
        let Some(at) = find(&self.held, end) else {
            return if self.held.len() > MOST { Err(error) } else { Ok(None) };
        };
        let length = at + end.len();
        self.held.truncate(length);
        Ok(bytes.get(length - before..))
    }
}

fn split(bytes: &[u8], at: usize) -> (&[u8], &[u8]) {
    bytes.split_at(at.min(bytes.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &[(&str, u16, &str)] = &[
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"),
        ("HTTP/1.1 429 Too Many\r\ncontent-length: 0\r\n\r\n", 429, ""),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
            200,
            "abc0123456789",
        ),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nz\r\n0\r\nx-trailer: t\r\n\r\n", 200, "z"),
    ];

    #[test]
    fn answers_split_at_every_byte() {
        for (bytes, status, expected) in CASES {
            for cut in 0..bytes.len() {
                let mut reader = Reader::new();
                for _again in 0..2 {
                    let mut body = Vec::new();
                    let (first, second) = bytes.as_bytes().split_at(cut);
                    reader.feed(first, |piece| body.extend_from_slice(piece)).unwrap();
                    assert!(!reader.is_done(), "{bytes} cut at {cut}");
                    reader.feed(second, |piece| body.extend_from_slice(piece)).unwrap();
                    assert!(reader.is_done(), "{bytes} cut at {cut}");
                    assert_eq!((reader.status(), body), (*status, expected.as_bytes().to_vec()));
                    reader.restart();
                }
            }
        }
    }

    #[test]
    fn what_is_no_answer_is_said() {
        let table = [
            ("SSH-2.0-OpenSSH\r\n\r\n", Malformed::Head),
            ("HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n", Malformed::Head),
            ("HTTP/1.1 200 OK\r\n\r\nuntil the end", Malformed::NoLength),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", Malformed::Chunk),
            ("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n12", Malformed::Surplus),
        ];
        for (bytes, error) in table {
            assert_eq!(Reader::new().feed(bytes.as_bytes(), |_| ()), Err(error), "{bytes}");
        }
    }
}
