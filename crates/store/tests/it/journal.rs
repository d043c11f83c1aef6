//! The journal: what a process leaves behind is what the next one finds.

use store::commit_recovery;
use store::journal::{Journal, JournalConfig, JournalError};
use store::ledger::{AttemptStatus, Inserted, Provenance};

use crate::support::{TestStore, intent, row};

/// What may be posted again.
fn kept(journal: &Journal) -> Vec<String> {
    let parts = journal.kept();
    let rows = parts.iter().flat_map(|kept| journal.read_kept(kept).unwrap());
    rows.map(|row| row.request_id).collect()
}

fn ids(numbers: impl Iterator<Item = u32>) -> Vec<String> {
    numbers.map(|n| row(n, None).request_id).collect()
}

#[tokio::test]
async fn outcomes_come_back_as_they_were_and_intents_at_their_upper_bound() {
    let store = TestStore::sqlite().await;
    let key = store.insert_key(1).await;
    {
        let (journal, recovery) = store.journal();
        assert_eq!((recovery.rows.len(), recovery.torn_bytes), (0, 0));
        let settled = journal.intent(&intent(1, Some(key.clone()))).unwrap();
        let _lost = journal.intent(&intent(2, Some(key.clone()))).unwrap();
        let _posted_but_not_committed = journal.outcome(settled, &row(1, Some(key.clone()))).unwrap();
    }
    let (journal, recovery) = store.journal();
    assert_eq!(recovery.rows, [row(1, Some(key.clone())), intent(2, Some(key.clone())).into_unknown()]);
    assert_eq!((recovery.unknown, recovery.torn_bytes, recovery.unreadable), (1, 0, 0));
    let unknown = &recovery.rows[1];
    assert_eq!((unknown.status, unknown.provenance), (AttemptStatus::Unknown, Provenance::UpperBound));
    assert_eq!((unknown.cost, unknown.tokens.output), (intent(2, None).hold, 1000));

    commit_recovery(&store.db, &journal, recovery).await.unwrap();
    assert_eq!(store.spend(&key).await, 1_100);
    drop(journal);
    let (_journal, recovery) = store.journal();
    assert!(recovery.rows.is_empty());
}

#[tokio::test]
async fn a_crash_between_commit_and_deletion_changes_nothing() {
    let store = TestStore::sqlite().await;
    let key = store.insert_key(1).await;
    {
        let (journal, _) = store.journal_of(1000);
        for n in 0..10 {
            let ticket = journal.intent(&intent(n, Some(key.clone()))).unwrap();
            if n % 2 == 0 {
                let _not_committed = journal.outcome(ticket, &row(n, Some(key.clone()))).unwrap();
            }
        }
    }
    let (first, spend) = {
        let (_journal, recovery) = store.journal();
        let done = store::ledger::insert_batch(&store.db, &recovery.rows).await.unwrap();
        assert_eq!(done.inserted, 10);
        (recovery.rows, store.spend(&key).await)
        // Dropped here: rows committed, segments still there.
    };
    let (journal, again) = store.journal();
    assert_eq!(again.rows, first);
    let done = commit_recovery(&store.db, &journal, again).await.unwrap();
    assert_eq!(done, Inserted { inserted: 0, duplicates: 10, quarantined: 0 });
    assert_eq!(store.spend(&key).await, spend);
    assert_eq!(store.segments(), 1);
}

#[tokio::test]
async fn segments_go_when_nothing_in_them_is_open() {
    let store = TestStore::sqlite().await;
    let (journal, _) = store.journal_of(2000);
    let mut waiting = Vec::new();
    for n in 0..40 {
        let ticket = journal.intent(&intent(n, None)).unwrap();
        waiting.push(journal.outcome(ticket, &row(n, None)).unwrap());
    }
    assert!(store.segments() > 10);
    assert_eq!(journal.open_records(), 40);
    for row in waiting.drain(1..) {
        journal.committed(row);
    }
    // The first one, whose row is not committed, and the current one.
    assert_eq!((store.segments(), journal.open_records()), (2, 1));
    for row in waiting {
        journal.committed(row);
    }
    journal.tidy();
    assert_eq!((store.segments(), journal.open_records(), journal.bytes()), (1, 0, 0));
}

#[tokio::test]
async fn long_streams_keep_no_old_segments_and_are_still_recovered() {
    let store = TestStore::sqlite().await;
    let long = [1_000, 1_001, 1_002];
    {
        let (journal, _) = store.journal_of(2000);
        let mut tickets: Vec<_> = long.iter().map(|n| journal.intent(&intent(*n, None)).unwrap()).collect();
        for n in 0..200 {
            let ticket = journal.intent(&intent(n, None)).unwrap();
            let committable = journal.outcome(ticket, &row(n, None)).unwrap();
            journal.committed(committable);
            assert!(store.segments() <= 10, "{} after {n}", store.segments());
        }
        // One of them ends, after it was carried several times.
        let committable = journal.outcome(tickets.remove(0), &row(1_000, None)).unwrap();
        journal.committed(committable);
        assert_eq!(journal.open_records(), 2);
    }
    let (journal, recovery) = store.journal();
    for n in &long[1..] {
        assert!(recovery.rows.contains(&intent(*n, None).into_unknown()), "{n}");
    }
    assert!(recovery.rows.len() < 50, "{}", recovery.rows.len());
    journal.discard_recovered(recovery).unwrap();
    assert_eq!(store.segments(), 1);
}

#[tokio::test]
async fn what_is_appended_after_the_current_segment_was_emptied_is_found() {
    let store = TestStore::sqlite().await;
    {
        let (journal, _) = store.journal_of(2000);
        for n in 0..20 {
            let ticket = journal.intent(&intent(n, None)).unwrap();
            let committable = journal.outcome(ticket, &row(n, None)).unwrap();
            journal.committed(committable);
            assert!(journal.bytes() <= 2000);
        }
        journal.tidy();
        let _lost = journal.intent(&intent(99, None)).unwrap();
    }
    assert_eq!(store.journal().1.rows, [intent(99, None).into_unknown()]);
}

#[tokio::test]
async fn two_processes_do_not_share_a_journal() {
    let store = TestStore::sqlite().await;
    let (first, _) = store.journal();
    let second = Journal::open(&store.dir.path().join("journal"), JournalConfig::default());
    assert!(matches!(second, Err(JournalError::Locked { .. })));
    drop(first);
    let (_second, _recovery) = store.journal();
}

#[tokio::test]
async fn a_full_journal_refuses_intents_and_still_takes_outcomes() {
    let dir = tempfile::tempdir().unwrap();
    let config = JournalConfig { segment_bytes: 1000, max_bytes: 3000, ..JournalConfig::default() };
    let (journal, _) = Journal::open(dir.path(), config).unwrap();
    let mut tickets = Vec::new();
    let error = loop {
        match journal.intent(&intent(u32::try_from(tickets.len()).unwrap(), None)) {
            Ok(ticket) => tickets.push(ticket),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, JournalError::Full), "{error:?}");
    assert!(tickets.len() > 3);
    for (n, ticket) in (0..).zip(tickets) {
        let committable = journal.outcome(ticket, &row(n, None)).unwrap();
        journal.committed(committable);
    }
    journal.intent(&intent(100, None)).map(drop).unwrap();
}

#[tokio::test]
async fn an_outcome_that_cannot_be_written_still_closes_its_intent() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), JournalConfig::default()).unwrap();
    let ticket = journal.intent(&intent(1, None)).unwrap();
    let mut huge = row(1, None);
    huge.model = "x".repeat(2 << 20);
    let failed = journal.outcome(ticket, &huge).unwrap_err();
    assert!(matches!(failed.error, JournalError::TooLarge { .. }));
    assert_eq!(journal.open_records(), 1);
    journal.committed(failed.committable);
    assert_eq!(journal.open_records(), 0);
}

#[tokio::test]
async fn outcomes_are_kept_behind_their_commit_as_far_as_there_is_room() {
    let store = TestStore::sqlite().await;
    let (journal, _) = store.journal_keeping(1 << 20);
    let settle = |n| {
        let ticket = journal.intent(&intent(n, None)).unwrap();
        journal.outcome(ticket, &row(n, None)).unwrap()
    };
    for n in 0..20 {
        journal.committed(settle(n));
    }
    let _open = journal.intent(&intent(99, None)).unwrap();
    assert_eq!(kept(&journal), ids(0..20), "no intent is among them");
    assert!(journal.bytes() <= 2000, "what is kept takes no room from what is not committed");
    journal.confirmed();
    assert_eq!(kept(&journal).len(), 20, "that was a moment ago");
    drop(journal);

    // a crash: the next process has all of it, posts it, and keeps it in its turn
    let (journal, recovery) = store.journal_keeping(6000);
    assert_eq!((recovery.rows.len(), recovery.unknown), (21, 1));
    assert_eq!(commit_recovery(&store.db, &journal, recovery).await.unwrap().inserted, 21);
    let some = kept(&journal);
    assert!((3..20).contains(&some.len()), "{}", some.len());
    assert_eq!(some, ids((20 - u32::try_from(some.len()).unwrap() + 1..20).chain([99])), "the last ones");
    journal.tidy();
    assert_eq!((kept(&journal).len(), store.segments()), (0, 1));
}

#[tokio::test]
async fn what_is_kept_gives_way_to_what_is_not_committed() {
    let store = TestStore::sqlite().await;
    let config = JournalConfig { segment_bytes: 1000, max_bytes: 3000, ..JournalConfig::default() };
    let (journal, _) = Journal::open(&store.dir.path().join("journal"), config).unwrap();
    for n in 0..20 {
        let ticket = journal.intent(&intent(n, None)).unwrap();
        journal.committed(journal.outcome(ticket, &row(n, None)).unwrap());
    }
    assert!(store.segments() > 5);
    let mut number = 100;
    while journal.intent(&intent(number, None)).is_ok() {
        number += 1;
    }
    assert!(number > 103);
    assert!(kept(&journal).is_empty());
}
