//! Reports and changes that do not come to their end leave connections to those who look up who is calling. On PostgreSQL, where
//! somebody can hold them up.

use std::time::Duration;

use store::ledger::{self, LedgerFilter};
use store::{Scope, Transaction, keys};
use tokio::task::JoinSet;

use crate::support::{ALL, TestStore, admin};

/// More than there are connections.
const MANY: usize = 40;
const SOON: Duration = Duration::from_secs(5);

/// Looks a key up while what waits is held up by `statement`.
async fn looked_up_beside(statement: &'static str, wait: impl Fn(store::Db, &mut JoinSet<()>)) {
    let store = TestStore::postgres().await;
    let key = store.insert_key(1).await;
    let holder = store.hold(statement).await;
    let mut begun = JoinSet::new();
    for _ in 0..MANY {
        wait(store.db.clone(), &mut begun);
    }
    store.somebody_waits_for_a_lock().await;
    for _ in 0..3 {
        let found = tokio::time::timeout(SOON, keys::find_current(&store.db, &key, 1)).await;
        assert!(found.unwrap().unwrap().is_some());
    }
    drop(holder);
}

#[tokio::test]
async fn reports_leave_connections() {
    looked_up_beside("BEGIN; LOCK TABLE ledger IN ACCESS EXCLUSIVE MODE", |db, begun| {
        begun.spawn(async move {
            ledger::list(&db, &Scope::Gateway, &LedgerFilter::default(), ALL).await.ok();
        });
    })
    .await;
}

#[tokio::test]
async fn changes_that_wait_for_each_other_leave_connections() {
    looked_up_beside("BEGIN; SELECT pg_advisory_xact_lock(8391739299332713317)", |db, begun| {
        begun.spawn(async move {
            Transaction::begin(&db, admin(1)).await.ok();
        });
    })
    .await;
}
