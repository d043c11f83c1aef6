//! `GET /budget/settings`: what can be set in a budget, for forms.

use axum::Json;
use axum::extract::State;
use engine::Engine;
use serde::Serialize;
use serde_json::Value;
use store::Limits;
use store::budgets::BudgetRow;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::fields::{LimitsView, Usd};
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// A field of a form. What does not differ between budgets is LiteLLM's.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BudgetSetting {
    field_name: &'static str,
    /// `Float`, `Integer`, `String` or `Object`.
    field_type: &'static str,
    field_description: &'static str,
    /// What the budget says; null where it says nothing, or does not exist.
    field_value: Value,
    stored_in_db: bool,
    field_default_value: Value,
    premium_field: bool,
    nested_fields: Value,
    field_options: Value,
    field_tab: Value,
    source: &'static str,
    editable: bool,
}

/// Shows what can be set in a budget, and what is set.
#[utoipa::path(
    get, path = "/budget/settings", tag = "budgets",
    params(("budget_id" = String, Query)),
    responses((status = 200, body = Vec<BudgetSetting>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_budget_settings(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<Vec<BudgetSetting>>, ApiError> {
    let id = params.text("budget_id")?.ok_or_else(|| ApiError::unprocessable("budget_id", "is required"))?;
    params.refuse_rest(&[])?;
    let row = store::find::<BudgetRow>(&app.engine().db, &operator.scope, &[&id]).await?;
    Ok(Json(settings(app.engine(), row.map(|row| row.limits).unwrap_or_default())))
}

fn settings(engine: &Engine, limits: Limits) -> Vec<BudgetSetting> {
    let setting = |(field_name, field_type, field_description, field_value)| BudgetSetting {
        field_name,
        field_type,
        field_description,
        field_value,
        stored_in_db: true,
        field_default_value: Value::Null,
        premium_field: false,
        nested_fields: Value::Null,
        field_options: Value::Null,
        field_tab: Value::Null,
        source: "unset",
        editable: true,
    };
    let usd = |cap: Option<money::Nanos>| cap.and_then(|cap| serde_json::to_value(Usd(cap)).ok()).into();
    let models = (!limits.model_max_budget.is_empty()).then(|| LimitsView::new(engine, limits.clone()).models());
    let fields: [(_, _, _, Value); 8] = [
        ("max_budget", "Float", "What may be spent in a window, in US dollars", usd(limits.max_budget)),
        ("soft_budget", "Float", "From where somebody is told, in US dollars", usd(limits.soft_budget)),
        ("max_parallel_requests", "Integer", "Calls at once", limits.max_parallel_requests.into()),
        ("tpm_limit", "Integer", "Tokens a minute", limits.tpm_limit.into()),
        ("rpm_limit", "Integer", "Calls a minute", limits.rpm_limit.into()),
        ("tpd_limit", "Integer", "Tokens a day", limits.tpd_limit.into()),
        ("budget_duration", "String", "How long a window is", limits.budget_duration.into()),
        ("model_max_budget", "Object", "Limits of single models", models.into()),
    ];
    fields.into_iter().map(setting).collect()
}
