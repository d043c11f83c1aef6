//! What budgets have reached is told to everybody who is to be told, once, whichever gateway sees it and whatever happens.

use std::collections::{BTreeMap, BTreeSet};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::{Value, json};
use testkit::services::Certificate;
use testkit::{Hook, MailOptions, MailServer, Upstream};
use tokio::time::Instant;

use super::calls::{self, Call};
use super::gateway::{Gateway, PATIENCE, Place, until};

const OPERATOR: &str = "ops@ours.test";
const USER: &str = "user@ours.test";
const ADMIN: &str = "admin@ours.test";
const LOGIN: (&str, &str) = ("gateway", "canary-of-the-mail-server");

/// Everybody who is told, and the place of a gateway that tells them.
struct Told {
    hook: Hook,
    mail: MailServer,
    _upstream: Upstream,
    place: Place,
}

impl Told {
    async fn start(database: Option<&str>) -> Self {
        let (ca, certificate) = certificate("localhost");
        let (hook, upstream) = (Hook::start().await.unwrap(), Upstream::start().await);
        let login = Some((LOGIN.0.to_owned(), LOGIN.1.to_owned()));
        let mail = MailServer::start(MailOptions { login, tls: Some(certificate) }).await.unwrap();
        let config = format!(
            "{}general_settings:\n  alerting: [slack, webhook, email]\nturnpike:\n  alerts: {{email_to: [{OPERATOR}]}}\n",
            calls::config(&upstream)
        );
        let place = Place::with(&config);
        let trusted = place.path().join("ca.pem");
        std::fs::write(&trusted, ca).unwrap();
        let place = place
            .variable("DATABASE_URL", database)
            .variable("TURNPIKE_SALT_KEY", Some("Qx7-it-Salt0Key-mW3nR4tYb8uP"))
            .variable("SSL_CERT_FILE", trusted.to_str())
            .variable("SLACK_WEBHOOK_URL", Some(&hook.url("slack/canary")))
            .variable("WEBHOOK_URL", Some(&hook.url("webhook/canary")))
            .variable("SMTP_HOST", Some("localhost"))
            .variable("SMTP_PORT", Some(&mail.port().to_string()))
            .variable("SMTP_USERNAME", Some(LOGIN.0))
            .variable("SMTP_PASSWORD", Some(LOGIN.1))
            .variable("SMTP_SENDER_EMAIL", Some("Gateway <gateway@ours.test>"));
        Self { hook, mail, _upstream: upstream, place }
    }

    fn events(&self) -> Vec<Value> {
        self.hook.taken("webhook/canary")
    }

    /// How often each threshold of each kind of account was told as JSON.
    fn counts(&self) -> BTreeMap<(String, String), usize> {
        let mut counts = BTreeMap::new();
        for event in self.events() {
            let of = event["account"].as_str().unwrap().split(':').next().unwrap().to_owned();
            *counts.entry((of, event["threshold"].as_str().unwrap().to_owned())).or_default() += 1;
        }
        counts
    }

    /// How many e-mails each address has.
    fn letters(&self) -> BTreeMap<String, usize> {
        let mut letters = BTreeMap::new();
        for letter in self.mail.taken() {
            assert_eq!(letter.to.len(), 1, "nobody sees whom else it went to: {letter:?}");
            *letters.entry(letter.to[0].clone()).or_default() += 1;
        }
        letters
    }

    /// Waits until every channel has as many alerts as there are.
    async fn until_told(&self, number: usize) {
        until(&format!("{number} alerts were told"), || {
            let told = [self.events().len(), self.hook.taken("slack/canary").len()];
            let operator = self.letters().get(OPERATOR).copied().unwrap_or_default();
            (told.iter().all(|told| *told >= number) && operator >= number).then_some(())
        })
        .await;
    }
}

/// An authority, and a certificate of that name.
fn certificate(name: &str) -> (String, Certificate) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let ca = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let made = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    (ca, Certificate { chain: made.pem(), key: key.serialize_pem() })
}

async fn make_key(gateway: &Gateway, body: &Value) -> String {
    gateway.client.admin("/key/generate", body).await["key"].as_str().unwrap().to_owned()
}

/// Calls by turns until there is nothing left that a call could have: gateways give back what they do not need within seconds.
async fn spend(gateways: &[&Gateway], key: &str, told: &Told, thresholds: &[(&str, &str)], times: usize) {
    let call = Call { stream: false, ..Call::openai("gpt", "[[obey]] [[long:300]]") };
    let deadline = Instant::now() + PATIENCE;
    let mut statuses = BTreeSet::new();
    loop {
        for gateway in gateways {
            let answer = gateway.client.post(call.path(), key, &call.body()).await.whole().await.unwrap();
            statuses.insert(answer.status);
        }
        let counts = told.counts();
        let is_told = |(of, threshold): &(&str, &str)| {
            counts.get(&((*of).to_owned(), (*threshold).to_owned())).is_some_and(|count| *count >= times)
        };
        if thresholds.iter().all(is_told) {
            break;
        }
        assert!(Instant::now() < deadline, "{thresholds:?}: {counts:?}");
    }
    assert_eq!(statuses, [200, 422].into());
}

/// Calls until one is refused.
async fn spend_all(gateway: &Gateway, key: &str) {
    let call = Call { stream: false, ..Call::openai("gpt", "[[obey]] [[long:300]]") };
    let mut status = 200;
    while status == 200 {
        status = gateway.client.post(call.path(), key, &call.body()).await.whole().await.unwrap().status;
    }
    assert_eq!(status, 422);
}

const HARD: [(&str, &str); 3] = [("key", "0.8"), ("key", "0.95"), ("key", "refused")];
const SOFT: [(&str, &str); 3] = [("team", "0.8"), ("team", "0.95"), ("team", "1")];

fn counted(expected: &[(&str, &str)]) -> BTreeMap<(String, String), usize> {
    expected.iter().map(|(of, threshold)| (((*of).to_owned(), (*threshold).to_owned()), 1)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_gateways_tell_everybody_once() {
    let database = testkit::services::database().await;
    let told = Told::start(Some(&database)).await;
    let second = told.place.beside();
    std::fs::copy(told.place.config(), second.config()).unwrap();
    let (one, other) = tokio::join!(told.place.start(), second.start());
    for (id, email) in [("u1", USER), ("u2", ADMIN)] {
        one.client.admin("/user/new", &json!({"user_id": id, "user_email": email, "auto_create_key": false})).await;
    }
    let members = json!([{"user_id": "u2", "role": "admin"}]);
    let team = json!({"team_id": "t1", "team_alias": "<!channel>", "max_budget": 0.02, "budget_mode": "soft",
        "members_with_roles": members});
    one.client.admin("/team/new", &team).await;

    // hard: what is left at the end does not do for a call
    let hard = make_key(&one, &json!({"user_id": "u1", "key_alias": "batch", "max_budget": 0.05})).await;
    // soft: the last call passes it
    let soft = make_key(&one, &json!({"team_id": "t1"})).await;
    // no cap at all
    let only_told = make_key(&one, &json!({"user_id": "u1", "soft_budget": 0.005})).await;
    spend(&[&one, &other], &hard, &told, &HARD, 1).await;
    spend(&[&one, &other], &soft, &told, &SOFT, 1).await;
    let call = Call { stream: false, ..Call::openai("gpt", "[[long:300]]") };
    for gateway in [&one, &other, &one, &other] {
        assert_eq!(call.send(&gateway.client, &only_told).await.status, 200);
    }

    let expected: Vec<_> = HARD.into_iter().chain(SOFT).chain([("key", "soft")]).collect();
    told.until_told(expected.len()).await;
    let metrics = one.client.get("/metrics").await.unwrap().text + &other.client.get("/metrics").await.unwrap().text;
    for part in [
        "turnpike_alerts_total{channel=\"webhook\",outcome=\"sent\"}",
        "turnpike_budget_refusals_total{budget_of=\"key\"}",
        "turnpike_budget_asks_total{outcome=\"answered\"}",
        "api_key_alias=\"batch\"} 0.05\n",
        "litellm_remaining_team_budget_metric{team=\"t1\",team_alias=\"<!channel>\"} 0\n",
    ] {
        assert!(metrics.contains(part), "{part}\n{metrics}");
    }
    // what is being told is waited for
    let log = one.stop().await + &other.stop().await;
    assert!(!log.contains("canary"), "{log}");
    assert_eq!(told.counts(), counted(&expected));
    assert_eq!(told.hook.taken("slack/canary").len(), expected.len());
    let letters = [(OPERATOR, 7), (USER, 4), (ADMIN, 3)].map(|(to, number)| (to.to_owned(), number));
    assert_eq!(told.letters(), letters.into());
    judge_words(&told);

    // whoever starts looks all over, and a raised cap counts anew
    let one = told.place.start().await;
    one.client.admin("/key/update", &json!({"key": hard, "max_budget": 0.055})).await;
    spend(&[&one], &hard, &told, &HARD, 2).await;
    told.until_told(expected.len() + 3).await;
    one.stop().await;
    let mut again = counted(&expected);
    for (of, threshold) in HARD {
        *again.get_mut(&(of.to_owned(), threshold.to_owned())).unwrap() += 1;
    }
    assert_eq!(told.counts(), again);
}

/// What events, Slack and e-mails say.
fn judge_words(told: &Told) {
    let events = told.events();
    let of = |account: &str, threshold: &str| {
        let is =
            |event: &&Value| event["account"].as_str().unwrap().starts_with(account) && event["threshold"] == threshold;
        events.iter().find(is).unwrap()
    };
    let key = of("key:", "0.8");
    assert_eq!(
        (
            &key["event"],
            &key["event_group"],
            &key["key_alias"],
            &key["user_id"],
            &key["user_email"],
            &key["max_budget"]
        ),
        (&json!("threshold_crossed"), &json!("key"), &json!("batch"), &json!("u1"), &json!(USER), &json!(0.05))
    );
    assert!(key["spend"].as_f64().unwrap() >= 0.04, "{key}");
    assert_eq!(of("key:", "soft")["soft_budget"], json!(0.005));
    assert_eq!(of("team:", "1")["event"], "budget_crossed");
    let ids: BTreeSet<_> = events.iter().map(|event| event["alert_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), events.len());
    let slack = told.hook.taken("slack/canary");
    assert!(slack.iter().any(|told| told["text"].as_str().unwrap().contains("&lt;!channel&gt;")), "{slack:?}");
    assert!(slack.iter().all(|told| !told["text"].as_str().unwrap().contains('<')), "{slack:?}");
    let letters = told.mail.taken();
    let letter = letters.iter().find(|letter| letter.to[0] == ADMIN).unwrap();
    assert!(letter.from.contains("<gateway@ours.test>") && letter.text.contains("Subject: Turnpike: "), "{letter:?}");
    assert!(ids.iter().any(|id| letter.text.contains(&format!("Message-ID: <{id}@ours.test>"))), "{letter:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_could_not_be_told_is_told_once_it_can_be_also_by_the_next_process() {
    let told = Told::start(None).await;
    let gateway = told.place.start().await;
    told.hook.refuse(Some(500));
    told.mail.be_busy(true);
    let key = make_key(&gateway, &json!({"max_budget": 0.02})).await;
    spend_all(&gateway, &key).await;
    let tried = || told.hook.refused() >= 6 && told.mail.refused() >= 3;
    until("everybody was tried", || tried().then_some(())).await;
    gateway.logged(&["an alert was not sent", "webhook"]).await;
    // the webhook comes back before the others
    told.hook.refuse(None);
    until("the webhook was told", || (told.events().len() == 3).then_some(())).await;
    gateway.stop().await;
    told.mail.be_busy(false);
    let gateway = told.place.start().await;
    told.until_told(3).await;
    let log = gateway.stop().await;
    assert!(!log.contains("canary"), "{log}");
    assert_eq!(told.letters(), [(OPERATOR.to_owned(), 3)].into());
    assert_eq!((told.events().len(), told.hook.taken("slack/canary").len()), (3, 3));
}
