//! Limits in requests: of keys, users and teams, and of budgets.

use std::collections::BTreeMap;

use money::window::{Calendar, Period};
use serde::{Deserialize, Serialize};
use store::{BudgetWindow, Limits, ModelLimits};
use utoipa::ToSchema;

use super::{Cap, DurationText};
use crate::http::error::ApiError;
use crate::manage::body::Change;
use crate::manage::instant;

/// Limits as a request names them; what is null is taken away.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(crate) struct LimitFields {
    /// What may be spent in a window, in US dollars; also as a string. Null or empty: without limit.
    #[schema(value_type = Option<f64>, minimum = 0, example = 12.5)]
    #[serde(default)]
    pub(in crate::manage) max_budget: Change<Cap>,
    /// From where somebody is told.
    #[schema(value_type = Option<f64>, minimum = 0)]
    #[serde(default)]
    pub(in crate::manage) soft_budget: Change<Cap>,
    /// So much more until `temp_budget_expiry`, in US dollars.
    #[schema(value_type = Option<f64>, minimum = 0)]
    #[serde(default)]
    pub(in crate::manage) temp_budget_increase: Change<Cap>,
    /// Comes together with `temp_budget_increase`.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    pub(in crate::manage) temp_budget_expiry: Change<String>,
    /// `soft`: as long as something is left a call is let through, though it may cost more. Null: `hard`.
    #[schema(value_type = Option<BudgetMode>)]
    #[serde(default)]
    pub(in crate::manage) budget_mode: Change<BudgetMode>,
    /// How long a window is: 30s, 15m, 24h, 7d, 2w, 1mo. Null: for ever.
    #[schema(value_type = Option<String>, example = "30d")]
    #[serde(default)]
    pub(in crate::manage) budget_duration: Change<DurationText>,
    /// Further windows beside the first.
    #[schema(value_type = Option<Vec<WindowField>>)]
    #[serde(default)]
    pub(in crate::manage) budget_limits: Change<Vec<WindowField>>,
    /// Calls at once.
    #[schema(value_type = Option<u64>)]
    #[serde(default)]
    pub(in crate::manage) max_parallel_requests: Change<u64>,
    /// Tokens a minute.
    #[schema(value_type = Option<u64>)]
    #[serde(default)]
    pub(in crate::manage) tpm_limit: Change<u64>,
    /// Calls a minute.
    #[schema(value_type = Option<u64>)]
    #[serde(default)]
    pub(in crate::manage) rpm_limit: Change<u64>,
    /// Tokens a day.
    #[schema(value_type = Option<u64>)]
    #[serde(default)]
    pub(in crate::manage) tpd_limit: Change<u64>,
    /// Calls an hour.
    #[schema(value_type = Option<u64>)]
    #[serde(default)]
    pub(in crate::manage) rph_limit: Change<u64>,
    /// Tokens an hour.
    #[schema(value_type = Option<u64>)]
    #[serde(default)]
    pub(in crate::manage) tph_limit: Change<u64>,
    /// Calls a day.
    #[schema(value_type = Option<u64>)]
    #[serde(default)]
    pub(in crate::manage) rpd_limit: Change<u64>,
    /// Limits of single models.
    #[schema(value_type = Option<BTreeMap<String, ModelLimitFields>>)]
    #[serde(default)]
    pub(in crate::manage) model_max_budget: Change<BTreeMap<String, ModelLimitFields>>,
}

/// How strictly budgets hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BudgetMode {
    /// Whatever a call may cost at most is held before it is sent.
    #[default]
    Hard,
    /// Calls are let through for as long as something is left when they begin.
    Soft,
}

/// A window with a cap of its own.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WindowField {
    #[schema(value_type = String)]
    budget_duration: DurationText,
    #[schema(value_type = f64, minimum = 0)]
    max_budget: Cap,
    /// As it was read; it is computed anew.
    #[serde(default, rename = "reset_at")]
    #[schema(value_type = Option<String>)]
    _reset_at: Option<serde::de::IgnoredAny>,
    /// As it was read: the ledger knows.
    #[serde(default, rename = "spend")]
    #[schema(value_type = Option<f64>)]
    _spend: Option<serde::de::IgnoredAny>,
}

/// The limits of one model, also by their older names.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelLimitFields {
    #[serde(alias = "budget_limit")]
    #[schema(value_type = Option<f64>, minimum = 0)]
    #[serde(default)]
    max_budget: Option<Cap>,
    #[serde(alias = "time_period")]
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    budget_duration: Option<DurationText>,
    #[serde(default)]
    tpm_limit: Option<u64>,
    #[serde(default)]
    rpm_limit: Option<u64>,
}

impl LimitFields {
    /// The limits as they are afterwards. `now`, in microseconds UTC, is when windows begin.
    pub(in crate::manage) fn apply(self, limits: &mut Limits, now: i64) -> Result<(), ApiError> {
        self.max_budget.apply(&mut limits.max_budget);
        self.soft_budget.apply(&mut limits.soft_budget);
        raise(limits, self.temp_budget_increase, self.temp_budget_expiry)?;
        match self.budget_mode {
            Change::Keep => {}
            Change::Clear => limits.is_soft = false,
            Change::Set(mode) => limits.is_soft = mode == BudgetMode::Soft,
        }
        match self.budget_duration {
            Change::Keep => {}
            Change::Clear => (limits.budget_duration, limits.budget_reset_at) = (None, None),
            // what clients read they send back: it is no change
            Change::Set(text) if limits.budget_duration.as_ref() == Some(&text.0) => {}
            Change::Set(text) => {
                limits.budget_reset_at = Some(reset_at("budget_duration", &text, now)?);
                limits.budget_duration = Some(text.0);
            }
        }
        match self.budget_limits {
            Change::Keep => {}
            Change::Clear => limits.budget_limits.clear(),
            Change::Set(windows) => {
                let windows = self::windows(windows, now)?;
                if !say_the_same(&limits.budget_limits, &windows) {
                    limits.budget_limits = windows;
                }
            }
        }
        self.max_parallel_requests.apply(&mut limits.max_parallel_requests);
        self.tpm_limit.apply(&mut limits.tpm_limit);
        self.rpm_limit.apply(&mut limits.rpm_limit);
        self.tpd_limit.apply(&mut limits.tpd_limit);
        self.rph_limit.apply(&mut limits.rph_limit);
        self.tph_limit.apply(&mut limits.tph_limit);
        self.rpd_limit.apply(&mut limits.rpd_limit);
        match self.model_max_budget {
            Change::Keep => {}
            Change::Clear => limits.model_max_budget.clear(),
            Change::Set(models) => {
                limits.model_max_budget = models.into_iter().map(|(model, fields)| (model, fields.into())).collect();
            }
        }
        Ok(())
    }
}

fn raise(limits: &mut Limits, increase: Change<Cap>, expiry: Change<String>) -> Result<(), ApiError> {
    if matches!(increase, Change::Set(_)) != matches!(expiry, Change::Set(_)) {
        return Err(ApiError::unprocessable("temp_budget_expiry", "comes together with temp_budget_increase"));
    }
    increase.apply(&mut limits.temp_budget_increase);
    match expiry {
        Change::Keep => {}
        Change::Clear => limits.temp_budget_expiry = None,
        Change::Set(text) => {
            let at = instant::first(&text).ok_or("must be a date, or a date and time (ISO 8601)");
            limits.temp_budget_expiry = Some(at.map_err(|problem| ApiError::invalid("temp_budget_expiry", problem))?);
        }
    }
    Ok(())
}

fn say_the_same(before: &[BudgetWindow], after: &[BudgetWindow]) -> bool {
    let said = |windows: &[BudgetWindow]| -> Vec<_> {
        windows.iter().map(|window| (window.budget_duration.clone(), window.max_budget)).collect()
    };
    said(before) == said(after)
}

fn windows(windows: Vec<WindowField>, now: i64) -> Result<Vec<BudgetWindow>, ApiError> {
    let window = |WindowField { budget_duration, max_budget, .. }| {
        let reset_at = Some(reset_at("budget_limits", &budget_duration, now)?);
        Ok(BudgetWindow { budget_duration: budget_duration.0, max_budget: max_budget.0, reset_at })
    };
    windows.into_iter().map(window).collect()
}

fn reset_at(field: &str, text: &DurationText, now: i64) -> Result<i64, ApiError> {
    let period = Period::parse(&text.0).map_err(|error| ApiError::invalid(field, error))?;
    let window = period.window(now, &Calendar::default());
    window.map(|window| window.ends_at).map_err(|error| ApiError::invalid(field, error))
}

impl From<ModelLimitFields> for ModelLimits {
    fn from(fields: ModelLimitFields) -> Self {
        let ModelLimitFields { max_budget, budget_duration, tpm_limit, rpm_limit } = fields;
        Self {
            max_budget: max_budget.map(|cap| cap.0),
            budget_duration: budget_duration.map(|text| text.0),
            tpm_limit,
            rpm_limit,
        }
    }
}
