//! What goes wrong with the frames of an event stream.

use serde::{Deserialize, Serialize};

/// A fault of one frame: `{"at":2,"kind":"bad_message_crc"}`. Other streams do not know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameFault {
    /// The frame, counted from 0. One that the stream does not have is not struck; what comes in before it comes last.
    pub at: usize,
    /// What happens to it.
    pub kind: FrameFaultKind,
}

/// What happens to a frame. The first six leave nothing behind it that a reader could trust.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FrameFaultKind {
    /// Its first four bytes, then the body ends in good order.
    HalfPrelude,
    /// The first half of it, then the body ends in good order.
    Truncated,
    /// The checksum of its lengths is wrong.
    BadPreludeCrc,
    /// The checksum of the whole is wrong.
    BadMessageCrc,
    /// It declares this total length; its checksums are those of what it says. 0, 16777217 (over 16 MiB) and
    /// 4294967295 (as near to 4 GiB as the field goes) are worth trying.
    Length(u32),
    /// It has one header more, of a type that does not exist.
    UnknownHeaderType,
    /// It does not say what event it is.
    NoEventType,
    /// Before it comes an event that nobody knows; the stream goes on.
    UnknownEvent(String),
    /// In its place an exception of this name (`throttlingException`) ends the stream.
    Exception(String),
    /// In its place an error outside the service's model ends the stream.
    Error {
        /// `:error-code`.
        code: String,
        /// `:error-message`.
        message: String,
    },
}

impl FrameFaultKind {
    /// Whether the body ends with the frame.
    pub(crate) fn ends_body(&self) -> bool {
        matches!(self, Self::HalfPrelude | Self::Truncated)
    }

    /// Whether a careful reader gives up at the frame.
    pub(crate) fn blinds(&self) -> bool {
        !matches!(self, Self::NoEventType | Self::UnknownEvent(_))
    }
}
