//! OpenAI Responses, both ways.

pub mod error;
pub mod reply;
pub mod request;
pub mod stream;

mod citation;
mod echo;
pub(crate) mod ids;
mod item;
mod response;
mod status;
mod usage;

pub use echo::Echo;
