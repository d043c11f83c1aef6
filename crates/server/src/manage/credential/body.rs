//! Values of credentials: sealed when they are written, opened when somebody needs them.

use engine::secret::Secret;
use serde_json::{Map, Value};
use store::credentials::CredentialRow;

use crate::app::App;
use crate::http::error::ApiError;
use crate::live::{bound_to, open_map};

const TABLE: &str = "credentials";

/// The values of a credential.
pub(super) async fn opened(app: &App, row: &CredentialRow) -> Result<Map<String, Value>, ApiError> {
    let place = bound_to(TABLE, &row.credential_name);
    Ok(open_map(app.live().vault(), &row.sealed, &place).await?)
}

/// The values as they are stored under that name. A null says nothing.
pub(super) async fn sealed(app: &App, name: &str, mut values: Map<String, Value>) -> Result<String, ApiError> {
    values.retain(|_, value| !value.is_null());
    let plain = Secret::new(Value::Object(values).to_string());
    Ok(app.live().vault().seal(&plain, &bound_to(TABLE, name)).await?)
}
