//! `POST /customer/delete`: customers of whom nothing is known any more.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::value::RawValue;
use store::customers::CustomerRow;
use utoipa::ToSchema;

use super::body::WhichCustomers;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::budget;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct DeleteCustomersResponse {
    deleted_customers: usize,
    message: String,
}

/// Deletes customers, all of them or, on an error, none. Calls on their behalf are no longer refused or limited for them.
#[utoipa::path(
    post, path = "/customer/delete", tag = "customers", request_body = WhichCustomers,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = DeleteCustomersResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_customers(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<DeleteCustomersResponse>, ApiError> {
    let ids = read::<WhichCustomers>(&body, &[])?.checked()?;
    let mut change = operator.begin(&app).await?;
    for id in &ids {
        let row: CustomerRow = change.require(&operator.scope, &[id]).await?;
        change.delete(&row).await?;
        budget::release(&mut change, row.budget_id.as_deref()).await?;
    }
    app.commit(change).await?;
    let quoted: Vec<_> = ids.iter().map(|id| format!("'{id}'")).collect();
    let message = format!("Successfully deleted customers with ids: [{}]", quoted.join(", "));
    Ok(Json(DeleteCustomersResponse { deleted_customers: ids.len(), message }))
}
