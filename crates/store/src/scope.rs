//! Whose rows a query may see. Every query on tenants' rows takes one, so that an unscoped query does not compile.

use crate::{KeyHash, StoreError};

/// On whose behalf a query runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything: administrators and the gateway itself.
    Gateway,
    /// What one caller may see.
    Tenant(Box<Tenancy>),
}

/// Who a caller is among tenants. Each noun says which of these opens its rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tenancy {
    /// The key that it holds.
    pub key: Option<KeyHash>,
    /// The user that it is.
    pub user: Option<String>,
    /// Teams that it belongs to, those that it leads included.
    pub teams: Vec<String>,
    /// Teams of which it is an admin.
    pub teams_led: Vec<String>,
    /// Organizations that it belongs to, those that it leads included.
    pub organizations: Vec<String>,
    /// Organizations of which it is an admin.
    pub organizations_led: Vec<String>,
}

impl Scope {
    /// The rows of one key and nothing else.
    pub fn of_key(hash: KeyHash) -> Self {
        Self::Tenant(Box::new(Tenancy { key: Some(hash), ..Tenancy::default() }))
    }

    pub(crate) fn require_gateway(&self) -> Result<(), StoreError> {
        match self {
            Self::Gateway => Ok(()),
            Self::Tenant(_) => Err(StoreError::OutOfScope),
        }
    }
}
