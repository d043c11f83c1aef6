//! A connection to PostgreSQL, without TLS, that knows how to log in and to run statements.

use std::io;

use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::address::Address;
use super::message::{self, Message, broken};
use super::scram::Scram;

/// Version 3.0 of the protocol.
const VERSION: [u8; 4] = 0x0003_0000_u32.to_be_bytes();

/// What an authentication message asks for; <https://www.postgresql.org/docs/17/sasl-authentication.html>.
const DONE: u32 = 0;
const SASL: u32 = 10;
const SASL_CONTINUE: u32 = 11;
const SASL_FINAL: u32 = 12;

pub(super) struct Session(BufReader<TcpStream>);

impl Session {
    /// Connects and logs in.
    pub(super) async fn open(address: &Address) -> io::Result<Self> {
        let mut session = Self(BufReader::new(TcpStream::connect(address.server).await?));
        let names = format!("user\0{}\0database\0{}\0\0", address.user, address.database);
        session.send(&message::write(None, &[&VERSION, names.as_bytes()])?).await?;
        session.log_in(Scram::new(&address.password)).await?;
        session.rows().await?;
        Ok(session)
    }

    /// Runs statements and returns the rows of all of them.
    pub(super) async fn query(&mut self, statements: &str) -> io::Result<Vec<Vec<Option<String>>>> {
        self.send(&message::write(Some(b'Q'), &[statements.as_bytes(), b"\0"])?).await?;
        self.rows().await
    }

    async fn log_in(&mut self, mut scram: Scram) -> io::Result<()> {
        loop {
            let message = self.read().await?;
            let (b'R', Some((kind, data))) = (message.kind, message.body.split_first_chunk()) else {
                return Err(broken());
            };
            let data = std::str::from_utf8(data).map_err(io::Error::other)?;
            match u32::from_be_bytes(*kind) {
                DONE => return Ok(()),
                SASL => {
                    let first = scram.first();
                    let length = u32::try_from(first.len()).map_err(io::Error::other)?.to_be_bytes();
                    let parts: [&[u8]; 3] = [b"SCRAM-SHA-256\0", &length, first.as_bytes()];
                    self.send(&message::write(Some(b'p'), &parts)?).await?;
                }
                SASL_CONTINUE => {
                    let last = scram.last(data).ok_or_else(broken)?;
                    self.send(&message::write(Some(b'p'), &[last.as_bytes()])?).await?;
                }
                // what the server proves is of no interest among tests
                SASL_FINAL => {}
                other => return Err(io::Error::other(format!("PostgreSQL asks for authentication {other}"))),
            }
        }
    }

    /// Reads until the server is ready for the next query. An error that it tells of comes after that.
    async fn rows(&mut self) -> io::Result<Vec<Vec<Option<String>>>> {
        let mut rows = Vec::new();
        let mut error = None;
        loop {
            let message = Message::read(&mut self.0).await?;
            match message.kind {
                b'D' => rows.push(message.row()?),
                b'E' => error = Some(message.error()),
                b'Z' => return error.map_or(Ok(rows), Err),
                _ => {}
            }
        }
    }

    /// The next message; an error is one here, too: while logging in it is the last.
    async fn read(&mut self) -> io::Result<Message> {
        let message = Message::read(&mut self.0).await?;
        if message.kind == b'E' { Err(message.error()) } else { Ok(message) }
    }

    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.get_mut().write_all(bytes).await
    }
}
