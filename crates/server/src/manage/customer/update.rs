//! `POST /customer/update`: a customer, changed.

use axum::Json;
use axum::extract::State;
use serde_json::value::RawValue;
use store::UPDATED;
use store::customers::CustomerRow;

use super::body::{CustomerFields, LATER, WhichCustomer};
use super::new::CustomerRequest;
use super::view::{self, CustomerView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::Fields;
use crate::manage::budget::{self, Held};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Changes a customer. What is left out stays, what is null is cleared.
#[utoipa::path(
    post, path = "/customer/update", tag = "customers", request_body = CustomerRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = CustomerView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_customer(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<CustomerView>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let user_id = fields.take::<WhichCustomer>()?.checked()?;
    let own: CustomerFields = fields.take()?;
    let held = Held::take(&mut fields)?;
    fields.close(LATER)?;
    let mut change = operator.begin(&app).await?;
    let before: CustomerRow = change.require(&operator.scope, &[&user_id]).await?;
    let mut after = CustomerRow { stamps: before.stamps.updated(&operator.actor), ..before.clone() };
    own.apply(&mut after);
    let had = before.budget_id.as_deref();
    after.budget_id = held.next(&app, &mut change, had).await?.map(|budget| budget.budget_id);
    change.update(UPDATED, &before, &after).await?;
    if before.budget_id != after.budget_id {
        budget::release(&mut change, had).await?;
    }
    app.commit(change).await?;
    view::view(&app, after).await.map(Json)
}
