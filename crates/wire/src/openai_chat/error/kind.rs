//! What kind of error a provider means: its status says it roughly, its words more exactly.

use crate::error::ErrorKind;

/// Codes and types that settle the kind, whatever the status.
const WORDS: &[(&str, ErrorKind)] = &[
    ("context_length_exceeded", ErrorKind::ContextWindow),
    ("context_window_exceeded", ErrorKind::ContextWindow),
    ("exceed_context_size_error", ErrorKind::ContextWindow),
    ("content_policy_violation", ErrorKind::ContentPolicy),
    ("content_filter", ErrorKind::ContentPolicy),
    ("responsibleaipolicyviolation", ErrorKind::ContentPolicy),
    ("insufficient_quota", ErrorKind::Billing),
    ("billing_hard_limit_reached", ErrorKind::Billing),
    ("billing_not_active", ErrorKind::Billing),
    ("billing_error", ErrorKind::Billing),
    ("invalid_api_key", ErrorKind::Authentication),
    ("authentication_error", ErrorKind::Authentication),
    ("model_not_found", ErrorKind::NotFound),
    ("rate_limit_exceeded", ErrorKind::RateLimited),
    ("rate_limit_error", ErrorKind::RateLimited),
    ("overloaded_error", ErrorKind::Overloaded),
    ("engine_overloaded", ErrorKind::Overloaded),
];

/// Phrases by which servers without codes say that a conversation is too long.
const TOO_LONG: &[&str] = &[
    "context length",
    "context_length",
    "context window",
    "context size",
    "context limit",
    "maximum prompt length",
    "prompt is too long",
    "input is too long",
    "reduce the length of the messages",
    "maximum number of tokens allowed",
];

/// Phrases by which servers without codes say that they refuse the content.
const REFUSED: &[&str] = &["content management policy", "content policy", "content_policy", "safety system"];

/// Phrases by which servers without codes say that the credit is used up.
const UNPAID: &[&str] = &["insufficient balance", "exceeded your current quota", "insufficient credits"];

/// The kind of an error with this status, these codes and types, and this message.
pub(super) fn of(status: u16, words: [Option<&str>; 2], message: &str) -> ErrorKind {
    let said = words.into_iter().flatten().map(str::to_ascii_lowercase);
    let settled = said.into_iter().find_map(|said| WORDS.iter().find(|(word, _)| *word == said).map(|(_, kind)| *kind));
    let by_status = ErrorKind::of_status(status);
    // A context window is a limit of its own; only where the status leaves the reason open are phrases looked for.
    let open = matches!(by_status, ErrorKind::InvalidRequest | ErrorKind::TooLarge | ErrorKind::Internal);
    settled.unwrap_or_else(|| {
        let message = message.to_ascii_lowercase();
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| message.contains(phrase));
        if open && says(TOO_LONG) {
            ErrorKind::ContextWindow
        } else if open && says(REFUSED) {
            ErrorKind::ContentPolicy
        } else if says(UNPAID) {
            ErrorKind::Billing
        } else {
            by_status
        }
    })
}
