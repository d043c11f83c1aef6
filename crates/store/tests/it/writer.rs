//! Group commit: nothing is lost, whether the database fails, the queue is full or the process dies.

use std::sync::Arc;

use money::{Account, AccountKind, Nanos};
use store::balances::{BalanceId, Charges};
use store::journal::{Journal, JournalConfig};
use store::ledger::{self, Detail, LedgerFilter, LedgerRow};
use store::{Db, LedgerWriter, Scope, StoreError, WriterHealth, commit_recovery, migrate};

use crate::support::{TestStore, intent, on_both, row};

async fn rows_in(db: &Db) -> u64 {
    ledger::count(db, &Scope::Gateway, &LedgerFilter::default()).await.unwrap()
}

on_both![
    what_committed_rows_were_charged_to_has_moved,
    all_that_was_posted_is_committed_when_the_posters_are_gone,
    flushed_waits_for_what_was_posted_before,
    a_writer_that_dies_loses_nothing,
    a_poison_row_is_committed_as_far_as_the_journal_is_concerned,
];

async fn all_that_was_posted_is_committed_when_the_posters_are_gone(store: TestStore) {
    let key = store.insert_key(1).await;
    let (journal, _) = store.journal_of(4096);
    let journal = Arc::new(journal);
    let (poster, writer) = LedgerWriter::new(store.db.clone(), Arc::clone(&journal), 8);
    let post = async {
        for n in 0..500 {
            let ticket = journal.intent(&intent(n, Some(key.clone()))).unwrap();
            let row = row(n, Some(key.clone()));
            let committable = journal.outcome(ticket, &row).unwrap();
            poster.post(row, committable).await.unwrap();
        }
        drop(poster);
    };
    tokio::join!(writer.run(), post);
    assert_eq!((rows_in(&store.db).await, store.spend(&key).await), (500, 50_000));
    assert_eq!((journal.open_records(), journal.bytes(), store.segments()), (0, 0, 1));
}

async fn what_committed_rows_were_charged_to_has_moved(store: TestStore) {
    let (journal, _) = store.journal();
    let journal = Arc::new(journal);
    let (poster, writer) = LedgerWriter::new(store.db.clone(), Arc::clone(&journal), 8);
    let balance = |id: &str| BalanceId { account: Account::of(AccountKind::Team, id), starts_at: 0, ends_at: 9 };
    let post = async {
        for (n, cost, charged) in [(1, 5, vec!["a", "b"]), (2, 7, vec!["b"]), (3, 0, vec!["free"])] {
            let charged = Charges::new(charged.into_iter().map(balance));
            let detail = Some(Box::new(Detail { charged, ..Detail::default() }));
            let row = LedgerRow { cost: Some(Nanos::new(cost)), detail, ..row(n, None) };
            let ticket = journal.intent(&intent(n, None)).unwrap();
            let committable = journal.outcome(ticket, &row).unwrap();
            poster.post(row, committable).await.unwrap();
        }
        poster.flushed().await.unwrap();
        let moved = poster.moved().take();
        assert_eq!(moved, [balance("a"), balance("b")].into());
        assert!(poster.moved().take().is_empty());
        poster.moved().put_back(moved);
        assert_eq!(poster.moved().take().len(), 2);
        drop(poster);
    };
    tokio::join!(post, writer.run());
}

async fn flushed_waits_for_what_was_posted_before(store: TestStore) {
    let (journal, _) = store.journal();
    let journal = Arc::new(journal);
    let (poster, writer) = LedgerWriter::new(store.db.clone(), Arc::clone(&journal), 1000);
    let post = async {
        for n in 0..300 {
            let ticket = journal.intent(&intent(n, None)).unwrap();
            let committable = journal.outcome(ticket, &row(n, None)).unwrap();
            poster.post(row(n, None), committable).await.unwrap();
        }
        poster.flushed().await.unwrap();
        assert_eq!((rows_in(&store.db).await, poster.backlog(), journal.open_records()), (300, 0, 0));
        drop(poster);
    };
    tokio::join!(post, writer.run());
}

#[tokio::test]
async fn rows_wait_for_a_database_that_fails() {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open_path(&dir.path().join("store.db")).await.unwrap();
    let (journal, _) = Journal::open(&dir.path().join("journal"), JournalConfig::default()).unwrap();
    let journal = Arc::new(journal);
    let (poster, writer) = LedgerWriter::new(db.clone(), Arc::clone(&journal), 8);
    let post = async {
        let ticket = journal.intent(&intent(1, None)).unwrap();
        let committable = journal.outcome(ticket, &row(1, None)).unwrap();
        poster.post(row(1, None), committable).await.unwrap();
        // There is no table yet.
        let mut health = poster.health();
        health.wait_for(|health| *health == WriterHealth::Retrying).await.unwrap();
        assert_eq!(journal.open_records(), 1);
        migrate::run(&db, 1).await.unwrap();
        poster.flushed().await.unwrap();
        assert_eq!(*health.borrow_and_update(), WriterHealth::Committing);
        assert_eq!((rows_in(&db).await, journal.open_records()), (1, 0));
        drop(poster);
    };
    tokio::join!(writer.run(), post);
}

async fn a_writer_that_dies_loses_nothing(store: TestStore) {
    let key = store.insert_key(1).await;
    {
        let (journal, _) = store.journal();
        let journal = Arc::new(journal);
        let (poster, writer) = LedgerWriter::new(store.db.clone(), Arc::clone(&journal), 8);
        for n in 0..5 {
            let ticket = journal.intent(&intent(n, Some(key.clone()))).unwrap();
            let row = row(n, Some(key.clone()));
            let committable = journal.outcome(ticket, &row).unwrap();
            poster.post(row, committable).await.unwrap();
        }
        drop(writer);
        let ticket = journal.intent(&intent(9, None)).unwrap();
        let committable = journal.outcome(ticket, &row(9, None)).unwrap();
        let gone = poster.post(row(9, None), committable).await;
        assert!(matches!(gone, Err(StoreError::WriterEnded)));
        assert!(matches!(poster.flushed().await, Err(StoreError::WriterEnded)));
    }
    let (journal, recovery) = store.journal();
    assert_eq!((recovery.rows.len(), recovery.unknown), (6, 0));
    assert_eq!(commit_recovery(&store.db, &journal, recovery).await.unwrap().inserted, 6);
    assert_eq!(store.spend(&key).await, 500);
}

async fn a_poison_row_is_committed_as_far_as_the_journal_is_concerned(store: TestStore) {
    let (journal, _) = store.journal();
    let journal = Arc::new(journal);
    let (poster, writer) = LedgerWriter::new(store.db.clone(), Arc::clone(&journal), 8);
    let post = async {
        for n in 0..3 {
            let ticket = journal.intent(&intent(n, None)).unwrap();
            let mut row = row(n, None);
            if n == 1 {
                "\0".clone_into(&mut row.model);
            }
            let committable = journal.outcome(ticket, &row).unwrap();
            poster.post(row, committable).await.unwrap();
        }
        drop(poster);
    };
    tokio::join!(writer.run(), post);
    assert_eq!((rows_in(&store.db).await, journal.open_records()), (2, 0));
}

/// Only a server that several share can go back while its clients live on.
#[tokio::test]
async fn what_the_database_has_lost_is_posted_again_from_the_journal() {
    let store = TestStore::postgres().await;
    let (journal, _) = store.journal_keeping(1 << 20);
    let journal = Arc::new(journal);
    let (poster, writer) = LedgerWriter::new(store.db.clone(), Arc::clone(&journal), 100);
    let post = async {
        let mut so_far = 0;
        let mut post = async |count: u32| {
            for n in so_far..so_far + count {
                let ticket = journal.intent(&intent(n, None)).unwrap();
                let committable = journal.outcome(ticket, &row(n, None)).unwrap();
                poster.post(row(n, None), committable).await.unwrap();
            }
            so_far += count;
            poster.flushed().await.unwrap();
        };
        post(50).await;
        let lose = "DELETE FROM ledger WHERE started_at >= 30000000";
        store.tell(lose).await;
        assert_eq!(rows_in(&store.db).await, 30);
        // rows that come
        post(1).await;
        assert_eq!(rows_in(&store.db).await, 51);
        // somebody who waits for nothing
        store.tell(lose).await;
        poster.flushed().await.unwrap();
        assert_eq!(rows_in(&store.db).await, 51);
        // rows that did not count as the last
        store.tell("DELETE FROM ledger WHERE started_at = 0").await;
        post(1).await;
        assert_eq!(rows_in(&store.db).await, 51, "it looks at the last one only");
        poster.post_again().await.unwrap();
        poster.flushed().await.unwrap();
        assert_eq!(rows_in(&store.db).await, 52);
        // nobody calls
        store.tell(lose).await;
        poster.check();
        poster.flushed().await.unwrap();
        assert_eq!(rows_in(&store.db).await, 52);
        drop(poster);
    };
    tokio::join!(writer.run(), post);
}
