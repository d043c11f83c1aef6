//! Which limits hold for a call: what rows and configuration say, as lines.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Map, Value};
use store::{Limits as Written, ModelLimits};

use super::Limits;
use super::line::Line;
use super::rule::{Holds, Kind, Measure, Rule};
use super::settings::{Capacity, Priorities, UsualOfKey};
use super::window::Span;

/// From how many per cent of a model's capacity on a limit holds that is `dynamic`.
const SATURATED: u8 = 80;

/// The lines of one call, as they are put together.
pub(crate) struct Stated<'a> {
    limits: &'a Limits,
    now: i64,
    name: String,
    lines: Vec<Line>,
}

impl<'a> Stated<'a> {
    /// `lines` are there already.
    pub(crate) fn new(limits: &'a Limits, now: i64, lines: Vec<Line>) -> Self {
        Self { limits, now, name: String::new(), lines }
    }

    pub(crate) fn into_lines(self) -> Vec<Line> {
        self.lines
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The smallest limit of tokens a minute, hour or day.
    pub(crate) fn least_tokens(&self) -> Option<u64> {
        let of_tokens = self.lines.iter().filter(|line| line.rule.measure.is_of_tokens());
        of_tokens.map(|line| line.rule.limit).min()
    }

    /// What an object's limits say of it.
    pub(crate) fn object(&mut self, kind: Kind, word: &str, id: &[&str], written: &Written) {
        self.account(kind, word, id, rules(written));
    }

    /// The same of a key, some of whose limits may hold at times only.
    pub(crate) fn key(&mut self, hash: &str, written: &Written, metadata: &Map<String, Value>) {
        let rules = rules(written).map(|rule| loosened(rule, metadata));
        self.account(Kind::Key, "key", &[hash], rules);
    }

    /// The limits of calls at once.
    pub(crate) fn parallel(&mut self, kind: Kind, word: &str, id: &str, limit: Option<u64>) {
        let rule = limit.map(|limit| Rule::new(Measure::Parallel, Span::Minute, limit));
        self.account(kind, word, &[id], rule.into_iter());
    }

    /// What metadata, where LiteLLM keeps it, and limits say of single models.
    pub(crate) fn model(
        &mut self,
        (kind, word): (Kind, &str),
        id: &str,
        names: [&str; 2],
        metadata: &Map<String, Value>,
        written: Option<&Written>,
    ) {
        let attached = [
            ("model_rpm_limit", Measure::Requests),
            ("model_tpm_limit", Measure::Tokens),
            ("model_itpm_limit", Measure::Input),
            ("model_otpm_limit", Measure::Output),
        ];
        let [asked, group] = names;
        let attached = attached.into_iter().filter_map(|(field, measure)| {
            let models = metadata.get(field)?.as_object()?;
            let limit = models.get(asked).or_else(|| models.get(group))?.as_u64()?;
            Some(Rule::new(measure, Span::Minute, limit))
        });
        let of_model = written.filter(|written| !written.model_max_budget.is_empty());
        let of_model = of_model
            .and_then(|written| written.model_max_budget.get(asked).or_else(|| written.model_max_budget.get(group)));
        let of_model = of_model.into_iter().flat_map(|ModelLimits { tpm_limit, rpm_limit, .. }| {
            let rule = |measure, limit: &Option<u64>| limit.map(|limit| Rule::new(measure, Span::Minute, limit));
            rule(Measure::Requests, rpm_limit).into_iter().chain(rule(Measure::Tokens, tpm_limit))
        });
        let is_key = kind == Kind::ModelPerKey;
        let rules = attached.chain(of_model).map(|rule| if is_key { loosened(rule, metadata) } else { rule });
        self.account(kind, word, &[id, group], rules);
    }

    /// What a key says of calls with one tag (LiteLLM's `tag_rpm_limit`).
    pub(crate) fn tag_of_key(&mut self, hash: &str, tag: &str, metadata: &Map<String, Value>) {
        let limit = metadata.get("tag_rpm_limit").and_then(|tags| tags.get(tag)?.as_u64());
        let rule = limit.map(|limit| Rule::new(Measure::Requests, Span::Minute, limit));
        self.account(Kind::TagPerKey, "key_tag", &[hash, tag], rule.into_iter());
    }

    /// What each key has of a model of which neither it nor its team says anything.
    pub(crate) fn usual_of_key(&mut self, hash: &str, group: &str, usual: UsualOfKey) {
        let is_said = |lines: &[Line], measure| {
            let of_model = |line: &Line| matches!(line.kind, Kind::ModelPerKey | Kind::ModelPerTeam);
            lines.iter().any(|line| of_model(line) && line.rule.measure == measure)
        };
        let rules = [(Measure::Requests, usual.rpm), (Measure::Tokens, usual.tpm)];
        let rules = rules.map(|(measure, limit)| {
            let limit = limit.filter(|_| !is_said(&self.lines, measure))?;
            Some(Rule::new(measure, Span::Minute, limit))
        });
        self.account(Kind::ModelPerKey, "key_model", &[hash, group], rules.into_iter().flatten());
    }

    /// What a deployment can take.
    pub(crate) fn deployment(&mut self, id: &str, capacity: &Capacity) {
        self.account(Kind::Deployment, "deployment", &[id], capacity.rules());
    }

    /// What the deployments of a model can take together, where some line or a reservation depends on it.
    pub(crate) fn capacity(
        &mut self,
        group: &str,
        capacities: impl Iterator<Item = Capacity>,
        priority: Option<&str>,
        priorities: Option<&Priorities>,
    ) {
        let depends = |line: &Line| matches!(line.rule.holds, Holds::FromSaturation(_));
        if priorities.is_none() && !self.lines.iter().any(depends) {
            return;
        }
        let sum = capacities.fold(Capacity::default(), |sum, one| sum.with(&one));
        let measured = |rule| Rule { holds: Holds::Never, ..rule };
        self.account(Kind::Model, "model", &[group], sum.a_minute().map(measured));
        let Some(priorities) = priorities else { return };
        let (name, share) = priorities.of(priority);
        let reserved = sum.a_minute().map(|rule| Rule {
            limit: rule.limit.saturating_mul(u64::from(share)) / 1000,
            holds: Holds::FromSaturation(priorities.saturation),
            ..rule
        });
        self.account(Kind::Priority, "priority", &[group, name], reserved);
    }

    /// A key whose budget is spent: so many per cent of its limits.
    pub(crate) fn throttled(&mut self, hash: &str, written: &Written, percent: u8) {
        let slowed = rules(written).filter(|rule| rule.measure != Measure::Parallel);
        let slowed = slowed.map(|rule| Rule { limit: share(rule.limit, percent), ..rule });
        self.account(Kind::Throttled, "throttled", &[hash], slowed);
    }

    fn account(&mut self, kind: Kind, word: &str, id: &[&str], rules: impl Iterator<Item = Rule>) {
        let mut gauge = None;
        for rule in rules {
            let gauge = gauge.get_or_insert_with(|| {
                name(&mut self.name, word, id);
                self.limits.gauge(&self.name, self.now)
            });
            let same = |line: &&mut Line| {
                Arc::ptr_eq(&line.gauge, gauge) && line.rule.measure == rule.measure && line.rule.span == rule.span
            };
            match self.lines.iter_mut().find(same) {
                // said twice, the stricter holds
                Some(line) if line.rule.limit <= rule.limit => {}
                Some(line) => line.rule = rule,
                None => self.lines.push(Line::new(Arc::clone(gauge), kind, rule)),
            }
        }
    }
}

/// One at least, unless there is nothing of it.
fn share(limit: u64, percent: u8) -> u64 {
    (limit.saturating_mul(u64::from(percent)) / 100).max(limit.min(1))
}

/// `team:t1`, `key_model:["hash","gpt"]`.
fn name(name: &mut String, word: &str, id: &[&str]) {
    name.clear();
    name.push_str(word);
    name.push(':');
    match id {
        [one] => name.push_str(one),
        many => {
            // writing to a string does not fail, nor does a list of texts
            let _written = write!(name, "{}", Value::from(many.to_vec()));
        }
    }
}

fn rules(written: &Written) -> impl Iterator<Item = Rule> {
    [
        (Measure::Requests, Span::Minute, written.rpm_limit),
        (Measure::Requests, Span::Hour, written.rph_limit),
        (Measure::Requests, Span::Day, written.rpd_limit),
        (Measure::Tokens, Span::Minute, written.tpm_limit),
        (Measure::Tokens, Span::Hour, written.tph_limit),
        (Measure::Tokens, Span::Day, written.tpd_limit),
        (Measure::Parallel, Span::Minute, written.max_parallel_requests),
    ]
    .into_iter()
    .filter_map(|(measure, span, limit)| Some(Rule::new(measure, span, limit?)))
}

/// LiteLLM's `rpm_limit_type` and `tpm_limit_type`.
fn loosened(rule: Rule, metadata: &Map<String, Value>) -> Rule {
    let field = match rule.measure {
        Measure::Requests => "rpm_limit_type",
        Measure::Parallel => return rule,
        _ => "tpm_limit_type",
    };
    let is_dynamic = metadata.get(field).and_then(Value::as_str) == Some("dynamic");
    Rule { holds: if is_dynamic { Holds::FromSaturation(SATURATED) } else { rule.holds }, ..rule }
}
