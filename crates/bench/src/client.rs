//! One call at a time, for whatever is not load: keys, probes, the first answer of a program.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::bail;

use crate::answer::Reader;

/// An answer that takes longer will not come.
const DEADLINE: Duration = Duration::from_secs(10);

/// Sends a request as it is; returns status and body of the answer.
pub(crate) fn call(address: SocketAddr, request: &str) -> anyhow::Result<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(DEADLINE))?;
    stream.write_all(request.as_bytes())?;
    let (mut reader, mut body, mut buffer) = (Reader::new(), Vec::new(), vec![0; 16 << 10]);
    while !reader.is_done() {
        let length = stream.read(&mut buffer)?;
        if length == 0 {
            bail!("the connection was closed before the answer was complete");
        }
        reader.feed(buffer.get(..length).unwrap_or_default(), |piece| body.extend_from_slice(piece))?;
    }
    Ok((reader.status(), body))
}
