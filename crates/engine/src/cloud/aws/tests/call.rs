//! Calls of a service: what is sent, and what becomes of every kind of answer.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::super::call::{Service, region_of};
use super::super::{CallError, SignError};
use super::stand_in::{Fails, StandIn, access};
use crate::clock::Clock;

/// 2026.
const NOW: i64 = 1_767_323_045_000_000;

async fn call(service: &Service) -> Result<Value, CallError> {
    service.call("secretsmanager.GetSecretValue", &json!({"SecretId": "s"})).await
}

fn service(url: &str, clock: &Clock) -> Service {
    Service::new(&access(clock), "secretsmanager", "eu-central-1", Some(url)).unwrap()
}

#[tokio::test]
async fn a_call_is_signed() {
    let server = StandIn::start().await;
    server.set_secret("s", "text");
    let answer = call(&service(&server.url, &Clock::manual(NOW))).await.unwrap();
    assert_eq!(answer["SecretString"], "text");
    let asked = &server.asked()[0];
    let header = |name: &str| asked.headers[name].to_str().unwrap();
    assert_eq!((&*asked.action, &asked.body), ("GetSecretValue", &json!({"SecretId": "s"})));
    assert_eq!(header("content-type"), "application/x-amz-json-1.1");
    assert_eq!(header("x-amz-target"), "secretsmanager.GetSecretValue");
    assert_eq!(header("x-amz-date"), "20260102T030405Z");
    let authorization = header("authorization");
    assert!(authorization.contains("/20260102/eu-central-1/secretsmanager/aws4_request"), "{authorization}");
    assert!(authorization.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-target,"), "{authorization}");
}

#[tokio::test]
async fn a_refusal_has_awss_code_and_prints_without_its_words() {
    let canary = "canary of account 123456789012";
    for (status, body, code, may_pass) in [
        (400, json!({"__type": "AccessDeniedException", "Message": canary}), "AccessDeniedException", false),
        (400, json!({"__type": "com.amazonaws.kms#NotFoundException", "message": canary}), "NotFoundException", false),
        (400, json!({"__type": "ThrottlingException", "message": canary}), "ThrottlingException", true),
        (400, json!({"__type": "ExpiredTokenException", "message": canary}), "ExpiredTokenException", true),
        (500, json!({"__type": "InternalServiceError", "message": canary}), "InternalServiceError", true),
        (403, json!({"message": canary}), "", false),
        (307, json!([]), "", false),
    ] {
        let server = StandIn::start().await;
        server.fails(Fails::With(status, body.to_string()));
        let refused = call(&service(&server.url, &Clock::manual(NOW))).await.unwrap_err();
        assert_eq!((refused.code(), refused.may_pass()), (code, may_pass), "{body}");
        let said = refused.to_string();
        assert!(said.contains(&format!("GetSecretValue with {status} {code}")) && !said.contains("canary"), "{said}");
        if let CallError::Refused(refusal) = refused {
            assert!(body.as_array().is_some() || refusal.message == canary, "{refusal:?}");
        }
    }
    let server = StandIn::start().await;
    server.fails(Fails::WithHeader(400, "ValidationException:http://internal.amazon.com/"));
    let refused = call(&service(&server.url, &Clock::manual(NOW))).await.unwrap_err();
    assert_eq!(refused.code(), "ValidationException");
}

#[tokio::test]
async fn what_is_no_answer_is_said_to_be_none() {
    let unreadable = CallError::Unreadable { service: "secretsmanager" };
    for text in ["<html>", "", &"x".repeat(600 << 10)] {
        let server = StandIn::start().await;
        server.fails(Fails::With(200, text.to_owned()));
        assert_eq!(call(&service(&server.url, &Clock::manual(NOW))).await.unwrap_err(), unreadable);
    }
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let refused = call(&service(&format!("http://{gone}"), &Clock::manual(NOW))).await.unwrap_err();
    assert_eq!(refused, CallError::Unreachable { service: "secretsmanager" });
}

#[tokio::test]
async fn five_seconds_at_most_are_waited() {
    let server = StandIn::start().await;
    server.fails(Fails::Silent);
    let service = service(&server.url, &Clock::manual(NOW));
    tokio::time::pause();
    let before = Instant::now();
    assert_eq!(call(&service).await.unwrap_err(), CallError::TimedOut { service: "secretsmanager" });
    assert_eq!(before.elapsed().as_secs(), 5);
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_left_alone_for_a_second() {
    let (server, clock) = (StandIn::start().await, Clock::manual(NOW));
    let service = service(&server.url, &clock);
    server.set_secret("s", "text");
    server.fails(Fails::With(503, String::new()));
    for (step, asked) in [(0, 1), (999_999, 1), (1, 2), (500_000, 2), (-2_000_000, 3)] {
        clock.advance(step);
        assert!(call(&service).await.unwrap_err().may_pass());
        assert_eq!(server.asked().len(), asked, "{step}");
    }
    clock.advance(1_000_000);
    server.recovers();
    assert!(call(&service).await.is_ok() && call(&service).await.is_ok());
    server.fails(Fails::With(400, String::new()));
    for _refused in 0..2 {
        assert!(!call(&service).await.unwrap_err().may_pass(), "an answer is asked for each time");
    }
    assert_eq!(server.asked().len(), 7);
}

#[tokio::test]
async fn addresses_are_looked_at() {
    let access = access(&Clock::manual(NOW));
    for endpoint in ["", "kms.example.com", "ftp://kms.example.com", "/kms", "http://"] {
        let refused = Service::new(&access, "kms", "us-east-1", Some(endpoint)).unwrap_err();
        assert_eq!(refused, CallError::Endpoint { service: "kms" }, "{endpoint}");
        assert!(!refused.may_pass() && !CallError::from(SignError::Request("")).may_pass());
    }
    for (region, host) in [
        ("us-east-1", "https://kms.us-east-1.amazonaws.com/"),
        ("cn-north-1", "https://kms.cn-north-1.amazonaws.com.cn/"),
    ] {
        assert!(format!("{:?}", Service::new(&access, "kms", region, None).unwrap()).contains(host), "{host}");
    }
    for (arn, region) in [
        ("arn:aws:kms:eu-west-1:123456789012:key/1", Some("eu-west-1")),
        ("arn:aws-cn:kms:cn-north-1:123456789012:alias/a", Some("cn-north-1")),
        ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:n", None),
        ("arn:aws:kms:evil.example.com/:1:key/1", None),
        ("arn:aws:kms::1:key/1", None),
        ("alias/gateway", None),
        ("arn:aws:kms", None),
    ] {
        assert_eq!(region_of(arn, "kms"), region, "{arn}");
    }
}
