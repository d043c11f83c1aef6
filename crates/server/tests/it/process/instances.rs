//! Two gateways on one PostgreSQL: what is changed on one is obeyed by the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::gateway::{Gateway, PATIENCE, Place};

const CALLERS: usize = 100;
/// Calls that are answered before the key is taken back, and refusals that each caller collects.
const CALLS: usize = 1_000;
const AFTERWARDS: usize = 3;

fn ask(model: &str) -> Value {
    json!({"model": model, "messages": [{"role": "user", "content": "Hi"}]})
}

async fn two(redis: Option<&str>) -> (Place, Place, Gateway, Gateway) {
    let database = testkit::services::database().await;
    let salt = "Qx7-it-Salt0Key-mW3nR4tYb8uP";
    let first = Place::new()
        .variable("DATABASE_URL", Some(&database))
        .variable("REDIS_URL", redis)
        .variable("TURNPIKE_SALT_KEY", Some(salt));
    let second = first.beside();
    let (one, other) = tokio::join!(first.start(), second.start());
    (first, second, one, other)
}

/// Calls with `key` until it is refused. Returns when the last call began that was answered.
async fn call(gateway: &Gateway, key: &str, answered: &AtomicUsize) -> Option<Instant> {
    let (mut last, mut refused) = (None, 0);
    while refused < AFTERWARDS {
        let began = Instant::now();
        let answer = gateway.client.post("/v1/chat/completions", key, &ask("echo")).await.whole().await.unwrap();
        match answer.status {
            200 => {
                last = Some(began);
                answered.fetch_add(1, Ordering::Relaxed);
            }
            401 => refused += 1,
            status => panic!("{status}: {}", answer.text),
        }
    }
    last
}

/// A key is blocked on one instance while callers use it on the other: how long a call still began there behind the answer.
async fn revoked(redis: Option<&str>) -> Duration {
    let (_places, _beside, one, other) = two(redis).await;
    let made = one.client.admin("/key/generate", &json!({})).await;
    let key = made["key"].as_str().unwrap().to_owned();
    let (other, answered) = (Arc::new(other), Arc::new(AtomicUsize::new(0)));
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let (other, key, answered) = (Arc::clone(&other), key.clone(), Arc::clone(&answered));
        callers.spawn(async move { call(&other, &key, &answered).await });
    }
    // the other instance knows the key well by then
    let counted = async {
        while answered.load(Ordering::Relaxed) < CALLS {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, counted).await.unwrap();
    one.client.admin("/key/block", &json!({ "key": made["token"] })).await;
    let blocked_at = Instant::now();
    let ended = timeout(PATIENCE, callers.join_all()).await.unwrap();
    let last = ended.into_iter().flatten().max().unwrap();
    last.saturating_duration_since(blocked_at)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_starts_no_call_elsewhere_a_second_later_with_redis() {
    let redis = testkit::services::redis().await;
    let late = revoked(Some(&redis)).await;
    assert!(late <= Duration::from_secs(1), "{late:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_starts_no_call_elsewhere_five_seconds_later_without() {
    let late = revoked(None).await;
    assert!(late <= Duration::from_secs(5), "{late:?}");
}

/// The status of an answer to somebody at 127.0.0.2.
async fn status_elsewhere(gateway: &Gateway) -> String {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut stream = socket.connect(gateway.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_shut_out_on_every_instance() {
    let redis = testkit::services::redis().await;
    let (_places, _beside, one, other) = two(Some(&redis)).await;
    assert_eq!(status_elsewhere(&other).await, "200");
    one.client.admin("/add/allowed_ip", &json!({"ip": "127.0.0.1"})).await;
    assert_eq!(status_elsewhere(&one).await, "403", "here at once");
    let shut = async {
        while status_elsewhere(&other).await != "403" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, shut).await.unwrap();
    other.client.admin("/delete/allowed_ip", &json!({"ip": "127.0.0.1"})).await;
    one.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_added_model_answers_on_every_instance() {
    let redis = testkit::services::redis().await;
    let (_places, _beside, one, other) = two(Some(&redis)).await;
    one.client.admin("/model/new", &json!({"model_name": "added", "litellm_params": {"model": "echo/echo"}})).await;
    let key = one.client.new_key(1.0).await;
    for gateway in [&one, &other] {
        let answers = async {
            while gateway.client.post("/v1/chat/completions", &key, &ask("added")).await.status != 200 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, answers).await.unwrap();
    }
    one.stop().await;
    other.stop().await;
}
