//! `POST /team/model/add` and `/team/model/delete`: models of a team, name by name.

use axum::Json;
use axum::extract::State;
use engine::rights::fields::Fields as Kind;
use engine::rights::models::{ALL_OF_PROXY, NONE_BY_DEFAULT};
use serde::Deserialize;
use serde_json::value::RawValue;
use store::UPDATED;
use store::teams::TeamRow;
use utoipa::ToSchema;

use super::judge;
use super::update::WhichTeam;
use super::view::TeamView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Fields, ORGANIZATIONS};
use crate::manage::fields::ModelNames;
use crate::manage::operator::{Operator, check_fields};
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct SomeModels {
    #[schema(value_type = ModelNames)]
    models: ModelNames,
}

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct TeamModelsRequest {
    #[serde(flatten)]
    team: WhichTeam,
    #[serde(flatten)]
    models: SomeModels,
}

/// Lets a team use these models, too.
#[utoipa::path(
    post, path = "/team/model/add", tag = "teams", request_body = TeamModelsRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = TeamView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn add_team_models(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<TeamView>, ApiError> {
    change_models(&app, &operator, &body, with).await.map(Json)
}

/// Takes these models away from a team. One that had a list and loses its last model has none.
#[utoipa::path(
    post, path = "/team/model/delete", tag = "teams", request_body = TeamModelsRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = TeamView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_team_models(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<TeamView>, ApiError> {
    change_models(&app, &operator, &body, without).await.map(Json)
}

async fn change_models(
    app: &App,
    operator: &Operator,
    body: &RawValue,
    changed: fn(&[String], &[String]) -> Vec<String>,
) -> Result<TeamView, ApiError> {
    let mut fields = Fields::open(body)?;
    let WhichTeam { team_id } = fields.take()?;
    let SomeModels { models } = fields.take()?;
    fields.ignore(ORGANIZATIONS);
    fields.close(&[])?;
    let mut change = operator.begin(app).await?;
    let (before, standing) = judge::led(operator, &mut change, &team_id.0).await?;
    check_fields(Kind::Team, standing, &["models".to_owned()])?;
    let after = TeamRow {
        models: changed(&before.models, &models.0),
        stamps: before.stamps.updated(&operator.actor),
        ..before.clone()
    };
    let had_all = before.models.is_empty();
    let is_new = |name: &&String| !before.models.contains(name) && (!had_all || *name != ALL_OF_PROXY);
    let added = after.models.iter().filter(is_new);
    judge::check_fits(&mut change, &TeamRow { models: added.cloned().collect(), ..after.clone() }).await?;
    change.update(UPDATED, &before, &after).await?;
    app.commit(change).await?;
    Ok(TeamView::read(app, after).await?)
}

/// No list is all models: it stays so.
fn with(models: &[String], added: &[String]) -> Vec<String> {
    let mut models = if models.is_empty() { vec![ALL_OF_PROXY.to_owned()] } else { models.to_vec() };
    for name in added {
        if !models.contains(name) {
            models.push(name.clone());
        }
    }
    models
}

/// A list that became empty would allow everything.
fn without(models: &[String], removed: &[String]) -> Vec<String> {
    let left: Vec<_> = models.iter().filter(|name| !removed.contains(name)).cloned().collect();
    if left.is_empty() && !models.is_empty() { vec![NONE_BY_DEFAULT.to_owned()] } else { left }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_widened_by_taking_away() {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        for (models, removed, left) in [
            (&["a", "b"][..], &["a"][..], &["b"][..]),
            (&["a"], &["a"], &["no-default-models"]),
            (&["a"], &["a", "no-default-models"], &["no-default-models"]),
            (&["no-default-models"], &["no-default-models"], &["no-default-models"]),
            (&[], &["a"], &[]),
            (&["a"], &["b"], &["a"]),
        ] {
            assert_eq!(without(&list(models), &list(removed)), list(left), "{models:?} {removed:?}");
        }
        assert_eq!(with(&[], &list(&["a"])), list(&["all-proxy-models", "a"]));
        assert_eq!(with(&list(&["a"]), &list(&["a", "b"])), list(&["a", "b"]));
    }
}
