//! The bytes of the canned answers: a file a provider.

mod anthropic;
mod bedrock;
mod cohere;
mod gemini;
mod openai;

use std::fmt::Display;

use super::{BURST, CHUNKS, LONG_CHUNKS, Language, MARK};

/// About 1 KB with what stands around it. It has the one mark of a reply.
const TEXT: &str = "[~] The quick brown fox jumps over the lazy dog, again and again, until somebody asks it to stop. ";

/// What is said in a piece of a stream, but for long ones.
pub(super) const PIECE: &str = "word[~] ";
/// How often the text is said in a piece of a long stream, which then has about 4 KiB.
const LONG_REPEATS: usize = 43;

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
    /// The whole of a long stream.
    pub(super) long: Vec<u8>,
}

/// The pieces of a long stream: a few kilobytes each, all of them different.
pub(super) fn long_pieces() -> impl Iterator<Item = String> {
    let words = TEXT.trim_start_matches(MARK).repeat(LONG_REPEATS);
    (0..LONG_CHUNKS).map(move |number| format!("{MARK}{number}{words}"))
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
    /// `kind` is the type of a stream, `piece` writes a piece of its text; `after` is given all of the text.
    fn new(
        reply: &str,
        kind: &str,
        before: &[Vec<u8>],
        piece: impl Fn(&str) -> Vec<u8>,
        after: impl Fn(&str) -> Vec<Vec<u8>>,
    ) -> Self {
        let head = "HTTP/1.1 200 OK\r\nx-request-id: req_canned\r\ncache-control: no-cache\r\n";
        let length = reply.len();
        let reply =
            format!("{head}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{reply}").into_bytes();
        let head = format!("{head}content-type: {kind}\r\ntransfer-encoding: chunked\r\n\r\n").into_bytes();
        let http = |pieces: &[Vec<u8>]| pieces.iter().flat_map(|piece| http_chunk(piece)).collect::<Vec<u8>>();
        let opening = [head, http(before)].concat();
        let chunk = http_chunk(&piece(PIECE));
        let closing = |said: &str| [http(&after(said)), b"0\r\n\r\n".to_vec()].concat();
        let long = long_pieces().flat_map(|text| http_chunk(&piece(&text)));
        let long = [opening.clone(), long.collect(), closing(&super::long_text())].concat();
        let closing = closing(&super::text());
        let mut bursts: Vec<Vec<u8>> =
            (0..CHUNKS).step_by(BURST).map(|done| chunk.repeat(BURST.min(CHUNKS - done))).collect();
        if let Some(first) = bursts.first_mut() {
            first.splice(0..0, opening.iter().copied());
        }
        if let Some(last) = bursts.last_mut() {
            last.extend_from_slice(&closing);
        }
        Self { reply, bursts, opening, chunk, closing, long }
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
