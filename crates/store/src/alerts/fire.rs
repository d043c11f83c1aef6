//! Adding alerts, each once.

use std::collections::HashMap;

use money::{Account, Nanos};

use crate::balances::{A_STATEMENT, BalanceId, push_values};
use crate::db::Sql;
use crate::{Db, StoreError, Transaction};

/// That a budget has reached a threshold.
#[derive(Debug, Clone)]
pub struct Alert {
    /// An id of its own, by which receivers know it again.
    pub alert_id: String,
    /// Of which budget, in which window.
    pub balance: BalanceId,
    /// Which: a word that is the same everywhere.
    pub threshold: String,
    /// What the ledger may have up to there, forgiven amounts included.
    pub room: Nanos,
    /// When it was seen, microseconds UTC.
    pub at: i64,
    /// What is told, as JSON.
    pub content: String,
    /// The ways it goes out.
    pub channels: Vec<String>,
}

/// Adds an alert, unless there is one of the same threshold with as much room or more. Whether it was added.
pub async fn fire(db: &Db, alert: &Alert) -> Result<bool, StoreError> {
    let mut tx = db.begin().await?;
    let mut insert = Sql::new(
        "INSERT INTO alerts (alert_id, account, starts_at, ends_at, threshold, room, at, content)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8
         WHERE NOT EXISTS (SELECT 1 FROM alerts
             WHERE account = $2 AND starts_at = $3 AND ends_at = $4 AND threshold = $5 AND room >= $6)",
    )
    .bind(&alert.alert_id)
    .bind(alert.balance.account.as_str())
    .bind(alert.balance.starts_at)
    .bind(alert.balance.ends_at)
    .bind(&alert.threshold)
    .bind(alert.room)
    .bind(alert.at)
    .bind(&alert.content);
    // somebody else may add the same at the same time
    insert.push(" ON CONFLICT (account, starts_at, ends_at, threshold, room) DO NOTHING");
    if tx.execute(insert).await? == 0 {
        return Ok(false);
    }
    for some in alert.channels.chunks(A_STATEMENT) {
        let mut deliver =
            Sql::new("INSERT INTO alert_deliveries (alert_id, channel, due_at, tries, is_delivered) VALUES ");
        for (at, channel) in some.iter().enumerate() {
            deliver.push(if at == 0 { "(" } else { ", (" }).push_bind(&alert.alert_id).push(", ").push_bind(channel);
            deliver.push(", ").push_bind(alert.at).push(", 0, FALSE)");
        }
        deliver.push(" ON CONFLICT (alert_id, channel) DO NOTHING");
        tx.execute(deliver).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// The most room with which each threshold of these budgets was reached.
pub async fn fired(db: &Db, balances: &[&BalanceId]) -> Result<HashMap<(BalanceId, String), Nanos>, StoreError> {
    let mut fired = HashMap::new();
    for some in balances.chunks(A_STATEMENT) {
        let mut select = Sql::new(
            "SELECT account, starts_at, ends_at, threshold, MAX(room) AS room FROM alerts
             WHERE (account, starts_at, ends_at) IN ",
        );
        push_values(&mut select, some.iter().map(|id| (*id, [])));
        select.push(" GROUP BY account, starts_at, ends_at, threshold");
        for row in db.fetch_all(select).await? {
            fired.insert((BalanceId::read(&row)?, row.get("threshold")?), Nanos::new(row.get("room")?));
        }
    }
    Ok(fired)
}

/// Deletes what was told of windows that ended before `ended`.
pub async fn forget_old(db: &Db, ended: i64) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    let deliveries = Sql::new(
        "DELETE FROM alert_deliveries WHERE ended_at IS NOT NULL
         AND alert_id IN (SELECT alert_id FROM alerts WHERE ends_at < $1)",
    );
    tx.execute(deliveries.bind(ended)).await?;
    let alerts = Sql::new(
        "DELETE FROM alerts WHERE ends_at < $1
         AND NOT EXISTS (SELECT 1 FROM alert_deliveries WHERE alert_deliveries.alert_id = alerts.alert_id)",
    );
    tx.execute(alerts.bind(ended)).await?;
    tx.commit().await
}

/// Deletes the alerts of an account whose owner is deleted, and of its models: who gets its id next begins anew.
pub(crate) async fn forget(change: &mut Transaction, account: &Account, models: &str) -> Result<(), StoreError> {
    for delete in [
        "DELETE FROM alert_deliveries WHERE alert_id IN
             (SELECT alert_id FROM alerts WHERE account = $1 OR SUBSTR(account, 1, LENGTH($2)) = $2)",
        "DELETE FROM alerts WHERE account = $1 OR SUBSTR(account, 1, LENGTH($2)) = $2",
    ] {
        change.execute(Sql::new(delete).bind(account.as_str()).bind(models)).await?;
    }
    Ok(())
}
