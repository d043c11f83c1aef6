//! `POST /user/new`: a user, mostly with a key.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use engine::rights::fields::Fields as Kind;
use engine::rights::grant::{self, Grant};
use engine::rights::{Place, Standing, bonds};
use engine::secret::Secret;
use money::Nanos;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use store::keys::KeyRow;
use store::organizations::{OrganizationMember, OrganizationRow};
use store::teams::{TeamMember, TeamRow};
use store::users::UserRow;
use store::{KeyHash, Scope, Transaction};
use utoipa::ToSchema;

use super::body::{LATER, UserBody, UserFields};
use super::bound::{bound, usual};
use super::judge::{check_unique, is_above_tenants, taken};
use super::view::UserView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::{Change, Fields};
use crate::manage::fields::{Attachments, Cap, LimitFields, Name, Names, nameable};
use crate::manage::instant::iso;
use crate::manage::key::{check_alias, expiry, generate, restrict_to_calls};
use crate::manage::named::{CHOSEN, named, random_id};
use crate::manage::operator::{Operator, check_attached, check_fields};
use crate::manage::team::judge as team;
use crate::manage::team::member::{MemberLimits, Membership, TeamRole, new_user};
use crate::openapi::ErrorBody;

/// Who it is and where it belongs.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct NewUser {
    /// Left out or empty: a random one.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    user_id: Change<Name>,
    /// Teams that the user joins: ids, or objects with `team_id`, `user_role` and `max_budget_in_team`.
    #[schema(value_type = Option<Vec<JoinedTeam>>)]
    #[serde(default)]
    teams: Change<Vec<JoinedTeam>>,
    /// One more team, to which the key belongs.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    team_id: Change<Name>,
    /// Organizations that the user joins.
    #[schema(value_type = Option<Names>)]
    #[serde(default)]
    organizations: Change<Names>,
    /// One more.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    organization_id: Change<Name>,
}

#[derive(ToSchema)]
#[serde(untagged)]
pub(crate) enum JoinedTeam {
    Id(Name),
    As(JoinedAs),
}

impl<'de> Deserialize<'de> for JoinedTeam {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        let read = if raw.get().starts_with('"') {
            serde_json::from_str(raw.get()).map(Self::Id)
        } else {
            serde_json::from_str(raw.get()).map(Self::As)
        };
        read.map_err(D::Error::custom)
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct JoinedAs {
    team_id: Name,
    /// What the user may spend of the team's money, in US dollars.
    #[serde(default)]
    #[schema(value_type = Option<f64>, minimum = 0)]
    max_budget_in_team: Option<Cap>,
    #[serde(default)]
    user_role: TeamRole,
}

/// The key that is made with the user.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct KeyOfUser {
    /// Whether there is one; true unless said otherwise.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    auto_create_key: Change<bool>,
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    key_alias: Change<Name>,
    /// For how long the key is valid from now.
    #[schema(value_type = Option<String>, example = "30d")]
    #[serde(default)]
    duration: Change<String>,
    /// Names that the key has for model groups.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    #[serde(default)]
    aliases: Change<BTreeMap<String, String>>,
    /// Whether the key is refused for now.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    blocked: Change<bool>,
}

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct CreateUserRequest {
    #[serde(flatten)]
    new: NewUser,
    #[serde(flatten)]
    key: KeyOfUser,
    #[serde(flatten)]
    own: UserFields,
    #[serde(flatten)]
    limits: LimitFields,
    #[serde(flatten)]
    attached: Attachments,
}

/// The user, and its key if one was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreateUserResponse {
    /// The key: this is the only time that it can be read. Empty if none was made.
    key: String,
    key_name: Option<String>,
    key_alias: Option<String>,
    #[schema(value_type = Option<String>)]
    token: Option<KeyHash>,
    #[schema(value_type = Option<String>)]
    token_id: Option<KeyHash>,
    #[schema(format = DateTime)]
    expires: Option<String>,
    aliases: BTreeMap<String, String>,
    #[schema(value_type = Object)]
    config: Map<String, Value>,
    #[schema(value_type = Object)]
    permissions: Map<String, Value>,
    #[serde(flatten)]
    user: UserView,
}

/// Makes a user.
#[utoipa::path(
    post, path = "/user/new", tag = "users", request_body = CreateUserRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = CreateUserResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn create_user(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<CreateUserResponse>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let new: NewUser = fields.take()?;
    let key: KeyOfUser = fields.take()?;
    let body = UserBody::take(&mut fields)?;
    fields.ignore(&["send_invite_email"]);
    let given = fields.named().to_vec();
    fields.close(LATER)?;
    let role = body.own.user_role.set();
    let user_id = match nameable(new.user_id).set() {
        Some(_) if !operator.principal.is_admin() => return Err(ApiError::forbidden("user_id", CHOSEN)),
        Some(user_id) => user_id.0,
        None => random_id(&app)?,
    };
    let mut user = new_user(&operator, user_id, None);
    body.apply(&mut user, operator.actor.at)?;
    let mut change = operator.begin(&app).await?;
    let organizations = new.organizations.set().unwrap_or_default().0;
    let organizations: Vec<_> =
        nameable(new.organization_id).set().map(|id| id.0).into_iter().chain(organizations).collect();
    let mut creation = Creation { app: &app, operator: &operator, change: &mut change };
    let (above, standing) = creation.organizations(organizations).await?;
    check_fields(Kind::User, standing, &given)?;
    check_attached(Kind::User, standing, &Map::new(), &user.metadata)?;
    if standing.is_some() && role.is_some_and(|role| is_above_tenants(role.role())) {
        return Err(ApiError::forbidden("user_role", "only administrators give roles for the whole gateway"));
    }
    if standing.is_some() {
        bound(creation.change, &mut user, &above).await?;
    }
    usual(app.engine(), &mut user, operator.actor.at)?;
    creation.insert(&user, &above).await?;
    let own_team = nameable(new.team_id).set().map(|id| id.0);
    let joined = new.teams.set().unwrap_or_default().into_iter().map(JoinedAs::from);
    let joined = joined.chain(own_team.clone().map(|id| JoinedAs::from(JoinedTeam::Id(Name(id)))));
    creation.join(&user, joined.collect(), standing).await?;
    let key = creation.key(&user, key, own_team, above.first()).await?;
    app.commit(change).await?;
    Ok(Json(CreateUserResponse::new(UserView::read(&app, &Scope::Gateway, user).await?, key)))
}

/// A user on the way.
struct Creation<'a> {
    app: &'a App,
    operator: &'a Operator,
    change: &'a mut Transaction,
}

impl Creation<'_> {
    /// The organizations that the user is to join, and from where the caller makes it.
    async fn organizations(&mut self, ids: Vec<String>) -> Result<(Vec<OrganizationRow>, Option<Standing>), ApiError> {
        let mut rows: Vec<OrganizationRow> = Vec::new();
        let mut standing = None;
        for id in ids {
            let row = team::organization(self.operator, self.change, "organization_id", &id).await?;
            standing = self.operator.authorize(&Place { organization: Some(&id), ..Place::default() })?;
            if !rows.iter().any(|known| known.organization_id == id) {
                rows.push(row);
            }
        }
        if rows.is_empty() {
            standing = self.operator.authorize(&Place::default())?;
        }
        Ok((rows, standing))
    }

    async fn insert(&mut self, user: &UserRow, above: &[OrganizationRow]) -> Result<(), ApiError> {
        if self.change.find::<UserRow>(&Scope::Gateway, &[&user.user_id]).await?.is_some() {
            return Err(taken("user_id", format!("User with id {} already exists.", user.user_id)));
        }
        check_unique(self.operator, self.change, user).await?;
        self.change.insert(user).await?;
        for organization in above {
            let at = self.operator.actor.at;
            let member = OrganizationMember {
                organization_id: organization.organization_id.clone(),
                user_id: user.user_id.clone(),
                user_role: "internal_user".to_owned(),
                budget_id: None,
                spend: Nanos::ZERO,
                created_at: at,
                updated_at: at,
            };
            self.change.insert(&member).await?;
        }
        Ok(())
    }

    async fn join(
        &mut self,
        user: &UserRow,
        joined: Vec<JoinedAs>,
        standing: Option<Standing>,
    ) -> Result<(), ApiError> {
        for JoinedAs { team_id, max_budget_in_team, user_role } in joined {
            let team: Option<TeamRow> = named(self.change, &self.operator.scope, "teams", Some(&team_id.0)).await?;
            let Some(team) = team else { continue };
            self.operator.authorize(&team::place(&team))?;
            let id = [team_id.0.as_str(), user.user_id.as_str()];
            if self.change.find::<TeamMember>(&Scope::Gateway, &id).await?.is_none() {
                let membership = Membership { app: self.app, operator: self.operator, team: &team, standing };
                let limits = MemberLimits::of_budget(max_budget_in_team);
                membership.add(self.change, &user.user_id, user_role, limits).await?;
            }
        }
        Ok(())
    }

    /// The key that is made with the user: it has the models and the rates of the user, not the budget once more. Whoever makes
    /// it reads it, so unless that is an administrator it is for calls only.
    async fn key(
        &mut self,
        user: &UserRow,
        fields: KeyOfUser,
        team_id: Option<String>,
        organization: Option<&OrganizationRow>,
    ) -> Result<Option<(Secret, KeyRow)>, ApiError> {
        if fields.auto_create_key.set() == Some(false) {
            return Ok(None);
        }
        let key = generate::random_key(self.app.engine())?;
        let mut row = generate::new_row(&key, &self.operator.actor)?;
        row.user_id = Some(user.user_id.clone());
        if team_id.is_none() {
            row.organization_id = organization.map(|row| row.organization_id.clone());
        }
        row.team_id = team_id;
        row.models.clone_from(&user.models);
        row.metadata.clone_from(&user.metadata);
        row.limits.max_parallel_requests = user.limits.max_parallel_requests;
        row.limits.tpm_limit = user.limits.tpm_limit;
        row.limits.rpm_limit = user.limits.rpm_limit;
        nameable(fields.key_alias).apply(&mut row.key_alias);
        expiry(fields.duration, self.operator.actor.at)?.apply(&mut row.expires_at);
        fields.aliases.apply_or_default(&mut row.settings.aliases);
        fields.blocked.apply_or_default(&mut row.blocked);
        if !self.operator.principal.is_admin() {
            restrict_to_calls(&mut row);
            bonds::hand_on(&self.operator.principal, &mut row);
            let team = match &row.team_id {
                Some(id) => self.change.find(&Scope::Gateway, &[id]).await?,
                None => None,
            };
            grant::within(&self.operator.principal, &Grant { key: &row, team: team.as_ref(), organization })?;
        }
        check_alias(self.operator, self.change, &row).await?;
        self.change.insert(&row).await?;
        Ok(Some((key, row)))
    }
}

impl From<JoinedTeam> for JoinedAs {
    fn from(joined: JoinedTeam) -> Self {
        match joined {
            JoinedTeam::Id(team_id) => Self { team_id, max_budget_in_team: None, user_role: TeamRole::User },
            JoinedTeam::As(joined) => joined,
        }
    }
}

impl CreateUserResponse {
    fn new(user: UserView, made: Option<(Secret, KeyRow)>) -> Self {
        let (secret, row) = made.unzip();
        Self {
            key: secret.map(|secret| secret.reveal().to_owned()).unwrap_or_default(),
            key_name: row.as_ref().map(|row| row.key_name.clone()),
            key_alias: row.as_ref().and_then(|row| row.key_alias.clone()),
            token: row.as_ref().map(|row| row.hash.clone()),
            token_id: row.as_ref().map(|row| row.hash.clone()),
            expires: row.as_ref().and_then(|row| row.expires_at).map(iso),
            aliases: row.map(|row| row.settings.aliases).unwrap_or_default(),
            config: Map::new(),
            permissions: Map::new(),
            user,
        }
    }
}
