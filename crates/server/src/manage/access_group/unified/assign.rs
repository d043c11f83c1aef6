//! Who has an access group. Teams and keys say so themselves, so that one read at a call tells it.

use store::access_groups::{HolderKind, holders_in};
use store::keys::KeyRow;
use store::teams::TeamRow;
use store::{Scope, StoreError, Transaction, UPDATED};

use crate::http::error::ApiError;
use crate::manage::body::Change;
use crate::manage::fields::Names;
use crate::manage::key::hash_of;
use crate::manage::operator::Operator;

/// Allows nothing, where an empty list would allow everything.
const NOTHING: &str = engine::rights::models::NONE_BY_DEFAULT;

/// Who shall have a group; `None` leaves it to those who have it.
pub(super) struct Assigned {
    teams: Option<Vec<String>>,
    keys: Option<Vec<String>>,
}

impl Assigned {
    pub(super) fn new(teams: Change<Names>, keys: Change<Names>) -> Result<Self, ApiError> {
        let hash = |key: String| {
            let problem = || ApiError::invalid("assigned_key_ids", "must be keys or their hashes");
            hash_of(&key).map(|hash| hash.as_str().to_owned()).ok_or_else(problem)
        };
        let keys = listed(keys).map(|keys| keys.into_iter().map(hash).collect()).transpose()?;
        Ok(Self { teams: listed(teams), keys })
    }

    /// Nobody.
    pub(super) fn none() -> Self {
        Self { teams: Some(Vec::new()), keys: Some(Vec::new()) }
    }

    /// Gives the group to those who shall have it, and takes it from all others.
    pub(super) async fn make(self, change: &mut Transaction, operator: &Operator, group: &str) -> Result<(), ApiError> {
        let holders = holders_in(change).await?;
        let has = |kind: HolderKind| {
            let having = holders.iter().filter(move |holder| holder.kind == kind);
            having
                .filter(|holder| holder.access_group_ids.iter().any(|id| id == group))
                .map(|holder| holder.id.as_str())
        };
        if let Some(teams) = &self.teams {
            for (id, gains) in moved(has(HolderKind::Team), teams) {
                let before = found::<TeamRow>(change, "assigned_team_ids", id).await?;
                let mut after = TeamRow { stamps: before.stamps.updated(&operator.actor), ..before.clone() };
                set(&mut after.models, &mut after.settings.access_group_ids, group, gains);
                change.update(UPDATED, &before, &after).await?;
            }
        }
        if let Some(keys) = &self.keys {
            for (id, gains) in moved(has(HolderKind::Key), keys) {
                let before = found::<KeyRow>(change, "assigned_key_ids", id).await?;
                let mut after = KeyRow { stamps: before.stamps.updated(&operator.actor), ..before.clone() };
                set(&mut after.models, &mut after.settings.access_group_ids, group, gains);
                change.update(UPDATED, &before, &after).await?;
            }
        }
        Ok(())
    }
}

fn listed(names: Change<Names>) -> Option<Vec<String>> {
    match names {
        Change::Keep => None,
        Change::Clear => Some(Vec::new()),
        Change::Set(names) => {
            let mut names = Vec::from(names);
            names.sort();
            names.dedup();
            Some(names)
        }
    }
}

/// Who loses it, then who gains it.
fn moved<'a>(has: impl Iterator<Item = &'a str>, shall: &'a [String]) -> Vec<(&'a str, bool)> {
    let has: Vec<_> = has.collect();
    let lose = has.iter().filter(|id| !shall.iter().any(|other| other == **id)).map(|id| (*id, false));
    let gain = shall.iter().map(String::as_str).filter(|id| !has.contains(id)).map(|id| (id, true));
    lose.chain(gain).collect()
}

async fn found<R: store::Record>(change: &mut Transaction, field: &str, id: &str) -> Result<R, ApiError> {
    let row = change.find(&Scope::Gateway, &[id]).await?;
    row.ok_or_else(|| ApiError::invalid(field, format!("{}: {id}", StoreError::NotFound { what: R::NOUN })))
}

/// Gives the group, or takes it. Who had nothing but the group has nothing then.
fn set(models: &mut Vec<String>, groups: &mut Vec<String>, group: &str, gains: bool) {
    if gains {
        groups.push(group.to_owned());
        return;
    }
    groups.retain(|id| id != group);
    if groups.is_empty() && models.is_empty() {
        models.push(NOTHING.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn who_loses_a_group_gains_nothing() {
        for (models, groups, after, groups_after) in [
            (&["a"][..], &["g"][..], &["a"][..], &[][..]),
            (&[], &["g", "h"], &[], &["h"]),
            (&[], &["g"], &["no-default-models"], &[]),
            (&["a"], &["g", "g"], &["a"], &[]),
        ] {
            let (mut models, mut groups) = (list(models), list(groups));
            set(&mut models, &mut groups, "g", false);
            assert_eq!((models, groups), (list(after), list(groups_after)));
        }
    }

    #[test]
    fn only_those_are_changed_whose_lot_it_is() {
        let shall = list(&["b", "c"]);
        assert_eq!(moved(["a", "b"].into_iter(), &shall), [("a", false), ("c", true)]);
        assert_eq!(moved(["a"].into_iter(), &[]), [("a", false)]);
    }
}
