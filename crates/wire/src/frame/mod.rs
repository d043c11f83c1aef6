//! Transports of streams: bytes in, frames out, split anywhere.

pub mod sse;
