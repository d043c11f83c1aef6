//! How much and how fast: what a budget row says, and what keys, users and teams say of themselves.

use std::collections::BTreeMap;

use money::Nanos;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Limits; one that is absent does not limit.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// What may be spent in a window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_budget: Option<Nanos>,
    /// From where somebody is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soft_budget: Option<Nanos>,
    /// How long a window is, as it was written: `30d`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_duration: Option<String>,
    /// When the window ends, microseconds UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_reset_at: Option<i64>,
    /// Further windows beside the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub budget_limits: Vec<BudgetWindow>,
    /// Whether calls are let through for as long as something is left when they begin, though they may cost more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_soft: bool,
    /// More than `max_budget`, until `temp_budget_expiry`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temp_budget_increase: Option<Nanos>,
    /// Microseconds UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temp_budget_expiry: Option<i64>,
    /// Calls at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_parallel_requests: Option<u64>,
    /// Tokens a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tpm_limit: Option<u64>,
    /// Calls a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rpm_limit: Option<u64>,
    /// Tokens a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tpd_limit: Option<u64>,
    /// Calls an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rph_limit: Option<u64>,
    /// Tokens an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tph_limit: Option<u64>,
    /// Calls a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rpd_limit: Option<u64>,
    /// Limits of single models.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub model_max_budget: BTreeMap<String, ModelLimits>,
    /// Models that the holder may use, where a budget limits them (members of a team).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_models: Vec<String>,
    /// What a newer release keeps here.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Limits {
    /// What may be spent in a window at most, while it is raised.
    pub fn raised_cap(&self) -> Option<Nanos> {
        Some(self.max_budget?.saturating_add(self.temp_budget_increase.unwrap_or(Nanos::ZERO)))
    }

    /// Takes a rise away that is over.
    pub fn forget_past_increase(&mut self, now: i64) {
        if self.temp_budget_expiry.is_some_and(|at| at <= now) {
            (self.temp_budget_increase, self.temp_budget_expiry) = (None, None);
        }
    }
}

/// A window with a cap of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetWindow {
    /// How long it is, as it was written.
    pub budget_duration: String,
    /// What may be spent in it.
    pub max_budget: Nanos,
    /// When it ends, microseconds UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset_at: Option<i64>,
}

/// The limits of one model.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelLimits {
    /// What may be spent in a window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_budget: Option<Nanos>,
    /// How long a window is, as it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_duration: Option<String>,
    /// Tokens a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tpm_limit: Option<u64>,
    /// Calls a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rpm_limit: Option<u64>,
}
