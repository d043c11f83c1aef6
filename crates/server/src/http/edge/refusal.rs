//! Why a request goes no further than the edge.

use wire::{ErrorKind, ErrorReply};

use super::{LONGEST_HEAD, LONGEST_TARGET, MOST_HEADERS};

/// What is wrong with a request's head. Most of it is harmless by itself, and read one way here and another way by a proxy
/// in front: that difference is what smuggled requests are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the request line must be a method, a target and HTTP/1.1 or HTTP/1.0, with one blank between them")]
    RequestLine,
    #[error("end each line of the head with CR LF")]
    BareLineFeed,
    #[error("write each header on one line")]
    FoldedHeader,
    #[error("a header line must be a name, directly a colon, and a value")]
    HeaderLine,
    #[error("the head has a control character")]
    ControlCharacter,
    #[error("send one Host header")]
    NoHost,
    #[error("send only one Host header")]
    ManyHosts,
    #[error("Content-Length must be a decimal number")]
    ContentLength,
    #[error("send only one Content-Length header")]
    ManyContentLengths,
    #[error("send Content-Length or Transfer-Encoding, not both")]
    LengthAndEncoding,
    #[error("the only Transfer-Encoding here is chunked, once, over HTTP/1.1")]
    TransferEncoding,
    #[error("send only one credential in each header: one of the headers for credentials stands twice")]
    ManyCredentials,
    #[error("the target and the Host header name different servers")]
    ForeignAuthority,
    #[error("Connection must not name a header for credentials")]
    HopByHopCredential,
    #[error("the head is longer than {LONGEST_HEAD} bytes")]
    HeadTooLong,
    #[error("there are more than {MOST_HEADERS} headers")]
    TooManyHeaders,
    #[error("this address is not among those that may ask")]
    Address,
    #[error("the target is longer than {LONGEST_TARGET} bytes")]
    TargetTooLong,
}

impl Refusal {
    /// The status of the answer (RFC 9110, 15.5; RFC 6585, 5).
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::Address => 403,
            Self::TargetTooLong => 414,
            Self::HeadTooLong | Self::TooManyHeaders => 431,
            _ => 400,
        }
    }

    pub(crate) fn reply(self) -> ErrorReply {
        let message = format!("The request is refused: {self}.");
        let kind = if self == Self::Address { ErrorKind::Permission } else { ErrorKind::InvalidRequest };
        ErrorReply::new(kind, message).with_status(self.status())
    }
}

/// The refusal that the gate has for a connection, and which of its requests it is for, counted from zero. There is one at
/// most: nothing behind it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) request: u64,
    pub(crate) refusal: Refusal,
}
