//! The ledger of a gateway that has ended, against the log of its upstream.

use std::collections::BTreeMap;
use std::path::Path;

use store::journal::{Journal, JournalConfig};
use store::keys::{KeyFilter, KeyRow};
use store::ledger::{self, AttemptStatus, LedgerFilter, LedgerRow, Provenance};
use store::{Db, Order, Page, Scope};
use testkit::{Served, State};

use super::calls::{INPUT_PRICE, OUTPUT_PRICE};

const ALL: Page = Page { number: 1, size: 10_000 };

/// All that was written down.
#[derive(Debug, PartialEq)]
pub(crate) struct Books {
    /// By the upstream's name of the attempt.
    rows: BTreeMap<String, LedgerRow>,
    keys: Vec<KeyRow>,
}

impl Books {
    /// Reads the data folder. No row is there twice, none was refused.
    pub(crate) async fn read(data: &Path) -> Self {
        let db = Db::open_path(&data.join("turnpike.db")).await.unwrap();
        let (rows, total) = ledger::list(&db, &Scope::Gateway, &LedgerFilter::default(), ALL).await.unwrap();
        let (_, refused) = ledger::quarantined(&db, &Scope::Gateway, ALL).await.unwrap();
        let (keys, _) = store::list(&db, &Scope::Gateway, &KeyFilter::default(), Order::default(), ALL).await.unwrap();
        db.close().await;
        let count = rows.len();
        let rows: BTreeMap<_, _> =
            rows.into_iter().map(|row| (format!("{}-{}", row.request_id, row.attempt), row)).collect();
        assert_eq!((rows.len(), total, refused), (count, count as u64, 0));
        Self { rows, keys }
    }

    /// One row for each attempt that the upstream knows, and no other.
    pub(crate) fn are_of(&self, log: &[Served]) {
        let mut served: Vec<_> = log.iter().map(attempt).collect();
        served.sort_unstable();
        let rows: Vec<_> = self.rows.keys().map(String::as_str).collect();
        assert_eq!(rows, served);
    }

    pub(crate) fn row(&self, served: &Served) -> &LedgerRow {
        &self.rows[attempt(served)]
    }

    /// An attempt that was served to its end costs what the upstream measured; an error costs nothing.
    pub(crate) fn has_final(&self, served: &Served) {
        let row = self.row(served);
        let tokens = (row.tokens.input, row.tokens.output);
        if served.state == State::Complete {
            assert_eq!((row.status, row.provenance), (AttemptStatus::Success, Provenance::Final), "{row:?}");
            assert_eq!(tokens, (served.measured.input, served.measured.output), "{row:?}");
            assert_eq!(row.cost.unwrap().get(), cost(served), "{row:?}");
        } else {
            assert_eq!(served.state, State::Error, "{served:?}");
            assert_eq!((row.status, row.provenance), (AttemptStatus::Failure, Provenance::None), "{row:?}");
            assert_eq!((tokens, row.cost.unwrap().get()), ((0, 0), 0), "{row:?}");
        }
    }

    /// An attempt that the process did not outlive is charged at no less than it can have cost.
    pub(crate) fn has_upper_bound(&self, served: &Served) {
        let row = self.row(served);
        assert_eq!((row.status, row.provenance), (AttemptStatus::Unknown, Provenance::UpperBound), "{row:?}");
        assert!(row.cost.unwrap().get() >= cost(served), "{row:?}\n{served:?}");
        assert!(row.tokens.input >= served.measured.input && row.tokens.output >= served.measured.output, "{row:?}");
    }

    /// Each key has spent what its rows say.
    pub(crate) fn add_up(&self) {
        assert!(!self.keys.is_empty());
        for key in &self.keys {
            let rows = self.rows.values().filter(|row| row.payer.key_hash.as_ref() == Some(&key.hash));
            let sum: i64 = rows.map(|row| row.cost.unwrap().get()).sum();
            assert!(sum > 0);
            assert_eq!(key.spend.get(), sum, "{}", key.key_name);
        }
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &LedgerRow> {
        self.rows.values()
    }
}

/// No segment of the journal holds anything that the next start would have to settle.
pub(crate) fn journal_is_settled(data: &Path) {
    let folder = data.join("journal");
    for file in std::fs::read_dir(&folder).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().len(), 0, "{}", file.path().display());
    }
    let (_journal, recovery) = Journal::open(&folder, JournalConfig::default()).unwrap();
    assert!(recovery.rows.is_empty(), "{:?}", recovery.rows);
}

fn attempt(served: &Served) -> &str {
    served.header("x-turnpike-attempt").unwrap()
}

/// What an exchange costs in truth, in nano-dollars.
fn cost(served: &Served) -> i64 {
    i64::try_from(served.measured.input * INPUT_PRICE + served.measured.output * OUTPUT_PRICE).unwrap()
}
