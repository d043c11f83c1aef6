//! The languages, and one door to each. Matches over `Dialect` are here, but for four: the fields of `envelope`, the
//! endpoint's path (`providers`, `provider.rs::chat_url`), what a provider's body must say (`engine`,
//! `upstream/request.rs`), and the list of models (`server`, `surfaces/models.rs`).

use crate::chat::{Event, Reply, Request, Usage};
use crate::error::ErrorReply;
use crate::frame::sse::Frame;
use crate::json::Invalid;
use crate::note::Note;
use crate::{anthropic, openai_chat};

/// A wire language. A client's and a provider's dialect are the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// OpenAI Chat Completions.
    OpenAiChat,
    /// Anthropic Messages.
    Anthropic,
}

/// What the writer of a request must know of where it goes.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The model's name at the provider.
    pub model: &'a str,
    /// How this provider spells the output ceiling, where the dialect has two spellings.
    pub ceiling: CeilingField,
}

/// OpenAI's two names for the output ceiling. Newer OpenAI models refuse the old one, many compatible servers do not know the new one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CeilingField {
    MaxTokens,
    #[default]
    MaxCompletionTokens,
}

impl CeilingField {
    pub fn name(self) -> &'static str {
        match self {
            Self::MaxTokens => "max_tokens",
            Self::MaxCompletionTokens => "max_completion_tokens",
        }
    }
}

/// A request in a provider's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub body: Vec<u8>,
    /// Paths of what the conversation holds and this dialect cannot say, in the conversation's words (`sampling.seed`).
    pub dropped: Vec<String>,
}

/// How a client wants its stream.
#[derive(Clone, Copy, Debug, Default)]
pub struct StreamStyle {
    /// Send usage as its own last chunk (OpenAI's `stream_options.include_usage`).
    pub include_usage: bool,
    /// Seconds since 1970, for dialects that put a time into every chunk and providers that send none.
    pub created: i64,
}

impl Dialect {
    pub const ALL: [Self; 2] = [Self::OpenAiChat, Self::Anthropic];

    /// The name in configuration, the catalogue, logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenAiChat => "openai_chat",
            Self::Anthropic => "anthropic",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }

    /// Reads a client's request. Fields without a place in the conversation are named in `Request::unmapped`.
    pub fn read_request(self, body: &str) -> Result<Request, Invalid> {
        match self {
            Self::OpenAiChat => openai_chat::request::read(body),
            Self::Anthropic => anthropic::request::read(body),
        }
    }

    /// Writes a request for a provider. An error means that the request cannot be said in this dialect at all.
    pub fn write_request(self, request: &Request, target: &Target<'_>) -> Result<Written, Invalid> {
        match self {
            Self::OpenAiChat => openai_chat::request::write(request, target),
            Self::Anthropic => anthropic::request::write(request, target),
        }
    }

    /// What a client must be told, whatever may be dropped otherwise, when `lost` cannot be carried: without it the call would
    /// be another one, and the client knows how to ask differently.
    pub fn cannot_lose(self, lost: &[String]) -> Option<ErrorReply> {
        match self {
            Self::OpenAiChat => None,
            Self::Anthropic => lost.iter().any(|field| field == "thread").then(anthropic::error::thread_refusal),
        }
    }

    /// The field that binds the output in a request to a provider whose own spelling is `theirs`.
    pub fn ceiling_field(self, theirs: CeilingField) -> CeilingField {
        match self {
            Self::OpenAiChat => theirs,
            Self::Anthropic => CeilingField::MaxTokens,
        }
    }

    /// Reads a provider's whole answer.
    pub fn read_reply(self, body: &str) -> Result<Reply, Invalid> {
        match self {
            Self::OpenAiChat => openai_chat::reply::read(body),
            Self::Anthropic => anthropic::reply::read(body),
        }
    }

    /// Writes a whole answer for a client. `now` (seconds since 1970) stands in when the provider gave no time.
    pub fn write_reply(self, reply: &Reply, now: i64) -> Vec<u8> {
        match self {
            Self::OpenAiChat => openai_chat::reply::write(reply, now),
            Self::Anthropic => anthropic::reply::write(reply),
        }
    }

    /// The usage in a whole answer, by a cheap scan; empty when it has none.
    pub fn scan_usage(self, body: &str) -> Usage {
        match self {
            Self::OpenAiChat => openai_chat::reply::scan_usage(body),
            Self::Anthropic => anthropic::reply::scan_usage(body),
        }
    }

    /// Whether a whole answer with status 200 is an error in disguise: it says `error` and has nothing of an answer.
    pub fn is_error_reply(self, body: &str) -> bool {
        let contains = |word: &str| memchr::memmem::find(body.as_bytes(), word.as_bytes()).is_some();
        // plain answers pay for a search, not for reading them once more
        if !contains("\"error\"") && !contains("\\u00") {
            return false;
        }
        match self {
            Self::OpenAiChat => openai_chat::reply::is_error(body),
            Self::Anthropic => anthropic::reply::is_error(body),
        }
    }

    /// What a frame tells without decoding the conversation.
    pub fn note(self, frame: &Frame) -> Note {
        match self {
            Self::OpenAiChat => openai_chat::stream::note(frame),
            Self::Anthropic => anthropic::stream::note(frame),
        }
    }

    pub fn stream_reader(self) -> StreamReader {
        match self {
            Self::OpenAiChat => StreamReader::OpenAiChat(Box::default()),
            Self::Anthropic => StreamReader::Anthropic(Box::default()),
        }
    }

    pub fn stream_writer(self, style: StreamStyle) -> StreamWriter {
        match self {
            Self::OpenAiChat => StreamWriter::OpenAiChat(Box::new(openai_chat::stream::Writer::new(style))),
            Self::Anthropic => StreamWriter::Anthropic(Box::new(anthropic::stream::Writer::new(style))),
        }
    }

    /// Reads a provider's error answer. Whatever the body is, something sensible comes out.
    pub fn read_error(self, status: u16, body: &[u8]) -> ErrorReply {
        match self {
            Self::OpenAiChat => openai_chat::error::read(status, body),
            Self::Anthropic => anthropic::error::read(status, body),
        }
    }

    /// Writes the body of an error answer.
    pub fn write_error(self, error: &ErrorReply, request_id: &str) -> Vec<u8> {
        match self {
            Self::OpenAiChat => openai_chat::error::write(error),
            Self::Anthropic => anthropic::error::write(error, request_id),
        }
    }

    /// Writes an error as a frame of a stream that has begun.
    pub fn write_stream_error(self, error: &ErrorReply, request_id: &str, out: &mut Vec<u8>) {
        match self {
            Self::OpenAiChat => openai_chat::error::write_frame(error, out),
            Self::Anthropic => anthropic::error::write_frame(error, request_id, out),
        }
    }
}

/// Frames of a provider's stream in, events out.
#[derive(Debug)]
pub enum StreamReader {
    OpenAiChat(Box<openai_chat::stream::Reader>),
    Anthropic(Box<anthropic::stream::Reader>),
}

impl StreamReader {
    /// Reads one frame and appends what it says to `out`. An error means that the frame is not of this dialect.
    pub fn read(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Invalid> {
        match self {
            Self::OpenAiChat(reader) => reader.read(frame, out),
            Self::Anthropic(reader) => reader.read(frame, out),
        }
    }
}

/// Events in, bytes of a client's stream out.
#[derive(Debug)]
pub enum StreamWriter {
    OpenAiChat(Box<openai_chat::stream::Writer>),
    Anthropic(Box<anthropic::stream::Writer>),
}

impl StreamWriter {
    /// Appends the bytes of `event` to `out`; some events have none in some dialects.
    pub fn write(&mut self, event: &Event, out: &mut Vec<u8>) {
        match self {
            Self::OpenAiChat(writer) => writer.write(event, out),
            Self::Anthropic(writer) => writer.write(event, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_in_disguise_is_told_from_an_answer() {
        // whether OpenAI's dialect takes it for an error, and Anthropic's
        for (body, openai, anthropic) in [
            (r#"{"error":{"message":"no"}}"#, true, true),
            (r#" {"id":"x", "\u0065rror" : "no"} "#, true, true),
            (r#"{"error":{"message":"no"},"choices":null,"content":null}"#, true, true),
            (r#"{"type":"error","error":{"type":"overloaded_error","message":"no"}}"#, true, true),
            (r#"{"type":"error"}"#, false, true),
            (r#"{"type":"error","content":[]}"#, false, true),
            (r#"{"error":{"message":"no"},"choices":[]}"#, false, true),
            (r#"{"error":{"message":"no"},"content":[]}"#, true, false),
            (r#"{"choices":[{"error":{"message":"no"}}],"content":[{"error":1}]}"#, false, false),
            (r#"{"error":null}"#, false, false),
            (r#"{"error":false}"#, false, false),
            (r#"{"error":""}"#, false, false),
            (r#"{"error":{ }}"#, false, false),
            (r#"{"id":"x","type":"message"}"#, false, false),
            (r#"[{"error":{"message":"no"}}]"#, false, false),
            ("{}", false, false),
            ("", false, false),
            ("<html>error</html>", false, false),
        ] {
            let told = [Dialect::OpenAiChat, Dialect::Anthropic].map(|dialect| dialect.is_error_reply(body));
            assert_eq!(told, [openai, anthropic], "{body}");
        }
    }
}
