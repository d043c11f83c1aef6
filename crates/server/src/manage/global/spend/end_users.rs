//! `POST /global/spend/end_users`: on whose behalf most was spent.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::ledger::By;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::fields::Usd;
use crate::manage::instant;
use crate::manage::operator::Operator;
use crate::manage::spend::seen;
use crate::openapi::ErrorBody;

/// As many customers are shown.
const CUSTOMERS: usize = 100;

/// Which calls.
#[derive(Deserialize, ToSchema)]
pub(crate) struct TopCustomersRequest {
    /// The key or its hash.
    api_key: Option<String>,
    /// The last 30 days unless given.
    #[serde(rename = "startTime")]
    start_time: Option<String>,
    #[serde(rename = "endTime")]
    end_time: Option<String>,
}

/// What was spent on behalf of a customer.
#[derive(Serialize, ToSchema)]
pub(crate) struct TopCustomer {
    /// Null: on nobody's behalf.
    end_user: Option<String>,
    /// Attempts.
    total_count: u64,
    #[schema(value_type = f64)]
    total_spend: Usd,
}

/// Shows the hundred customers on whose behalf most was spent.
#[utoipa::path(
    post, path = "/global/spend/end_users", tag = "spend", request_body = TopCustomersRequest,
    responses((status = 200, body = Vec<TopCustomer>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_top_customers(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<Vec<TopCustomer>>, ApiError> {
    let TopCustomersRequest { api_key, start_time, end_time } = read(&body, &[])?;
    let mut filter = seen::last_month(&operator);
    let moment = |name: &str, text: &str, read: fn(&str) -> Option<i64>| {
        read(text).ok_or_else(|| ApiError::invalid(name, "must be a day like 2026-11-22 or an ISO 8601 time"))
    };
    if let Some(text) = start_time {
        filter.start = Some(moment("startTime", &text, instant::first)?);
    }
    if let Some(text) = end_time {
        filter.end = Some(moment("endTime", &text, instant::behind)?);
    }
    if let Some(key) = api_key {
        seen::set_key(&app, &key, &mut filter)?;
    }
    let sums = seen::by_spend(seen::sums(&app, &operator, &filter, &[By::Customer]).await?);
    let customer = |sum: store::ledger::Sum| TopCustomer {
        total_count: sum.attempts,
        total_spend: Usd(sum.cost),
        end_user: sum.customer_id,
    };
    Ok(Json(sums.into_iter().take(CUSTOMERS).map(customer).collect()))
}
