//! Whose rows a query may see. Every query on tenants' rows takes one, so that an unscoped query does not compile.

use crate::{KeyHash, StoreError};

/// The tenant on whose behalf a query runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything: administrators and the gateway itself.
    Gateway,
    /// The rows of one key and nothing else.
    Key(KeyHash),
}

impl Scope {
    /// Whether rows of this key are inside.
    pub fn admits(&self, hash: &KeyHash) -> bool {
        self.key().is_none_or(|own| own == hash)
    }

    /// The one key to which rows are limited, if they are.
    pub fn key(&self) -> Option<&KeyHash> {
        match self {
            Self::Gateway => None,
            Self::Key(own) => Some(own),
        }
    }

    pub(crate) fn require_gateway(&self) -> Result<(), StoreError> {
        match self {
            Self::Gateway => Ok(()),
            Self::Key(_) => Err(StoreError::OutOfScope),
        }
    }
}
