//! The bytes of the canned answers: a file a provider.

mod anthropic;
mod bedrock;
mod cohere;
mod gemini;
mod openai;

use std::fmt::Display;

use super::{BURST, CHUNKS, Language, MARK};

/// About 1 KB with what stands around it. It has the one mark of a reply.
const TEXT: &str = "[~] The quick brown fox jumps over the lazy dog, again and again, until somebody asks it to stop. ";

const SSE: &str = "text/event-stream";

/// Everything that can be answered.
pub(super) struct Answers {
    openai_chat: Script,
    openai_responses: Script,
    anthropic: Script,
    converse: Script,
    gemini: Script,
    cohere: Script,
}

/// What is said in one language, ready for the socket: heads and chunk sizes are in the bytes.
pub(super) struct Script {
    pub(super) reply: Vec<u8>,
    /// A whole stream, by write.
    pub(super) bursts: Vec<Vec<u8>>,
    /// The head of a stream and what comes before its text.
    pub(super) opening: Vec<u8>,
    pub(super) chunk: Vec<u8>,
    /// What comes behind the text, and the end of the body.
    pub(super) closing: Vec<u8>,
}

impl Answers {
    pub(super) fn render() -> Self {
        Self {
            openai_chat: openai::chat(),
            openai_responses: openai::responses(),
            anthropic: anthropic::messages(),
            converse: bedrock::converse(),
            gemini: gemini::generate_content(),
            cohere: cohere::chat(),
        }
    }

    pub(super) fn of(&self, language: Language) -> &Script {
        match language {
            Language::OpenAiChat => &self.openai_chat,
            Language::OpenAiResponses => &self.openai_responses,
            Language::Anthropic => &self.anthropic,
            Language::Converse => &self.converse,
            Language::Gemini => &self.gemini,
            Language::Cohere => &self.cohere,
        }
    }
}

impl Script {
    fn new(reply: &str, kind: &str, before: &[Vec<u8>], piece: &[u8], after: &[Vec<u8>]) -> Self {
        let head = "HTTP/1.1 200 OK\r\nx-request-id: req_canned\r\ncache-control: no-cache\r\n";
        let length = reply.len();
        let reply =
            format!("{head}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{reply}").into_bytes();
        let head = format!("{head}content-type: {kind}\r\ntransfer-encoding: chunked\r\n\r\n").into_bytes();
        let http = |pieces: &[Vec<u8>]| pieces.iter().flat_map(|piece| http_chunk(piece)).collect::<Vec<u8>>();
        let opening = [head, http(before)].concat();
        let chunk = http_chunk(piece);
        let closing = [http(after), b"0\r\n\r\n".to_vec()].concat();
        let mut bursts: Vec<Vec<u8>> =
            (0..CHUNKS).step_by(BURST).map(|done| chunk.repeat(BURST.min(CHUNKS - done))).collect();
        if let Some(first) = bursts.first_mut() {
            first.splice(0..0, opening.iter().copied());
        }
        if let Some(last) = bursts.last_mut() {
            last.extend_from_slice(&closing);
        }
        Self { reply, bursts, opening, chunk, closing }
    }
}

fn http_chunk(piece: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat()
}

/// About 700 bytes, with one mark.
fn text() -> String {
    let once = TEXT.trim_start_matches(MARK).trim_start();
    format!("{TEXT}{}", once.repeat(6))
}

fn sse(event: Option<&str>, data: impl Display) -> Vec<u8> {
    let event = event.map(|event| format!("event: {event}\n")).unwrap_or_default();
    format!("{event}data: {data}\n\n").into_bytes()
}

#[cfg(test)]
mod tests;
