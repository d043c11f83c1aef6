//! `POST /customer/new`: a customer with limits, or blocked.

use axum::Json;
use axum::extract::State;
use serde_json::value::RawValue;
use store::customers::CustomerRow;
use utoipa::ToSchema;

use super::body::{CustomerFields, LATER, WhichCustomer, new_row};
use super::view::{self, CustomerView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::Fields;
use crate::manage::budget::{BudgetId, Held};
use crate::manage::fields::LimitFields;
use crate::manage::named::unused;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct CustomerRequest {
    #[serde(flatten)]
    which: WhichCustomer,
    #[serde(flatten)]
    own: CustomerFields,
    #[serde(flatten)]
    budget: BudgetId,
    #[serde(flatten)]
    limits: LimitFields,
}

/// Makes a customer.
#[utoipa::path(
    post, path = "/customer/new", tag = "customers", request_body = CustomerRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = CustomerView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn create_customer(
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
    let mut row = new_row(unused::<CustomerRow>(&mut change, "user_id", user_id).await?, &operator.actor);
    own.apply(&mut row);
    row.budget_id = held.first(&app, &mut change).await?.map(|budget| budget.budget_id);
    change.insert(&row).await?;
    app.commit(change).await?;
    view::view(&app, row).await.map(Json)
}
