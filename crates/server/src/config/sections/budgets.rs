//! Budgets that stand in the configuration: of deployments, and by name of providers and tags.

use money::Nanos;
use money::window::Period;

use super::super::place::Placed;
use super::super::read::Section;
use engine::settings::WrittenBudget;

/// The names that LiteLLM has for what may be spent, and for how long the window is.
const CAP: [&str; 2] = ["budget_limit", "max_budget"];
const DURATION: [&str; 2] = ["time_period", "budget_duration"];

/// Each entry below `key`.
pub(super) fn by_name(section: &mut Section<'_, '_>, key: &'static str) -> Vec<(Placed<String>, WrittenBudget)> {
    let mut budgets = Vec::new();
    for (name, field) in section.entries(key) {
        let name = Placed { value: name.to_owned(), place: field.place() };
        let mut entry = Section::open(field.node, field.path, section.findings);
        let cap = CAP.map(|key| dollars(&mut entry, key)).into_iter().flatten().next();
        let duration = DURATION.map(|key| duration(&mut entry, key)).into_iter().flatten().next();
        if cap.is_none() {
            entry.error("budget_limit is missing: say how many US dollars");
        }
        entry.only(&[CAP, DURATION].concat());
        budgets.extend(cap.map(|cap| (name, WrittenBudget { cap, duration })));
    }
    budgets
}

/// An amount; `amount` has said what is no number, and none is below zero.
pub(super) fn dollars(section: &mut Section<'_, '_>, key: &'static str) -> Option<Nanos> {
    Nanos::parse_usd(&section.amount(key)?.value).ok()
}

/// How long a window is.
pub(super) fn duration(section: &mut Section<'_, '_>, key: &'static str) -> Option<String> {
    let written =
        section.parsed(key, "a duration, such as 30d", |text| Period::parse(text).ok().map(|_| text.to_owned()));
    written.map(|duration| duration.value)
}
