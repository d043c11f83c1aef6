//! What configuration says of limits.

use std::collections::BTreeMap;

use super::rule::{Measure, Rule};
use super::window::Span;

/// Settings of limits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LimitSettings {
    /// What limits of tokens count.
    pub counted: TokensCounted,
    /// Calls of the whole gateway at once (`global_max_parallel_requests`).
    pub global_parallel: Option<u64>,
    /// Calls at once of each key that has no such limit of its own (`max_parallel_requests`).
    pub parallel_per_key: Option<u64>,
    /// Shares of what a model can take, by the priority of keys.
    pub priorities: Option<Priorities>,
    /// To how many per cent of its limits a key is slowed whose budget is spent (`budget_exceeded_throttle_percentage`).
    pub throttle_percent: Option<u8>,
    /// Refuse calls with limits while nobody can say what other instances have admitted.
    pub fail_closed: bool,
}

/// Which tokens a limit of tokens counts (`token_rate_limit_type`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokensCounted {
    #[default]
    Total,
    Input,
    Output,
}

impl TokensCounted {
    pub(super) fn of(self, input: u64, output: u64) -> u64 {
        match self {
            Self::Total => input.saturating_add(output),
            Self::Input => input,
            Self::Output => output,
        }
    }
}

/// `priority_reservation`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priorities {
    /// In thousandths of a model's capacity, by name.
    pub shares: BTreeMap<String, u16>,
    /// For keys without a priority, and for those whose priority has no share, together.
    pub default_share: u16,
    /// From how many per cent of a model's capacity on shares hold.
    pub saturation: u8,
}

impl Priorities {
    /// The name under which calls of that priority are counted, and their share.
    pub(super) fn of<'p>(&self, priority: Option<&'p str>) -> (&'p str, u16) {
        let own = priority.and_then(|name| Some((name, *self.shares.get(name)?)));
        own.unwrap_or(("", self.default_share))
    }
}

/// What each key may have of a deployment's model a minute, where nobody said else of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UsualOfKey {
    pub rpm: Option<u64>,
    pub tpm: Option<u64>,
}

impl UsualOfKey {
    /// The stricter of both.
    pub(crate) fn with(self, other: Self) -> Self {
        let least = |a: Option<u64>, b: Option<u64>| a.into_iter().chain(b).min();
        Self { rpm: least(self.rpm, other.rpm), tpm: least(self.tpm, other.tpm) }
    }
}

/// What a deployment can take; what is absent is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capacity {
    pub rpm: Option<u64>,
    pub rpd: Option<u64>,
    pub tpm: Option<u64>,
    pub tpd: Option<u64>,
    pub itpm: Option<u64>,
    pub otpm: Option<u64>,
    /// Calls at once.
    pub parallel: Option<u64>,
}

impl Capacity {
    pub(super) fn rules(&self) -> impl Iterator<Item = Rule> {
        [
            (Measure::Requests, Span::Minute, self.rpm),
            (Measure::Requests, Span::Day, self.rpd),
            (Measure::Tokens, Span::Minute, self.tpm),
            (Measure::Tokens, Span::Day, self.tpd),
            (Measure::Input, Span::Minute, self.itpm),
            (Measure::Output, Span::Minute, self.otpm),
            (Measure::Parallel, Span::Minute, self.parallel),
        ]
        .into_iter()
        .filter_map(|(measure, span, limit)| Some(Rule::new(measure, span, limit?)))
    }

    /// Calls and tokens a minute.
    pub(super) fn a_minute(&self) -> impl Iterator<Item = Rule> {
        let of_minute =
            |rule: &Rule| rule.span == Span::Minute && matches!(rule.measure, Measure::Requests | Measure::Tokens);
        self.rules().filter(of_minute)
    }

    /// Of both together, as far as it is known.
    pub(super) fn with(self, other: &Self) -> Self {
        let sum = |a: Option<u64>, b: Option<u64>| a.map_or(b, |a| Some(a.saturating_add(b.unwrap_or_default())));
        Self { rpm: sum(self.rpm, other.rpm), tpm: sum(self.tpm, other.tpm), ..self }
    }
}
