//! A request, read from a client and written for a provider.

mod harmless;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::read;
pub use write::write;

use crate::error::{ErrorKind, ErrorReply};

/// What a client is told that wants the middle of a text: without what comes behind it would be another text.
pub fn no_suffix() -> ErrorReply {
    let message = "suffix: this model's provider cannot fill in the middle of a text. Ask a model whose deployment speaks text \
                   completions itself, or leave it out";
    ErrorReply::new(ErrorKind::InvalidRequest, message).with_param("suffix")
}
