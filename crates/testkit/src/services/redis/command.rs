//! Redis's protocol, as much as a test needs: <https://redis.io/docs/latest/develop/reference/protocol-spec/>.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// The address and the password in `redis://:PASSWORD@127.0.0.1:PORT`.
pub(super) fn parts(url: &str) -> Option<(SocketAddr, Option<&str>)> {
    let rest = url.strip_prefix("redis://")?;
    let (password, address) = match rest.split_once('@') {
        Some((credential, address)) => (Some(credential.strip_prefix(':')?), address),
        None => (None, rest),
    };
    Some((address.split('/').next()?.parse().ok()?, password))
}

/// Sends one command and returns the values of its answer.
pub(super) async fn send(
    address: SocketAddr,
    password: Option<&str>,
    words: &[&str],
) -> io::Result<Vec<Option<String>>> {
    let mut stream = BufReader::new(TcpStream::connect(address).await?);
    if let Some(password) = password {
        stream.write_all(&written(&["AUTH", password])).await?;
        answer(&mut stream).await?;
    }
    stream.write_all(&written(words)).await?;
    answer(&mut stream).await
}

fn written(words: &[&str]) -> Vec<u8> {
    let words = words.iter().map(|word| format!("${}\r\n{word}\r\n", word.len()));
    let count = words.len();
    std::iter::once(format!("*{count}\r\n")).chain(words).collect::<String>().into_bytes()
}

async fn answer(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Vec<Option<String>>> {
    let mut values = Vec::new();
    let mut awaited = 1;
    while awaited > 0 {
        awaited -= 1;
        let mut line = String::new();
        from.read_line(&mut line).await?;
        let (kind, rest) = line.trim_end().split_at_checked(1).ok_or(ErrorKind::UnexpectedEof)?;
        let number = || rest.parse::<i64>().map_err(io::Error::other);
        match kind {
            "+" | ":" => values.push(Some(rest.to_owned())),
            "-" => return Err(io::Error::other(format!("Redis says {rest}"))),
            "*" => awaited += number()?.max(0),
            "$" => values.push(text(from, number()?).await?),
            _ => return Err(io::Error::new(ErrorKind::InvalidData, "that is not Redis's protocol")),
        }
    }
    Ok(values)
}

/// A text of so many bytes and its line end; a negative number stands for nothing.
async fn text(from: &mut (impl AsyncBufRead + Unpin), length: i64) -> io::Result<Option<String>> {
    let Ok(length) = usize::try_from(length) else { return Ok(None) };
    let mut bytes = vec![0; length + 2];
    from.read_exact(&mut bytes).await?;
    bytes.truncate(length);
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn answers_are_read_flat() {
        let some = |texts: &[&str]| texts.iter().map(|text| Some((*text).to_owned())).collect::<Vec<_>>();
        let cases: [(&[u8], Vec<Option<String>>); 5] = [
            (b"+PONG\r\n", some(&["PONG"])),
            (b":42\r\n", some(&["42"])),
            (b"$2\r\n\r\n\r\n", some(&["\r\n"])),
            (b"$-1\r\n", vec![None]),
            (b"*3\r\n:1\r\n*2\r\n:2\r\n$1\r\n3\r\n*0\r\n", some(&["1", "2", "3"])),
        ];
        for (bytes, expected) in cases {
            assert_eq!(answer(&mut &*bytes).await.unwrap(), expected);
        }
        for bytes in [&b"-ERR no\r\n"[..], b"", b"*2\r\n:1\r\n", b"HTTP/1.1 400\r\n", b"$5\r\nab\r\n"] {
            assert!(answer(&mut &*bytes).await.is_err());
        }
    }

    #[test]
    fn a_url_has_an_address_and_perhaps_a_password() {
        let address = "127.0.0.1:20001".parse().unwrap();
        assert_eq!(parts("redis://127.0.0.1:20001"), Some((address, None)));
        assert_eq!(parts("redis://:1f2e@127.0.0.1:20001/0"), Some((address, Some("1f2e"))));
        assert_eq!(parts("rediss://127.0.0.1:20001"), None);
    }
}
