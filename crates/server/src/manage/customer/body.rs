//! What the bodies of customers have in common.

use money::Nanos;
use serde::Deserialize;
use store::customers::{CustomerRow, CustomerSettings};
use store::{Actor, Stamps};
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::manage::body::{Change, Later};
use crate::manage::fields::{ModelNames, Name, Names, nameable};

#[derive(Deserialize, ToSchema)]
pub(crate) struct WhichCustomer {
    /// Its id, as calls name it.
    user_id: Name,
}

/// Customers of a request.
#[derive(Deserialize, ToSchema)]
pub(crate) struct WhichCustomers {
    /// At least one.
    user_ids: Names,
}

/// The settings of a customer that are its own.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(crate) struct CustomerFields {
    /// What people call it.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    alias: Change<Name>,
    /// Whether calls on its behalf are refused for now.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    blocked: Change<bool>,
    /// Models that calls on its behalf may use. None means all.
    #[schema(value_type = Option<ModelNames>)]
    #[serde(default)]
    models: Change<ModelNames>,
}

/// Fields of LiteLLM's customers that this version does not honour.
pub(super) const LATER: &[Later] = &[
    ("allowed_model_region", &[]),
    ("allowed_models", &[]),
    ("default_model", &[]),
    ("object_permission", &[]),
    ("spend", &["0", "0.0"]),
];

impl WhichCustomer {
    pub(super) fn checked(self) -> Result<String, ApiError> {
        match self.user_id.0 {
            id if id.is_empty() => Err(ApiError::unprocessable("user_id", "must not be empty")),
            id => Ok(id),
        }
    }
}

impl WhichCustomers {
    /// Each of them once, in the order of their ids.
    pub(super) fn checked(self) -> Result<Vec<String>, ApiError> {
        let mut ids = self.user_ids.0;
        if ids.is_empty() || ids.iter().any(String::is_empty) {
            return Err(ApiError::invalid("user_ids", "name at least one customer, and none by an empty text"));
        }
        ids.sort();
        ids.dedup();
        Ok(ids)
    }
}

impl CustomerFields {
    /// Makes the row what it is afterwards.
    pub(super) fn apply(self, row: &mut CustomerRow) {
        let Self { alias, blocked, models } = self;
        nameable(alias).apply(&mut row.alias);
        blocked.apply_or_default(&mut row.blocked);
        models.apply_or_default(&mut row.models);
    }
}

/// A customer of whom nothing is said, made now.
pub(super) fn new_row(user_id: String, actor: &Actor) -> CustomerRow {
    CustomerRow {
        user_id,
        alias: None,
        blocked: false,
        budget_id: None,
        models: Vec::new(),
        default_model: None,
        allowed_model_region: None,
        settings: CustomerSettings::default(),
        spend: Nanos::ZERO,
        stamps: Stamps::new(actor),
    }
}
