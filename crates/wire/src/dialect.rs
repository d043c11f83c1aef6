//! The languages, and one door to each. Matches over `Dialect` are here, but for these: the fields of the envelope and which of
//! them must be there (`envelope/scan.rs`, `envelope/scan/fields.rs`), what is cut out on the same dialect (`foreign.rs`), what
//! functions stand in for (`stand_in/ability.rs`), what is repaired for providers (`chat/repair.rs`), the URLs of the endpoint
//! and of a call (`providers`, `provider.rs`), what a provider's body must say (`engine`, `upstream/request.rs`), where the
//! credential stands (`server`, `surfaces/mod.rs`) and the list of models (`server`, `surfaces/models.rs`).

mod count;
mod echo;
mod field;
mod http;
mod stream;

use std::borrow::Cow;
use std::time::Duration;

pub use self::count::Counted;
pub use self::echo::Echo;
pub use self::stream::{StreamReader, StreamWriter};
use crate::chat::{Reply, Request, Usage};
use crate::envelope::Envelope;
use crate::error::ErrorReply;
use crate::frame::Frame;
use crate::json::Invalid;
use crate::note::Note;
use crate::{anthropic, bedrock, bedrock_invoke, cohere, gemini, openai_chat, openai_completions, openai_responses};

/// A wire language. A client's and a provider's dialect are the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// OpenAI Chat Completions.
    OpenAiChat,
    /// OpenAI's text completions.
    OpenAiCompletions,
    /// OpenAI Responses.
    OpenAiResponses,
    /// Anthropic Messages.
    Anthropic,
    /// Amazon Bedrock Converse and ConverseStream.
    Bedrock,
    /// Amazon Bedrock InvokeModel and InvokeModelWithResponseStream.
    BedrockInvoke,
    /// Gemini's generateContent and streamGenerateContent.
    Gemini,
    /// Cohere's chat API, its second version.
    Cohere,
    /// Cohere's first chat API, which only clients speak: what it asks of providers is asked in the second.
    CohereV1,
}

/// What the writer of a request must know of where it goes.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The model's name at the provider.
    pub model: &'a str,
    /// How this provider spells the output ceiling, where the dialect has two spellings.
    pub ceiling: CeilingField,
    /// It takes what of OpenAI's dialects only OpenAI itself is known to take: custom tools, cache breakpoints.
    pub extras: bool,
}

/// The names of the output ceiling. OpenAI's chat has two: newer models of its own refuse the old one, many compatible servers
/// do not know the new one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CeilingField {
    MaxTokens,
    #[default]
    MaxCompletionTokens,
    /// OpenAI Responses.
    MaxOutputTokens,
}

impl CeilingField {
    pub fn name(self) -> &'static str {
        match self {
            Self::MaxTokens => "max_tokens",
            Self::MaxCompletionTokens => "max_completion_tokens",
            Self::MaxOutputTokens => "max_output_tokens",
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

/// How a client wants its answer.
#[derive(Clone, Debug, Default)]
pub struct Style {
    /// Send usage as its own last chunk (OpenAI's `stream_options.include_usage`).
    pub include_usage: bool,
    /// Seconds since 1970, for dialects that tell a time and providers that do not.
    pub created: i64,
    /// The call's id, which an error in the middle of a stream names.
    pub request_id: String,
    /// What of the request the answer says again.
    pub echo: Echo,
}

impl Dialect {
    /// Those that can say whatever a conversation holds: each of them as the client's language goes with each of them as the
    /// provider's.
    pub const SQUARE: [Self; 6] =
        [Self::OpenAiChat, Self::OpenAiResponses, Self::Anthropic, Self::Bedrock, Self::Gemini, Self::Cohere];

    /// Those of clients.
    pub const ALL: [Self; 9] = [
        Self::OpenAiChat,
        Self::OpenAiResponses,
        Self::Anthropic,
        Self::Bedrock,
        Self::Gemini,
        Self::Cohere,
        Self::CohereV1,
        Self::BedrockInvoke,
        Self::OpenAiCompletions,
    ];

    /// The name in configuration, the catalogue, logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenAiChat => "openai_chat",
            Self::OpenAiCompletions => "openai_completions",
            Self::OpenAiResponses => "openai_responses",
            Self::Anthropic => "anthropic",
            Self::Bedrock => "bedrock",
            Self::BedrockInvoke => "bedrock_invoke",
            Self::Gemini => "gemini",
            Self::Cohere => "cohere",
            Self::CohereV1 => "cohere_v1",
        }
    }

    /// The dialect of that name that providers speak.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name && *dialect != Self::CohereV1)
    }
    /// The field in which the messages of a request stand.
    pub fn messages_field(self) -> &'static str {
        match self {
            Self::OpenAiChat | Self::Anthropic | Self::Bedrock | Self::BedrockInvoke | Self::Cohere => "messages",
            Self::OpenAiCompletions => "prompt",
            Self::OpenAiResponses => "input",
            Self::Gemini => "contents",
            Self::CohereV1 => "chat_history",
        }
    }

    /// What a provider's body calls `model`, where it names one.
    pub fn model_in_body(self, model: &str) -> Cow<'_, str> {
        match self {
            Self::Gemini => Cow::Owned(gemini::resource(model)),
            _ => Cow::Borrowed(model),
        }
    }

    /// Whether the model of that name at a provider of this dialect takes the body that `envelope` is of as it came. One for
    /// Claude means nothing to other models that Bedrock invokes; what an ARN stands for is not known.
    pub fn suits(self, model: &str, envelope: &Envelope) -> bool {
        self != Self::BedrockInvoke || envelope.sealed || bedrock::is_claude(model) || model.starts_with("arn:")
    }

    /// Reads a client's request. Fields without a place in the conversation are named in `Request::unmapped`.
    pub fn read_request(self, body: &str) -> Result<Request, Invalid> {
        match self {
            Self::OpenAiChat => openai_chat::request::read(body),
            Self::OpenAiCompletions => openai_completions::request::read(body),
            Self::OpenAiResponses => openai_responses::request::read(body),
            Self::Anthropic => anthropic::request::read(body),
            Self::Bedrock => bedrock::request::read(body),
            Self::BedrockInvoke => bedrock_invoke::request::read(body),
            Self::Gemini => gemini::request::read(body),
            Self::Cohere => cohere::request::read(body),
            Self::CohereV1 => cohere::v1::request::read(body),
        }
    }

    /// Writes a request for a provider. An error means that the request cannot be said in this dialect at all.
    pub fn write_request(self, request: &Request, target: &Target<'_>) -> Result<Written, Invalid> {
        match self {
            Self::OpenAiChat => openai_chat::request::write(request, target),
            Self::OpenAiCompletions => openai_completions::request::write(request, target),
            Self::OpenAiResponses => openai_responses::request::write(request, target),
            Self::Anthropic => anthropic::request::write(request, target),
            Self::Bedrock => bedrock::request::write(request, target),
            Self::BedrockInvoke => bedrock_invoke::request::write(request, target),
            Self::Gemini => gemini::request::write(request, target),
            Self::Cohere | Self::CohereV1 => cohere::request::write(request, target),
        }
    }

    /// What a client must be told, whatever may be dropped otherwise, when `lost` cannot be carried: without it the call would
    /// be another one, and the client knows how to ask differently.
    pub fn cannot_lose(self, lost: &[String]) -> Option<ErrorReply> {
        match self {
            Self::OpenAiChat | Self::Bedrock | Self::Gemini | Self::Cohere => None,
            Self::OpenAiCompletions => {
                lost.iter().any(|field| field == "suffix").then(openai_completions::request::no_suffix)
            }
            Self::CohereV1 => lost.iter().any(|field| field == "conversation_id").then(cohere::v1::no_history),
            Self::OpenAiResponses => lost
                .iter()
                .any(|field| field.ends_with("(compaction_trigger)"))
                .then(openai_responses::error::no_compaction),
            Self::Anthropic | Self::BedrockInvoke => {
                lost.iter().any(|field| field == "thread").then(anthropic::error::thread_refusal)
            }
        }
    }

    /// The field that binds the output in a request to a provider whose own spelling is `theirs`.
    pub fn ceiling_field(self, theirs: CeilingField) -> CeilingField {
        match self {
            Self::OpenAiChat => theirs,
            Self::OpenAiResponses => CeilingField::MaxOutputTokens,
            _ => CeilingField::MaxTokens,
        }
    }

    /// The least output ceiling that it takes (OpenAI's Responses refuse less than 16).
    pub fn least_ceiling(self) -> u64 {
        match self {
            Self::OpenAiResponses => 16,
            _ => 1,
        }
    }

    /// The ceiling of a request that says none, where the API has one of its own: what is written for a budget must not lift it.
    pub fn usual_ceiling(self) -> Option<u64> {
        (self == Self::OpenAiCompletions).then_some(16)
    }

    /// How much of `most` a request asks for that says no ceiling: where prompt and answer share the window, each gets a half.
    pub fn share(self, most: u64) -> u64 {
        if self == Self::OpenAiCompletions { most / 2 } else { most }
    }

    /// Reads a provider's whole answer.
    pub fn read_reply(self, body: &str) -> Result<Reply, Invalid> {
        match self {
            Self::OpenAiChat => openai_chat::reply::read(body),
            Self::OpenAiCompletions => openai_completions::reply::read(body),
            Self::OpenAiResponses => openai_responses::reply::read(body),
            Self::Anthropic => anthropic::reply::read(body),
            Self::Bedrock => bedrock::reply::read(body),
            Self::BedrockInvoke => bedrock_invoke::reply::read(body),
            Self::Gemini => gemini::reply::read(body),
            Self::Cohere | Self::CohereV1 => cohere::reply::read(body),
        }
    }

    /// What of a request its answer says again, read from the client's body.
    pub fn echo(self, body: &str) -> Echo {
        match self {
            Self::OpenAiResponses => Echo::Responses(openai_responses::Echo::of(body).into()),
            Self::Cohere => Echo::Cohere(cohere::Echo::of(body).into()),
            Self::CohereV1 => Echo::CohereV1(cohere::v1::Echo::of(body).into()),
            _ => Echo::None,
        }
    }

    /// Writes a whole answer for a client. `latency_ms` is the time that the provider took.
    pub fn write_reply(self, reply: &Reply, style: &Style, latency_ms: u64) -> Vec<u8> {
        match self {
            Self::OpenAiChat => openai_chat::reply::write(reply, style.created),
            Self::OpenAiCompletions => openai_completions::reply::write(reply, style.created),
            Self::OpenAiResponses => openai_responses::reply::write(reply, style),
            Self::Anthropic => anthropic::reply::write(reply),
            Self::Bedrock => bedrock::reply::write(reply, latency_ms),
            Self::BedrockInvoke => bedrock_invoke::reply::write(reply),
            Self::Gemini => gemini::reply::write(reply),
            Self::Cohere => cohere::reply::write(reply, &style.echo.cohere()),
            Self::CohereV1 => cohere::v1::reply::write(reply, &style.echo.cohere_v1()),
        }
    }

    /// The usage in a whole answer, by a cheap scan; empty when it has none.
    pub fn scan_usage(self, body: &str) -> Usage {
        match self {
            Self::OpenAiChat | Self::OpenAiCompletions => openai_chat::reply::scan_usage(body),
            Self::OpenAiResponses => openai_responses::reply::scan_usage(body),
            Self::Anthropic => anthropic::reply::scan_usage(body),
            Self::Bedrock => bedrock::reply::scan_usage(body),
            Self::BedrockInvoke => bedrock_invoke::reply::scan_usage(body),
            Self::Gemini => gemini::reply::scan_usage(body),
            Self::Cohere | Self::CohereV1 => cohere::reply::scan_usage(body),
        }
    }

    /// Whether a whole answer with status 200 is an error in disguise: it has nothing of an answer.
    pub fn is_error_reply(self, body: &str) -> bool {
        let contains = |word: &str| memchr::memmem::find(body.as_bytes(), word.as_bytes()).is_some();
        // plain answers pay for a search, not for reading them once more
        match self {
            Self::OpenAiChat | Self::OpenAiCompletions => {
                (contains("\"error\"") || contains("\\u00")) && openai_chat::reply::is_error(body)
            }
            Self::OpenAiResponses => {
                let open = ["\"failed\"", "\"cancelled\"", "\"queued\"", "\"in_progress\""].into_iter().any(contains);
                (open || !contains("\"output\"")) && openai_responses::reply::is_error(body)
            }
            Self::Anthropic | Self::BedrockInvoke => {
                (contains("\"error\"") || contains("\\u00")) && anthropic::reply::is_error(body)
            }
            Self::Bedrock => !contains("\"output\"") && bedrock::reply::is_error(body),
            Self::Gemini => (contains("\"error\"") || contains("\\u00")) && gemini::reply::is_error(body),
            Self::Cohere | Self::CohereV1 => {
                (contains("\"ERROR\"") || !contains("\"finish_reason\"")) && cohere::reply::is_error(body)
            }
        }
    }

    /// What a frame tells without decoding the conversation.
    pub fn note(self, frame: &Frame) -> Note {
        match self {
            Self::OpenAiChat | Self::OpenAiCompletions => frame.sse().map(openai_chat::stream::note),
            Self::OpenAiResponses => frame.sse().map(openai_responses::stream::note),
            Self::Anthropic => frame.sse().map(anthropic::stream::note),
            Self::Bedrock => frame.event_stream().map(bedrock::stream::note),
            Self::BedrockInvoke => frame.event_stream().map(bedrock_invoke::stream::note),
            Self::Gemini => frame.sse().map(gemini::stream::note),
            Self::Cohere | Self::CohereV1 => frame.sse().map(cohere::stream::note),
        }
        .unwrap_or_default()
    }

    pub fn stream_reader(self) -> StreamReader {
        match self {
            Self::OpenAiChat => StreamReader::OpenAiChat(Box::default()),
            Self::OpenAiCompletions => StreamReader::OpenAiCompletions(Box::default()),
            Self::OpenAiResponses => StreamReader::OpenAiResponses(Box::default()),
            Self::Anthropic => StreamReader::Anthropic(Box::default()),
            Self::Bedrock => StreamReader::Bedrock(Box::default()),
            Self::BedrockInvoke => StreamReader::BedrockInvoke(Box::default()),
            Self::Gemini => StreamReader::Gemini(Box::default()),
            Self::Cohere | Self::CohereV1 => StreamReader::Cohere(Box::default()),
        }
    }

    pub fn stream_writer(self, style: Style) -> StreamWriter {
        match self {
            Self::OpenAiChat => StreamWriter::OpenAiChat(Box::new(openai_chat::stream::Writer::new(style))),
            Self::OpenAiCompletions => {
                StreamWriter::OpenAiCompletions(Box::new(openai_completions::stream::Writer::new(style)))
            }
            Self::OpenAiResponses => {
                StreamWriter::OpenAiResponses(Box::new(openai_responses::stream::Writer::new(style)))
            }
            Self::Anthropic => StreamWriter::Anthropic(Box::new(anthropic::stream::Writer::new(style))),
            Self::Bedrock => StreamWriter::Bedrock(Box::default()),
            Self::BedrockInvoke => StreamWriter::BedrockInvoke(Box::new(bedrock_invoke::stream::Writer::new(style))),
            Self::Gemini => StreamWriter::Gemini(Box::default()),
            Self::Cohere => StreamWriter::Cohere(Box::new(cohere::stream::Writer::new(style.echo.cohere()))),
            Self::CohereV1 => StreamWriter::CohereV1(Box::new(cohere::v1::stream::Writer::new(style.echo.cohere_v1()))),
        }
    }

    /// Reads a provider's error answer. Whatever the body is, something sensible comes out. `word` is the value of
    /// `error_header`.
    pub fn read_error(self, status: u16, word: Option<&str>, body: &[u8]) -> ErrorReply {
        match self {
            Self::OpenAiChat | Self::OpenAiCompletions => openai_chat::error::read(status, body),
            Self::OpenAiResponses => openai_responses::error::read(status, body),
            Self::Anthropic => anthropic::error::read(status, body),
            Self::Bedrock | Self::BedrockInvoke => bedrock::error::read(status, word, body),
            Self::Gemini => gemini::error::read(status, body),
            Self::Cohere | Self::CohereV1 => cohere::error::read(status, body),
        }
    }

    /// How long a provider's error answer asks to wait, in dialects that say it in the body.
    pub fn pause_in_error(self, body: &[u8]) -> Option<Duration> {
        if self == Self::Gemini { gemini::error::pause(body) } else { None }
    }

    /// Reads an error that came behind the status of a success: a whole answer, or the data of an event. Either way its words
    /// say what it is and which status it stands for; a failure of which they say no more is `Internal`, as one with status
    /// 500 is. What no provider calls an error (no answer, or one that ends in the middle) is `BadUpstream`.
    pub fn read_late_error(self, text: &str) -> ErrorReply {
        match self {
            Self::OpenAiChat | Self::OpenAiCompletions => openai_chat::error::read_late(text),
            Self::OpenAiResponses => openai_responses::error::read_late(text),
            Self::Anthropic => anthropic::error::read_late(text),
            Self::Bedrock | Self::BedrockInvoke => bedrock::error::read_late(text),
            Self::Gemini => gemini::error::read_late(text),
            Self::Cohere | Self::CohereV1 => cohere::error::read_late(text),
        }
    }

    /// Reads the error event of a stream.
    pub fn read_stream_error(self, frame: &Frame) -> ErrorReply {
        match frame {
            Frame::EventStream(frame) => bedrock::error::read_frame(frame),
            Frame::Sse(frame) => self.read_late_error(&frame.data().unwrap_or_default()),
        }
    }

    /// Writes the body of an error answer.
    pub fn write_error(self, error: &ErrorReply, request_id: &str) -> Vec<u8> {
        match self {
            Self::OpenAiChat | Self::OpenAiCompletions | Self::OpenAiResponses => openai_chat::error::write(error),
            Self::Anthropic => anthropic::error::write(error, request_id),
            Self::Bedrock | Self::BedrockInvoke => bedrock::error::write(error),
            Self::Gemini => gemini::error::write(error),
            Self::Cohere | Self::CohereV1 => cohere::error::write(error, request_id),
        }
    }
}

#[cfg(test)]
mod tests;
