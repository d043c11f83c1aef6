//! Limits that are guaranteed (`guaranteed_throughput`): those of the keys of a team together are no more than the team has.

use serde_json::{Map, Value};
use store::keys::{KeyFilter, KeyRow};
use store::teams::TeamRow;
use store::{Limits, Scope, Transaction};

use crate::http::error::ApiError;
use crate::manage::fields::LimitType;

/// A limit of all models and of single ones, and what says how strictly a key's holds.
struct Guaranteed {
    of_type: &'static str,
    field: &'static str,
    limit: fn(&Limits) -> Option<u64>,
    by_model: &'static str,
}

const ALL: [Guaranteed; 2] = [
    Guaranteed {
        of_type: "rpm_limit_type",
        field: "rpm_limit",
        limit: |limits| limits.rpm_limit,
        by_model: "model_rpm_limit",
    },
    Guaranteed {
        of_type: "tpm_limit_type",
        field: "tpm_limit",
        limit: |limits| limits.tpm_limit,
        by_model: "model_tpm_limit",
    },
];

impl Guaranteed {
    fn is_of(&self, key: &KeyRow) -> bool {
        key.metadata.get(self.of_type).and_then(Value::as_str) == Some(LimitType::GuaranteedThroughput.name())
    }

    fn models<'a>(&self, metadata: &'a Map<String, Value>) -> impl Iterator<Item = (&'a str, u64)> + use<'a> {
        let models = metadata.get(self.by_model).and_then(Value::as_object).into_iter().flatten();
        models.filter_map(|(model, limit)| Some((model.as_str(), limit.as_u64()?)))
    }

    /// Refuses what is not there any more. `others` are the other keys of the team.
    fn check(&self, team: &TeamRow, key: &KeyRow, others: &[KeyRow]) -> Result<(), ApiError> {
        let others = || others.iter().filter(|other| self.is_of(other));
        if let (Some(has), Some(own)) = ((self.limit)(&team.limits), (self.limit)(&key.limits)) {
            let given = others().filter_map(|other| (self.limit)(&other.limits));
            within(self.field, "the team", has, own, given)?;
        }
        for (model, has) in self.models(&team.metadata) {
            let of = |metadata| self.models(metadata).find(|(name, _)| *name == model).map(|(_, limit)| limit);
            if let Some(own) = of(&key.metadata) {
                let whose = format!("the team, of the model '{model}',");
                within(self.by_model, &whose, has, own, others().filter_map(|other| of(&other.metadata)))?;
            }
        }
        Ok(())
    }
}

fn within(field: &str, whose: &str, has: u64, own: u64, given: impl Iterator<Item = u64>) -> Result<(), ApiError> {
    let given = given.fold(0, u64::saturating_add);
    if given.saturating_add(own) <= has {
        return Ok(());
    }
    let problem =
        format!("cannot be guaranteed: {whose} has {has} a minute, of which {given} are guaranteed to other keys");
    Err(ApiError::invalid(field, problem))
}

/// Refuses a key whose limits the team cannot guarantee beside those of its other keys.
pub(super) async fn check(change: &mut Transaction, team: &TeamRow, key: &KeyRow) -> Result<(), ApiError> {
    if !ALL.iter().any(|limit| limit.is_of(key)) {
        return Ok(());
    }
    let filter = KeyFilter { team_id: Some(team.team_id.clone()), ..KeyFilter::default() };
    let mut others = change.all(&Scope::Gateway, &filter).await?;
    others.retain(|other| other.hash != key.hash);
    for limit in ALL.iter().filter(|limit| limit.is_of(key)) {
        limit.check(team, key, &others)?;
    }
    Ok(())
}
