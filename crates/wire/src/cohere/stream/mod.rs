//! Streams: `message-start` … `message-end`, both directions.

mod note;
mod read;
mod wire;
mod write;

pub use note::note;
pub use read::Reader;
pub(super) use wire::write_broken;
pub use write::Writer;

#[cfg(test)]
mod tests;
