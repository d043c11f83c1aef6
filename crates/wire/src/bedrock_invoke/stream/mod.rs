//! Streams: events named `chunk`, each with one event of the model's own stream, in base64.

mod chunk;
mod note;
mod read;
mod write;

pub use note::note;
pub use read::Reader;
pub use write::Writer;

#[cfg(test)]
mod tests;
