//! Where a caller stands towards an object.

use store::KeyHash;
use store::teams::TeamRow;

use super::role::Role;
use crate::principal::Principal;

/// A relation between a caller and an object, other than being an administrator of the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Sees everything, changes nothing.
    Viewer,
    /// Is an admin of the organization that the object belongs to.
    OrganizationLeader,
    /// Is an admin of the team that the object belongs to.
    TeamLeader,
    /// Belongs to the team, which lets its members do what this route does, and the object is its own.
    Permitted(&'static str),
    /// Belongs to the team or organization of the object.
    Member,
    /// Is the user whose object it is.
    Owner,
    /// Is the key that it is about, or the user of that key, also one who may only look.
    Itself,
    /// Has a key.
    Anybody,
}

/// What belongs to whom: as much of an object as rights depend on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'a> {
    /// The organization, by itself or by the team.
    pub organization: Option<&'a str>,
    /// The team. Its row says what members may do.
    pub team: Option<&'a TeamRow>,
    /// The user.
    pub user: Option<&'a str>,
    /// The key.
    pub key: Option<&'a KeyHash>,
}

impl Standing {
    /// Whether the caller stands there towards the object.
    pub(super) fn is_of(self, principal: &Principal, place: &Place<'_>) -> bool {
        let Some(caller) = principal.caller() else { return false };
        match self {
            Self::Viewer => principal.role() == Some(Role::ProxyAdminViewer),
            Self::OrganizationLeader => place.organization.is_some_and(|id| principal.leads_organization(id)),
            Self::TeamLeader => place.team.is_some_and(|team| principal.leads_team(&team.team_id)),
            Self::Permitted(route) => {
                let Some(team) = place.team else { return false };
                let is_own = place.user.is_some() && place.user == principal.user_id();
                is_own && is_member(principal, &team.team_id) && permits(team, route)
            }
            Self::Member => {
                place.team.is_some_and(|team| is_member(principal, &team.team_id))
                    || place.organization.is_some_and(|id| is_member_of_organization(principal, id))
            }
            // a key of a team is its team's: the team says what members do with their own
            Self::Owner => place.team.is_none() && place.user.is_some() && place.user == active_user(principal),
            Self::Itself => {
                let is_own_user = place.key.is_none() && place.user.is_some() && place.user == principal.user_id();
                is_own_user || place.key == Some(&caller.key.hash)
            }
            Self::Anybody => true,
        }
    }

    /// Whether there can be an object towards which the caller stands there.
    pub(super) fn is_possible(self, principal: &Principal) -> bool {
        let memberships = |wanted: fn(&store::users::Membership) -> bool| {
            principal.person().is_some_and(|person| person.teams.iter().any(wanted))
        };
        match self {
            Self::Viewer => principal.role() == Some(Role::ProxyAdminViewer),
            Self::OrganizationLeader => {
                let of = principal.person().map(|person| person.organizations.as_slice()).unwrap_or_default();
                of.iter().any(|member| member.user_role == LEADS_ORGANIZATION)
            }
            Self::TeamLeader => memberships(store::users::Membership::is_admin),
            Self::Permitted(_) => memberships(|_| true),
            Self::Owner => active_user(principal).is_some(),
            Self::Member | Self::Itself | Self::Anybody => true,
        }
    }
}

const LEADS_ORGANIZATION: &str = "org_admin";

impl Principal {
    /// Whether the caller is an admin of that organization.
    pub fn leads_organization(&self, id: &str) -> bool {
        self.person().is_some_and(|person| {
            person.organizations.iter().any(|of| of.organization_id == id && of.user_role == LEADS_ORGANIZATION)
        })
    }

    /// Whether the caller is an admin of that team.
    pub fn leads_team(&self, id: &str) -> bool {
        self.person().and_then(|person| person.membership(id)).is_some_and(store::users::Membership::is_admin)
    }
}

/// A user who may have objects of his own; viewers may not.
fn active_user(principal: &Principal) -> Option<&str> {
    let is_viewer = matches!(principal.role(), None | Some(Role::InternalUserViewer | Role::ProxyAdminViewer));
    if is_viewer { None } else { principal.user_id() }
}

fn is_member(principal: &Principal, team_id: &str) -> bool {
    // a key of a team without a user is a service of that team
    let is_of_team = principal.key().is_some_and(|key| key.team_id.as_deref() == Some(team_id));
    is_of_team || principal.person().is_some_and(|person| person.membership(team_id).is_some())
}

fn is_member_of_organization(principal: &Principal, id: &str) -> bool {
    principal.person().is_some_and(|person| person.organizations.iter().any(|of| of.organization_id == id))
}

/// Whether a team lets its members do what this route does with their own keys.
fn permits(team: &TeamRow, route: &str) -> bool {
    let granted = team.settings.team_member_permissions.as_deref().unwrap_or_default();
    granted.iter().any(|permission| permission == route)
}
