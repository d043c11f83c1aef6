//! What goes into the pipeline and what comes out of it. No HTTP framework's types.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokio::sync::mpsc;
use wire::Dialect;
use wire::envelope::Address;

/// What is asked of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Task {
    /// An answer to a conversation.
    #[default]
    Answer,
    /// How many tokens a conversation is.
    Count,
    /// Vectors of texts.
    Embed,
    /// One vector, of one text (Gemini).
    EmbedOne,
}

impl Task {
    pub(crate) fn is_embedding(self) -> bool {
        matches!(self, Self::Embed | Self::EmbedOne)
    }
}

/// What a client asks, as the surface understood it.
#[derive(Debug)]
pub struct Call {
    /// The language that the client speaks.
    pub dialect: Dialect,
    pub task: Task,
    /// What the URL says, in dialects that put the model there.
    pub address: Option<Address>,
    /// The body as it came.
    pub body: Bytes,
    /// The client's headers. Only those that a provider's row names ever go on.
    pub headers: HeaderMap,
    /// The query of the URL as it came; likewise.
    pub query: Option<String>,
    /// What the ledger calls this kind of call, in LiteLLM's words (`acompletion`, `anthropic_messages`).
    pub call_type: &'static str,
    /// The call's id, already given out by the surface.
    pub id: String,
}

/// The headers that say the call's id to clients of a dialect, whatever the answer is: scripts know one, SDKs another.
pub fn id_headers(dialect: Dialect) -> impl Iterator<Item = &'static str> {
    let usual = ["x-litellm-call-id", "x-request-id", "request-id"];
    usual.into_iter().chain(dialect.request_id_header())
}

/// What the client gets.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: Vec<(&'static str, String)>,
    pub body: AnswerBody,
}

#[derive(Debug)]
pub enum AnswerBody {
    Whole(Bytes),
    /// Frames of the dialect's stream as they come. The channel's end is the end of the answer.
    Stream(mpsc::Receiver<Bytes>),
}
