//! SIGTERM: what runs may finish, what does not is ended, all of it is settled.

use std::time::Duration;

use store::ledger::{AttemptStatus, Provenance};
use testkit::{Served, State, Upstream};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::books::{Books, journal_is_settled};
use super::calls;
use super::client::Client;
use super::gateway::{Gateway, PATIENCE, Place};
use super::streams::Streams;

const STREAMS: usize = 200;

/// A stream of one to three seconds.
fn seconds(number: usize) -> String {
    format!("[[slow:{}]] [[long:60]]", 50 + number % 5 * 15)
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_under_way_are_finished() {
    let upstream = Upstream::start().await;
    let place = Place::with(&calls::config(&upstream));
    let gateway = place.start().await;
    let key = gateway.client.new_key(1000.0).await;
    let streams = Streams::begin(&gateway.client, [&key, place.master()], STREAMS, seconds).await;
    let running = |log: &[Served]| log.iter().filter(|served| served.state == State::Begun).count();
    assert!(running(&upstream.served()) > STREAMS / 2, "the streams are too short for this machine");

    gateway.signal("TERM");
    gateway.signal("TERM");
    gateway.logged(&["stopping"]).await;
    refuses_newcomers(&gateway, place.master()).await;
    gateway.signal("TERM");
    streams.end_well().await;
    let (code, log) = gateway.ended().await;
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("grace period") && log.contains("\"stopped\""), "{log}");

    let served = upstream.wait_for_ended(STREAMS).await.unwrap();
    journal_is_settled(&place.data());
    let books = Books::read(&place.data()).await;
    books.are_of(&served);
    for served in &served {
        books.has_final(served);
    }
    books.add_up();
}

/// A new connection fails, or is told that this gateway is not ready.
async fn refuses_newcomers(gateway: &Gateway, master: &str) {
    let deadline = Instant::now() + PATIENCE;
    // one that was accepted just before the listener was closed may still be answered
    while let Ok(answer) = Client::new(gateway.address, master).get("/health/readiness").await {
        if answer.status == 503 {
            return;
        }
        assert!(Instant::now() < deadline, "new connections are still served");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_take_too_long_are_ended() {
    let upstream = Upstream::start().await;
    let place = Place::with(&format!("{}turnpike: {{shutdown_grace_ms: 300}}\n", calls::config(&upstream)));
    let gateway = place.start().await;
    let key = gateway.client.new_key(1000.0).await;
    let forever = |_| "[[slow:250]] [[long:400]]".to_owned();
    let streams = Streams::begin(&gateway.client, [&key, place.master()], STREAMS, forever).await;

    let log = gateway.stop().await;
    assert!(log.contains("the grace period is over"), "{log}");
    for (call, text) in streams.rest().await {
        let text = text.unwrap_or_else(|error| panic!("cut: {error}: {call:?}"));
        assert!(call.is_broken_off(&text), "{call:?}\n{text}");
    }

    let served = upstream.wait_for_ended(STREAMS).await.unwrap();
    journal_is_settled(&place.data());
    let books = Books::read(&place.data()).await;
    books.are_of(&served);
    for row in books.rows() {
        assert_eq!(row.status, AttemptStatus::Failure, "{row:?}");
        assert!(matches!(row.provenance, Provenance::Partial | Provenance::Estimated), "{row:?}");
        assert!(row.cost.unwrap().get() > 0, "{row:?}");
    }
    books.add_up();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_says_nothing_does_not_hold_it_up() {
    let place = Place::with("model_list: []\n");
    let gateway = place.start().await;
    let _silent = TcpStream::connect(gateway.address).await.unwrap();
    // connections are accepted in the order in which they came
    Client::new(gateway.address, place.master()).get("/health/liveliness").await.unwrap();
    let began = Instant::now();
    gateway.stop().await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}
