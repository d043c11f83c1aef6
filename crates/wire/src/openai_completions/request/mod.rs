//! A request, read from a client and written for a provider.

mod harmless;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::read;
pub use write::write;
