//! Which models a caller may use: every list that stands above a call has to allow it. An empty list allows all.
//!
//! A name may stand for another: an alias of the caller's key or team, or of the gateway. A list is asked about what the name
//! stands for, and about the name itself where whoever has the list, or somebody above, gave it its meaning.

use std::sync::Arc;

use store::access_groups::AccessGroupRow;

use crate::directory::AccessGroups;
use crate::models::{Models, Target, caught};
use crate::principal::{Caller, Principal};

/// LiteLLM's words for lists.
pub const ALL_OF_PROXY: &str = "all-proxy-models";
pub const ALL_OF_TEAM: &str = "all-team-models";
pub const NONE_BY_DEFAULT: &str = "no-default-models";
/// What stands on lists of models and is none.
pub(super) const WORDS: [&str; 3] = [ALL_OF_PROXY, ALL_OF_TEAM, NONE_BY_DEFAULT];

/// Whose list it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Key,
    Team,
    /// The caller as a member of the team.
    Member,
    /// The owner of a key that has no team.
    User,
    Project,
    Organization,
    /// The customer on whose behalf the call is made.
    Customer,
}

impl Level {
    /// The type of LiteLLM's error.
    pub fn error_type(self) -> &'static str {
        match self {
            Self::Key => "key_model_access_denied",
            Self::Team | Self::Member => "team_model_access_denied",
            Self::User => "user_model_access_denied",
            Self::Project => "project_model_access_denied",
            Self::Organization => "org_model_access_denied",
            Self::Customer => "customer_model_access_denied",
        }
    }

    /// What stands before "is not allowed to use the model".
    pub fn subject(self) -> &'static str {
        match self {
            Self::Key => "This key",
            Self::Team => "The team of this key",
            Self::Member => "The owner of this key, as a member of its team,",
            Self::User => "The owner of this key",
            Self::Project => "The project of this key",
            Self::Organization => "The organization of this key",
            Self::Customer => "The customer of this call",
        }
    }
}

/// What a name stands for with a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved<'a> {
    /// As it was asked for, or what an alias of the key makes of that: the key's owner chose the alias, so no list takes it on
    /// its word.
    own: &'a str,
    /// What an alias of the team makes of it.
    of_team: &'a str,
    /// The model group, by the gateway's own aliases.
    pub group: &'a str,
}

impl<'a> Resolved<'a> {
    /// The names that the lists of key, team and member are asked about.
    fn names(&self) -> [&'a str; 3] {
        [self.own, self.of_team, self.group]
    }

    /// The names that a list above the team is asked about.
    fn names_above_team(&self) -> [&'a str; 2] {
        [self.of_team, self.group]
    }
}

impl Principal {
    /// The model group behind a name: aliases of the key, then of its team, then of the gateway.
    pub fn resolve<'a>(&'a self, models: &'a Models, asked: &'a str) -> Resolved<'a> {
        let caller = self.caller();
        let own = caller.and_then(|caller| caller.key.settings.aliases.get(asked)).map_or(asked, String::as_str);
        let team = caller.and_then(|caller| caller.team.as_ref());
        let of_team = team.and_then(|team| team.settings.model_aliases.get(own)).map_or(own, String::as_str);
        Resolved { own, of_team, group: models.resolve_alias(of_team) }
    }

    /// Whether every list above the caller allows that model; the error is the first that does not.
    pub fn may_use(&self, resolved: &Resolved<'_>, targets: &[Arc<Target>]) -> Result<(), Level> {
        let Some(caller) = self.caller() else { return Ok(()) };
        let asked = Question { targets, groups: caller.access_groups.as_deref() };
        let (names, above) = (resolved.names(), resolved.names_above_team());
        if !asked.is_allowed_by_key(caller, &names) {
            return Err(Level::Key);
        }
        if let Some(team) = &caller.team {
            if !asked.is_allowed(&team.models, &team.settings.access_group_ids, &names) {
                return Err(Level::Team);
            }
            let own = caller.membership().and_then(|membership| membership.limits.as_ref());
            if own.is_some_and(|limits| !asked.is_allowed(&limits.allowed_models, &[], &names)) {
                return Err(Level::Member);
            }
        } else if let Some(person) = &caller.person
            && (person.row.models.iter().any(|name| name == NONE_BY_DEFAULT)
                || !asked.is_allowed(&person.row.models, &[], &names))
        {
            return Err(Level::User);
        }
        if caller.project.as_ref().is_some_and(|project| !asked.is_allowed(&project.models, &[], &above)) {
            return Err(Level::Project);
        }
        if caller.organization.as_ref().is_some_and(|above_all| !asked.is_allowed(&above_all.models, &[], &above)) {
            return Err(Level::Organization);
        }
        Ok(())
    }
}

/// Whether a list that stands above all callers, as a customer's does, allows that model. An empty one allows all.
pub fn is_on_list(list: &[String], resolved: &Resolved<'_>, targets: &[Arc<Target>]) -> bool {
    Question { targets, groups: None }.is_allowed(list, &[], &resolved.names_above_team())
}

/// What lists are asked: who would serve it, and what their access groups stand for.
struct Question<'a> {
    targets: &'a [Arc<Target>],
    groups: Option<&'a AccessGroups>,
}

impl Question<'_> {
    fn is_allowed_by_key(&self, caller: &Caller, names: &[&str]) -> bool {
        let key = &caller.key;
        // the team's list decides then; without a team there is nothing to inherit
        let inherits = key.models.iter().any(|name| name == ALL_OF_TEAM) && caller.team.is_some();
        inherits || self.is_allowed(&key.models, &key.settings.access_group_ids, names)
    }

    /// Whether a list of names, and what access groups add to it, allows one of these.
    fn is_allowed(&self, list: &[String], group_ids: &[String], names: &[&str]) -> bool {
        if list.is_empty() && group_ids.is_empty() {
            return true;
        }
        let given =
            group_ids.iter().filter_map(|id| self.groups?.get(id)).flat_map(|AccessGroupRow { models, .. }| models);
        list.iter().chain(given).any(|allowed| self.allows(allowed, names))
    }

    fn allows(&self, allowed: &str, names: &[&str]) -> bool {
        if allowed == ALL_OF_PROXY || names.contains(&allowed) {
            return true;
        }
        names.iter().any(|name| caught(allowed, name).is_some())
            || self.has_access_group(allowed)
            || self.are_all_at_provider(allowed)
    }

    /// Deployments say themselves of which groups they are (`model_info.access_groups`).
    fn has_access_group(&self, group: &str) -> bool {
        self.targets.iter().any(|target| target.deployment.access_groups.iter().any(|own| own == group))
    }

    /// `openai/*` allows whatever is called by a bare name and served by that provider alone.
    fn are_all_at_provider(&self, allowed: &str) -> bool {
        let Some(provider) = allowed.strip_suffix("/*") else { return false };
        !self.targets.is_empty() && self.targets.iter().all(|target| target.deployment.provider.id == provider)
    }
}
