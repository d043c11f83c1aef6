//! `PATCH /organization/update`: an organization and its budget, changed.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::organizations::OrganizationRow;
use store::{Transaction, UPDATED};
use utoipa::ToSchema;

use super::body::{LATER, OrganizationFields};
use super::view::{self, OrganizationView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, Fields};
use crate::manage::budget::{self, BudgetBody, BudgetId, Held};
use crate::manage::fields::{LimitFields, ModelRates};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct WhichOrganization {
    organization_id: String,
    /// The limits once more, as answers show them; those that stand beside it count before these.
    #[schema(value_type = Option<Object>)]
    #[serde(default)]
    litellm_budget_table: Change<Box<RawValue>>,
}

/// What is left out stays; a limit that is null is cleared, another field that is null stays; metadata are merged. Only
/// described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct UpdateOrganizationRequest {
    #[serde(flatten)]
    which: WhichOrganization,
    #[serde(flatten)]
    own: OrganizationFields,
    #[serde(flatten)]
    rates: ModelRates,
    #[serde(flatten)]
    budget: BudgetId,
    #[serde(flatten)]
    limits: LimitFields,
}

/// Fields that clients send back as they read them.
const IDLE: &[&str] = &["created_at", "created_by", "updated_at", "updated_by"];

/// Changes an organization.
#[utoipa::path(
    patch, path = "/organization/update", tag = "organizations", request_body = UpdateOrganizationRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = OrganizationView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_organization(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<OrganizationView>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let WhichOrganization { organization_id, litellm_budget_table } = fields.take()?;
    let own: OrganizationFields = fields.take()?;
    let rates: ModelRates = fields.take()?;
    let mut held = Held::take(&mut fields)?.required();
    fields.ignore(IDLE);
    fields.close(LATER)?;
    if let Some(nested) = litellm_budget_table.set() {
        held = held.behind(nested_limits(&nested)?);
    }
    let mut change = operator.begin(&app).await?;
    let before: OrganizationRow = change.require(&operator.scope, &[&organization_id]).await?;
    let mut after = before.clone();
    own.merge(&mut after);
    rates.apply(&mut after.metadata);
    write(&app, &operator, &mut change, (&before, &mut after), held).await?;
    app.commit(change).await?;
    view::view(&app, &operator.scope, after).await.map(Json)
}

fn nested_limits(body: &RawValue) -> Result<BudgetBody, ApiError> {
    let mut fields = Fields::open(body)?;
    let said = BudgetBody::take(&mut fields)?;
    fields.ignore(&["budget_id"]);
    fields.ignore(IDLE);
    fields.close(LATER)?;
    Ok(said)
}

/// What both ways to change an organization have in common: its budget, and that it is written.
pub(super) async fn write(
    app: &App,
    operator: &Operator,
    change: &mut Transaction,
    (before, after): (&OrganizationRow, &mut OrganizationRow),
    held: Held,
) -> Result<(), ApiError> {
    if let Some(budget) = held.next(app, change, Some(&before.budget_id)).await? {
        after.budget_id = budget.budget_id;
    }
    after.stamps = before.stamps.updated(&operator.actor);
    change.update(UPDATED, before, after).await?;
    if before.budget_id != after.budget_id {
        budget::release(change, Some(&before.budget_id)).await?;
    }
    Ok(())
}
