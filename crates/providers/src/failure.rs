//! What went wrong at a provider: what kind of thing, whose fault, and whether another try can help.

use std::time::Duration;

use wire::{ErrorKind, ErrorReply};

/// A failed attempt. Routing looks at `retry` only, the answer to the client at `reply` only.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", reply.message)]
pub struct UpstreamError {
    pub fault: Fault,
    pub retry: Retry,
    /// What the client is told.
    pub reply: Box<ErrorReply>,
    /// Whether the provider may have begun to generate, and so to bill, before it failed.
    pub may_have_billed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Client,
    Upstream,
    Gateway,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    Never,
    /// Another deployment may answer; this one will not.
    OtherTarget,
    /// The same deployment may answer, not before so long.
    Again {
        after: Option<Duration>,
    },
}

impl UpstreamError {
    /// From a provider's error answer. `after` is what it said of when to come back.
    pub fn answered(reply: ErrorReply, after: Option<Duration>) -> Self {
        let (fault, retry) = match reply.kind {
            ErrorKind::Authentication | ErrorKind::Permission | ErrorKind::Billing => {
                (Fault::Gateway, Retry::OtherTarget)
            }
            ErrorKind::NotFound => (Fault::Gateway, Retry::Never),
            ErrorKind::RateLimited
            | ErrorKind::Overloaded
            | ErrorKind::Timeout
            | ErrorKind::Unavailable
            | ErrorKind::BadUpstream
            | ErrorKind::Internal => (Fault::Upstream, Retry::Again { after }),
            ErrorKind::InvalidRequest
            | ErrorKind::ContextWindow
            | ErrorKind::ContentPolicy
            | ErrorKind::BudgetExceeded
            | ErrorKind::TooLarge => match reply.status {
                409 => (Fault::Upstream, Retry::Again { after }),
                _ => (Fault::Client, Retry::Never),
            },
        };
        Self { fault, retry, reply: Box::new(reply), may_have_billed: false }
    }

    /// No connection, or one that broke before the answer was whole.
    pub fn unreachable(message: impl Into<String>, may_have_billed: bool) -> Self {
        Self {
            fault: Fault::Upstream,
            retry: Retry::Again { after: None },
            reply: Box::new(ErrorReply::new(ErrorKind::BadUpstream, message)),
            may_have_billed,
        }
    }

    /// Nobody answered before a deadline.
    pub fn timed_out(message: impl Into<String>) -> Self {
        Self {
            fault: Fault::Upstream,
            retry: Retry::Again { after: None },
            reply: Box::new(ErrorReply::new(ErrorKind::Timeout, message)),
            may_have_billed: true,
        }
    }

    /// An answer that is not one: malformed, too large. It was generated and is billed, so the same place is not
    /// asked to generate it again.
    pub fn malformed(message: impl Into<String>) -> Self {
        Self {
            fault: Fault::Upstream,
            retry: Retry::OtherTarget,
            reply: Box::new(ErrorReply::new(ErrorKind::BadUpstream, message)),
            may_have_billed: true,
        }
    }

    /// The client's own mistake: no deployment could do better.
    pub fn hopeless(reply: ErrorReply) -> Self {
        Self { fault: Fault::Client, retry: Retry::Never, reply: Box::new(reply), may_have_billed: false }
    }

    /// The call cannot be made with this deployment, whatever the provider would say.
    pub fn unsuited(reply: ErrorReply) -> Self {
        Self { fault: Fault::Client, retry: Retry::OtherTarget, reply: Box::new(reply), may_have_billed: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_tried_again() {
        let after = Some(Duration::from_secs(1));
        for (status, retry) in [
            (400, Retry::Never),
            (401, Retry::OtherTarget),
            (402, Retry::OtherTarget),
            (404, Retry::Never),
            (408, Retry::Again { after }),
            (409, Retry::Again { after }),
            (422, Retry::Never),
            (429, Retry::Again { after }),
            (500, Retry::Again { after }),
            (529, Retry::Again { after }),
        ] {
            let reply = ErrorReply::new(ErrorKind::of_status(status), "x").with_status(status);
            assert_eq!(UpstreamError::answered(reply, after).retry, retry, "{status}");
        }
    }
}
