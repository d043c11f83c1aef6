//! A name on lists of models is that of a group of deployments or of a model that a team has for itself, never of both: else
//! whoever makes the one would widen all lists that name the other.

use store::models::{ModelFilter, ModelRow};
use store::{Scope, Transaction};

use super::tag;
use crate::app::App;
use crate::http::error::ApiError;

/// Refuses to call a team's own model as a group is called.
pub(in crate::manage) async fn check_model(
    app: &App,
    change: &mut Transaction,
    row: &ModelRow,
) -> Result<(), ApiError> {
    if row.team_id.is_none() {
        return Ok(());
    }
    let settings = app.engine().settings();
    let live = settings.models.deployments().any(|deployment| deployment.access_groups.contains(&row.model_name));
    if live || tag::added(change).await?.iter().any(|other| tag::is_of(other, &row.model_name)) {
        return Err(ApiError::invalid("model_name", "an access group has this name: choose another"));
    }
    Ok(())
}

/// Refuses to call a group as a team calls a model of its own.
pub(in crate::manage) async fn check_group(
    app: &App,
    change: &mut Transaction,
    field: &str,
    name: &str,
) -> Result<(), ApiError> {
    let settings = app.engine().settings();
    let live = settings.models.deployments().any(|deployment| deployment.team.is_some() && deployment.group == name);
    let filter = ModelFilter { model_name: Some(name.to_owned()), team_id: None };
    if live || change.all(&Scope::Gateway, &filter).await?.iter().any(|row| row.team_id.is_some()) {
        return Err(ApiError::invalid(field, format!("a team has a model of its own called '{name}': choose another")));
    }
    Ok(())
}

/// The same for the groups that a deployment is newly of.
pub(in crate::manage) async fn check_groups(
    app: &App,
    change: &mut Transaction,
    (before, after): (Option<&ModelRow>, &ModelRow),
) -> Result<(), ApiError> {
    for group in tag::groups_of(after) {
        if before.is_none_or(|row| !tag::is_of(row, group)) {
            check_group(app, change, "model_info.access_groups", group).await?;
        }
    }
    Ok(())
}
