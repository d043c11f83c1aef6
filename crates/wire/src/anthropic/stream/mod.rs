//! Streams: `message_start` … `message_stop`, both directions.

mod note;
mod read;
mod write;

pub use note::note;
pub use read::Reader;
pub use write::Writer;

pub(super) use write::write_frame;

#[cfg(test)]
mod tests;
