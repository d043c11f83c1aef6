//! `general_settings.alerting` and its kin: who is told what budgets have reached.

use super::super::error::ConfigError;
use super::super::known::{OTHER_ALERTING, OTHER_ALERTS};
use super::super::place::Placed;
use super::super::read::{Field, Section};
use super::super::secret::Resolved;
use super::super::suggest::closest;

/// LiteLLM's name for what is told of budgets.
const BUDGET_ALERTS: &str = "budget_alerts";

/// What `general_settings` says of it. Addresses and passwords stand in variables.
#[derive(Debug, Clone, Default)]
pub struct Alerting {
    /// The ways it goes out.
    pub ways: Vec<Placed<Way>>,
    /// Whether `alert_types` leaves budgets out.
    pub leaves_budgets_out: bool,
    /// Slack's webhooks for budgets, in place of `SLACK_WEBHOOK_URL` (`alert_to_webhook_url`).
    pub slack: Vec<Placed<Resolved>>,
}

/// A way that it goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To Slack's incoming webhooks.
    Slack,
    /// As JSON.
    Webhook,
    /// By SMTP.
    Email,
}

impl Alerting {
    pub(super) fn read(general: &mut Section<'_, '_>) -> Self {
        let mut ways = Vec::<Placed<Way>>::new();
        for field in general.list("alerting") {
            match way(&field) {
                Ok(way) if ways.iter().any(|known| known.value == way) => {}
                Ok(way) => ways.push(Placed { value: way, place: field.place() }),
                Err(error) => general.findings.errors.push(error),
            }
        }
        let is_limited = general.field("alert_types").is_some();
        let mut has_budgets = false;
        for field in general.list("alert_types") {
            match is_of_budgets(&field) {
                Ok(is) => has_budgets |= is,
                Err(error) => general.findings.errors.push(error),
            }
        }
        let slack = slack(general);
        Self { ways, leaves_budgets_out: is_limited && !has_budgets, slack }
    }
}

fn way(field: &Field<'_>) -> Result<Way, ConfigError> {
    match field.scalar()? {
        "slack" => Ok(Way::Slack),
        "webhook" => Ok(Way::Webhook),
        "email" => Ok(Way::Email),
        other if OTHER_ALERTING.split_ascii_whitespace().any(|known| known == other) => {
            Err(field.error(format!("{other} is not supported: slack, webhook and email are")))
        }
        _ => Err(field.error("expected slack, webhook or email")),
    }
}

/// Other alerts are not sent yet, whether they are listed or not; a misspelt name must not leave budgets out.
fn is_of_budgets(field: &Field<'_>) -> Result<bool, ConfigError> {
    let word = field.scalar()?;
    if word == BUDGET_ALERTS {
        return Ok(true);
    }
    let is_known = OTHER_ALERTS.split_ascii_whitespace().any(|known| known == word);
    match closest(word, [BUDGET_ALERTS]).filter(|_| !is_known) {
        Some(near) => Err(field.error(format!("there is no such alert; did you mean {near}?"))),
        None => Ok(false),
    }
}

/// Each alert has a URL or a list of them.
fn slack(general: &mut Section<'_, '_>) -> Vec<Placed<Resolved>> {
    let mut urls = Vec::new();
    for (alert, field) in general.entries("alert_to_webhook_url") {
        if alert != BUDGET_ALERTS {
            general.findings.unsupported(&field.node.mark, &field.path);
            continue;
        }
        let items = field.items();
        for item in if items.is_empty() { vec![field] } else { items } {
            match item.secret() {
                Ok(value) => urls.push(Placed { value, place: item.place() }),
                Err(error) => general.findings.errors.push(error),
            }
        }
    }
    urls
}
