//! What is meant of alerts: `alerting` says which ways, LiteLLM's variables where to.

use engine::alerts::{Address, AlertSettings, Hook, Mail, NoAddress, Security};
use engine::secret::Secret;

use super::World;
use crate::config::{ConfigError, Place, Placed, Resolved, Way, Written};

/// LiteLLM's ports.
const SUBMISSION: u16 = 587;
const SUBMISSION_OVER_TLS: u16 = 465;

pub(super) fn alerts(written: &Written, world: &World<'_>, errors: &mut Vec<ConfigError>) -> AlertSettings {
    let alerting = &written.general_settings.alerting;
    let default = AlertSettings::default();
    let shares = written.turnpike.alerts.thresholds.clone().unwrap_or(default.shares);
    let mut settings = AlertSettings { shares, ..AlertSettings::default() };
    let variables = Variables { written, world };
    let operators = operators(&written.turnpike.alerts.email_to, errors);
    if let Some(first) = written.turnpike.alerts.email_to.first()
        && alerting.ways.iter().all(|way| way.value != Way::Email)
    {
        errors.push(first.error("nobody is written to without email in general_settings.alerting"));
    }
    for way in &alerting.ways {
        let place = &way.place;
        match way.value {
            Way::Slack if alerting.slack.is_empty() => {
                settings.slack.extend(note(variables.hook("SLACK_WEBHOOK_URL", place), errors));
            }
            Way::Slack => settings.slack.extend(alerting.slack.iter().filter_map(|url| note(hook(url), errors))),
            Way::Webhook => settings.webhook = note(variables.hook("WEBHOOK_URL", place), errors),
            Way::Email => settings.mail = note(variables.mail(operators.clone(), place), errors),
        }
    }
    // all of it is read, so that mistakes are told also while nobody is to be told of budgets
    if alerting.leaves_budgets_out {
        (settings.slack, settings.webhook, settings.mail) = (Vec::new(), None, None);
    }
    settings
}

fn note<T>(read: Result<T, ConfigError>, errors: &mut Vec<ConfigError>) -> Option<T> {
    read.map_err(|error| errors.push(error)).ok()
}

fn operators(written: &[Placed<String>], errors: &mut Vec<ConfigError>) -> Vec<Address> {
    let parse = |text: &Placed<String>| Address::parse(&text.value).map_err(|error| text.error(error.to_string()));
    written.iter().filter_map(|text| note(parse(text), errors)).collect()
}

fn hook(url: &Placed<Resolved>) -> Result<Hook, ConfigError> {
    match &url.value {
        Resolved::Found(text) => Hook::parse(text.reveal()).map_err(|error| url.error(error.to_string())),
        Resolved::Missing { name } => {
            Err(url.error(format!("the environment variable {name} is not set, or is empty")))
        }
    }
}

/// Variables of the file and of the process.
struct Variables<'a> {
    written: &'a Written,
    world: &'a World<'a>,
}

impl Variables<'_> {
    fn get(&self, name: &str) -> Option<Secret> {
        self.written.variable(name, self.world.environment)
    }

    fn require(&self, name: &str, place: &Place) -> Result<Secret, ConfigError> {
        self.get(name).ok_or_else(|| error(place, format!("needs the environment variable {name}")))
    }

    fn hook(&self, name: &str, place: &Place) -> Result<Hook, ConfigError> {
        Hook::parse(self.require(name, place)?.reveal()).map_err(|wrong| unreadable(place, name, wrong))
    }

    fn mail(&self, operators: Vec<Address>, place: &Place) -> Result<Mail, ConfigError> {
        let host = self.require("SMTP_HOST", place)?.reveal().to_owned();
        let sender = Address::parse(self.require("SMTP_SENDER_EMAIL", place)?.reveal());
        let sender = sender.map_err(|wrong| unreadable(place, "SMTP_SENDER_EMAIL", wrong))?;
        let security = match (self.flag("SMTP_USE_SSL", false, place)?, self.flag("SMTP_TLS", true, place)?) {
            (true, _) => Security::Tls,
            (false, true) => Security::StartTls,
            (false, false) => Security::Plain,
        };
        let usual = if security == Security::Tls { SUBMISSION_OVER_TLS } else { SUBMISSION };
        let port = self.get("SMTP_PORT").map_or(Ok(usual), |port| port.reveal().trim().parse());
        let port = port.map_err(|_| error(place, "SMTP_PORT: expected a whole number from 1 to 65535"))?;
        let login = match (self.get("SMTP_USERNAME"), self.get("SMTP_PASSWORD")) {
            (Some(user), Some(password)) => Some((user.reveal().to_owned(), password)),
            (None, None) => None,
            _ => return Err(error(place, "SMTP_USERNAME and SMTP_PASSWORD need each other: set both, or none")),
        };
        Ok(Mail { host, port, security, login, sender, operators })
    }

    fn flag(&self, name: &str, usual: bool, place: &Place) -> Result<bool, ConfigError> {
        let Some(text) = self.get(name) else { return Ok(usual) };
        match text.reveal().trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Ok(true),
            "false" | "0" | "no" => Ok(false),
            _ => Err(error(place, format!("{name}: expected True or False"))),
        }
    }
}

fn unreadable(place: &Place, name: &str, wrong: NoAddress) -> ConfigError {
    error(place, format!("{name}: {wrong}"))
}

fn error(place: &Place, message: impl Into<String>) -> ConfigError {
    ConfigError { place: place.clone(), message: message.into() }
}
