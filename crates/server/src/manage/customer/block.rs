//! `POST /customer/block`: calls on behalf of these customers are refused from now on.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::value::RawValue;
use store::BLOCKED;
use store::customers::CustomerRow;
use utoipa::ToSchema;

use super::body::{WhichCustomers, new_row};
use super::view::{self, CustomerView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::Fields;
use crate::manage::fields::EndCalls;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct BlockCustomersResponse {
    blocked_users: Vec<CustomerView>,
}

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct BlockCustomersRequest {
    #[serde(flatten)]
    which: WhichCustomers,
    #[serde(flatten)]
    end: EndCalls,
}

/// Blocks customers. One who is not known yet is made, blocked.
#[utoipa::path(
    post, path = "/customer/block", tag = "customers", request_body = BlockCustomersRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = BlockCustomersResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn block_customers(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<BlockCustomersResponse>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let ids = fields.take::<WhichCustomers>()?.checked()?;
    let EndCalls { end_calls } = fields.take()?;
    fields.close(&[])?;
    let mut change = operator.begin(&app).await?;
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let row = if let Some(before) = change.find::<CustomerRow>(&operator.scope, &[&id]).await? {
            let stamps = before.stamps.updated(&operator.actor);
            let after = CustomerRow { blocked: true, stamps, ..before.clone() };
            change.update(BLOCKED, &before, &after).await?;
            after
        } else {
            let row = CustomerRow { blocked: true, ..new_row(id, &operator.actor) };
            change.insert(&row).await?;
            row
        };
        if end_calls {
            change.end_calls(&row).await?;
        }
        rows.push(row);
    }
    app.commit(change).await?;
    let blocked_users = view::views(&app, rows).await?;
    Ok(Json(BlockCustomersResponse { blocked_users }))
}
