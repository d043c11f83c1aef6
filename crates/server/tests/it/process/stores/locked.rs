//! A SQLite file that somebody else keeps locked.

use store::{Actor, Db, Transaction};
use testkit::Upstream;

use super::world::{Told, ask, small, wait_until};
use crate::process::books::{Books, journal_is_settled};
use crate::process::calls;
use crate::process::gateway::Place;

const CHAT: &str = "/v1/chat/completions";

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_locked_holds_up_rows_and_no_call_that_has_money_at_hand() {
    let upstream = Upstream::start().await;
    let place = Place::with(&calls::config(&upstream));
    let gateway = place.start().await;
    let (known, new) = (gateway.client.new_key(1.0).await, gateway.client.new_key(1.0).await);
    assert_eq!(ask(&gateway.client, CHAT, &known, &small()).await, Told::Answer);
    let db = Db::open_path(&place.data().join("turnpike.db")).await.unwrap();
    let somebody = Actor { id: "somebody".to_owned(), changed_by: None, at: 1 };
    let lock = Transaction::begin(&db, somebody).await.unwrap();
    for _ in 0..20 {
        assert_eq!(ask(&gateway.client, CHAT, &known, &small()).await, Told::Answer);
    }
    assert_eq!(
        ask(&gateway.client, CHAT, &new, &small()).await,
        Told::Unavailable,
        "of its budget nothing is taken out"
    );
    drop(lock);
    db.close().await;
    let asked = async || ask(&gateway.client, CHAT, &new, &small()).await == Told::Answer;
    wait_until("rows are written again", asked).await;
    gateway.stop().await;
    let books = Books::read(&place.data()).await;
    let log = upstream.served();
    books.are_of(&log);
    for served in &log {
        books.has_final(served);
    }
    books.add_up();
    journal_is_settled(&place.data());
}
