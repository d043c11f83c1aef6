//! `POST /organization/new`: an organization with its budget.

use axum::Json;
use axum::extract::State;
use money::Nanos;
use serde::Deserialize;
use serde_json::Map;
use serde_json::value::RawValue;
use store::organizations::{OrganizationRow, OrganizationSettings};
use store::{Limits, Stamps};
use utoipa::ToSchema;

use super::body::{LATER, OrganizationFields};
use super::view::OrganizationView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, Fields};
use crate::manage::budget::{self, BudgetId, Held};
use crate::manage::fields::{BudgetView, LimitFields, ModelRates, Name};
use crate::manage::named::new_id;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct NewOrganization {
    /// Left out: a random one.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    organization_id: Change<Name>,
}

/// The alias is required. Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct CreateOrganizationRequest {
    #[serde(flatten)]
    which: NewOrganization,
    #[serde(flatten)]
    own: OrganizationFields,
    #[serde(flatten)]
    rates: ModelRates,
    #[serde(flatten)]
    budget: BudgetId,
    #[serde(flatten)]
    limits: LimitFields,
}

/// Makes an organization. Without a budget that exists it gets one of its own.
#[utoipa::path(
    post, path = "/organization/new", tag = "organizations", request_body = CreateOrganizationRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = OrganizationView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn create_organization(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<OrganizationView>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let NewOrganization { organization_id } = fields.take()?;
    let own: OrganizationFields = fields.take()?;
    let rates: ModelRates = fields.take()?;
    let held = Held::take(&mut fields)?;
    fields.close(LATER)?;
    if !matches!(own.organization_alias, Change::Set(_)) {
        return Err(ApiError::unprocessable("organization_alias", "is required"));
    }
    let mut change = operator.begin(&app).await?;
    let organization_id =
        new_id::<OrganizationRow>((&app, &operator), &mut change, "organization_id", organization_id).await?;
    let budget = match held.first(&app, &mut change).await? {
        Some(budget) => budget,
        None => budget::own(&app, &mut change, Limits::default()).await?,
    };
    let mut row = OrganizationRow {
        organization_id,
        organization_alias: String::new(),
        budget_id: budget.budget_id.clone(),
        models: Vec::new(),
        metadata: Map::new(),
        settings: OrganizationSettings::default(),
        spend: Nanos::ZERO,
        stamps: Stamps::new(&operator.actor),
    };
    own.merge(&mut row);
    rates.apply(&mut row.metadata);
    change.insert(&row).await?;
    app.commit(change).await?;
    Ok(Json(OrganizationView::new(row, Some(BudgetView::new(app.engine(), budget)))))
}
