//! Whether somebody may make a key what it is to be: from where he stands, with which fields, and with no more than he has.

use engine::Principal;
use engine::rights::fields::Fields;
use engine::rights::grant::{self, Grant};
use engine::rights::{Place, Standing, bonds};
use serde_json::Map;
use store::budgets::BudgetRow;
use store::keys::{self, KeyRow};
use store::organizations::OrganizationRow;
use store::projects::ProjectRow;
use store::teams::{TeamMember, TeamRow};
use store::{KeyHash, Limits, Scope, Transaction};

use super::alias::check_alias;
use super::guaranteed;
use crate::http::error::ApiError;
use crate::manage::access_group::unified::check_known;
use crate::manage::blocked;
use crate::manage::named::named;
use crate::manage::operator::{Operator, check_attached, check_fields};

/// What stands above a key.
pub(super) struct Above {
    team: Option<TeamRow>,
    organization: Option<OrganizationRow>,
    project: Option<ProjectRow>,
}

/// What stands above a key, as far as the scope sees it. What it does not see does not exist.
pub(super) async fn above(change: &mut Transaction, scope: &Scope, key: &KeyRow) -> Result<Above, ApiError> {
    let team: Option<TeamRow> = named(change, scope, "team_id", key.team_id.as_deref()).await?;
    let project: Option<ProjectRow> = named(change, scope, "project_id", key.project_id.as_deref()).await?;
    let organization =
        team.as_ref().and_then(|team| team.organization_id.as_deref()).or(key.organization_id.as_deref());
    // a member of a team need not belong to the organization of that team
    let of_team = team.is_some();
    let seen = if of_team { &Scope::Gateway } else { scope };
    let organization = named(change, seen, "organization_id", organization).await?;
    Ok(Above { team, organization, project })
}

impl Above {
    fn place<'a>(&'a self, key: &'a KeyRow) -> Place<'a> {
        Place {
            organization: self.organization.as_ref().map(|above| above.organization_id.as_str()),
            team: self.team.as_ref(),
            user: key.user_id.as_deref(),
            key: Some(&key.hash),
        }
    }

    /// What does not fit together, whoever asks.
    fn check(&self, key: &KeyRow) -> Result<(), ApiError> {
        let (team, project) = (self.team.as_ref(), self.project.as_ref());
        if project.is_some_and(|project| team.is_none_or(|team| team.team_id != project.team_id)) {
            return Err(ApiError::invalid("project_id", "the project belongs to another team"));
        }
        let of_team = team.and_then(|team| team.organization_id.as_ref());
        if let (Some(of_team), Some(own)) = (of_team, &key.organization_id)
            && of_team != own
        {
            return Err(ApiError::invalid("organization_id", "its team belongs to another organization"));
        }
        Ok(())
    }

    /// Refuses to take a key out of what is blocked, unless who stands there may lift the block.
    fn check_left(&self, standing: Option<Standing>, before: &KeyRow, after: &KeyRow) -> Result<(), ApiError> {
        if let Some(team) = self.team.as_ref().filter(|_| before.team_id != after.team_id) {
            blocked::leave(standing, "team_id", (team.blocked, team.settings.blocked_from))?;
        }
        if let Some(project) = self.project.as_ref().filter(|_| before.project_id != after.project_id) {
            blocked::leave(standing, "project_id", (project.blocked, project.settings.blocked_from))?;
        }
        Ok(())
    }
}

/// Refuses a text that a key had before, which `field` gives to another: a key that is deleted and made again would be blocked
/// no more, and would have spent nothing. For an administrator that is no way around anybody.
pub(super) async fn check_text(
    operator: &Operator,
    change: &mut Transaction,
    field: &str,
    hash: &KeyHash,
) -> Result<(), ApiError> {
    if !operator.principal.is_admin() && keys::was_there(change, hash).await? {
        return Err(ApiError::invalid(field, "a key had this text before: choose another, or ask an administrator"));
    }
    Ok(())
}

/// Where the caller stands towards a key that exists.
pub(super) async fn standing(
    operator: &Operator,
    change: &mut Transaction,
    key: &KeyRow,
) -> Result<Option<Standing>, ApiError> {
    // what it belongs to may not be for the caller to see, and still decides
    let above = above(change, &Scope::Gateway, key).await?;
    operator.authorize(&above.place(key))
}

/// Whether the caller may make a key like this; `named` are the fields of the request.
pub(super) async fn new_key(
    operator: &Operator,
    change: &mut Transaction,
    key: &mut KeyRow,
    named: &[String],
) -> Result<(), ApiError> {
    let above = above(change, &operator.scope, key).await?;
    above.check(key)?;
    let standing = operator.authorize(&above.place(key))?;
    check_fields(Fields::NewKey, standing, named)?;
    check_attached(Fields::NewKey, standing, &Map::new(), &key.metadata)?;
    if standing.is_some() && key.user_id.is_some() && key.user_id.as_deref() != operator.principal.user_id() {
        for_another(change, &above, key).await?;
    }
    check_text(operator, change, "key", &key.hash).await?;
    check_alias(operator, change, key).await?;
    check_known(change, &[], &key.settings.access_group_ids).await?;
    bonds::hand_on(&operator.principal, key);
    key.settings.blocked_from = blocked::judge(standing, (false, None), Some(key.blocked))?;
    bounded(&operator.principal, change, &above, key).await
}

/// Whether the caller may make a key like this for a service of its team.
pub(super) async fn new_service_key(
    operator: &Operator,
    change: &mut Transaction,
    key: &mut KeyRow,
    named: &[String],
) -> Result<(), ApiError> {
    let above = above(change, &operator.scope, key).await?;
    above.check(key)?;
    // a member stands there as for a key of its own: the team says whether he may
    let place = Place { user: operator.principal.user_id(), ..above.place(key) };
    let standing = operator.authorize(&place)?;
    check_fields(Fields::NewKey, standing, named)?;
    let is_limited = |team: &str| {
        let member = operator.principal.person().and_then(|person| person.membership(team));
        member.is_some_and(|member| member.limits.as_ref().is_some_and(|limits| *limits != Limits::default()))
    };
    if matches!(standing, Some(Standing::Permitted(_))) && key.team_id.as_deref().is_some_and(is_limited) {
        let problem = "what the team lets you spend or call is limited, and a key without a user would not be";
        return Err(ApiError::forbidden("team_id", problem));
    }
    check_text(operator, change, "key", &key.hash).await?;
    check_alias(operator, change, key).await?;
    check_known(change, &[], &key.settings.access_group_ids).await?;
    bonds::hand_on(&operator.principal, key);
    key.settings.blocked_from = blocked::judge(standing, (false, None), Some(key.blocked))?;
    bounded(&operator.principal, change, &above, key).await
}

/// A key for somebody else must not let its maker act as that other: it is for calls, and within a team that both are in.
async fn for_another(change: &mut Transaction, above: &Above, key: &mut KeyRow) -> Result<(), ApiError> {
    let user = key.user_id.as_deref().unwrap_or_default();
    let is_member = match &above.team {
        Some(team) => change.find::<TeamMember>(&Scope::Gateway, &[&team.team_id, user]).await?.is_some(),
        None => false,
    };
    if !is_member {
        return Err(ApiError::forbidden("user_id", "only members of its team can be given a key"));
    }
    if !key.settings.allowed_routes.is_empty() && !is_for_calls(key) {
        return Err(ApiError::forbidden("key_type", "a key for somebody else is for calls of models: llm_api"));
    }
    restrict_to_calls(key);
    Ok(())
}

/// Makes it a key with which nobody can act as its owner.
pub(in crate::manage) fn restrict_to_calls(key: &mut KeyRow) {
    key.settings.key_type = Some("llm_api".to_owned());
    key.settings.allowed_routes = vec![FOR_CALLS.to_owned()];
}

const FOR_CALLS: &str = "llm_api_routes";

/// Whether a key opens nothing but calls of models.
pub(super) fn is_for_calls(key: &KeyRow) -> bool {
    key.settings.allowed_routes == [FOR_CALLS]
}

/// Whether the caller may make that of a key that exists; `named` are the fields of the request.
pub(super) async fn changed_key(
    operator: &Operator,
    change: &mut Transaction,
    (before, after): (&KeyRow, &mut KeyRow),
    named: &[String],
) -> Result<(), ApiError> {
    let left = above(change, &Scope::Gateway, before).await?;
    let was = operator.authorize(&left.place(before))?;
    let above = above(change, &operator.scope, after).await?;
    above.check(after)?;
    let is = operator.authorize(&above.place(after))?;
    for standing in [was, is] {
        check_fields(Fields::Key, standing, named)?;
        check_attached(Fields::Key, standing, &before.metadata, &after.metadata)?;
    }
    left.check_left(was, before, after)?;
    if let (Some(team), Some(user)) = (&above.team, &after.user_id)
        && before.team_id != after.team_id
        && change.find::<TeamMember>(&Scope::Gateway, &[&team.team_id, user]).await?.is_none()
    {
        return Err(ApiError::forbidden("team_id", "the owner of the key is no member of that team"));
    }
    if before.key_alias != after.key_alias {
        check_alias(operator, change, after).await?;
    }
    check_known(change, &before.settings.access_group_ids, &after.settings.access_group_ids).await?;
    let asked = named.iter().any(|name| name == "blocked").then_some(after.blocked);
    after.settings.blocked_from = blocked::judge(was, (before.blocked, before.settings.blocked_from), asked)?;
    bounded(&operator.principal, change, &above, after).await
}

/// Whether the caller may be given a new text for a key, with these changes; `named` are the fields that say which.
///
/// Whoever has the text can act as the user of the key. So those who lead a team may have it for what is nobody's, and
/// for keys of others that are for calls only.
pub(super) async fn replaced_key(
    operator: &Operator,
    change: &mut Transaction,
    (before, after): (&KeyRow, &mut KeyRow),
    named: &[String],
) -> Result<(), ApiError> {
    let standing = standing(operator, change, before).await?;
    let is_anothers = before.user_id.is_some() && before.user_id.as_deref() != operator.principal.user_id();
    if standing.is_some() && is_anothers && !is_for_calls(before) {
        return Err(ApiError::forbidden("key", "only its user can be given a new one, or an administrator"));
    }
    // a key that is renewed by itself has nothing that it had not
    if named.is_empty() && operator.principal.key_hash() == Some(&before.hash) {
        return Ok(());
    }
    changed_key(operator, change, (before, after), named).await
}

async fn bounded(giver: &Principal, change: &mut Transaction, above: &Above, key: &KeyRow) -> Result<(), ApiError> {
    // only now that the caller may name one: else it would learn from the answer which there are
    let _budget: Option<BudgetRow> = named(change, &Scope::Gateway, "budget_id", key.budget_id.as_deref()).await?;
    if let Some(team) = &above.team {
        guaranteed::check(change, team, key).await?;
    }
    let grant = Grant { key, team: above.team.as_ref(), organization: above.organization.as_ref() };
    Ok(grant::within(giver, &grant)?)
}
