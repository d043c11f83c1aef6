//! Secrets by name: what is asked, how long it is remembered, and what is used while AWS does not answer.

use std::sync::Arc;
use std::time::Duration;

use super::super::{CallError, SecretError, SecretsManager};
use super::stand_in::{Fails, StandIn, access};
use crate::clock::Clock;
use crate::tasks::Tasks;

const MINUTE: i64 = 60_000_000;
const ARN: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:of-the-arn-AbCdEf";

struct Kit {
    server: StandIn,
    clock: Clock,
    tasks: Tasks,
    secrets: Arc<SecretsManager>,
}

async fn kit() -> Kit {
    let (server, clock, tasks) = (StandIn::start().await, Clock::manual(1_767_323_045_000_000), Tasks::default());
    let secrets =
        SecretsManager::new(access(&clock), Some(server.url.clone()), SecretsManager::LIFETIME, tasks.clone());
    Kit { server, clock, tasks, secrets: Arc::new(secrets) }
}

impl Kit {
    async fn get(&self, reference: &str) -> Result<String, SecretError> {
        Ok(self.secrets.get_secret(reference).await?.reveal().to_owned())
    }

    fn asked(&self) -> usize {
        self.server.asked().len()
    }
}

#[tokio::test]
async fn a_secret_is_asked_for_once_and_its_fields_with_it() {
    let kit = kit().await;
    kit.server.set_secret("db", r#"{"password":"canary","port":5432,"nested":{},"none":null}"#);
    kit.server.set_secret("plain", "canary");
    let all = futures_util::future::join_all((0..50).map(|_| kit.get("db#password"))).await;
    assert!(all.iter().all(|got| got.as_deref() == Ok("canary")), "{all:?}");
    assert_eq!(kit.get("db#port").await.as_deref(), Ok("5432"));
    assert!(kit.get("db").await.unwrap().starts_with('{'));
    assert_eq!(kit.asked(), 1);
    let names = |id: &str, field: &str| (id.to_owned(), field.to_owned());
    for (reference, error) in [
        ("db#missing", names("db", "missing")),
        ("db#nested", names("db", "nested")),
        ("db#none", names("db", "none")),
        ("db#", names("db", "")),
    ] {
        assert_eq!(kit.get(reference).await, Err(SecretError::NoField(error.0, error.1)));
    }
    let (id, field) = names("plain", "field");
    assert_eq!(kit.get("plain#field").await, Err(SecretError::NotJson(id, field)));
    kit.server.set_binary("bytes");
    assert_eq!(kit.get("bytes").await, Err(SecretError::Binary("bytes".to_owned())));
    assert_eq!(kit.get("unknown").await, Err(SecretError::Missing("unknown".to_owned())));
    let shown = format!("{:?}", kit.secrets);
    assert!(shown.contains("plain") && !shown.contains("canary"), "{shown}");
}

#[tokio::test]
async fn an_arn_names_its_region() {
    let kit = kit().await;
    kit.server.set_secret(ARN, "far");
    kit.server.set_secret("near", "near");
    assert_eq!((kit.get(ARN).await.as_deref(), kit.get("near").await.as_deref()), (Ok("far"), Ok("near")));
    for (asked, region) in kit.server.asked().iter().zip(["eu-west-1", "us-east-1"]) {
        let authorization = asked.headers["authorization"].to_str().unwrap();
        assert!(authorization.contains(&format!("/{region}/secretsmanager/")), "{authorization}");
    }
}

#[tokio::test]
async fn a_value_in_use_is_renewed_and_nobody_waits() {
    let kit = kit().await;
    kit.server.set_secret("s", "old");
    assert_eq!(kit.get("s").await.as_deref(), Ok("old"));
    kit.server.set_secret("s", "new");
    kit.clock.advance(5 * MINUTE - 1);
    assert_eq!((kit.get("s").await.as_deref(), kit.asked()), (Ok("old"), 1));
    kit.clock.advance(1);
    for _use in 0..5 {
        assert_eq!(kit.get("s").await.as_deref(), Ok("old"), "it is at hand");
    }
    kit.tasks.drained().await;
    assert_eq!((kit.get("s").await.as_deref(), kit.asked()), (Ok("new"), 2));
}

#[tokio::test]
async fn a_value_that_nobody_used_for_long_is_waited_for() {
    let kit = kit().await;
    kit.server.set_secret("s", "old");
    kit.get("s").await.unwrap();
    kit.server.set_secret("s", "new");
    kit.clock.advance(10 * MINUTE);
    assert_eq!((kit.get("s").await.as_deref(), kit.asked()), (Ok("new"), 2));
}

#[tokio::test]
async fn while_aws_does_not_answer_the_old_value_is_used() {
    let kit = kit().await;
    kit.server.set_secret("s", "old");
    kit.get("s").await.unwrap();
    kit.server.set_secret("s", "new");
    kit.server.fails(Fails::With(503, String::new()));
    for asked in 2..5 {
        kit.clock.advance(60 * MINUTE);
        assert_eq!(kit.get("s").await.as_deref(), Ok("old"));
        kit.tasks.drained().await;
        assert_eq!(kit.asked(), asked, "it is tried again");
    }
    assert!(kit.get("other").await.unwrap_err().to_string().contains("503"), "there is no old one");
    kit.server.fails(Fails::Silent);
    kit.clock.advance(MINUTE);
    assert_eq!(kit.get("s").await.as_deref(), Ok("old"), "once it has failed nobody waits");
    let before = kit.asked();
    while kit.asked() == before {
        tokio::task::yield_now().await;
    }
    kit.server.recovers();
    tokio::time::pause();
    kit.tasks.drained().await;
    tokio::time::resume();
    kit.clock.advance(MINUTE);
    assert_eq!(kit.get("s").await.as_deref(), Ok("old"));
    kit.tasks.drained().await;
    assert_eq!(kit.get("s").await.as_deref(), Ok("new"));
}

#[tokio::test]
async fn a_refusal_ends_the_old_value() {
    for (fails, error) in [
        (None, SecretError::Missing("s".to_owned())),
        (Some(r#"{"__type":"InvalidRequestException"}"#), SecretError::Missing("s".to_owned())),
        (Some(r#"{"__type":"AccessDeniedException"}"#), SecretError::Binary(String::new())),
    ] {
        let kit = kit().await;
        kit.server.set_secret("s", "old");
        kit.get("s").await.unwrap();
        kit.clock.advance(5 * MINUTE);
        match fails {
            None => kit.server.forget_secret("s"),
            Some(body) => kit.server.fails(Fails::With(400, body.to_owned())),
        }
        assert_eq!(kit.get("s").await.as_deref(), Ok("old"), "nobody knows yet");
        kit.tasks.drained().await;
        match kit.get("s").await.unwrap_err() {
            SecretError::Call(refused @ CallError::Refused(_)) => assert_eq!(refused.code(), "AccessDeniedException"),
            refused => assert_eq!(refused, error),
        }
    }
}

#[tokio::test]
async fn a_refusal_is_remembered_for_a_moment() {
    let kit = kit().await;
    for (step, asked) in [(0, 1), (4_999_999, 1), (1, 2)] {
        kit.clock.advance(step);
        assert_eq!(kit.get("s").await, Err(SecretError::Missing("s".to_owned())));
        assert_eq!(kit.asked(), asked);
    }
    kit.server.set_secret("s", "made");
    kit.clock.advance(5_000_000);
    assert_eq!(kit.get("s").await.as_deref(), Ok("made"));
}

#[tokio::test]
async fn a_caller_that_leaves_does_not_end_the_load() {
    let kit = kit().await;
    kit.server.set_secret("s", "text");
    assert!(tokio::time::timeout(Duration::ZERO, kit.get("s")).await.is_err());
    kit.tasks.drained().await;
    assert_eq!((kit.get("s").await.as_deref(), kit.asked()), (Ok("text"), 1));
}
