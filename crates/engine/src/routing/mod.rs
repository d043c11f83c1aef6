//! Which deployment is tried, and which next.

mod simple_shuffle;

use providers::Retry;

use crate::ids::Ids;
use crate::models::Target;

/// The way of one call through the deployments of its group.
pub(crate) struct Route<'a> {
    targets: &'a [Target],
    tried: Vec<usize>,
    /// Those that cannot take this call at all.
    unsuited: Vec<usize>,
}

impl<'a> Route<'a> {
    pub(crate) fn new(targets: &'a [Target]) -> Self {
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
