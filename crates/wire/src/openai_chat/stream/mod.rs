//! A streamed answer: frames of a provider of this dialect in, frames for a client of it out, and the cheap look at a frame.

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

pub(crate) use halves::Halves;
pub use note::note;
pub use read::Reader;
pub use write::Writer;
