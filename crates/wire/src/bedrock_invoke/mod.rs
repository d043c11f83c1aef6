//! Amazon Bedrock's InvokeModel and InvokeModelWithResponseStream, whose bodies are those of the model's maker.
//!
//! Claude's are Anthropic's Messages: `anthropic_version` says so, the model and the wish for a stream stand in the URL. They
//! are read and written here. What other models take goes to Bedrock as it is, and nobody else can be asked it.

pub mod headers;
pub mod reply;
pub mod request;
pub mod stream;

pub use request::is_of_claude;
