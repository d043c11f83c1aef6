//! `GET /spend/receipt/{call_id}`: how the cost of a call came about, attempt by attempt.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use engine::pricing;
use engine::settings::Settings;
use money::Nanos;
use serde::Serialize;
use store::Page;
use store::ledger::{self, Adjustment, Detail, LedgerFilter, LedgerRow, Payer, Told};
use utoipa::ToSchema;
use wire::{ErrorKind, ErrorReply};

use super::logs::caught_up;
use super::row::TokenClasses;
use super::seen;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::fields::Usd;
use crate::manage::instant::iso;
use crate::manage::operator::{MASTER_KEY, Operator};
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// More attempts than a call makes.
const ATTEMPTS: u32 = 1000;

/// What a call cost, and why.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReceiptResponse {
    call_id: String,
    /// In US dollars, corrections included; null when no attempt has a price.
    #[schema(value_type = Option<f64>)]
    cost: Option<Usd>,
    paid_by: PayerView,
    tags: Vec<String>,
    /// In the order in which they were made.
    attempts: Vec<AttemptView>,
}

/// Who stood above the key when the call began.
#[derive(Serialize, ToSchema)]
struct PayerView {
    /// The key's hash, or `litellm_proxy_master_key`.
    api_key: String,
    user_id: Option<String>,
    team_id: Option<String>,
    organization_id: Option<String>,
    project_id: Option<String>,
    /// The customer on whose behalf the call was made.
    end_user: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct AttemptView {
    attempt: u32,
    call_type: String,
    model_group: String,
    model: String,
    model_id: String,
    custom_llm_provider: String,
    /// Why this deployment was chosen, where that was noted.
    chosen: Option<String>,
    /// `success`, `failure`, `cancelled` or `unknown`.
    status: &'static str,
    error_kind: Option<String>,
    http_status: Option<u16>,
    stream: bool,
    #[schema(format = DateTime)]
    started_at: String,
    #[schema(format = DateTime)]
    ended_at: String,
    /// Until the first byte came.
    first_byte_ms: Option<i64>,
    duration_ms: i64,
    tokens: TokenClasses,
    /// Where the token counts come from: `final`, `partial`, `estimated`, `upper_bound` or `none`.
    provenance: &'static str,
    /// In US dollars, as it was charged when the attempt ended.
    #[schema(value_type = Option<f64>)]
    charged: Option<Usd>,
    /// The same with what was corrected since.
    #[schema(value_type = Option<f64>)]
    cost: Option<Usd>,
    price: PriceView,
    hold: Option<HoldView>,
    /// The budgets that it counted against.
    budgets: Vec<ChargedView>,
    adjustments: Vec<AdjustmentView>,
}

/// Tokens times prices.
#[derive(Serialize, ToSchema)]
struct PriceView {
    /// Which prices it was charged by; null when there were none.
    version: Option<String>,
    /// Their figures, while they are still in force.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<LineView>,
    /// What was taken off the provider's bill, in US dollars, exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    discount: Option<String>,
    /// What was put on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    margin: Option<String>,
    /// Why there are no figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

#[derive(Serialize, ToSchema)]
struct LineView {
    /// A class of tokens (`input`, `cache_read`, `cache_write_5m`, `output` without reasoning, `reasoning`, …), what is counted
    /// otherwise, or `request`.
    class: String,
    /// How many; of seconds, milliseconds.
    count: u64,
    /// US dollars for one, exactly.
    price: String,
    /// US dollars, exactly: only the sum is rounded.
    amount: String,
}

/// What was held before the attempt was sent, and what it became.
#[derive(Serialize, ToSchema)]
struct HoldView {
    #[schema(value_type = f64)]
    held: Usd,
    /// What was charged of it.
    #[schema(value_type = f64)]
    spent: Usd,
    /// What was given back.
    #[schema(value_type = f64)]
    released: Usd,
    /// What was charged beyond it.
    #[schema(value_type = f64)]
    exceeded: Usd,
}

/// A budget in the window that the attempt was charged to.
#[derive(Serialize, ToSchema)]
struct ChargedView {
    /// Whose it is: `team`, `key`, …
    level: &'static str,
    /// `team:red`; of what has two parts, a list of them.
    account: String,
    /// Null: the budget has no windows.
    #[schema(format = DateTime)]
    window_start: Option<String>,
    #[schema(format = DateTime)]
    window_end: Option<String>,
}

/// What was corrected later.
#[derive(Serialize, ToSchema)]
struct AdjustmentView {
    id: String,
    #[schema(format = DateTime)]
    at: String,
    /// What was charged more; below zero it was taken off.
    #[schema(value_type = f64)]
    cost: Usd,
    price_version: Option<String>,
    /// `rerated`, or `priced` where there was no price before.
    reason: &'static str,
}

/// Shows how the cost of a call came about.
#[utoipa::path(
    get, path = "/spend/receipt/{call_id}", tag = "spend",
    params(("call_id" = String, Path, description = "As in x-litellm-call-id")),
    responses((status = 200, body = ReceiptResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_receipt(
    State(app): State<App>,
    operator: Operator,
    Path(call_id): Path<String>,
    params: Params,
) -> Result<Json<ReceiptResponse>, ApiError> {
    params.refuse_rest(&[])?;
    let engine = app.engine();
    let scope = seen::scope(&app, &operator).await?;
    caught_up(engine).await;
    let filter = LedgerFilter { request_id: Some(call_id.clone()), ..LedgerFilter::default() };
    let (mut rows, _) = ledger::list(&engine.db, &scope, &filter, Page { number: 1, size: ATTEMPTS }).await?;
    rows.sort_by_key(|row| row.attempt);
    let Some(first) = rows.first() else {
        let message = "There is no such call, or it is not yours to see.";
        return Err(ErrorReply::new(ErrorKind::NotFound, message).with_param("call_id").into());
    };
    let paid_by = PayerView::new(&first.payer);
    let tags = rows.iter().filter_map(|row| row.detail.as_ref()).map(|detail| detail.tags.clone());
    let tags = tags.max_by_key(Vec::len).unwrap_or_default();
    let adjustments = ledger::adjustments(&engine.db, &[&call_id]).await?;
    let told = ledger::tell(&engine.db, rows).await?;
    let costs = told.iter().filter_map(Told::cost);
    let cost = costs.reduce(Nanos::saturating_add).map(Usd);
    let settings = engine.settings();
    let attempts = told.into_iter().map(|told| AttemptView::new(&settings, told, &adjustments)).collect();
    Ok(Json(ReceiptResponse { call_id, cost, paid_by, tags, attempts }))
}

impl PayerView {
    fn new(payer: &Arc<Payer>) -> Self {
        let Payer { key_hash, user_id, team_id, organization_id, project_id, customer_id } = (**payer).clone();
        Self {
            api_key: key_hash.map_or_else(|| MASTER_KEY.to_owned(), |hash| hash.as_str().to_owned()),
            user_id,
            team_id,
            organization_id,
            project_id,
            end_user: customer_id,
        }
    }
}

impl AttemptView {
    fn new(settings: &Settings, told: Told, adjustments: &[Adjustment]) -> Self {
        let cost = told.cost().map(Usd);
        let row = told.row;
        let price = PriceView::new(settings, &row);
        let detail = row.detail.map(|detail| *detail).unwrap_or_default();
        let of_this = adjustments.iter().filter(|adjustment| adjustment.attempt == row.attempt);
        Self {
            attempt: row.attempt,
            call_type: row.call_type,
            model_group: row.model_group,
            model: row.model,
            model_id: row.deployment_id,
            custom_llm_provider: row.provider,
            status: row.status.as_str(),
            error_kind: row.error_kind,
            http_status: row.http_status,
            stream: row.stream,
            started_at: iso(row.started_at),
            ended_at: iso(row.ended_at),
            first_byte_ms: row.first_byte_at.map(|at| at.saturating_sub(row.started_at) / 1000),
            duration_ms: row.ended_at.saturating_sub(row.started_at) / 1000,
            tokens: TokenClasses::of(&row.tokens),
            provenance: row.provenance.as_str(),
            charged: row.cost.map(Usd),
            cost,
            price,
            hold: detail.hold.map(|held| HoldView::new(held, row.cost.unwrap_or_default())),
            budgets: ChargedView::all(&detail),
            chosen: detail.chosen,
            adjustments: of_this.map(AdjustmentView::new).collect(),
        }
    }
}

impl PriceView {
    fn new(settings: &Settings, row: &LedgerRow) -> Self {
        let version = row.price_version.clone();
        let without =
            |note| Self { version: version.clone(), lines: Vec::new(), discount: None, margin: None, note: Some(note) };
        if row.cost.is_none() {
            return without("nobody had said what this model costs");
        }
        let now = pricing::price(&settings.models, row);
        let Some(now) = now.filter(|now| Some(&now.version) == version.as_ref() && Some(now.cost) == row.cost) else {
            return without("the figures of this version are not in force any more");
        };
        let Some(breakdown) = now.breakdown else {
            let note = (!now.cost.is_positive()).then_some("nothing was generated");
            return without(note.unwrap_or("what was used is not known: this is the most that it can have been"));
        };
        let part = |femtos: u128| (femtos > 0).then(|| exact(femtos));
        Self {
            version,
            lines: breakdown.lines.iter().map(LineView::new).collect(),
            discount: part(breakdown.discount),
            margin: part(breakdown.margin),
            note: None,
        }
    }
}

impl LineView {
    fn new(line: &money::Line) -> Self {
        let class = match &line.item {
            money::Item::Tokens(class) => class.as_str().to_owned(),
            money::Item::Unit(unit) => unit.to_string(),
            money::Item::Request => "request".to_owned(),
        };
        Self { class, count: line.count, price: line.rate.to_usd_per_token().to_string(), amount: exact(line.femtos) }
    }
}

/// Femto-dollars as dollars.
fn exact(femtos: u128) -> String {
    let scaled =
        i128::try_from(femtos).ok().and_then(|femtos| money::Decimal::try_from_i128_with_scale(femtos, 15).ok());
    scaled.map_or_else(|| format!("{femtos}e-15"), |usd| usd.normalize().to_string())
}

impl HoldView {
    fn new(held: Nanos, spent: Nanos) -> Self {
        let above = |a: Nanos, b: Nanos| Usd(a.saturating_sub(b).max(Nanos::ZERO));
        Self {
            held: Usd(held),
            spent: Usd(spent.min(held)),
            released: above(held, spent),
            exceeded: above(spent, held),
        }
    }
}

impl ChargedView {
    fn all(detail: &Detail) -> Vec<Self> {
        let view = |balance: &store::balances::BalanceId| Self {
            level: balance.account.kind().word(),
            account: balance.account.as_str().to_owned(),
            window_start: (!balance.is_for_ever()).then(|| iso(balance.starts_at)),
            window_end: (!balance.is_for_ever()).then(|| iso(balance.ends_at)),
        };
        detail.charged.iter().map(view).collect()
    }
}

impl AdjustmentView {
    fn new(adjustment: &Adjustment) -> Self {
        Self {
            id: adjustment.adjustment_id.clone(),
            at: iso(adjustment.at),
            cost: Usd(adjustment.cost),
            price_version: adjustment.price_version.clone(),
            reason: adjustment.reason.as_str(),
        }
    }
}
