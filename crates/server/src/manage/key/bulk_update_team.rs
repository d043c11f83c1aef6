//! `POST /team/key/bulk_update`: changes many keys of a team, or all of them, in the same way.

use axum::Json;
use axum::extract::State;
use engine::rights::Place;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::keys::{KeyFilter, KeyRow, KeySort};
use store::teams::TeamRow;
use store::{Direction, Order, Page, StoreError};
use utoipa::ToSchema;

use super::body::{KeyBody, LATER};
use super::bulk::{MOST_KEYS, UpdateKeysResponse, check_count};
use super::name::{hash_of, missing};
use super::update::change_key;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, Fields, read};
use crate::manage::fields::{Attachments, LimitFields, Names};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// What can be changed of many keys at once.
const CHANGEABLE: &[&str] = &[
    "budget_duration",
    "budget_id",
    "budget_limits",
    "duration",
    "max_budget",
    "max_parallel_requests",
    "metadata",
    "model_max_budget",
    "model_itpm_limit",
    "model_otpm_limit",
    "model_rpm_limit",
    "model_tpm_limit",
    "rpm_limit",
    "tags",
    "tpm_limit",
];

#[derive(Deserialize, ToSchema)]
pub(crate) struct UpdateTeamKeysRequest {
    team_id: String,
    /// Keys or their hashes.
    #[schema(value_type = Option<Names>)]
    #[serde(default)]
    key_ids: Change<Names>,
    /// All keys of the team that are neither blocked nor expired, in place of `key_ids`.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    all_keys_in_team: Change<bool>,
    #[schema(value_type = KeyUpdateFields)]
    update_fields: Box<RawValue>,
}

/// What is left out stays, what is null is cleared. Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct KeyUpdateFields {
    /// For how long the keys are valid from now. Null: for ever.
    duration: Option<String>,
    budget_id: Option<String>,
    #[serde(flatten)]
    limits: LimitFields,
    #[serde(flatten)]
    attached: Attachments,
}

/// Changes keys of a team. A key that cannot be changed as it is asked does not undo the others.
#[utoipa::path(
    post, path = "/team/key/bulk_update", tag = "keys", request_body = UpdateTeamKeysRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = UpdateKeysResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_keys_of_team(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<UpdateKeysResponse>, ApiError> {
    let request: UpdateTeamKeysRequest = read(&body, &[])?;
    let (body, fields) = changes(&request.update_fields)?;
    let named_keys = request.key_ids.set().map(|names| names.0);
    let all = request.all_keys_in_team.set().unwrap_or_default();
    if named_keys.is_some() == all {
        return Err(ApiError::unprocessable("key_ids", "say either which keys or all_keys_in_team"));
    }
    let db = &app.engine().db;
    let team: Option<TeamRow> = store::find(db, &operator.scope, &[&request.team_id]).await?;
    let team = team.ok_or(StoreError::NotFound { what: "team" })?;
    let organization = team.organization_id.as_deref();
    // a member stands there with keys of its own: which these are is asked of each
    let user = operator.principal.user_id();
    operator.authorize(&Place { organization, team: Some(&team), user, ..Place::default() })?;
    let keys = match named_keys {
        Some(names) => names,
        None => usable_keys(&app, &operator, &team).await?,
    };
    check_count("key_ids", keys.len())?;
    let mut answer = UpdateKeysResponse::of(keys.len());
    for key in keys {
        let make = change_one(&app, &operator, &team, &key, (body.clone(), &fields));
        answer.add(&app, key.clone(), Box::pin(make)).await?;
    }
    Ok(Json(answer))
}

/// What is to become of the keys, and which fields say so.
fn changes(update_fields: &RawValue) -> Result<(KeyBody, Vec<String>), ApiError> {
    let mut fields = Fields::open(update_fields)?;
    let named = fields.named().to_vec();
    if named.is_empty() {
        return Err(ApiError::unprocessable("update_fields", "name at least one field"));
    }
    let is_known = |name: &str| CHANGEABLE.contains(&name) || LATER.iter().any(|(later, _)| *later == name);
    if let Some(unknown) = named.iter().find(|name| !is_known(name)) {
        return Err(ApiError::unprocessable(unknown, "cannot be changed for many keys at once"));
    }
    let body = KeyBody::take(&mut fields)?;
    fields.close(LATER)?;
    Ok((body, named))
}

/// The keys of the team that are neither blocked nor expired; of too many, so many that they are seen to be too many.
async fn usable_keys(app: &App, operator: &Operator, team: &TeamRow) -> Result<Vec<String>, ApiError> {
    let filter = KeyFilter {
        team_id: Some(team.team_id.clone()),
        blocked: Some(false),
        not_expired_at: Some(operator.actor.at),
        ..KeyFilter::default()
    };
    let page = Page { number: 1, size: u32::try_from(MOST_KEYS + 1).unwrap_or(u32::MAX) };
    let order = Order { by: KeySort::CreatedAt, direction: Direction::Ascending };
    let (rows, _) = store::list(&app.engine().db, &operator.scope, &filter, order, page).await?;
    if rows.is_empty() {
        return Err(missing());
    }
    Ok(rows.into_iter().map(|row| row.hash.as_str().to_owned()).collect())
}

async fn change_one(
    app: &App,
    operator: &Operator,
    team: &TeamRow,
    key: &str,
    (body, fields): (KeyBody, &[String]),
) -> Result<KeyRow, ApiError> {
    let hash = hash_of(key).ok_or_else(missing)?;
    let mut change = operator.begin(app).await?;
    let before: KeyRow = change.require(&operator.scope, &[hash.as_str()]).await?;
    if before.team_id.as_ref() != Some(&team.team_id) {
        return Err(missing());
    }
    change_key(operator, change, &before, body, fields, app).await
}
