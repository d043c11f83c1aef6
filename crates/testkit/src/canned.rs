//! The fast mode for loads: answers made once, chosen by path, sent without reading what was asked, without a log.
//!
//! A path tells the dialect by its end and the pace by its beginning: `/slow/…` answers after two seconds, `/paced/…`
//! leaves 10 ms between the chunks of a stream, `/long/…` streams [`long_text`], `/flood/…` more than any buffer between two
//! processes takes.
//! Every piece of text has one [`MARK`] in it, so that whoever reads can count what arrived, whatever lies between. OpenAI's
//! Responses say the whole text [`SAID_AGAIN`] times more at their end.

mod answers;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use memchr::memmem::find;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::yield_now;
use tokio::time::sleep;

use self::answers::{Answers, Script};
use crate::server::spawn;

/// Stands once in each piece of text of a stream, once in a whole reply, and nowhere else: no checksum is so long by chance.
pub const MARK: &str = "[~]";
/// How often a stream of OpenAI's Responses repeats its text once it is complete.
pub const SAID_AGAIN: usize = 4;
/// Pieces of text in a stream that comes as fast as it can.
pub const CHUNKS: usize = 100;
/// Pieces of text in a long stream, each of about 4 KiB.
pub const LONG_CHUNKS: usize = 96;
/// Pieces of text in a stream that is paced.
pub const PACED_CHUNKS: usize = 20;

/// How long a slow answer takes.
const SLOW: Duration = Duration::from_secs(2);
/// Between two chunks of a paced stream.
const PACE: Duration = Duration::from_millis(10);
/// Chunks that leave in one write when a stream is not paced: about what hyper joins when all of them are ready.
const BURST: usize = 16;
/// Bytes of an endless stream, should somebody read it.
const FLOOD: usize = 16 << 20;
/// A request longer than this is not read.
const MOST: usize = 1 << 20;

/// All that a stream says which comes as fast as it can.
pub fn text() -> String {
    answers::PIECE.repeat(CHUNKS)
}

/// All that a long stream says, no two pieces of which are the same.
pub fn long_text() -> String {
    answers::long_pieces().collect()
}

/// Answers whatever comes, until the listener fails.
pub async fn serve(listener: TcpListener) -> io::Result<()> {
    let answers = Arc::new(Answers::render());
    loop {
        let (stream, _peer) = listener.accept().await?;
        let answers = Arc::clone(&answers);
        spawn(async move {
            // a client that leaves in the middle is nothing to tell anybody
            converse(stream, &answers).await.ok();
        });
    }
}

async fn converse(mut stream: TcpStream, answers: &Answers) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = BytesMut::with_capacity(16 << 10);
    while let Some((asked, length)) = next(&mut stream, &mut buffer).await? {
        buffer.advance(length);
        answer(&mut stream, answers, asked).await?;
    }
    Ok(())
}

/// Reads until a whole request stands at the beginning of the buffer; tells what it asks for and how long it is.
async fn next(stream: &mut TcpStream, buffer: &mut BytesMut) -> io::Result<Option<(Asked, usize)>> {
    loop {
        if let Some((head, length)) = measure(buffer)
            && let Some(request) = buffer.get(..length)
        {
            return Ok(Some((Asked::of(request, head), length)));
        }
        if buffer.len() > MOST || stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

/// The length of the head and of the whole request, once the head is complete. Chunked bodies are not understood.
fn measure(buffer: &[u8]) -> Option<(usize, usize)> {
    const LENGTH: &str = "content-length:";
    let head = find(buffer, b"\r\n\r\n")? + 4;
    let lines = buffer.get(..head)?.split(|byte| *byte == b'\n');
    let length = lines.filter_map(|line| {
        let (name, value) = line.split_at_checked(LENGTH.len())?;
        let named = name.eq_ignore_ascii_case(LENGTH.as_bytes());
        named.then(|| std::str::from_utf8(value).ok()?.trim().parse::<usize>().ok()).flatten()
    });
    Some((head, head + length.max().unwrap_or(0)))
}

async fn answer(stream: &mut TcpStream, answers: &Answers, asked: Asked) -> io::Result<()> {
    let Some(language) = asked.language else {
        return stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await;
    };
    let said = answers.of(language);
    if asked.pace == Pace::Slow {
        sleep(SLOW).await;
    }
    match (asked.stream, asked.pace) {
        (false, _) => stream.write_all(&said.reply).await,
        (true, Pace::Paced) => paced(stream, said).await,
        (true, Pace::Long) => stream.write_all(&said.long).await,
        (true, Pace::Flood) => flood(stream, said).await,
        (true, _) => {
            for burst in &said.bursts {
                stream.write_all(burst).await?;
                yield_now().await;
            }
            Ok(())
        }
    }
}

async fn paced(stream: &mut TcpStream, said: &Script) -> io::Result<()> {
    stream.write_all(&[said.opening.as_slice(), said.chunk.as_slice()].concat()).await?;
    for _ in 1..PACED_CHUNKS {
        sleep(PACE).await;
        stream.write_all(&said.chunk).await?;
    }
    stream.write_all(&said.closing).await
}

async fn flood(stream: &mut TcpStream, said: &Script) -> io::Result<()> {
    let block = said.chunk.repeat(BURST);
    stream.write_all(&said.opening).await?;
    for _ in 0..FLOOD / block.len() {
        stream.write_all(&block).await?;
    }
    stream.write_all(&said.closing).await
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    OpenAiChat,
    OpenAiResponses,
    Anthropic,
    Converse,
    Gemini,
    Cohere,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    AtOnce,
    Slow,
    Paced,
    Long,
    Flood,
}

/// What can be told from a path and two words of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    language: Option<Language>,
    pace: Pace,
    stream: bool,
}

impl Asked {
    fn of(request: &[u8], head: usize) -> Self {
        let path = request.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
        let paces = [
            (&b"/slow/"[..], Pace::Slow),
            (&b"/paced/"[..], Pace::Paced),
            (&b"/long/"[..], Pace::Long),
            (&b"/flood/"[..], Pace::Flood),
        ];
        let pace = paces.into_iter().find(|(start, _)| path.starts_with(start)).map_or(Pace::AtOnce, |(_, pace)| pace);
        let languages = [
            (&b"/chat/completions"[..], Language::OpenAiChat),
            (&b"/responses"[..], Language::OpenAiResponses),
            (&b"/messages"[..], Language::Anthropic),
            (&b"/converse"[..], Language::Converse),
            (&b"/converse-stream"[..], Language::Converse),
            (&b":generateContent"[..], Language::Gemini),
            (&b":streamGenerateContent?alt=sse"[..], Language::Gemini),
            (&b"/v2/chat"[..], Language::Cohere),
        ];
        let language = languages.into_iter().find(|(end, _)| path.ends_with(end)).map(|(_, language)| language);
        let body = request.get(head..).unwrap_or_default();
        let streams = [&b"-stream"[..], &b"?alt=sse"[..]].iter().any(|end| path.ends_with(end));
        let stream = streams || find(body, br#""stream":true"#).is_some();
        Self { language, pace, stream }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(path: &str, body: &str) -> Asked {
        let head = format!("POST {path} HTTP/1.1\r\nhost: h\r\nContent-Length: {}\r\n\r\n", body.len());
        Asked::of(format!("{head}{body}").as_bytes(), head.len())
    }

    #[test]
    fn a_path_and_two_words_tell_what_is_asked() {
        let stream = r#"{"stream":true}"#;
        let table = [
            ("/v1/chat/completions", "{}", Some(Language::OpenAiChat), Pace::AtOnce, false),
            ("/slow/v1/chat/completions", "{}", Some(Language::OpenAiChat), Pace::Slow, false),
            ("/v1/responses", stream, Some(Language::OpenAiResponses), Pace::AtOnce, true),
            ("/long/v1/messages", stream, Some(Language::Anthropic), Pace::Long, true),
            ("/paced/v1/messages", stream, Some(Language::Anthropic), Pace::Paced, true),
            ("/flood/model/m/converse-stream", "{}", Some(Language::Converse), Pace::Flood, true),
            ("/model/m/converse", "{}", Some(Language::Converse), Pace::AtOnce, false),
            ("/slow/v1beta/models/m:generateContent", "{}", Some(Language::Gemini), Pace::Slow, false),
            ("/v1beta/models/m:streamGenerateContent?alt=sse", "{}", Some(Language::Gemini), Pace::AtOnce, true),
            ("/v1beta/models/m:streamGenerateContent", "{}", None, Pace::AtOnce, false),
            ("/v2/chat", "{}", Some(Language::Cohere), Pace::AtOnce, false),
            ("/paced/v2/chat", stream, Some(Language::Cohere), Pace::Paced, true),
            ("/elsewhere", stream, None, Pace::AtOnce, true),
        ];
        for (path, body, language, pace, stream) in table {
            assert_eq!(asked(path, body), Asked { language, pace, stream }, "{path}");
        }
    }

    #[test]
    fn a_request_is_measured_as_soon_as_its_head_is_there() {
        let request = b"POST / HTTP/1.1\r\nContent-length: 4\r\n\r\nbody";
        let head = request.len() - 4;
        for cut in 0..=request.len() {
            let expected = (cut >= head).then_some((head, request.len()));
            assert_eq!(measure(&request[..cut]), expected, "{cut}");
        }
        assert_eq!(measure(b"GET / HTTP/1.1\r\n\r\n"), Some((18, 18)));
    }
}
