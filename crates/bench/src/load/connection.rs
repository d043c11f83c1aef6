//! A connection of the load that is kept open between calls.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Check, Expect};
use crate::answer::Reader;

const BUFFER: usize = 64 << 10;

pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    reader: Reader,
    check: Check,
}

/// How long a right answer took.
pub(super) struct Taken {
    pub(super) first_byte: Duration,
    pub(super) whole: Duration,
}

impl Connection {
    pub(super) async fn open(address: SocketAddr) -> Result<Self, String> {
        let stream = TcpStream::connect(address).await.map_err(|error| format!("connecting: {error}"))?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        Ok(Self { stream, buffer: vec![0; BUFFER], reader: Reader::new(), check: Check::default() })
    }

    /// One call. After an error the connection is of no further use.
    pub(super) async fn call(&mut self, request: &[u8], expect: &Expect) -> Result<Taken, String> {
        let began = Instant::now();
        let mut first_byte = None;
        self.reader.restart();
        self.check.restart();
        self.stream.write_all(request).await.map_err(|error| format!("writing: {error}"))?;
        while !self.reader.is_done() {
            let length = self.stream.read(&mut self.buffer).await.map_err(|error| format!("reading: {error}"))?;
            let read = self.buffer.get(..length).filter(|read| !read.is_empty());
            let read = read.ok_or("the connection was closed within an answer")?;
            let check = &mut self.check;
            let fed = self.reader.feed(read, |piece| {
                first_byte.get_or_insert_with(|| began.elapsed());
                check.take(piece);
            });
            fed.map_err(|error| error.to_string())?;
        }
        self.check.verdict(self.reader.status(), expect)?;
        let whole = began.elapsed();
        Ok(Taken { first_byte: first_byte.unwrap_or(whole), whole })
    }
}
