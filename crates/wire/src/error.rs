//! What an error says, whatever the language it is said in.

use crate::json::Raw;

/// The most bytes of a message: it may repeat what a client or a provider said, which may be megabytes.
const LONGEST_MESSAGE: usize = 2048;
/// The most bytes of the path of a field: names of unknown fields are the client's own words.
pub(crate) const LONGEST_PATH: usize = 256;

/// What went wrong, as far as a client can act on it. Each dialect has its own word and status for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request itself is wrong: syntax, types, values, fields that cannot be carried.
    InvalidRequest,
    /// The conversation does not fit into the model's context window.
    ContextWindow,
    /// The provider refused the content.
    ContentPolicy,
    /// No credential, or one that is not known.
    Authentication,
    /// Known, but not allowed to do this.
    Permission,
    /// Credit is used up at the provider.
    Billing,
    /// The budget of the caller does not allow it.
    BudgetExceeded,
    /// No such model, route or object.
    NotFound,
    /// The body is larger than allowed.
    TooLarge,
    /// Too many requests or tokens.
    RateLimited,
    /// Nobody answered in time.
    Timeout,
    /// The provider says that it is overloaded.
    Overloaded,
    /// The provider answered with something that is not an answer, or not to the end.
    BadUpstream,
    /// A dependency is not there: no deployment, no database.
    Unavailable,
    /// A fault of ours or, unspecified, of the provider.
    Internal,
}

impl ErrorKind {
    /// The HTTP status of an error that comes from the gateway itself.
    pub fn status(self) -> u16 {
        match self {
            Self::InvalidRequest | Self::ContextWindow | Self::ContentPolicy => 400,
            Self::Authentication => 401,
            Self::Billing => 402,
            Self::Permission => 403,
            Self::NotFound => 404,
            Self::Timeout => 408,
            Self::TooLarge => 413,
            Self::BudgetExceeded => 422,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::BadUpstream => 502,
            Self::Unavailable => 503,
            Self::Overloaded => 529,
        }
    }

    /// The kind that an HTTP status of a provider stands for, when its body does not say more.
    pub fn of_status(status: u16) -> Self {
        match status {
            401 => Self::Authentication,
            402 => Self::Billing,
            403 => Self::Permission,
            404 => Self::NotFound,
            408 | 504 => Self::Timeout,
            413 => Self::TooLarge,
            429 => Self::RateLimited,
            502 => Self::BadUpstream,
            503 => Self::Unavailable,
            529 => Self::Overloaded,
            400..=499 => Self::InvalidRequest,
            _ => Self::Internal,
        }
    }

    /// A short stable word for logs, metrics and the ledger.
    pub fn label(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::ContextWindow => "context_window",
            Self::ContentPolicy => "content_policy",
            Self::Authentication => "authentication",
            Self::Permission => "permission",
            Self::Billing => "billing",
            Self::BudgetExceeded => "budget_exceeded",
            Self::NotFound => "not_found",
            Self::TooLarge => "too_large",
            Self::RateLimited => "rate_limited",
            Self::Timeout => "timeout",
            Self::Overloaded => "overloaded",
            Self::BadUpstream => "bad_upstream",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}

/// What an error says that came with no words of its own.
pub(crate) const UNEXPLAINED: &str = "the provider failed and did not say why";

/// An error on its way to a client, or read from a provider.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorReply {
    /// The HTTP status; of no meaning once a stream has begun.
    pub status: u16,
    pub kind: ErrorKind,
    /// A sentence for people.
    pub message: String,
    /// The field that is wrong, as a path.
    pub param: Option<String>,
    /// The error's type in words that a client's scripts look for, where the kind's own word is not it.
    pub type_word: Option<String>,
    /// The provider's own code, where it gave one.
    pub code: Option<String>,
    /// More for programs, as JSON (Anthropic's `error.details`).
    pub details: Option<Raw>,
}

impl ErrorReply {
    /// `message` is cut where it is longer than people read.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            status: kind.status(),
            kind,
            message: cut(message.into(), LONGEST_MESSAGE),
            param: None,
            type_word: None,
            code: None,
            details: None,
        }
    }

    #[must_use]
    pub fn with_param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(cut(param.into(), LONGEST_PATH));
        self
    }

    #[must_use]
    pub fn with_type(mut self, word: impl Into<String>) -> Self {
        self.type_word = Some(word.into());
        self
    }

    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
}

/// At most `most` bytes of `text`, with a mark where something is missing.
pub(crate) fn cut(mut text: String, most: usize) -> String {
    const MARK: &str = "…";
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most.saturating_sub(MARK.len())));
        text.push_str(MARK);
        text.shrink_to_fit();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        for (text, expected) in [("abcdef", "abcdef"), ("abcdefg", "abc…"), ("ab\u{e4}\u{e4}\u{e4}", "ab…")] {
            assert_eq!(cut(text.to_owned(), 6), expected);
        }
        let long = "x".repeat(1 << 20);
        let error = ErrorReply::new(ErrorKind::InvalidRequest, long.clone()).with_param(long);
        assert_eq!((error.message.len(), error.param.unwrap().len()), (LONGEST_MESSAGE, LONGEST_PATH));
    }
}
