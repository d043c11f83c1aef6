//! What a request must be before a handler sees it: the limits of the edge, and what is refused because two parsers could
//! read it in two ways.

mod addresses;
mod bodies;
mod checks;
mod framing;
mod gate;
mod head;
mod limits;
mod refusal;

pub use addresses::{Addresses, Peer};
pub(crate) use bodies::Bodies;
pub(crate) use checks::check;
pub(crate) use gate::Gate;
pub use limits::Limits;
pub(crate) use refusal::{Refusal, Refused};

/// The most header lines of a request; hyper's own limit for HTTP/1, which its fast path needs.
pub(crate) const MOST_HEADERS: usize = 100;
/// The longest head of a request, in bytes, request line and blank line included.
pub(crate) const LONGEST_HEAD: usize = 64 << 10;
/// The longest target of a request, in bytes.
pub(crate) const LONGEST_TARGET: usize = 8 << 10;
