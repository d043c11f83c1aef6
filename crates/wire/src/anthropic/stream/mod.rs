//! Streams: `message_start` … `message_stop`, both directions.

mod note;
mod piece;
mod read;
mod write;

pub use note::note;
pub(crate) use note::{after_key, name, unescaped_len};
pub use read::Reader;
pub use write::Writer;
pub(crate) use write::write_frame;

#[cfg(test)]
mod tests;
