//! Why a value is not sealed, or does not open.

use crate::cloud::aws::CallError;
use crate::ids::NoRandomness;
use crate::secret::WeakKey;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error(
        "secrets cannot be stored without a key that seals them: set TURNPIKE_SALT_KEY (or LITELLM_SALT_KEY) to a long \
         random text and keep it, or turnpike.kms.key_id to a key of AWS KMS"
    )]
    NoKey,
    #[error(
        "the salt key can be guessed: {0}; use a long random one, and the old one beside it to open what it sealed"
    )]
    Weak(#[from] WeakKey),
    #[error("sealed with another salt key (its name is {0}): give that one, too, so that it can be opened")]
    UnknownKey(String),
    #[error("sealed with a data key of AWS KMS, which is not configured: set turnpike.kms.key_id to the key")]
    NoKms,
    #[error("not a sealed value: it was not written by this gateway, or by a newer release of it")]
    NotSealed,
    #[error("a sealed value does not open: it was changed, or it belongs to another place; write it anew")]
    Damaged,
    #[error(transparent)]
    Kms(#[from] CallError),
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The library refuses a key or a length that it must take.
    #[error("the cryptographic library failed: this is a defect of the gateway, please report it")]
    Library,
}

impl VaultError {
    /// Whether the same value may be sealed or opened later: KMS does not answer at the moment.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Kms(error) if error.may_pass())
    }
}
