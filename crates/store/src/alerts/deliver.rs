//! Telling: who does it, and whether it was done.

use crate::db::Sql;
use crate::{Db, StoreError};

/// One way of one alert, claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Which alert.
    pub alert_id: String,
    /// Which way.
    pub channel: String,
    /// How often it was claimed, this time included: whoever claims it later has another number.
    pub tries: i64,
    /// When the threshold was seen to be reached, microseconds UTC.
    pub at: i64,
    /// What is told, as JSON.
    pub content: String,
}

/// Claims up to `most` deliveries that are due, until `until`: then another may take them.
pub async fn claim(db: &Db, now: i64, until: i64, most: u32) -> Result<Vec<Delivery>, StoreError> {
    let due =
        Sql::new("SELECT 1 AS due FROM alert_deliveries WHERE ended_at IS NULL AND due_at <= $1 LIMIT 1").bind(now);
    // looked for often, and hardly ever there
    if db.fetch_optional(due).await?.is_none() {
        return Ok(Vec::new());
    }
    let mut tx = db.begin().await?;
    let mut claim = Sql::new("UPDATE alert_deliveries SET tries = tries + 1, due_at = ");
    claim.push_bind(until).push(
        " WHERE (alert_id, channel) IN
             (SELECT alert_id, channel FROM alert_deliveries WHERE ended_at IS NULL AND due_at <= ",
    );
    claim.push_bind(now).push(" ORDER BY due_at LIMIT ").push_bind(most);
    claim.push(if tx.has_row_locks() { " FOR UPDATE SKIP LOCKED)" } else { ")" });
    claim.push(" RETURNING alert_id, channel, tries");
    let mut claimed = Vec::new();
    for row in tx.fetch_all(claim).await? {
        let (alert_id, channel, tries): (String, String, i64) =
            (row.get("alert_id")?, row.get("channel")?, row.get("tries")?);
        let alert = Sql::new("SELECT at, content FROM alerts WHERE alert_id = $1").bind(&alert_id);
        let Some(alert) = tx.fetch_optional(alert).await? else { continue };
        let (at, content) = (alert.get("at")?, alert.get("content")?);
        claimed.push(Delivery { alert_id, channel, tries, at, content });
    }
    tx.commit().await?;
    Ok(claimed)
}

/// It was told.
pub async fn deliver(db: &Db, delivery: &Delivery, at: i64) -> Result<(), StoreError> {
    let end =
        Sql::new("UPDATE alert_deliveries SET ended_at = $3, is_delivered = TRUE WHERE alert_id = $1 AND channel = $2");
    change(db, end.bind(&delivery.alert_id).bind(&delivery.channel).bind(at)).await
}

/// It is not tried again.
pub async fn give_up(db: &Db, delivery: &Delivery, at: i64) -> Result<(), StoreError> {
    let end = Sql::new(
        "UPDATE alert_deliveries SET ended_at = $4
         WHERE alert_id = $1 AND channel = $2 AND tries = $3 AND ended_at IS NULL",
    );
    change(db, end.bind(&delivery.alert_id).bind(&delivery.channel).bind(delivery.tries).bind(at)).await
}

/// It is tried again at `due_at`, unless somebody else has taken it over by now.
pub async fn postpone(db: &Db, delivery: &Delivery, due_at: i64) -> Result<(), StoreError> {
    let postpone = Sql::new(
        "UPDATE alert_deliveries SET due_at = $4
         WHERE alert_id = $1 AND channel = $2 AND tries = $3 AND ended_at IS NULL",
    );
    change(db, postpone.bind(&delivery.alert_id).bind(&delivery.channel).bind(delivery.tries).bind(due_at)).await
}

async fn change(db: &Db, sql: Sql<'_>) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    tx.execute(sql).await?;
    tx.commit().await
}
