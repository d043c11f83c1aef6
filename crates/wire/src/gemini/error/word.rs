//! gRPC's words for what went wrong, with the HTTP status that Google gives each (`google/rpc/code.proto`).

use crate::error::ErrorKind;

#[derive(Debug)]
pub(super) struct Known {
    pub(super) word: &'static str,
    pub(super) status: u16,
    pub(super) kind: ErrorKind,
}

const fn word(word: &'static str, status: u16, kind: ErrorKind) -> Known {
    Known { word, status, kind }
}

const WORDS: &[Known] = &[
    word("CANCELLED", 499, ErrorKind::Internal),
    word("UNKNOWN", 500, ErrorKind::Internal),
    word("INVALID_ARGUMENT", 400, ErrorKind::InvalidRequest),
    word("DEADLINE_EXCEEDED", 504, ErrorKind::Timeout),
    word("NOT_FOUND", 404, ErrorKind::NotFound),
    word("ALREADY_EXISTS", 409, ErrorKind::InvalidRequest),
    word("PERMISSION_DENIED", 403, ErrorKind::Permission),
    word("UNAUTHENTICATED", 401, ErrorKind::Authentication),
    word("RESOURCE_EXHAUSTED", 429, ErrorKind::RateLimited),
    word("FAILED_PRECONDITION", 400, ErrorKind::InvalidRequest),
    word("ABORTED", 409, ErrorKind::Unavailable),
    word("OUT_OF_RANGE", 400, ErrorKind::InvalidRequest),
    word("UNIMPLEMENTED", 501, ErrorKind::InvalidRequest),
    word("INTERNAL", 500, ErrorKind::Internal),
    // a model that has too much to do is told in this word
    word("UNAVAILABLE", 503, ErrorKind::Overloaded),
    word("DATA_LOSS", 500, ErrorKind::Internal),
];

pub(super) fn find(word: &str) -> Option<&'static Known> {
    WORDS.iter().find(|known| known.word == word)
}

/// The word for a kind.
pub(super) fn of_kind(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidRequest | ErrorKind::ContextWindow | ErrorKind::ContentPolicy | ErrorKind::TooLarge => {
            "INVALID_ARGUMENT"
        }
        ErrorKind::Authentication => "UNAUTHENTICATED",
        ErrorKind::Permission => "PERMISSION_DENIED",
        ErrorKind::Billing | ErrorKind::BudgetExceeded => "FAILED_PRECONDITION",
        ErrorKind::NotFound => "NOT_FOUND",
        ErrorKind::RateLimited => "RESOURCE_EXHAUSTED",
        ErrorKind::Timeout => "DEADLINE_EXCEEDED",
        ErrorKind::Overloaded | ErrorKind::Unavailable => "UNAVAILABLE",
        ErrorKind::BadUpstream | ErrorKind::Internal => "INTERNAL",
    }
}
