//! LiteLLM's `simple-shuffle`: at random, by weight.

use std::sync::Arc;

use crate::ids::Ids;
use crate::models::Target;

/// LiteLLM's.
pub(super) const NAME: &str = "simple-shuffle";

/// Chooses one of `from` (indexes into `targets`). Where all weights are zero, all are alike.
pub(super) fn choose(targets: &[Arc<Target>], from: &[usize], ids: &Ids) -> Option<usize> {
    if let [only] = from {
        return Some(*only);
    }
    let weight = |at: &usize| targets.get(*at).map_or(0, |target| target.deployment.weight);
    let total: u64 = from.iter().map(weight).sum();
    if total == 0 {
        let at = usize::try_from(ids.below(u64::try_from(from.len()).ok()?)).ok()?;
        return from.get(at).copied();
    }
    let mut point = ids.below(total);
    from.iter().copied().find(|at| {
        let weight = weight(at);
        let here = point < weight;
        point = point.saturating_sub(weight);
        here
    })
}
