//! Sums a day, as LiteLLM writes them: each key's spend stands beside the fixed fields, under the key's hash.

use std::collections::BTreeMap;

use money::Nanos;
use serde::Serialize;
use store::ledger::Sum;
use utoipa::ToSchema;

use super::logs::Owners;
use crate::manage::fields::Usd;
use crate::manage::instant;
use crate::manage::operator::{MASTER_KEY, MASTER_USER};

/// Amounts in US dollars by name.
type Spends = BTreeMap<String, Usd>;

/// A day on which something was spent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DailySpend {
    /// The UTC day.
    #[serde(rename = "startTime")]
    #[schema(format = Date)]
    start_time: String,
    #[schema(value_type = f64)]
    spend: Usd,
    /// Attempts whose cost nobody knows, since their model has no price: they are not in the sums.
    unpriced: u64,
    #[schema(value_type = BTreeMap<String, f64>)]
    users: Spends,
    /// By model group.
    #[schema(value_type = BTreeMap<String, f64>)]
    models: Spends,
    /// By hash.
    #[serde(flatten)]
    #[schema(value_type = BTreeMap<String, f64>)]
    keys: Spends,
}

/// Folds sums by day, key and model, which come in the order of their days.
pub(super) fn by_day(sums: &[Sum], owners: &Owners) -> Vec<DailySpend> {
    let same_day = sums.chunk_by(|a, b| a.day == b.day);
    same_day.map(|sums| day(sums, owners)).collect()
}

fn day(sums: &[Sum], owners: &Owners) -> DailySpend {
    let mut total = Nanos::ZERO;
    let (mut users, mut models, mut keys) = (Spends::new(), Spends::new(), Spends::new());
    for sum in sums {
        let (key, user) = match &sum.key_hash {
            None => (MASTER_KEY, Some(MASTER_USER)),
            Some(hash) => (hash.as_str(), owners.get(hash).and_then(|key| key.user_id.as_deref())),
        };
        total = total.saturating_add(sum.cost);
        add(&mut keys, key, sum.cost);
        add(&mut users, user.unwrap_or_default(), sum.cost);
        add(&mut models, sum.model_group.as_deref().unwrap_or_default(), sum.cost);
    }
    DailySpend {
        start_time: instant::day(sums.first().and_then(|sum| sum.day).unwrap_or_default()),
        spend: Usd(total),
        unpriced: sums.iter().map(|sum| sum.unpriced).sum(),
        users,
        models,
        keys,
    }
}

fn add(spends: &mut Spends, name: &str, cost: Nanos) {
    let spend = spends.entry(name.to_owned()).or_insert(Usd(Nanos::ZERO));
    *spend = Usd(spend.0.saturating_add(cost));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_keys_and_models_into_days() {
        let sum = |day: i64, model: &str, cost: i64, unpriced: u64| Sum {
            day: Some(day),
            model_group: Some(model.to_owned()),
            attempts: 1,
            successes: 1,
            unpriced,
            cost: Nanos::new(cost),
            ..Sum::default()
        };
        let sums = [sum(0, "a", 100_000_000, 0), sum(0, "b", 200_000_000, 1), sum(1, "a", 1, 0)];
        let days = by_day(&sums, &Owners::new());
        assert_eq!(
            days.iter().map(|day| serde_json::to_string(day).unwrap()).collect::<Vec<_>>(),
            [
                r#"{"startTime":"1970-01-01","spend":0.3,"unpriced":1,"users":{"default_user_id":0.3},"models":{"a":0.1,"b":0.2},"litellm_proxy_master_key":0.3}"#,
                r#"{"startTime":"1970-01-02","spend":0.000000001,"unpriced":0,"users":{"default_user_id":0.000000001},"models":{"a":0.000000001},"litellm_proxy_master_key":0.000000001}"#,
            ]
        );
    }
}
