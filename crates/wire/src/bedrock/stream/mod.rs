//! Streams: `messageStart` … `metadata`, both directions.

mod blocks;
mod image;
mod note;
mod read;
mod write;

pub use note::note;
pub use read::Reader;
pub use write::Writer;

#[cfg(test)]
mod tests;
