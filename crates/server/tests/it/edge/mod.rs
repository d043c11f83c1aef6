//! The edge on real sockets: raw bytes in, raw bytes out.

mod addresses;
mod ambiguous;
mod caps;
mod http2;
mod ids;
mod kit;
mod sizes;
mod slow;
mod stop;
pub(crate) mod tls;
mod unread;
mod upgrade;
