//! Limits, budgets and stamps as answers show them.

use std::collections::BTreeMap;

use engine::Engine;
use money::window::Window;
use serde::Serialize;
use serde_json::Value;
use store::budgets::BudgetRow;
use store::{BudgetWindow, Limits, ModelLimits, Stamps};
use utoipa::ToSchema;

use super::{BudgetMode, Usd};
use crate::manage::instant::iso;

/// The limits of an object. Null: without limit.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LimitsView {
    /// In US dollars.
    #[schema(value_type = Option<f64>)]
    pub(in crate::manage) max_budget: Option<Usd>,
    #[schema(value_type = Option<f64>)]
    soft_budget: Option<Usd>,
    #[schema(value_type = Option<f64>)]
    temp_budget_increase: Option<Usd>,
    #[schema(format = DateTime)]
    temp_budget_expiry: Option<String>,
    budget_mode: BudgetMode,
    pub(in crate::manage) budget_duration: Option<String>,
    /// When the window ends that now is in.
    #[schema(format = DateTime)]
    pub(in crate::manage) budget_reset_at: Option<String>,
    pub(in crate::manage) budget_limits: Option<Vec<WindowView>>,
    max_parallel_requests: Option<u64>,
    tpm_limit: Option<u64>,
    rpm_limit: Option<u64>,
    tpd_limit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rph_limit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tph_limit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rpd_limit: Option<u64>,
    pub(in crate::manage) model_max_budget: BTreeMap<String, ModelLimitsView>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct WindowView {
    pub(in crate::manage) budget_duration: String,
    #[schema(value_type = f64)]
    max_budget: Usd,
    /// When the window ends that now is in.
    #[schema(format = DateTime)]
    reset_at: Option<String>,
    /// What was spent in it, in US dollars. Left out of budgets that nobody has in the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub(in crate::manage) spend: Option<Usd>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ModelLimitsView {
    #[schema(value_type = Option<f64>)]
    pub(in crate::manage) max_budget: Option<Usd>,
    pub(in crate::manage) budget_duration: Option<String>,
    tpm_limit: Option<u64>,
    rpm_limit: Option<u64>,
}

impl LimitsView {
    pub(in crate::manage) fn new(engine: &Engine, limits: Limits) -> Self {
        // what was stored when the limits were set may be over
        let ends = |duration: &str| {
            let end = engine.window(Some(duration)).ends_at;
            (end != Window::EVER.ends_at).then(|| iso(end))
        };
        let window = |BudgetWindow { budget_duration, max_budget, reset_at: _ }| WindowView {
            reset_at: ends(&budget_duration),
            budget_duration,
            max_budget: Usd(max_budget),
            spend: None,
        };
        let model = |ModelLimits { max_budget, budget_duration, tpm_limit, rpm_limit }| ModelLimitsView {
            max_budget: max_budget.map(Usd),
            budget_duration,
            tpm_limit,
            rpm_limit,
        };
        let windows: Vec<_> = limits.budget_limits.into_iter().map(window).collect();
        Self {
            max_budget: limits.max_budget.map(Usd),
            soft_budget: limits.soft_budget.map(Usd),
            temp_budget_increase: limits.temp_budget_increase.map(Usd),
            temp_budget_expiry: limits.temp_budget_expiry.map(iso),
            budget_mode: if limits.is_soft { BudgetMode::Soft } else { BudgetMode::Hard },
            budget_reset_at: limits.budget_duration.as_deref().and_then(ends),
            budget_duration: limits.budget_duration,
            budget_limits: (!windows.is_empty()).then_some(windows),
            max_parallel_requests: limits.max_parallel_requests,
            tpm_limit: limits.tpm_limit,
            rpm_limit: limits.rpm_limit,
            tpd_limit: limits.tpd_limit,
            rph_limit: limits.rph_limit,
            tph_limit: limits.tph_limit,
            rpd_limit: limits.rpd_limit,
            model_max_budget: limits.model_max_budget.into_iter().map(|(name, of)| (name, model(of))).collect(),
        }
    }
}

impl LimitsView {
    /// The limits of single models, as JSON.
    pub(in crate::manage) fn models(&self) -> Value {
        serde_json::to_value(&self.model_max_budget).unwrap_or_default()
    }
}

/// A budget (`litellm_budget_table`).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct BudgetView {
    budget_id: String,
    #[serde(flatten)]
    pub(in crate::manage) limits: LimitsView,
    /// Models that its holder may use, where it is that of a member of a team.
    allowed_models: Vec<String>,
    #[serde(flatten)]
    stamps: StampsView,
}

impl BudgetView {
    pub(in crate::manage) fn new(engine: &Engine, row: BudgetRow) -> Self {
        let BudgetRow { budget_id, is_own: _, mut limits, stamps } = row;
        Self {
            budget_id,
            allowed_models: std::mem::take(&mut limits.allowed_models),
            limits: LimitsView::new(engine, limits),
            stamps: StampsView::new(stamps),
        }
    }
}

/// When something was made and changed, and by whom.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct StampsView {
    #[schema(format = DateTime)]
    created_at: String,
    pub(in crate::manage) created_by: Option<String>,
    #[schema(format = DateTime)]
    updated_at: String,
    updated_by: Option<String>,
}

impl StampsView {
    pub(in crate::manage) fn new(stamps: Stamps) -> Self {
        let Stamps { created_at, created_by, updated_at, updated_by } = stamps;
        Self { created_at: iso(created_at), created_by, updated_at: iso(updated_at), updated_by }
    }
}
