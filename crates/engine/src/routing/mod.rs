//! Which deployment is tried, and which next.

mod simple_shuffle;

use std::sync::Arc;

use providers::Retry;

use crate::ids::Ids;
use crate::models::Target;

/// The way of one call through the deployments of its group.
pub(crate) struct Route<'a> {
    targets: &'a [Arc<Target>],
    tried: Vec<usize>,
    /// Those that cannot take this call at all.
    unsuited: Vec<usize>,
}

impl<'a> Route<'a> {
    pub(crate) fn new(targets: &'a [Arc<Target>]) -> Self {
        Self { targets, tried: Vec::new(), unsuited: Vec::new() }
    }

    /// Takes a deployment out: it cannot take this call, and will not be able to later.
    pub(crate) fn exclude(&mut self, at: usize) {
        self.unsuited.push(at);
    }

    /// The next deployment to try, as an index. `failed` says how the one before it ended: one that was not tried yet comes
    /// first; one that was comes again only if another try at the same place can help.
    pub(crate) fn next(&mut self, failed: Option<Retry>, ids: &Ids) -> Option<usize> {
        if failed == Some(Retry::Never) {
            return None;
        }
        let fresh: Vec<usize> = (0..self.targets.len()).filter(|at| !self.tried.contains(at)).collect();
        let from = match failed {
            _ if !fresh.is_empty() => fresh,
            Some(Retry::Again { .. }) => (0..self.targets.len()).filter(|at| !self.unsuited.contains(at)).collect(),
            _ => return None,
        };
        let chosen = simple_shuffle::choose(self.targets, &from, ids)?;
        if !self.tried.contains(&chosen) {
            self.tried.push(chosen);
        }
        Some(chosen)
    }
}

/// Why the deployment of the `number`th attempt was chosen, for the receipt; none where there is only one.
pub(crate) fn reason(targets: &[Arc<Target>], number: u32) -> Option<String> {
    let behind = match number {
        1 => String::new(),
        _ => format!(", behind {} that failed", number - 1),
    };
    (targets.len() > 1).then(|| format!("{} of {}{behind}", simple_shuffle::NAME, targets.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{Deployment, Models, Targets};

    /// Targets of one group with these weights.
    fn targets(weights: &[u64]) -> Targets {
        let registry = providers::Registry::builtin().unwrap();
        let provider = Arc::new(registry.built_in().unwrap().clone());
        let deployments = weights.iter().map(|weight| Deployment {
            weight: *weight,
            ..Deployment::new(weight.to_string(), "g", Arc::clone(&provider), "m", http::Uri::default())
        });
        Models::new(deployments.collect(), std::collections::HashMap::new(), Arc::default()).targets("g", None)
    }

    #[test]
    fn what_was_not_tried_comes_first_and_what_was_only_where_it_can_help() {
        let (targets, ids) = (targets(&[1, 1, 1]), Ids::default());
        for (retry, after_all) in [(Retry::Again { after: None }, true), (Retry::OtherTarget, false)] {
            let mut route = Route::new(&targets);
            let mut seen: Vec<_> = (0..3).filter_map(|n| route.next((n > 0).then_some(retry), &ids)).collect();
            seen.sort_unstable();
            assert_eq!(seen, [0, 1, 2]);
            assert_eq!(route.next(Some(retry), &ids).is_some(), after_all, "{retry:?}");
        }
        assert_eq!(Route::new(&targets).next(Some(Retry::Never), &ids), None);
    }

    #[test]
    fn what_is_excluded_does_not_come_again_whatever_it_weighs() {
        let (targets, ids) = (targets(&[0, 5]), Ids::default());
        let mut route = Route::new(&targets);
        assert_eq!(route.next(None, &ids), Some(1), "by weight");
        route.exclude(1);
        for _ in 0..9 {
            assert_eq!(route.next(Some(Retry::Again { after: None }), &ids), Some(0));
        }
    }

    #[test]
    fn a_reason_is_told_where_there_was_a_choice() {
        assert_eq!(reason(&targets(&[1]), 1), None);
        assert_eq!(reason(&targets(&[1, 1, 1]), 1).as_deref(), Some("simple-shuffle of 3"));
        assert_eq!(reason(&targets(&[1, 1]), 3).as_deref(), Some("simple-shuffle of 2, behind 2 that failed"));
    }
}
