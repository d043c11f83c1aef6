//! A stream in any dialect, read and written.

use super::{Dialect, Style};
use crate::chat::Event;
use crate::error::ErrorReply;
use crate::frame::Frame;
use crate::json::Invalid;
use crate::note::Note;
use crate::{anthropic, bedrock, bedrock_invoke, cohere, gemini, openai_chat, openai_completions, openai_responses};

/// Frames of a provider's stream in, events out.
#[derive(Debug)]
pub enum StreamReader {
    OpenAiChat(Box<openai_chat::stream::Reader>),
    OpenAiCompletions(Box<openai_completions::stream::Reader>),
    OpenAiResponses(Box<openai_responses::stream::Reader>),
    Anthropic(Box<anthropic::stream::Reader>),
    Bedrock(Box<bedrock::stream::Reader>),
    BedrockInvoke(Box<bedrock_invoke::stream::Reader>),
    Gemini(Box<gemini::stream::Reader>),
    Cohere(Box<cohere::stream::Reader>),
}

impl StreamReader {
    /// Reads one frame and appends what it says to `out`. An error means that the frame is not of this dialect.
    pub fn read(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Invalid> {
        match self {
            Self::OpenAiChat(reader) => reader.read(frame.sse()?, out),
            Self::OpenAiCompletions(reader) => reader.read(frame.sse()?, out),
            Self::OpenAiResponses(reader) => reader.read(frame.sse()?, out),
            Self::Anthropic(reader) => reader.read(frame.sse()?, out),
            Self::Bedrock(reader) => reader.read(frame.event_stream()?, out),
            Self::BedrockInvoke(reader) => reader.read(frame.event_stream()?, out),
            Self::Gemini(reader) => reader.read(frame.sse()?, out),
            Self::Cohere(reader) => reader.read(frame.sse()?, out),
        }
    }

    /// Whether the answer is whole if the provider says no more, in a dialect that has no ending of its own.
    pub fn may_be_over(&self) -> bool {
        matches!(self, Self::Gemini(reader) if reader.may_be_over())
    }

    /// The provider says no more: appends the end to `out` where its dialect has no ending of its own and nothing is missing.
    pub fn close(&mut self, out: &mut Vec<Event>) {
        if let Self::Gemini(reader) = self {
            reader.close(out);
        }
    }
}

/// Events in, bytes of a client's stream out. Whatever ends a stream is written here, as only who wrote or watched it knows
/// how it goes on: its names, its numbers and what it has said.
#[derive(Debug)]
pub enum StreamWriter {
    OpenAiChat(Box<openai_chat::stream::Writer>),
    OpenAiCompletions(Box<openai_completions::stream::Writer>),
    OpenAiResponses(Box<openai_responses::stream::Writer>),
    Anthropic(Box<anthropic::stream::Writer>),
    Bedrock(Box<bedrock::stream::Writer>),
    BedrockInvoke(Box<bedrock_invoke::stream::Writer>),
    Gemini(Box<gemini::stream::Writer>),
    Cohere(Box<cohere::stream::Writer>),
    CohereV1(Box<cohere::v1::stream::Writer>),
}

impl StreamWriter {
    /// Appends the bytes of `event` to `out`; some events have none in some dialects. `latency_ms` is the time since the
    /// provider was asked; it is read with `Event::End` only.
    pub fn write(&mut self, event: &Event, latency_ms: u64, out: &mut Vec<u8>) {
        match self {
            Self::OpenAiChat(writer) => writer.write(event, out),
            Self::OpenAiCompletions(writer) => writer.write(event, out),
            Self::OpenAiResponses(writer) => writer.write(event, out),
            Self::Anthropic(writer) => writer.write(event, out),
            Self::Bedrock(writer) => writer.write(event, latency_ms, out),
            Self::BedrockInvoke(writer) => writer.write(event, latency_ms, out),
            Self::Gemini(writer) => writer.write(event, out),
            Self::Cohere(writer) => writer.write(event, out),
            Self::CohereV1(writer) => writer.write(event, out),
        }
    }

    /// Notes a frame of a provider of the same dialect that went to the client as it came, so that an error can follow it.
    pub fn pass(&mut self, frame: &Frame) {
        match (self, frame) {
            (Self::OpenAiResponses(writer), Frame::Sse(frame)) => writer.pass(frame),
            (Self::Anthropic(writer), _) => writer.pass(),
            _ => {}
        }
    }

    /// Writes what must follow `event`, a provider's own error that went to the client as it came, so that all clients end on
    /// it. `error` is what it says.
    pub fn write_behind(&mut self, event: &Frame, error: &ErrorReply, out: &mut Vec<u8>) {
        if let (Self::OpenAiResponses(writer), Frame::Sse(event)) = (self, event) {
            writer.write_behind(event, error, out);
        }
    }
}

impl Dialect {
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
}
