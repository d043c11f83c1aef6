//! `POST /model_group/make_public`: the model groups that are shown as public.

use axum::Json;
use axum::extract::State;
use engine::rights::Place;
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;
use store::settings::SettingRow;
use store::{Db, Scope, UPDATED};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::fields::Names;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// The setting's name, which is LiteLLM's.
const SETTING: &str = "public_model_groups";

#[derive(Deserialize, ToSchema)]
pub(crate) struct MakePublicRequest {
    /// All that are public from now on.
    model_groups: Names,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct MakePublicResponse {
    message: &'static str,
    public_model_groups: Vec<String>,
    updated_by: Option<String>,
}

/// Replaces the list of model groups that are shown as public.
#[utoipa::path(
    post, path = "/model_group/make_public", tag = "models", request_body = MakePublicRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = MakePublicResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn make_model_groups_public(
    State(app): State<App>,
    operator: Operator,
    JsonBody(raw): JsonBody<Box<RawValue>>,
) -> Result<Json<MakePublicResponse>, ApiError> {
    let MakePublicRequest { model_groups: Names(groups) } = read(&raw, &[])?;
    operator.authorize(&Place::default())?;
    let settings = app.engine().settings();
    // what a team has for itself is nothing for the public
    let is_shared = |group: &String| !settings.models.members(group, None).is_empty();
    if let Some(unknown) = groups.iter().find(|group| !is_shared(group)) {
        return Err(ApiError::invalid("model_groups", format!("there is no model group '{unknown}'")));
    }
    let after = SettingRow::new(SETTING, json!(groups), &operator.actor);
    let mut change = operator.begin(&app).await?;
    match change.find::<SettingRow>(&operator.scope, &[SETTING]).await? {
        Some(before) => change.update(UPDATED, &before, &after).await?,
        None => change.insert(&after).await?,
    }
    app.commit(change).await?;
    Ok(Json(MakePublicResponse {
        message: "Successfully updated public model groups",
        public_model_groups: groups,
        updated_by: after.updated_by,
    }))
}

/// The model groups that are shown as public.
pub(super) async fn public_groups(db: &Db) -> Result<Vec<String>, ApiError> {
    let row = store::find::<SettingRow>(db, &Scope::Gateway, &[SETTING]).await?;
    Ok(row.and_then(|row| serde_json::from_value(row.content).ok()).unwrap_or_default())
}
