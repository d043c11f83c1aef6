//! `POST /spend/rerate`: computes again what attempts cost, after a price was corrected. Rows stay; the difference is added.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use engine::pricing::{self, Priced};
use engine::settings::Settings;
use money::Nanos;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::ledger::{self, Correction, LedgerFilter, Place, Told};
use utoipa::ToSchema;

use super::logs::caught_up;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::fields::Usd;
use crate::manage::instant;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Rows that are looked at in one change, behind which others wait.
const A_CHANGE: u32 = 500;

/// Which attempts.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RerateRequest {
    /// As its provider calls it, or as it was asked for.
    model: String,
    /// Only at this provider.
    provider: Option<String>,
    /// From this day or time on, UTC unless it says else.
    start_date: Option<String>,
    /// Until this one; a day is included.
    end_date: Option<String>,
    /// Only says what would change.
    dry_run: Option<bool>,
}

/// What changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct RerateResponse {
    dry_run: bool,
    /// Attempts that were looked at.
    attempts: u64,
    /// Those whose cost is another now.
    adjusted: u64,
    /// Those whose model has no price now: they stay as they are.
    unpriced: u64,
    /// What they all cost before, in US dollars.
    #[schema(value_type = f64)]
    cost_before: Usd,
    /// And now.
    #[schema(value_type = f64)]
    cost_after: Usd,
    /// The difference by the version of the prices that it was computed with.
    #[schema(value_type = BTreeMap<String, f64>)]
    by_price_version: BTreeMap<String, Usd>,
}

/// Computes again what attempts cost, by the prices that are in force now. The difference is added to what was spent, as
/// adjustments; doing it again adds nothing.
#[utoipa::path(
    post, path = "/spend/rerate", tag = "spend", request_body = RerateRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = RerateResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn rerate_spend(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<RerateResponse>, ApiError> {
    let RerateRequest { model, provider, start_date, end_date, dry_run } = read(&body, &[])?;
    let moment = |name: &str, text: Option<String>, read: fn(&str) -> Option<i64>| {
        let wrong = || ApiError::invalid(name, "must be a day like 2026-11-22 or an ISO 8601 time");
        text.map(|text| read(&text).ok_or_else(wrong)).transpose()
    };
    let filter = LedgerFilter {
        model: Some(model),
        provider,
        start: moment("start_date", start_date, instant::first)?,
        end: moment("end_date", end_date, instant::behind)?,
        ..LedgerFilter::default()
    };
    let dry_run = dry_run.unwrap_or(false);
    caught_up(app.engine()).await;
    let settings = app.engine().settings();
    let mut response = RerateResponse {
        dry_run,
        attempts: 0,
        adjusted: 0,
        unpriced: 0,
        cost_before: Usd::default(),
        cost_after: Usd::default(),
        by_price_version: BTreeMap::new(),
    };
    let mut place = None;
    loop {
        let told = if dry_run {
            let db = &app.engine().db;
            ledger::walk(db, &operator.scope, &filter, place.as_ref(), A_CHANGE).await?
        } else {
            change_some(&app, &operator, &settings, &filter, place.as_ref()).await?
        };
        let Some(last) = told.last() else { return Ok(Json(response)) };
        place = Some(last.place());
        for told in &told {
            response.add(told, rated(&settings, told).as_ref());
        }
    }
}

/// Corrects the next rows, and returns them as they were.
async fn change_some(
    app: &App,
    operator: &Operator,
    settings: &Settings,
    filter: &LedgerFilter,
    place: Option<&Place>,
) -> Result<Vec<Told>, ApiError> {
    let mut change = operator.begin(app).await?;
    let told = ledger::walk_in(&mut change, filter, place, A_CHANGE).await?;
    let priced: Vec<_> = told.iter().filter_map(|told| Some((told, rated(settings, told)?))).collect();
    let corrections = priced.iter().filter_map(|(told, priced)| {
        let correction = Correction {
            row: &told.row,
            before: told.adjustments,
            cost: difference(told, priced)?,
            price_version: &priced.version,
        };
        Some(correction)
    });
    let corrections: Vec<_> = corrections.collect();
    if !corrections.is_empty() {
        ledger::adjust(&mut change, filter.model.as_deref().unwrap_or_default(), &corrections).await?;
        app.commit(change).await?;
    }
    Ok(told)
}

fn rated(settings: &Settings, told: &Told) -> Option<Priced> {
    pricing::price(&settings.models, &told.row)
}

/// What is to be added; none if it costs the same, which what had no price does not.
fn difference(told: &Told, priced: &Priced) -> Option<Nanos> {
    let before = told.cost();
    let difference = priced.cost.saturating_sub(before.unwrap_or_default());
    (before != Some(priced.cost)).then_some(difference)
}

impl RerateResponse {
    fn add(&mut self, told: &Told, priced: Option<&Priced>) {
        let before = told.cost().unwrap_or_default();
        self.attempts += 1;
        self.cost_before = Usd(self.cost_before.0.saturating_add(before));
        let after = priced.map_or(before, |priced| priced.cost);
        self.cost_after = Usd(self.cost_after.0.saturating_add(after));
        let Some(priced) = priced else {
            self.unpriced += 1;
            return;
        };
        if let Some(difference) = difference(told, priced) {
            self.adjusted += 1;
            let sum = self.by_price_version.entry(priced.version.clone()).or_default();
            *sum = Usd(sum.0.saturating_add(difference));
        }
    }
}
