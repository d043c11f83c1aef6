//! `POST /customer/unblock`: calls on behalf of these customers are taken again.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::value::RawValue;
use store::UNBLOCKED;
use store::customers::{CustomerFilter, CustomerRow};
use utoipa::ToSchema;

use super::body::WhichCustomers;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct UnblockCustomersResponse {
    /// The ids of those who are blocked still.
    blocked_users: Vec<String>,
}

/// Unblocks customers, all of them or, on an error, none.
#[utoipa::path(
    post, path = "/customer/unblock", tag = "customers", request_body = WhichCustomers,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = UnblockCustomersResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn unblock_customers(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<UnblockCustomersResponse>, ApiError> {
    let ids = read::<WhichCustomers>(&body, &[])?.checked()?;
    let mut change = operator.begin(&app).await?;
    for id in ids {
        let before: CustomerRow = change.require(&operator.scope, &[&id]).await?;
        let stamps = before.stamps.updated(&operator.actor);
        let after = CustomerRow { blocked: false, stamps, ..before.clone() };
        change.update(UNBLOCKED, &before, &after).await?;
    }
    let filter = CustomerFilter { blocked: Some(true), ..CustomerFilter::default() };
    let still = change.all(&operator.scope, &filter).await?;
    app.commit(change).await?;
    Ok(Json(UnblockCustomersResponse { blocked_users: still.into_iter().map(|row| row.user_id).collect() }))
}
