//! Crash consistency: the journal cut or damaged at every byte.

use std::path::Path;

use store::commit_recovery;
use store::journal::{Journal, JournalConfig, Recovery};
use store::ledger::LedgerRow;

use crate::support::{TestStore, hash, intent, row};

/// A recorded trace: the bytes of its one segment, and after each record where it ends and what recovery owes then.
struct Trace {
    bytes: Vec<u8>,
    steps: Vec<(usize, Vec<LedgerRow>)>,
}

/// Three calls at a time, interleaved: intents, then outcomes for two of them.
fn record() -> Trace {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), JournalConfig::default()).unwrap();
    let mut expected: Vec<LedgerRow> = Vec::new();
    let mut steps = vec![(0, vec![])];
    let mut step = |expected: &Vec<LedgerRow>| {
        steps.push((usize::try_from(journal.bytes()).unwrap(), expected.clone()));
    };
    for round in 0..3 {
        let mut tickets = Vec::new();
        for n in round * 3..round * 3 + 3 {
            let intent = intent(n, Some(hash(1)));
            tickets.push((n, journal.intent(&intent).unwrap()));
            expected.push(intent.into_unknown());
            step(&expected);
        }
        for (n, ticket) in tickets.into_iter().rev().take(2) {
            let row = row(n, Some(hash(1)));
            let _not_committed = journal.outcome(ticket, &row).unwrap();
            expected[n as usize] = row;
            step(&expected);
        }
    }
    Trace { bytes: std::fs::read(only_segment(dir.path())).unwrap(), steps }
}

fn only_segment(dir: &Path) -> std::path::PathBuf {
    let files = std::fs::read_dir(dir).unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "seg")).min().unwrap()
}

/// What is found when these bytes are what the first segment holds.
fn recover(dir: &Path, bytes: &[u8]) -> (Journal, Recovery) {
    std::fs::create_dir_all(dir).unwrap();
    std::fs::write(dir.join("00000000000000000001.seg"), bytes).unwrap();
    let opened = Journal::open(dir, JournalConfig::default()).unwrap();
    for number in 2..=dir.read_dir().unwrap().count() {
        std::fs::remove_file(dir.join(format!("{number:020}.seg"))).ok();
    }
    opened
}

#[test]
fn every_prefix_recovers_exactly_the_whole_records() {
    let trace = record();
    let dir = tempfile::tempdir().unwrap();
    for cut in 0..=trace.bytes.len() {
        let (end, rows) = trace.steps.iter().rev().find(|(end, _)| *end <= cut).unwrap();
        let (_journal, recovery) = recover(dir.path(), &trace.bytes[..cut]);
        assert_eq!(recovery.rows, *rows, "cut at {cut}");
        assert_eq!(recovery.torn_bytes, (cut - end) as u64, "cut at {cut}");
    }
}

#[test]
fn a_damaged_byte_costs_its_record_and_what_follows_and_is_reported() {
    let trace = record();
    let dir = tempfile::tempdir().unwrap();
    for place in 0..trace.bytes.len() {
        let mut bytes = trace.bytes.clone();
        bytes[place] ^= 0x41;
        let (end, rows) = trace.steps.iter().rev().find(|(end, _)| *end <= place).unwrap();
        let (_journal, recovery) = recover(dir.path(), &bytes);
        assert_eq!(recovery.rows, *rows, "damaged at {place}");
        assert_eq!(recovery.torn_bytes, (bytes.len() - end) as u64, "damaged at {place}");
    }
}

#[test]
fn zeros_and_noise_are_torn_and_never_records() {
    let dir = tempfile::tempdir().unwrap();
    for bytes in [vec![0; 100], vec![0xff; 100], (0..=255).collect::<Vec<u8>>()] {
        let (_journal, recovery) = recover(dir.path(), &bytes);
        assert_eq!((recovery.rows.len(), recovery.torn_bytes), (0, bytes.len() as u64));
    }
}

#[tokio::test]
async fn recovering_any_prefix_twice_gives_the_same_ledger_and_spend() {
    let trace = record();
    for (end, rows) in &trace.steps {
        // At the end of a record, and in the middle of the next.
        for cut in [*end, (*end + 17).min(trace.bytes.len())] {
            let store = TestStore::sqlite().await;
            let key = store.insert_key(1).await;
            let due: i64 = rows.iter().map(|row| row.cost.unwrap().get()).sum();
            for _ in 0..2 {
                let (journal, recovery) = recover(&store.dir.path().join("journal"), &trace.bytes[..cut]);
                commit_recovery(&store.db, &journal, recovery).await.unwrap();
                assert_eq!(store.spend(&key).await, due, "cut at {cut}");
            }
        }
    }
}

#[test]
fn a_torn_segment_hides_no_other_and_is_set_aside() {
    let trace = record();
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("00000000000000000001.seg"), &trace.bytes[..trace.bytes.len() - 1]).unwrap();
    {
        let (journal, first) = Journal::open(dir.path(), JournalConfig::default()).unwrap();
        assert!(first.torn_bytes > 0);
        let _lost = journal.intent(&intent(77, None)).unwrap();
    }
    let (journal, recovery) = Journal::open(dir.path(), JournalConfig::default()).unwrap();
    assert_eq!(recovery.rows.last(), Some(&intent(77, None).into_unknown()));
    assert_eq!(recovery.rows.len(), trace.steps.last().unwrap().1.len() + 1);
    journal.discard_recovered(recovery).unwrap();
    assert!(dir.path().join("00000000000000000001.damaged").exists());
    journal.tidy();
    drop(journal);
    let (_journal, after) = Journal::open(dir.path(), JournalConfig::default()).unwrap();
    assert_eq!((after.rows.len(), after.torn_bytes), (0, 0));
}

#[test]
fn a_record_of_a_newer_release_is_counted_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let payload = [9_u8, 1, b'{', b'}'];
    let length = 4_u32.to_le_bytes();
    let mut checked = length.to_vec();
    checked.extend(payload);
    let mut bytes = length.to_vec();
    bytes.extend(crc32fast::hash(&checked).to_le_bytes());
    bytes.extend(payload);
    let (journal, recovery) = recover(dir.path(), &bytes);
    assert_eq!((recovery.unreadable, recovery.torn_bytes), (1, 0));
    journal.discard_recovered(recovery).unwrap();
    assert!(dir.path().join("00000000000000000001.damaged").exists());
}
