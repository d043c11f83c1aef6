//! Whether somebody may make a project what it is to be: those who lead its team may, within what the team has.

use engine::rights::models::ALL_OF_TEAM;
use engine::rights::{Place, Standing, grant};
use store::budgets::BudgetRow;
use store::projects::ProjectRow;
use store::teams::TeamRow;
use store::{Scope, Transaction};

use crate::http::error::ApiError;
use crate::manage::budget::Held;
use crate::manage::named::named;
use crate::manage::operator::Operator;

/// The team of a project that exists, towards which the caller stands where it has to.
pub(super) async fn team(
    operator: &Operator,
    change: &mut Transaction,
    project: &ProjectRow,
) -> Result<(TeamRow, Option<Standing>), ApiError> {
    let team: TeamRow = change.require(&Scope::Gateway, &[&project.team_id]).await?;
    let standing = stand(operator, &team)?;
    Ok((team, standing))
}

/// The same of a team that a field names.
pub(super) async fn named_team(
    operator: &Operator,
    change: &mut Transaction,
    team_id: &str,
) -> Result<(TeamRow, Option<Standing>), ApiError> {
    let team = named::<TeamRow>(change, &operator.scope, "team_id", Some(team_id)).await?;
    let team = team.ok_or_else(|| ApiError::unprocessable("team_id", "is required"))?;
    let standing = stand(operator, &team)?;
    Ok((team, standing))
}

fn stand(operator: &Operator, team: &TeamRow) -> Result<Option<Standing>, ApiError> {
    let organization = team.organization_id.as_deref();
    operator.authorize(&Place { organization, team: Some(team), ..Place::default() })
}

/// Budgets under a name are the administrators': others say limits.
pub(super) async fn check_held(
    change: &mut Transaction,
    standing: Option<Standing>,
    held: &Held,
    before: Option<&str>,
) -> Result<(), ApiError> {
    if standing.is_none() {
        return Ok(());
    }
    let had = match before {
        Some(id) => change.find::<BudgetRow>(&Scope::Gateway, &[id]).await?,
        None => None,
    };
    let at = change.actor().at;
    if held.softens(had.as_ref(), at) {
        return Err(ApiError::forbidden("budget_mode", "only an administrator can make a budget soft"));
    }
    if held.names_another(before) || had.is_some_and(|row| !row.is_own && !held.keeps(&row, at)) {
        return Err(ApiError::forbidden(
            "budget_id",
            "a budget under a name is not yours to give: ask an administrator",
        ));
    }
    Ok(())
}

/// A project has no more than its team, whoever makes it.
pub(super) fn check(project: &ProjectRow, budget: Option<&BudgetRow>, team: &TeamRow) -> Result<(), ApiError> {
    let names: Vec<String> = project.models.iter().filter(|name| *name != ALL_OF_TEAM).cloned().collect();
    if !names.is_empty()
        && let Err(name) = grant::covers(&team.models, &team.settings.access_group_ids, &names)
    {
        return Err(ApiError::invalid("models", format!("'{name}' is not in the list of its team")));
    }
    let cap = budget.and_then(|budget| budget.limits.raised_cap());
    if let (Some(cap), Some(above)) = (cap, team.limits.max_budget)
        && cap > above
    {
        return Err(ApiError::invalid("max_budget", "it is above the budget of its team"));
    }
    Ok(())
}
