//! PostgreSQL's messages, version 3 of the protocol: <https://www.postgresql.org/docs/17/protocol-message-formats.html>.

use std::io::{self, ErrorKind};

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// More than any answer to a test has.
const LARGEST: usize = 64 << 20;

/// A message of the server: its letter, and what follows the length.
pub(super) struct Message {
    pub(super) kind: u8,
    pub(super) body: Vec<u8>,
}

impl Message {
    pub(super) async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Self> {
        let kind = from.read_u8().await?;
        let length = from.read_u32().await? as usize;
        let length = length.checked_sub(4).filter(|length| *length <= LARGEST).ok_or_else(broken)?;
        let mut body = vec![0; length];
        from.read_exact(&mut body).await?;
        Ok(Self { kind, body })
    }

    /// The error that the server tells of: its message and its SQLSTATE.
    pub(super) fn error(&self) -> io::Error {
        let field = |wanted: u8| {
            let found = self.body.split(|byte| *byte == 0).find_map(|field| field.strip_prefix(&[wanted]));
            String::from_utf8_lossy(found.unwrap_or_default()).into_owned()
        };
        io::Error::other(format!("PostgreSQL says {}: {}", field(b'C'), field(b'M')))
    }

    /// The values of a row.
    pub(super) fn row(&self) -> io::Result<Vec<Option<String>>> {
        let (count, mut rest) = self.body.split_first_chunk().ok_or_else(broken)?;
        let mut values = Vec::new();
        for _ in 0..u16::from_be_bytes(*count) {
            let (length, after) = rest.split_first_chunk().ok_or_else(broken)?;
            // -1 stands for NULL
            let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
                values.push(None);
                rest = after;
                continue;
            };
            let (value, after) = after.split_at_checked(length).ok_or_else(broken)?;
            values.push(Some(String::from_utf8_lossy(value).into_owned()));
            rest = after;
        }
        Ok(values)
    }
}

/// A message for the server. Only the first of a connection has no letter.
pub(super) fn write(kind: Option<u8>, parts: &[&[u8]]) -> io::Result<Vec<u8>> {
    let body = parts.concat();
    let length = u32::try_from(body.len() + 4).map_err(io::Error::other)?;
    Ok(kind.into_iter().chain(length.to_be_bytes()).chain(body).collect())
}

pub(super) fn broken() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "that is not PostgreSQL's protocol")
}
