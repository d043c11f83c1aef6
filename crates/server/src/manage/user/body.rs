//! What the bodies of user routes have in common.

use engine::rights::role::Role;
use serde::Deserialize;
use store::users::UserRow;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::manage::body::{Change, Fields, Later};
use crate::manage::fields::{Attachments, LimitFields, ModelNames, Name, nameable};

/// The settings of a user that are its own.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(crate) struct UserFields {
    /// Where invitations go; one user an address, in upper or lower case.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    pub(super) user_email: Change<Name>,
    /// A name for people.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    user_alias: Change<Name>,
    /// What the user may do in the whole gateway.
    #[schema(value_type = Option<RoleField>)]
    #[serde(default)]
    pub(super) user_role: Change<RoleField>,
    /// The user's name at the identity provider; unique.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    sso_user_id: Change<Name>,
    /// Models that keys of its own, without a team, may call at most. Empty: all.
    #[schema(value_type = Option<ModelNames>)]
    #[serde(default)]
    models: Change<ModelNames>,
}

/// A role in the whole gateway.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RoleField {
    /// Everything.
    ProxyAdmin,
    /// See everything, change nothing.
    ProxyAdminViewer,
    /// Have keys of its own.
    InternalUser,
    /// See what is its own.
    InternalUserViewer,
}

impl RoleField {
    pub(super) fn role(self) -> Role {
        match self {
            Self::ProxyAdmin => Role::ProxyAdmin,
            Self::ProxyAdminViewer => Role::ProxyAdminViewer,
            Self::InternalUser => Role::InternalUser,
            Self::InternalUserViewer => Role::InternalUserViewer,
        }
    }
}

/// All settings of a user.
#[derive(Clone, Debug)]
pub(super) struct UserBody {
    pub(super) own: UserFields,
    limits: LimitFields,
    attached: Attachments,
}

impl UserBody {
    pub(super) fn take(fields: &mut Fields<'_>) -> Result<Self, ApiError> {
        Ok(Self { own: fields.take()?, limits: fields.take()?, attached: fields.take()? })
    }

    /// The address that is asked for.
    pub(super) fn email(&self) -> Option<String> {
        trimmed(self.own.user_email.clone()).set().map(String::from)
    }

    /// Makes the row what it is afterwards. `now` is in microseconds UTC.
    pub(super) fn apply(self, row: &mut UserRow, now: i64) -> Result<(), ApiError> {
        let UserFields { user_email, user_alias, user_role, sso_user_id, models } = self.own;
        trimmed(user_email).apply(&mut row.user_email);
        nameable(user_alias).apply(&mut row.user_alias);
        // a user always has a role, so null says nothing
        if let Some(role) = user_role.set() {
            role.role().name().clone_into(&mut row.user_role);
        }
        nameable(sso_user_id).apply(&mut row.sso_user_id);
        models.apply_or_default(&mut row.models);
        self.limits.apply(&mut row.limits, now)?;
        self.attached.apply(&mut row.metadata);
        Ok(())
    }
}

fn trimmed(email: Change<Name>) -> Change<Name> {
    match email {
        Change::Set(Name(text)) => nameable(Change::Set(Name(text.trim().to_owned()))),
        other => other,
    }
}

/// Fields of new users that older clients send with a change, too.
pub(super) const OF_NEW: &[&str] = &[
    "aliases",
    "auto_create_key",
    "blocked",
    "budget_reset_at",
    "duration",
    "key_alias",
    "organization_id",
    "organizations",
    "send_invite_email",
    "team_id",
    "teams",
];

/// Fields of LiteLLM's user bodies that this version does not honour.
pub(super) const LATER: &[Later] = &[
    ("agent_id", &[]),
    ("allowed_cache_controls", &[]),
    ("budget_fallbacks", &[]),
    ("config", &[]),
    ("guardrails", &[]),
    ("mcp_rpm_limit", &[]),
    ("object_permission", &[]),
    ("password", &[]),
    ("permissions", &[]),
    ("policies", &[]),
    ("prompts", &[]),
    ("spend", &["0", "0.0"]),
    ("tag_rpm_limit", &[]),
];
