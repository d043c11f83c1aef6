//! Who is told of budgets.

use engine::alerts::{Address, Security};

use super::{Variables, meaning, try_meaning};

const SLACK: (&str, &str) = ("SLACK_WEBHOOK_URL", "https://hooks.slack.test/services/canary");
const WEBHOOK: (&str, &str) = ("WEBHOOK_URL", "http://127.0.0.1:9/hook");
const HOST: (&str, &str) = ("SMTP_HOST", "mail.test");
const SENDER: (&str, &str) = ("SMTP_SENDER_EMAIL", "Gateway <gateway@ours.test>");

fn told(text: &str, variables: Variables<'_>) -> engine::alerts::AlertSettings {
    meaning(text, variables).settings.alerts
}

#[test]
fn nobody_is_told_unless_the_configuration_says_so() {
    let alerts = told("", &[SLACK, WEBHOOK, HOST, SENDER]);
    assert_eq!((alerts.is_on(), alerts.shares), (false, vec![800, 950]));
    for types in ["[]", "[llm_exceptions]"] {
        let text = format!("general_settings: {{alerting: [slack], alert_types: {types}}}");
        assert!(!told(&text, &[SLACK]).is_on(), "{types}");
    }
    let text = "general_settings: {alerting: [slack], alert_types: [daily_reports, budget_alerts]}";
    assert!(told(text, &[SLACK]).is_on());
}

#[test]
fn variables_of_litellm_say_where_to() {
    let text = "\
general_settings:
  alerting: [slack, webhook, email, slack]
turnpike:
  alerts: {thresholds: [0.9, 0.5, 0.995], email_to: [ops@ours.test]}
";
    let alerts = told(text, &[SLACK, WEBHOOK, HOST, SENDER]);
    assert_eq!((alerts.slack.len(), alerts.webhook.is_some(), alerts.shares.clone()), (1, true, vec![500, 900, 995]));
    assert!(!format!("{alerts:?}").contains("canary"));
    let mail = alerts.mail.unwrap();
    assert_eq!(
        (mail.host.as_str(), mail.port, mail.security, mail.login.is_some()),
        ("mail.test", 587, Security::StartTls, false)
    );
    assert_eq!(
        (mail.sender.bare().as_str(), mail.operators),
        ("gateway@ours.test", vec![Address::parse("ops@ours.test").unwrap()])
    );

    let email = "general_settings: {alerting: [email]}";
    let login = [("SMTP_USERNAME", "u"), ("SMTP_PASSWORD", "canary")];
    for (variables, expect) in [
        (vec![("SMTP_USE_SSL", "True")], (465, Security::Tls, false)),
        (vec![("SMTP_TLS", "False"), ("SMTP_PORT", "25")], (25, Security::Plain, false)),
        (login.to_vec(), (587, Security::StartTls, true)),
    ] {
        let all: Vec<_> = [HOST, SENDER].into_iter().chain(variables).collect();
        let mail = told(email, &all).mail.unwrap();
        assert_eq!((mail.port, mail.security, mail.login.is_some()), expect, "{all:?}");
        assert!(!format!("{mail:?}").contains("canary"));
    }

    let several = "\
general_settings:
  alerting: [slack]
  alert_to_webhook_url: {budget_alerts: [http://one.test/a, os.environ/SLACK_WEBHOOK_URL], daily_reports: http://x.test}
";
    assert_eq!(told(several, &[SLACK]).slack.len(), 2);
}

#[test]
fn what_is_missing_or_wrong_is_said_and_secrets_are_not() {
    for (general, turnpike, variables, expect) in [
        ("alerting: [slack]", "", vec![], "alerting[0]: needs the environment variable SLACK_WEBHOOK_URL"),
        (
            "alerting: [webhook]",
            "",
            vec![("WEBHOOK_URL", "canary")],
            "WEBHOOK_URL: expected a URL that begins with https:// or http://",
        ),
        ("alerting: [email]", "", vec![HOST], "needs the environment variable SMTP_SENDER_EMAIL"),
        ("alerting: [email]", "", vec![SENDER], "needs the environment variable SMTP_HOST"),
        (
            "alerting: [email]",
            "",
            vec![HOST, ("SMTP_SENDER_EMAIL", "canary")],
            "SMTP_SENDER_EMAIL: expected an e-mail address",
        ),
        ("alerting: [email]", "", vec![HOST, SENDER, ("SMTP_PORT", "0x1")], "SMTP_PORT: expected a whole number"),
        ("alerting: [email]", "", vec![HOST, SENDER, ("SMTP_TLS", "maybe")], "SMTP_TLS: expected True or False"),
        (
            "alerting: [email]",
            "",
            vec![HOST, SENDER, ("SMTP_PASSWORD", "canary")],
            "SMTP_USERNAME and SMTP_PASSWORD need each other",
        ),
        ("alerting: [ms_teams]", "", vec![], "alerting[0]: ms_teams is not supported: slack, webhook and email are"),
        ("alerting: [smoke]", "", vec![], "expected slack, webhook or email"),
        (
            "alert_types: [budget_alert]",
            "",
            vec![],
            "alert_types[0]: there is no such alert; did you mean budget_alerts?",
        ),
        (
            "alerting: [slack], alert_to_webhook_url: {budget_alerts: canary}",
            "",
            vec![],
            "alert_to_webhook_url.budget_alerts: expected a URL",
        ),
        (
            "alerting: [slack], alert_to_webhook_url: {budget_alerts: os.environ/NONE}",
            "",
            vec![],
            "the environment variable NONE is not set",
        ),
        ("", "thresholds: [1]", vec![], "thresholds[0]: expected a share between 0 and 1, such as 0.8"),
        ("", "thresholds: [0.8001]", vec![], "thresholds[0]: expected a share"),
        ("", "email_to: [ops@ours.test]", vec![], "nobody is written to without email in general_settings.alerting"),
        (
            "alerting: [email]",
            "email_to: [ops]",
            vec![HOST, SENDER],
            "turnpike.alerts.email_to[0]: expected an e-mail address",
        ),
    ] {
        let text = format!("general_settings: {{{general}}}\nturnpike: {{alerts: {{{turnpike}}}}}\n");
        let errors = try_meaning(&text, &variables).unwrap_err();
        assert!(errors.contains(expect), "{text}{errors}");
        assert!(!errors.contains("canary"), "{errors}");
    }
}
