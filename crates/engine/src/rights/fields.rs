//! Which fields somebody may set, by where he stands. What is not said here is the administrators' alone.

use super::standing::Standing;

/// Fields of a key that its owner may set, on a new one and, but for those of [`KEY_OF_NEW`], later.
const KEY_OF_OWNER: &[&str] = &[
    "aliases",
    "budget_fallbacks",
    "duration",
    "key",
    "key_alias",
    "max_parallel_requests",
    "metadata",
    "model_itpm_limit",
    "model_otpm_limit",
    "model_rpm_limit",
    "model_tpm_limit",
    "models",
    "project_id",
    "rpd_limit",
    "rph_limit",
    "rpm_limit",
    "tags",
    "team_id",
    "tpd_limit",
    "tph_limit",
    "tpm_limit",
];

/// Fields that an owner may set on a new key: later its budget is what it is.
const KEY_OF_NEW: &[&str] =
    &["budget_duration", "budget_limits", "key_type", "max_budget", "model_max_budget", "organization_id", "user_id"];

/// Fields that those who lead the team or the organization of a key may set beside. Whose it is and what it may call are not
/// among them: whoever had the key of somebody else could make himself that other.
const KEY_OF_LEADER: &[&str] = &[
    "blocked",
    "budget_duration",
    "budget_limits",
    "default_estimated_output_tokens",
    "default_estimated_output_tokens_per_model",
    "enforced_params",
    "max_budget",
    "model_max_budget",
    "rpm_limit_type",
    "soft_budget",
    "tag_rpm_limit",
    "temp_budget_expiry",
    "temp_budget_increase",
    "tpm_limit_type",
];

/// Fields of a user that he may change himself. By his address others know him, and what is attached to him is not his own.
const USER_OF_OWNER: &[&str] = &["user_alias", "user_id"];

/// Fields of a new user that the admin of his organization may set.
const USER_OF_LEADER: &[&str] = &[
    "auto_create_key",
    "budget_duration",
    "key_alias",
    "duration",
    "max_budget",
    "max_parallel_requests",
    "metadata",
    "model_max_budget",
    "models",
    "organization_id",
    "organizations",
    "rpm_limit",
    "soft_budget",
    "send_invite_email",
    "teams",
    "tpm_limit",
    "user_alias",
    "user_email",
    "user_id",
    // one that is not for the whole gateway
    "user_role",
];

/// Fields of a team that its own admins may change: how it is called and how its members share what it has, not what it has.
const TEAM_OF_LEADER: &[&str] = &[
    "default_team_member_models",
    "metadata",
    "team_alias",
    "team_id",
    "team_member_budget",
    "team_member_budget_duration",
    "team_member_permissions",
    "team_member_rpm_limit",
    "team_member_tpm_limit",
];

/// What of a team the admin of its organization may not set.
const TEAM_OF_ADMIN: &[&str] =
    &["access_group_ids", "allowed_passthrough_routes", "budget_mode", "denied_passthrough_routes", "spend"];

/// A kind of object whose fields are not everybody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fields {
    /// Of a key that is made.
    NewKey,
    /// Of a key that exists.
    Key,
    /// Of a user.
    User,
    /// Of a team.
    Team,
}

/// Whether somebody who stands there may set that field; `None` is an administrator.
pub fn may_set(fields: Fields, standing: Option<Standing>, field: &str) -> bool {
    let Some(standing) = standing else { return true };
    let leads = matches!(standing, Standing::OrganizationLeader | Standing::TeamLeader);
    match fields {
        Fields::NewKey => {
            let own = KEY_OF_OWNER.contains(&field) || KEY_OF_NEW.contains(&field);
            own || leads && KEY_OF_LEADER.contains(&field)
        }
        Fields::Key => KEY_OF_OWNER.contains(&field) || leads && KEY_OF_LEADER.contains(&field),
        Fields::User if standing == Standing::OrganizationLeader => USER_OF_LEADER.contains(&field),
        Fields::User => USER_OF_OWNER.contains(&field),
        Fields::Team if standing == Standing::OrganizationLeader => !TEAM_OF_ADMIN.contains(&field),
        Fields::Team => TEAM_OF_LEADER.contains(&field),
    }
}
