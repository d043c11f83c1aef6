//! Which instances are alive, and what becomes of the leases of one that is not.
//!
//! No clock is compared with another's: an instance counts up its beat, and whoever has seen the same beat for long enough, by
//! his own clock, gives it up. It finds out with its next beat, as its row is gone.

use std::collections::BTreeSet;

use super::{BalanceId, lock};
use crate::db::{Row, Sql, Tx};
use crate::{Db, StoreError};

/// An instance that was alive when its beat last changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Its id, new with each start.
    pub instance_id: String,
    /// Counts up while it is alive.
    pub beat: i64,
    /// Whatever it dispatches is in the database before: [`crate::intents`].
    pub keeps_intents: bool,
}

/// What an instance says when it shows that it is alive.
#[derive(Debug, Clone, Copy)]
pub struct Sign<'a> {
    /// Its id.
    pub instance: &'a str,
    /// The highest beat of its own that it knows to be committed; 0: none.
    pub told: i64,
}

/// Ends all that an earlier process was: an instance, and what it went on as after it was given up.
pub async fn close_all(db: &Db, base: &str) -> Result<(), StoreError> {
    let names = Sql::new(
        "SELECT instance_id FROM instances WHERE instance_id = $1 OR instance_id LIKE $2
         UNION SELECT instance_id FROM leases WHERE instance_id = $1 OR instance_id LIKE $2
         UNION SELECT instance_id FROM intents WHERE instance_id = $1 OR instance_id LIKE $2",
    );
    let names = db.fetch_all(names.bind(base).bind(format!("{base}/%"))).await?;
    for name in names {
        close(db, &name.get::<String>("instance_id")?).await?;
    }
    Ok(())
}

/// An instance begins, which puts its intents into the database or not.
pub async fn register(db: &Db, instance: &str, keeps_intents: bool, now: i64) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    let begin = Sql::new("INSERT INTO instances (instance_id, beat, keeps_intents, started_at) VALUES ($1, 1, $2, $3)");
    tx.execute(begin.bind(instance).bind(keeps_intents).bind(now)).await?;
    tx.commit().await
}

/// Says that an instance is alive, and returns its beat. [`StoreError::Fenced`]: the others have given it up.
/// [`StoreError::WentBack`]: the database has lost what it had committed.
pub async fn beat(db: &Db, sign: Sign<'_>) -> Result<i64, StoreError> {
    let mut tx = db.begin().await?;
    let beat = require(&mut tx, sign).await?;
    tx.commit().await?;
    Ok(beat)
}

/// All instances that nobody has given up.
pub async fn instances(db: &Db) -> Result<Vec<Instance>, StoreError> {
    let rows = Sql::new("SELECT instance_id, beat, keeps_intents FROM instances ORDER BY instance_id");
    let read = |row: &Row| {
        Ok(Instance {
            instance_id: row.get("instance_id")?,
            beat: row.get("beat")?,
            keeps_intents: row.get("keeps_intents")?,
        })
    };
    db.fetch_all(rows).await?.iter().map(read).collect()
}

/// Ends an instance of which every attempt is in the ledger: what its leases have left goes back. Intents that are left are of
/// nothing that was dispatched: their withdrawal did not get through.
pub async fn close(db: &Db, instance: &str) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    close_in(&mut tx, instance).await?;
    tx.execute(Sql::new("DELETE FROM intents WHERE instance_id = $1").bind(instance)).await?;
    tx.commit().await
}

/// The same where intents are all that is known of its attempts, and these are in the ledger. Those that only a newer release can
/// read stay.
pub async fn close_inherited(db: &Db, instance: &str) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    close_in(&mut tx, instance).await?;
    tx.commit().await
}

async fn close_in(tx: &mut Tx, instance: &str) -> Result<(), StoreError> {
    // first, as whoever takes something out begins there: a transaction may still be under way of a process that was killed
    tx.execute(Sql::new("DELETE FROM instances WHERE instance_id = $1").bind(instance)).await?;
    let leases = Sql::new("SELECT account, starts_at, ends_at FROM leases WHERE instance_id = $1").bind(instance);
    let leases = tx.fetch_all(leases).await?;
    let mut leases = leases.iter().map(BalanceId::read).collect::<Result<Vec<_>, _>>()?;
    leases.sort_unstable();
    lock::lock(tx, None, &leases.iter().collect::<Vec<_>>()).await?;
    for lease in &leases {
        end(tx, instance, lease).await?;
    }
    Ok(())
}

/// Ends leases that an instance which goes on does not use: what the database knows of them goes back, also what it granted in an
/// answer that never came. Returns the beat.
pub async fn end_leases(db: &Db, sign: Sign<'_>, leases: &BTreeSet<BalanceId>) -> Result<i64, StoreError> {
    let mut tx = db.begin().await?;
    let beat = require(&mut tx, sign).await?;
    lock::lock(&mut tx, None, &leases.iter().collect::<Vec<_>>()).await?;
    for lease in leases {
        end(&mut tx, sign.instance, lease).await?;
    }
    tx.commit().await?;
    Ok(beat)
}

/// Ends a lease of a locked balance.
async fn end(tx: &mut Tx, instance: &str, lease: &BalanceId) -> Result<(), StoreError> {
    let (account, from, to) = (lease.account.as_str(), lease.starts_at, lease.ends_at);
    let give_back = Sql::new(
        "UPDATE balances SET debited = debited - COALESCE((SELECT granted - used FROM leases
             WHERE instance_id = $1 AND account = $2 AND starts_at = $3 AND ends_at = $4), 0)
         WHERE account = $2 AND starts_at = $3 AND ends_at = $4",
    );
    tx.execute(give_back.bind(instance).bind(account).bind(from).bind(to)).await?;
    let delete =
        Sql::new("DELETE FROM leases WHERE instance_id = $1 AND account = $2 AND starts_at = $3 AND ends_at = $4");
    tx.execute(delete.bind(instance).bind(account).bind(from).bind(to)).await.map(drop)
}

/// Gives up an instance whose beat is still this one. What it dispatched last nobody knows, so what its leases have left counts
/// as spent until it comes back. Returns how many leases that were; none where the instance was alive after all.
pub async fn write_off(db: &Db, dead: &Instance) -> Result<Option<u64>, StoreError> {
    let mut tx = db.begin().await?;
    let gone = Sql::new("DELETE FROM instances WHERE instance_id = $1 AND beat = $2");
    if tx.execute(gone.bind(&dead.instance_id).bind(dead.beat)).await? == 0 {
        return Ok(None);
    }
    let nothing_left = Sql::new("DELETE FROM leases WHERE instance_id = $1 AND granted = used");
    tx.execute(nothing_left.bind(&dead.instance_id)).await?;
    let write_off = Sql::new("UPDATE leases SET is_written_off = TRUE WHERE instance_id = $1");
    let leases = tx.execute(write_off.bind(&dead.instance_id)).await?;
    tx.commit().await?;
    Ok(Some(leases))
}

/// Says that an instance is alive, within a transaction of its own. Nobody else counts its beat up: one that is not above what
/// was committed is of a database that went back.
pub(super) async fn require(tx: &mut Tx, sign: Sign<'_>) -> Result<i64, StoreError> {
    let beat = Sql::new("UPDATE instances SET beat = beat + 1 WHERE instance_id = $1 RETURNING beat");
    let Some(row) = tx.fetch_optional(beat.bind(sign.instance)).await? else { return Err(StoreError::Fenced) };
    let beat = row.get("beat")?;
    if beat <= sign.told { Err(StoreError::WentBack) } else { Ok(beat) }
}
