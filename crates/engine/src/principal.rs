//! Who is calling. The constructors of `Principal` are crate-private; `pipeline::identify` alone gives one out, so whoever
//! holds one outside has been authenticated. `Engine::probe` is the other caller: of itself. `pipeline::list` asks some what they
//! may use, and keeps them.

use std::sync::Arc;

use store::keys::KeyRow;
use store::ledger::Payer;
use store::organizations::OrganizationRow;
use store::projects::ProjectRow;
use store::teams::TeamRow;
use store::users::{Membership, Person};
use store::{KeyHash, Limits, Scope, Tenancy};

use crate::directory::AccessGroups;
use crate::rights::role::Role;

/// An authenticated caller.
#[derive(Clone, Debug)]
pub struct Principal {
    who: Who,
}

#[derive(Clone, Debug)]
enum Who {
    Master,
    Key(Caller),
}

/// A virtual key and what stands above it, as they were when it opened.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) key: Arc<KeyRow>,
    pub(crate) person: Option<Arc<Person>>,
    pub(crate) team: Option<Arc<TeamRow>>,
    pub(crate) project: Option<Arc<ProjectRow>>,
    pub(crate) organization: Option<Arc<OrganizationRow>>,
    /// All there are, where the key or its team was given some.
    pub(crate) access_groups: Option<Arc<AccessGroups>>,
}

impl Principal {
    /// The holder of the master key: may do everything.
    pub(crate) fn master() -> Self {
        Self { who: Who::Master }
    }

    /// Whether it is the holder of the master key.
    pub fn is_master(&self) -> bool {
        matches!(self.who, Who::Master)
    }

    /// The holder of a virtual key.
    pub(crate) fn of_key(caller: Caller) -> Self {
        Self { who: Who::Key(caller) }
    }

    /// The role that the caller has in the whole gateway. A key without a user has none.
    pub fn role(&self) -> Option<Role> {
        match &self.who {
            Who::Master => Some(Role::ProxyAdmin),
            Who::Key(caller) => caller.person.as_ref().map(|person| Role::of(&person.row.user_role)),
        }
    }

    pub fn is_admin(&self) -> bool {
        self.role() == Some(Role::ProxyAdmin)
    }

    pub(crate) fn caller(&self) -> Option<&Caller> {
        match &self.who {
            Who::Master => None,
            Who::Key(caller) => Some(caller),
        }
    }

    /// The virtual key, if that is how the caller came.
    pub fn key(&self) -> Option<&Arc<KeyRow>> {
        self.caller().map(|caller| &caller.key)
    }

    pub fn key_hash(&self) -> Option<&KeyHash> {
        self.key().map(|row| &row.hash)
    }

    /// The user whose key it is, as far as somebody knows him.
    pub fn person(&self) -> Option<&Arc<Person>> {
        self.caller()?.person.as_ref()
    }

    /// The user whose key it is, also one that nobody has made known.
    pub fn user_id(&self) -> Option<&str> {
        self.key()?.user_id.as_deref()
    }

    /// The team of the key.
    pub fn team_id(&self) -> Option<&str> {
        self.key()?.team_id.as_deref()
    }

    /// Who pays for a call on behalf of `customer`.
    pub(crate) fn payer(&self, customer: Option<String>) -> Payer {
        let above = self.caller().and_then(|caller| caller.organization.as_ref());
        let key = self.key();
        Payer {
            key_hash: key.map(|key| key.hash.clone()),
            user_id: self.user_id().map(str::to_owned),
            team_id: self.team_id().map(str::to_owned),
            organization_id: above.map(|above| above.organization_id.clone()),
            project_id: key.and_then(|key| key.project_id.clone()),
            customer_id: customer,
        }
    }

    /// The rows that the caller may see.
    pub fn scope(&self) -> Scope {
        match &self.who {
            Who::Master => Scope::Gateway,
            Who::Key(_) if matches!(self.role(), Some(Role::ProxyAdmin | Role::ProxyAdminViewer)) => Scope::Gateway,
            Who::Key(caller) => Scope::Tenant(Box::new(caller.tenancy())),
        }
    }
}

impl Caller {
    /// The caller's place in the team of its key.
    pub(crate) fn membership(&self) -> Option<&Membership> {
        self.person.as_ref()?.membership(&self.team.as_ref()?.team_id)
    }

    /// Whether one of the budgets that are at hand holds it.
    pub(crate) fn has_a_budget(&self) -> bool {
        let holds = |limits: &Limits| limits.max_budget.is_some() || !limits.budget_limits.is_empty();
        let member = self.membership().and_then(|membership| membership.limits.as_ref());
        let own = self.person.as_ref().filter(|_| self.team.is_none()).map(|person| &person.row.limits);
        let team = self.team.as_ref().map(|team| &team.limits);
        self.key.budget_id.is_some() || [Some(&self.key.limits), member, own, team].into_iter().flatten().any(holds)
    }

    fn tenancy(&self) -> Tenancy {
        let mut tenancy = Tenancy {
            key: Some(self.key.hash.clone()),
            user: self.key.user_id.clone(),
            teams: self.key.team_id.iter().cloned().collect(),
            ..Tenancy::default()
        };
        let Some(person) = &self.person else { return tenancy };
        for membership in &person.teams {
            let team = &membership.member.team_id;
            if !tenancy.teams.contains(team) {
                tenancy.teams.push(team.clone());
            }
            if membership.is_admin() {
                tenancy.teams_led.push(team.clone());
            }
        }
        for member in &person.organizations {
            tenancy.organizations.push(member.organization_id.clone());
            if member.user_role == "org_admin" {
                tenancy.organizations_led.push(member.organization_id.clone());
            }
        }
        tenancy
    }
}
