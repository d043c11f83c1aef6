//! `GET /global/spend/report`: what was spent by day and team or customer, or by key.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::ledger::{By, Sum};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::fields::Usd;
use crate::manage::instant;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::spend::report::{self, SpendOfKey};
use crate::manage::spend::seen;
use crate::openapi::ErrorBody;

/// What is no team's.
const UNASSIGNED: &str = "Unassigned Team";

/// Days, or keys where these are asked for.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum SpendReport {
    Teams(Vec<TeamsOfDay>),
    Customers(Vec<CustomersOfDay>),
    Keys(Vec<SpendOfKey>),
}

/// What teams spent on a UTC day.
#[derive(Serialize, ToSchema)]
pub(crate) struct TeamsOfDay {
    #[schema(format = DateTime)]
    group_by_day: String,
    teams: Vec<SpendOfTeam>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct SpendOfTeam {
    team_name: String,
    #[schema(value_type = f64)]
    total_spend: Usd,
    metadata: Vec<Spent>,
}

/// What was spent on behalf of customers on a UTC day.
#[derive(Serialize, ToSchema)]
pub(crate) struct CustomersOfDay {
    #[schema(format = DateTime)]
    group_by_day: String,
    customers: Vec<SpendOfCustomer>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct SpendOfCustomer {
    /// Null: on nobody's behalf.
    customer: Option<String>,
    #[schema(value_type = f64)]
    total_spend: Usd,
    metadata: Vec<Spent>,
}

/// What a key spent on a model.
#[derive(Serialize, ToSchema)]
pub(crate) struct Spent {
    model: String,
    /// Its hash, or `litellm_proxy_master_key`.
    api_key: String,
    #[schema(value_type = f64)]
    spend: Usd,
    total_tokens: u64,
}

/// Shows what was spent: by day and team or customer, or by key and model.
#[utoipa::path(
    get, path = "/global/spend/report", tag = "spend",
    params(
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
        ("group_by" = Option<String>, Query, description = "team (unless given), customer or api_key"),
        ("api_key" = Option<String>, Query, description = "By key: only this one"),
        ("internal_user_id" = Option<String>, Query, description = "By key: only this user's"),
        ("team_id" = Option<String>, Query),
        ("customer_id" = Option<String>, Query),
    ),
    responses((status = 200, body = SpendReport), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn report_global_spend(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<SpendReport>, ApiError> {
    let mut filter = seen::days(&mut params)?;
    seen::of_key(&app, &mut params, &mut filter)?;
    filter.user_id = params.text("internal_user_id")?;
    filter.team_id = params.text("team_id")?;
    filter.customer_id = params.text("customer_id")?;
    let group_by = params.text("group_by")?;
    params.refuse_rest(&[])?;
    let is_of_one = filter.key_hash.is_some() || filter.of_master.is_some() || filter.user_id.is_some();
    let by = match group_by.as_deref() {
        None | Some("team" | "customer" | "api_key") if is_of_one => None,
        None | Some("team") => Some(By::Team),
        Some("customer") => Some(By::Customer),
        Some("api_key") => None,
        Some(_) => return Err(ApiError::invalid("group_by", "must be team, customer or api_key")),
    };
    let Some(by) = by else {
        return report::by_key(&app, &operator, &filter).await.map(SpendReport::Keys).map(Json);
    };
    let sums = seen::sums(&app, &operator, &filter, &[By::Day(0), by, By::Model, By::Key]).await?;
    let days = sums.chunk_by(|a, b| a.day == b.day);
    if by == By::Customer {
        return Ok(Json(SpendReport::Customers(days.map(CustomersOfDay::new).collect())));
    }
    let names = seen::team_names(&app, &sums).await?;
    let name =
        |sum: &Sum| sum.team_id.as_ref().and_then(|id| names.get(id)).map_or(UNASSIGNED, String::as_str).to_owned();
    Ok(Json(SpendReport::Teams(days.map(|sums| TeamsOfDay::new(sums, &name)).collect())))
}

impl TeamsOfDay {
    fn new(sums: &[Sum], name: &impl Fn(&Sum) -> String) -> Self {
        let team = |sums: &[Sum]| SpendOfTeam {
            team_name: sums.first().map(name).unwrap_or_default(),
            total_spend: Usd(seen::total(sums)),
            metadata: sums.iter().map(Spent::new).collect(),
        };
        Self { group_by_day: day(sums), teams: sums.chunk_by(|a, b| a.team_id == b.team_id).map(team).collect() }
    }
}

impl CustomersOfDay {
    fn new(sums: &[Sum]) -> Self {
        let customer = |sums: &[Sum]| SpendOfCustomer {
            customer: sums.first().and_then(|sum| sum.customer_id.clone()),
            total_spend: Usd(seen::total(sums)),
            metadata: sums.iter().map(Spent::new).collect(),
        };
        let customers = sums.chunk_by(|a, b| a.customer_id == b.customer_id).map(customer).collect();
        Self { group_by_day: day(sums), customers }
    }
}

impl Spent {
    fn new(sum: &Sum) -> Self {
        Self {
            model: sum.model.clone().unwrap_or_default(),
            api_key: seen::key_name(sum),
            spend: Usd(sum.cost),
            total_tokens: sum.tokens.total(),
        }
    }
}

fn day(sums: &[Sum]) -> String {
    let day = instant::day(sums.first().and_then(|sum| sum.day).unwrap_or_default());
    format!("{day}T00:00:00+00:00")
}
