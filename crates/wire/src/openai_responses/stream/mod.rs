//! A streamed answer: frames of a provider of this dialect in, frames for a client of it out, and the cheap look at a frame.

pub(super) mod line;
pub(super) mod name;
mod note;
mod queue;
mod read;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod tests;
mod write;

pub use note::note;
pub use read::Reader;
pub use write::Writer;
