//! The names that a caller may ask for. What is listed is what a call would be allowed.

use std::collections::{BTreeMap, HashSet};

use super::models::WORDS;
use crate::models::{Listed, Models};
use crate::principal::{Caller, Principal};
use crate::settings::Settings;

impl Principal {
    /// The models that the caller may use: groups and aliases, what the catalogue knows behind wildcards, and the names on the
    /// lists above the caller that only a wildcard serves.
    pub fn usable(&self, settings: &Settings) -> Vec<Listed> {
        let models = &settings.models;
        let mut names: Vec<String> = Vec::new();
        for group in models.groups(self.team_id()) {
            if group.contains('*') {
                names.extend(models.known_behind(group, self.team_id()));
            } else {
                names.push(group.to_owned());
            }
        }
        names.extend(models.aliases().into_iter().map(str::to_owned));
        // words and groups on a list are no names, though a wildcard may catch them
        let groups: HashSet<_> = models.deployments().flat_map(|deployment| &deployment.access_groups).collect();
        let own = self.caller().into_iter().flat_map(own_names);
        names.extend(own.filter(|name| !WORDS.contains(&name.as_str()) && !groups.contains(name)).cloned());
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names.iter().filter_map(|name| self.find(settings, name)).collect()
    }

    /// The wildcards of which the caller may use whatever they catch, as they are written.
    pub fn usable_patterns(&self, models: &Models) -> Vec<Listed> {
        let groups = models.groups(self.team_id()).into_iter();
        let patterns = groups.filter(|group| group.contains('*'));
        patterns
            .filter_map(|pattern| {
                let targets = models.members(pattern, self.team_id());
                self.may_use(&self.resolve(models, pattern), &targets).ok()?;
                Listed::new(pattern, &targets)
            })
            .collect()
    }

    /// The access groups of deployments all of whose models the caller may use.
    pub fn usable_access_groups(&self, models: &Models) -> Vec<Listed> {
        let mut groups: BTreeMap<String, bool> = BTreeMap::new();
        for name in models.groups(self.team_id()) {
            let targets = models.members(name, self.team_id());
            let may_use = self.may_use(&self.resolve(models, name), &targets).is_ok();
            for group in targets.iter().flat_map(|target| &target.deployment.access_groups) {
                *groups.entry(group.clone()).or_insert(true) &= may_use;
            }
        }
        groups.into_iter().filter(|(_, may_use)| *may_use).map(|(group, _)| Listed::of_group(group)).collect()
    }

    /// One model that the caller may use, also one that only a wildcard serves.
    pub fn find(&self, settings: &Settings, name: &str) -> Option<Listed> {
        let resolved = self.resolve(&settings.models, name);
        let targets = settings.models.targets(resolved.group, self.team_id());
        let listed = Listed::new(name, &targets)?;
        self.may_use(&resolved, &targets).ok()?;
        let is_priced = targets.iter().any(|target| !target.prices.is_empty());
        (is_priced || !self.needs_a_price(settings)).then_some(listed)
    }

    /// Whether a model without a price is refused: nothing could be held against a budget.
    pub(crate) fn needs_a_price(&self, settings: &Settings) -> bool {
        settings.block_unpriced || settings.budget.cap.is_some() || self.caller().is_some_and(Caller::has_a_budget)
    }
}

/// Names that the lists above a caller, and its aliases, say.
fn own_names(caller: &Caller) -> impl Iterator<Item = &String> {
    let (key, team) = (&caller.key, caller.team.as_deref().into_iter());
    let given = key.settings.access_group_ids.iter();
    let given = given.chain(team.clone().flat_map(|team| &team.settings.access_group_ids));
    let groups = caller.access_groups.as_deref();
    let of_groups = given.filter_map(move |id| groups?.get(id)).flat_map(|group| &group.models);
    let of_team = team.flat_map(|team| team.settings.model_aliases.keys().chain(&team.models));
    let limits = caller.membership().and_then(|membership| membership.limits.as_ref());
    let of_member = limits.into_iter().flat_map(|limits| &limits.allowed_models);
    let of_user = caller.person.iter().flat_map(|person| &person.row.models);
    let of_project = caller.project.iter().flat_map(|project| &project.models);
    let of_organization = caller.organization.iter().flat_map(|organization| &organization.models);
    let below = key.settings.aliases.keys().chain(&key.models).chain(of_team).chain(of_groups);
    below.chain(of_member).chain(of_user).chain(of_project).chain(of_organization)
}
