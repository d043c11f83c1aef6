//! The exceptions by name.

use crate::error::ErrorKind;

/// What an exception stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exception {
    pub(super) name: &'static str,
    pub(super) status: u16,
    pub(super) kind: ErrorKind,
}

const fn exception(name: &'static str, status: u16, kind: ErrorKind) -> Exception {
    Exception { name, status, kind }
}

/// Those of the runtime's model, with the statuses that it gives them: what clients know.
const MODELLED: &[Exception] = &[
    exception("AccessDeniedException", 403, ErrorKind::Permission),
    exception("ConflictException", 400, ErrorKind::InvalidRequest),
    exception("InternalServerException", 500, ErrorKind::Internal),
    exception("ModelErrorException", 424, ErrorKind::BadUpstream),
    exception("ModelNotReadyException", 429, ErrorKind::Unavailable),
    exception("ModelStreamErrorException", 424, ErrorKind::BadUpstream),
    exception("ModelTimeoutException", 408, ErrorKind::Timeout),
    exception("ResourceNotFoundException", 404, ErrorKind::NotFound),
    // a quota of the account is no limit of another one: elsewhere the call may go through
    exception("ServiceQuotaExceededException", 400, ErrorKind::RateLimited),
    exception("ServiceUnavailableException", 503, ErrorKind::Unavailable),
    exception("ThrottlingException", 429, ErrorKind::RateLimited),
    exception("ValidationException", 400, ErrorKind::InvalidRequest),
];

/// Those that AWS says of every service (its reference, "Common Error Types"), and what stands in front of one.
const COMMON: &[Exception] = &[
    exception("ExpiredTokenException", 403, ErrorKind::Authentication),
    exception("IncompleteSignature", 400, ErrorKind::Authentication),
    exception("IncompleteSignatureException", 403, ErrorKind::Authentication),
    exception("InternalFailure", 500, ErrorKind::Internal),
    exception("InvalidClientTokenId", 403, ErrorKind::Authentication),
    exception("InvalidSignatureException", 403, ErrorKind::Authentication),
    exception("MissingAuthenticationToken", 403, ErrorKind::Authentication),
    exception("MissingAuthenticationTokenException", 403, ErrorKind::Authentication),
    exception("NotAuthorized", 400, ErrorKind::Permission),
    exception("OptInRequired", 403, ErrorKind::Permission),
    exception("RequestAbortedException", 400, ErrorKind::Internal),
    exception("RequestEntityTooLargeException", 413, ErrorKind::TooLarge),
    exception("RequestExpired", 400, ErrorKind::Authentication),
    exception("RequestTimeoutException", 408, ErrorKind::Timeout),
    exception("ServiceUnavailable", 503, ErrorKind::Unavailable),
    exception("SignatureDoesNotMatch", 403, ErrorKind::Authentication),
    exception("SlowDown", 503, ErrorKind::RateLimited),
    exception("ThrottlingFailure", 429, ErrorKind::RateLimited),
    exception("TooManyRequestsException", 429, ErrorKind::RateLimited),
    exception("UnknownOperationException", 404, ErrorKind::NotFound),
    exception("UnrecognizedClientException", 403, ErrorKind::Authentication),
    exception("ValidationError", 400, ErrorKind::InvalidRequest),
];

/// The exception of this name. In streams names begin with a small letter, as members do.
pub(super) fn find(name: &str) -> Option<&'static Exception> {
    MODELLED.iter().chain(COMMON).find(|exception| exception.name.eq_ignore_ascii_case(name))
}

/// The exception of this name if clients know it.
pub(super) fn modelled(name: &str) -> Option<&'static Exception> {
    MODELLED.iter().find(|exception| exception.name == name)
}

/// The exception that says a kind. What a client cannot mend by asking again has none that botocore would try again.
pub(super) fn of_kind(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidRequest | ErrorKind::ContextWindow | ErrorKind::ContentPolicy | ErrorKind::TooLarge => {
            "ValidationException"
        }
        // the runtime's model has no exception for an unknown credential
        ErrorKind::Authentication | ErrorKind::Permission => "AccessDeniedException",
        ErrorKind::Billing | ErrorKind::BudgetExceeded => "ServiceQuotaExceededException",
        ErrorKind::NotFound => "ResourceNotFoundException",
        ErrorKind::RateLimited => "ThrottlingException",
        ErrorKind::Timeout => "ModelTimeoutException",
        ErrorKind::Overloaded | ErrorKind::Unavailable => "ServiceUnavailableException",
        ErrorKind::BadUpstream => "ModelErrorException",
        ErrorKind::Internal => "InternalServerException",
    }
}
