//! Which models there are for whom.

use std::sync::Arc;

use store::keys::KeyRow;
use store::teams::TeamRow;
use store::{KeyHash, Stamps, StoreError};
use wire::{ErrorKind, ErrorReply};

use super::identify;
use crate::engine::Engine;
use crate::models::Listed;
use crate::principal::Principal;
use crate::rights::role::Role;
use crate::secret::Secret;

/// What is to be listed.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What a key of this team could use, in the place of what the caller can.
    pub team: Option<String>,
    /// Administrators see what the master key can use, whatever their own key can.
    pub everything: bool,
    /// Wildcards as they are written, beside what is known behind them.
    pub patterns: bool,
    pub access_groups: AccessGroupNames,
}

/// Whether access groups of deployments are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AccessGroupNames {
    #[default]
    Left,
    Beside,
    Only,
}

pub(crate) async fn list(engine: &Engine, principal: &Principal, wanted: &Wanted) -> Result<Vec<Listed>, ErrorReply> {
    let looks_at_all = matches!(principal.role(), Some(Role::ProxyAdmin | Role::ProxyAdminViewer));
    let other = match &wanted.team {
        Some(team) => match as_of_team(engine, principal, team).await? {
            Some(other) => Some(other),
            None => return Ok(Vec::new()),
        },
        None => (wanted.everything && looks_at_all).then(Principal::master),
    };
    let principal = other.as_ref().unwrap_or(principal);
    let settings = engine.settings();
    let models = &settings.models;
    let mut listed = Vec::new();
    if wanted.access_groups != AccessGroupNames::Only {
        if wanted.patterns {
            listed.extend(principal.usable_patterns(models));
        }
        listed.extend(principal.usable(&settings));
    }
    if wanted.access_groups != AccessGroupNames::Left {
        listed.extend(principal.usable_access_groups(models));
    }
    Ok(listed)
}

/// A caller with a key of that team and no list of its own, as its member where the one who asks is one. It is asked what it may
/// use and opens nothing. Nobody calls for a team that is blocked.
async fn as_of_team(engine: &Engine, principal: &Principal, team_id: &str) -> Result<Option<Principal>, ErrorReply> {
    let failed = |error: StoreError| identify::unavailable(&error);
    let seen = store::find::<TeamRow>(&engine.db, &principal.scope(), &[team_id]).await.map_err(failed)?;
    let team = seen.ok_or_else(|| {
        let message = "Invalid 'team_id': there is no such team, or you do not belong to it.";
        ErrorReply::new(ErrorKind::NotFound, message).with_param("team_id")
    })?;
    if team.blocked {
        return Ok(None);
    }
    let member = principal.person().filter(|person| person.membership(&team.team_id).is_some());
    let hash = KeyHash::parse(&Secret::new(team_id).sha256_hex()).map_err(failed)?;
    let stamps = Stamps { created_at: 0, created_by: None, updated_at: 0, updated_by: None };
    let mut key = KeyRow::new(hash, String::new(), stamps);
    key.user_id = member.map(|person| person.row.user_id.clone());
    key.team_id = Some(team.team_id);
    Ok(Some(Principal::of_key(identify::caller(&engine.directory, &Arc::new(key)).await?)))
}
