//! A streamed answer: frames of a provider of this dialect in, frames for a client of it out, and the cheap look at a frame.

mod answer;
mod chunk;
mod halves;
mod note;
mod parts;
mod read;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod tests;
mod wire;
mod write;

pub(crate) use chunk::Chunk;
pub(crate) use halves::Halves;
pub use note::note;
pub(crate) use parts::{Kind, Parts};
pub use read::Reader;
pub(crate) use read::without_data;
pub(crate) use wire::WireUsage;
pub use write::Writer;
