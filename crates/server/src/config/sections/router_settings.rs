//! `router_settings`: how a deployment is chosen, and other names for model groups.

use std::time::Duration;

use engine::settings::WrittenBudget;

use super::super::known::{ROUTER_SETTINGS, ROUTING_STRATEGIES};
use super::super::place::Placed;
use super::super::read::{Field, Section};
use super::super::suggest::closest;
use super::super::yaml::Value;
use super::budgets;

/// Settings of the choice among deployments.
#[derive(Debug, Clone, Default)]
pub struct RouterSettings {
    /// How a deployment of a group is chosen.
    pub routing_strategy: RoutingStrategy,
    /// How often a failed call is tried again.
    pub num_retries: Option<u32>,
    /// The longest a call may take, in seconds.
    pub timeout: Option<Duration>,
    /// The longest a streamed call may take to begin, in seconds.
    pub stream_timeout: Option<Duration>,
    /// Other names for model groups.
    pub model_group_alias: Vec<GroupAlias>,
    /// What may be spent at providers, by their names.
    pub provider_budgets: Vec<(Placed<String>, WrittenBudget)>,
}

/// How a deployment is chosen. Strategies of LiteLLM that are not here yet are noted as unsupported; the default is
/// used in their place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RoutingStrategy {
    /// At random, by weight.
    #[default]
    SimpleShuffle,
}

/// Another name for a model group.
#[derive(Debug, Clone)]
pub struct GroupAlias {
    /// The name.
    pub alias: String,
    /// The group that it stands for.
    pub model: Placed<String>,
    /// Whether `/v1/models` leaves the name out.
    pub hidden: bool,
}

impl RouterSettings {
    pub(in super::super) fn read(mut section: Section<'_, '_>) -> Self {
        let settings = Self {
            routing_strategy: strategy(&mut section),
            num_retries: section.small("num_retries"),
            timeout: section.seconds("timeout"),
            stream_timeout: section.seconds("stream_timeout"),
            model_group_alias: aliases(&mut section),
            provider_budgets: budgets::by_name(&mut section, "provider_budget_config"),
        };
        section.finish(&ROUTER_SETTINGS);
        settings
    }
}

fn strategy(section: &mut Section<'_, '_>) -> RoutingStrategy {
    let known = || ROUTING_STRATEGIES.split_ascii_whitespace();
    if let Some(written) = section.text("routing_strategy") {
        let name = written.value.as_str();
        if !known().any(|strategy| strategy == name) {
            let message = match closest(name, known()) {
                Some(near) => format!("not a routing strategy; did you mean {near}?"),
                None => "not a routing strategy".to_owned(),
            };
            section.findings.errors.push(written.error(message));
        } else if known().next() != Some(name) {
            let mut place = written.place.clone();
            place.path = format!("{}={name}", place.path);
            section.findings.unsupported.push(super::super::Unsupported { place });
        }
    }
    RoutingStrategy::SimpleShuffle
}

fn aliases(section: &mut Section<'_, '_>) -> Vec<GroupAlias> {
    let mut aliases = Vec::new();
    for (alias, field) in section.entries("model_group_alias") {
        if alias.is_empty() {
            section.findings.errors.push(field.error("an alias needs a name"));
        }
        aliases.extend(group_alias(alias, field, section));
    }
    aliases
}

/// `alias: group`, or `alias: {model: group, hidden: true}`.
fn group_alias(alias: &str, field: Field<'_>, section: &mut Section<'_, '_>) -> Option<GroupAlias> {
    let alias = alias.to_owned();
    if matches!(field.node.value, Value::Map(_)) {
        let mut target = Section::open(field.node, field.path, section.findings);
        let model = target.text("model");
        let hidden = target.flag("hidden").unwrap_or_default();
        if model.is_none() {
            target.error("an alias needs a model to stand for");
        }
        target.only(&["model", "hidden"]);
        return Some(GroupAlias { alias, model: model?, hidden });
    }
    let model = match field.scalar() {
        Ok("") => Err(field.error("an alias needs a model to stand for")),
        Ok(group) => Ok(Placed { value: group.to_owned(), place: field.place() }),
        Err(error) => Err(error),
    };
    match model {
        Ok(model) => Some(GroupAlias { alias, model, hidden: false }),
        Err(error) => {
            section.findings.errors.push(error);
            None
        }
    }
}
