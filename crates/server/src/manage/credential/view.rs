//! A credential as clients see it.

use serde::Serialize;
use serde_json::{Map, Value};
use store::credentials::CredentialRow;
use utoipa::ToSchema;

use super::body;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::fields::masked;

/// A credential without its secrets.
#[derive(Serialize, ToSchema)]
pub(crate) struct CredentialView {
    credential_name: String,
    display_name: Option<String>,
    /// What is secret is masked.
    #[schema(value_type = Object)]
    credential_values: Map<String, Value>,
    #[schema(value_type = Object)]
    credential_info: Map<String, Value>,
    /// Where it is kept.
    source: &'static str,
}

impl CredentialView {
    pub(super) async fn new(app: &App, row: CredentialRow) -> Result<Self, ApiError> {
        let values = body::opened(app, &row).await?;
        Ok(Self {
            credential_name: row.credential_name,
            display_name: row.display_name,
            credential_values: masked(&values),
            credential_info: row.info,
            source: "db",
        })
    }
}

/// What a change answers.
#[derive(Serialize, ToSchema)]
pub(crate) struct Done {
    success: bool,
    message: &'static str,
}

impl Done {
    pub(super) fn new(message: &'static str) -> Self {
        Self { success: true, message }
    }
}
