//! SIGKILL in the middle of everything.

use testkit::{Served, State, Upstream};

use super::books::{Books, journal_is_settled};
use super::calls::{self, Call};
use super::gateway::Place;
use super::streams::Streams;

const STREAMS: usize = 200;

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_gateway_charges_every_attempt_once() {
    let upstream = Upstream::start().await;
    let place = Place::with(&calls::config(&upstream));
    let gateway = place.start().await;
    let key = gateway.client.new_key(1000.0).await;
    let keys = [key.as_str(), place.master()];

    for number in 0..24 {
        let prompt = match number {
            20 => "[[error:400]]".to_owned(),
            21 => "[[flaky:kill:1:500]]".to_owned(),
            _ => format!("[[long:{}]]", number + 1),
        };
        let call = Call::mixed(number, number % 3 == 0 && number != 21, prompt);
        let answer = gateway.client.post(call.path(), keys[number / 4 % 2], &call.body()).await;
        let expect = if number == 20 { 400 } else { 200 };
        assert_eq!(answer.status, expect, "{call:?}");
        answer.rest().await.unwrap();
    }
    let before = upstream.wait_for_ended(25).await.unwrap().len();
    assert_eq!(before, 25, "one was tried twice");

    let streams = Streams::begin(&gateway.client, keys, STREAMS, |_| "[[slow:250]] [[long:400]]".to_owned()).await;
    let under_way = |log: &[Served]| log.iter().filter(|served| served.state == State::Begun).count();
    upstream.wait_for(|log| under_way(log) == STREAMS).await.unwrap();
    gateway.kill().await;
    let log = upstream.wait_for_ended(before + STREAMS).await.unwrap();
    assert_eq!(log.len(), before + STREAMS);
    for (call, text) in streams.rest().await {
        assert!(text.is_err(), "a stream that was killed has no end: {call:?}");
    }

    place.start().await.stop().await;
    let books = Books::read(&place.data()).await;
    books.are_of(&log);
    let (finished, lost): (Vec<_>, Vec<_>) = log.iter().partition(|served| served.state != State::ClientGone);
    assert_eq!((finished.len(), lost.len()), (before, STREAMS));
    for served in finished {
        books.has_final(served);
    }
    for served in lost {
        books.has_upper_bound(served);
    }
    books.add_up();
    journal_is_settled(&place.data());

    place.start().await.stop().await;
    assert_eq!(Books::read(&place.data()).await, books, "a third start changes nothing");
}
