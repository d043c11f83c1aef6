//! Who joins a team and who leaves it.

use std::collections::BTreeMap;

use engine::rights::role::Role;
use engine::rights::{Standing, grant};
use money::Nanos;
use serde::Deserialize;
use serde_json::Map;
use store::keys::KeyFilter;
use store::organizations::OrganizationMember;
use store::teams::{TeamMember, TeamRow};
use store::users::{UserFilter, UserRow, UserSettings};
use store::{Limits, Record, Scope, Stamps, StoreError, Transaction, UPDATED};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::body::Change;
use crate::manage::fields::{BudgetMode, Cap, DurationText, LimitFields, ModelLimitFields, ModelNames, Name};
use crate::manage::named::random_id;
use crate::manage::operator::Operator;
use crate::manage::user::bound::usual;
use crate::manage::user::judge::check_unique;
use crate::manage::{budget, remove};

/// A member as bodies name it: by id, or by address.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberField {
    #[serde(default)]
    #[schema(value_type = Option<Name>)]
    pub(super) user_id: Option<Name>,
    #[serde(default)]
    #[schema(value_type = Option<Name>)]
    pub(super) user_email: Option<Name>,
    #[serde(default)]
    pub(super) role: TeamRole,
}

/// What somebody is in a team.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TeamRole {
    /// Leads it.
    Admin,
    #[default]
    User,
}

impl TeamRole {
    pub(in crate::manage) fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
        }
    }
}

/// What one member may spend of what the team has, and on which models.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(crate) struct MemberLimits {
    /// In US dollars. Null: as much as the team.
    #[schema(value_type = Option<f64>, minimum = 0)]
    #[serde(default)]
    pub(super) max_budget_in_team: Change<Cap>,
    #[schema(value_type = Option<String>, example = "30d")]
    #[serde(default)]
    budget_duration: Change<DurationText>,
    #[schema(value_type = Option<u64>)]
    #[serde(default)]
    tpm_limit: Change<u64>,
    #[schema(value_type = Option<u64>)]
    #[serde(default)]
    rpm_limit: Change<u64>,
    /// Of the team's models; empty: all.
    #[schema(value_type = Option<ModelNames>)]
    #[serde(default)]
    allowed_models: Change<ModelNames>,
    #[schema(value_type = Option<BTreeMap<String, ModelLimitFields>>)]
    #[serde(default)]
    model_max_budget: Change<BTreeMap<String, ModelLimitFields>>,
    /// So much more until `temp_budget_expiry`.
    #[schema(value_type = Option<f64>, minimum = 0)]
    #[serde(default)]
    temp_budget_increase: Change<Cap>,
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    temp_budget_expiry: Change<String>,
    /// For administrators to set.
    #[schema(value_type = Option<BudgetMode>)]
    #[serde(default)]
    budget_mode: Change<BudgetMode>,
}

impl MemberLimits {
    pub(in crate::manage) fn of_budget(max_budget: Option<Cap>) -> Self {
        Self { max_budget_in_team: max_budget.map_or(Change::Keep, Change::Set), ..Self::default() }
    }

    fn apply(self, limits: &mut Limits, now: i64) -> Result<(), ApiError> {
        let fields = LimitFields {
            max_budget: self.max_budget_in_team,
            budget_duration: self.budget_duration,
            tpm_limit: self.tpm_limit,
            rpm_limit: self.rpm_limit,
            model_max_budget: self.model_max_budget,
            temp_budget_increase: self.temp_budget_increase,
            temp_budget_expiry: self.temp_budget_expiry,
            budget_mode: self.budget_mode,
            ..LimitFields::default()
        };
        fields.apply(limits, now)?;
        self.allowed_models.apply_or_default(&mut limits.allowed_models);
        Ok(())
    }
}

/// A change of a team's members.
pub(in crate::manage) struct Membership<'a> {
    pub(in crate::manage) app: &'a App,
    pub(in crate::manage) operator: &'a Operator,
    pub(in crate::manage) team: &'a TeamRow,
    /// From where the operator acts.
    pub(in crate::manage) standing: Option<Standing>,
}

impl Membership<'_> {
    /// Makes somebody a member, with what the team gives its members where `limits` says nothing.
    pub(in crate::manage) async fn add(
        &self,
        change: &mut Transaction,
        user_id: &str,
        role: TeamRole,
        limits: MemberLimits,
    ) -> Result<TeamMember, ApiError> {
        let settings = &self.team.settings;
        let default = settings.team_member_budget_id.as_deref();
        let of_team = budget::limits(change, default).await?;
        let mut own = of_team.clone();
        own.allowed_models.clone_from(&settings.default_team_member_models);
        limits.apply(&mut own, self.operator.actor.at)?;
        self.check_mode(&of_team, &own)?;
        self.check(&own)?;
        let budget_id = if own == of_team {
            default.map(str::to_owned)
        } else {
            Some(budget::own(self.app, change, own).await?.budget_id)
        };
        let at = self.operator.actor.at;
        let member = TeamMember {
            team_id: self.team.team_id.clone(),
            user_id: user_id.to_owned(),
            role: role.name().to_owned(),
            budget_id,
            spend: Nanos::ZERO,
            forgiven: Nanos::ZERO,
            created_at: at,
            updated_at: at,
        };
        change.insert(&member).await?;
        Ok(member)
    }

    /// Gives a member other limits. What it shares with others stays theirs: it gets limits of its own.
    pub(super) async fn limit(
        &self,
        change: &mut Transaction,
        member: &mut TeamMember,
        limits: MemberLimits,
    ) -> Result<(), ApiError> {
        let before = budget::limits(change, member.budget_id.as_deref()).await?;
        let mut after = before.clone();
        limits.apply(&mut after, self.operator.actor.at)?;
        if after == before {
            return Ok(());
        }
        if self.standing.is_some() && self.operator.principal.user_id() == Some(member.user_id.as_str()) {
            return Err(ApiError::forbidden("user_id", "your own limits are for others to set"));
        }
        self.check_mode(&before, &after)?;
        self.check(&after)?;
        let shared = member.budget_id == self.team.settings.team_member_budget_id;
        match member.budget_id.as_deref().filter(|_| !shared) {
            Some(own) if after == Limits::default() => self.unlink(change, member, own.to_owned()).await?,
            Some(own) => budget::set_limits(change, own, after).await?,
            None => {
                let own = budget::own(self.app, change, after).await?.budget_id;
                self.link(change, member, Some(own)).await?;
            }
        }
        Ok(())
    }

    /// A member with no limits of its own any more.
    async fn unlink(&self, change: &mut Transaction, member: &mut TeamMember, own: String) -> Result<(), ApiError> {
        self.link(change, member, None).await?;
        budget::release(change, Some(&own)).await
    }

    /// Gives a member another budget.
    pub(super) async fn link(
        &self,
        change: &mut Transaction,
        member: &mut TeamMember,
        budget_id: Option<String>,
    ) -> Result<(), ApiError> {
        let after = TeamMember { budget_id, updated_at: self.operator.actor.at, ..member.clone() };
        change.update(UPDATED, member, &after).await?;
        *member = after;
        Ok(())
    }

    /// Who may spend more than his cap is for administrators to say.
    fn check_mode(&self, before: &Limits, after: &Limits) -> Result<(), ApiError> {
        if self.standing.is_some() && after.is_soft && !before.is_soft {
            return Err(ApiError::forbidden("budget_mode", "only an administrator can make a budget soft"));
        }
        Ok(())
    }

    /// A leader shares out what the team has, no more.
    fn check(&self, limits: &Limits) -> Result<(), ApiError> {
        if self.standing.is_none() {
            return Ok(());
        }
        grant::limits_within(&self.team.limits, limits).map_err(|wider| {
            let field = if wider.field == "max_budget" { "max_budget_in_team" } else { wider.field };
            ApiError::forbidden(field, &wider.problem)
        })
    }

    /// The user that a body names, made if an administrator names one that there is not yet. To others, whoever is neither
    /// theirs to see nor of the team's organization does not exist.
    pub(super) async fn user(&self, change: &mut Transaction, named: &MemberField) -> Result<UserRow, ApiError> {
        let user_id = named.user_id.as_ref().map(|name| name.0.trim()).filter(|id| !id.is_empty());
        let email = named.user_email.as_ref().map(|name| name.0.trim()).filter(|email| !email.is_empty());
        if user_id.is_none() && email.is_none() {
            return Err(ApiError::unprocessable("member", "name a user_id or a user_email"));
        }
        let found = match (user_id, email) {
            (None, Some(email)) => change.all(&Scope::Gateway, &of_email(email)).await?,
            (id, _) => change.find(&Scope::Gateway, &[id.unwrap_or_default()]).await?.into_iter().collect(),
        };
        let mut known = Vec::new();
        for user in found {
            if self.may_add(change, &user).await? {
                known.push(user);
            }
        }
        match only(known)? {
            Some(user) => {
                let other =
                    |email: &str| user.user_email.as_deref().is_some_and(|own| !own.eq_ignore_ascii_case(email));
                if user_id.is_some() && email.is_some_and(other) {
                    return Err(ApiError::invalid("user_email", "this user has another address"));
                }
                Ok(user)
            }
            None if self.operator.principal.is_admin() => {
                let id = match user_id {
                    Some(id) => id.to_owned(),
                    None => random_id(self.app)?,
                };
                let mut user = new_user(self.operator, id, email);
                usual(self.app.engine(), &mut user, self.operator.actor.at)?;
                check_unique(self.operator, change, &user).await?;
                change.insert(&user).await?;
                Ok(user)
            }
            None => Err(missing_user()),
        }
    }

    async fn may_add(&self, change: &mut Transaction, user: &UserRow) -> Result<bool, ApiError> {
        let scope = &self.operator.scope;
        if change.find::<UserRow>(scope, &[&user.user_id]).await?.is_some() {
            return Ok(true);
        }
        let Some(organization) = &self.team.organization_id else { return Ok(false) };
        let id = [organization.as_str(), user.user_id.as_str()];
        Ok(change.find::<OrganizationMember>(&Scope::Gateway, &id).await?.is_some())
    }
}

/// Takes somebody out of a team. Keys of his that are the team's go with him.
pub(in crate::manage) async fn leave(change: &mut Transaction, member: &TeamMember) -> Result<(), ApiError> {
    let filter = KeyFilter {
        team_id: Some(member.team_id.clone()),
        user_id: Some(member.user_id.clone()),
        ..KeyFilter::default()
    };
    remove::keys(change, &filter).await?;
    change.delete(member).await?;
    let team: Option<TeamRow> = change.find(&Scope::Gateway, &[&member.team_id]).await?;
    let of_team = team.and_then(|team| team.settings.team_member_budget_id);
    if member.budget_id != of_team {
        budget::release(change, member.budget_id.as_deref()).await?;
    }
    Ok(())
}

/// The one user with that address whom the scope sees: tenants that do not see each other may know the same one.
pub(in crate::manage) async fn by_email(
    change: &mut Transaction,
    scope: &Scope,
    email: &str,
) -> Result<Option<UserRow>, ApiError> {
    only(change.all(scope, &of_email(email)).await?)
}

fn of_email(email: &str) -> UserFilter {
    UserFilter { user_email: Some(email.to_owned()), ..UserFilter::default() }
}

/// Refuses an address that does not say which user is meant.
pub(super) fn only(mut found: Vec<UserRow>) -> Result<Option<UserRow>, ApiError> {
    if found.len() > 1 {
        return Err(ApiError::invalid("user_email", "several users have this address: name the id"));
    }
    Ok(found.pop())
}

/// The one answer about a user who is not there and about one of somebody else.
pub(in crate::manage) fn missing_user() -> ApiError {
    StoreError::NotFound { what: UserRow::NOUN }.into()
}

/// A user as the least that there is.
pub(in crate::manage) fn new_user(operator: &Operator, user_id: String, email: Option<&str>) -> UserRow {
    UserRow {
        user_id,
        user_email: email.map(str::to_owned),
        user_alias: None,
        user_role: Role::InternalUser.name().to_owned(),
        sso_user_id: None,
        models: Vec::new(),
        limits: Limits::default(),
        metadata: Map::new(),
        settings: UserSettings::default(),
        spend: Nanos::ZERO,
        stamps: Stamps::new(&operator.actor),
    }
}
