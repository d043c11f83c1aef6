//! A streamed answer: frames of a provider in, frames for a client out. The cheap look at a frame is the chat's.

mod chunk;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::Reader;
pub use write::Writer;

pub use crate::openai_chat::stream::note;
