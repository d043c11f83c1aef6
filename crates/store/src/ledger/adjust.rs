//! Corrections: what an attempt cost more or less than its row says. Rows stay what they are, and sums move with the
//! correction in the transaction that adds it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use money::Nanos;
use serde_json::json;

use super::spend::Posting;
use super::{LedgerRow, Payer, keys, rollup, spend};
use crate::balances::{self, BalanceId};
use crate::db::{Row, Sql, Value};
use crate::text::{self, text_enum};
use crate::{ADJUSTMENTS, Db, StoreError, Transaction};

text_enum! {
    /// Why something was corrected.
    pub enum Reason {
        /// The price was another one.
        Rerated => "rerated",
        /// The attempt had no price before.
        Priced => "priced",
    }
}

/// A correction of the cost of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// Made of the attempt, how many corrections it had, and the price: the same correction counts once.
    pub adjustment_id: String,
    /// When it was made, microseconds UTC.
    pub at: i64,
    /// The attempt.
    pub request_id: String,
    /// See `request_id`.
    pub attempt: u32,
    /// What is charged more; below nothing is less.
    pub cost: Nanos,
    /// The price by which it was computed.
    pub price_version: Option<String>,
    /// Why.
    pub reason: Reason,
    /// When the attempt began, microseconds UTC.
    pub started_at: i64,
    /// Who pays.
    pub payer: Arc<Payer>,
    /// What was asked for.
    pub model_group: String,
    /// What was called.
    pub model: String,
    /// Its provider.
    pub provider: String,
    /// Its deployment.
    pub deployment_id: String,
}

impl Adjustment {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let attempt = u32::try_from(row.get::<i64>("attempt")?);
        let reason = Reason::parse(&row.get::<String>("reason")?);
        Ok(Self {
            adjustment_id: row.get("adjustment_id")?,
            at: row.get("at")?,
            request_id: row.get("request_id")?,
            attempt: attempt.map_err(|_| StoreError::Unreadable { column: "adjustments.attempt" })?,
            cost: Nanos::new(row.get("cost")?),
            price_version: row.get("price_version")?,
            reason: reason.ok_or(StoreError::Unreadable { column: "adjustments.reason" })?,
            started_at: row.get("started_at")?,
            payer: Arc::new(Payer::read(row)?),
            model_group: row.get("model_group")?,
            model: row.get("model")?,
            provider: row.get("provider")?,
            deployment_id: row.get("deployment_id")?,
        })
    }
}

/// A correction to be made.
#[derive(Debug, Clone)]
pub struct Correction<'a> {
    /// Of which attempt.
    pub row: &'a LedgerRow,
    /// How many corrections it has already.
    pub before: u32,
    /// What is charged more; below nothing is less.
    pub cost: Nanos,
    /// The price by which that was computed.
    pub price_version: &'a str,
}

impl Correction<'_> {
    fn id(&self) -> String {
        format!("{}/{}/{}/{}", self.row.request_id, self.row.attempt, self.before + 1, self.price_version)
    }

    fn reason(&self) -> Reason {
        if self.row.cost.is_none() && self.before == 0 { Reason::Priced } else { Reason::Rerated }
    }
}

/// Makes these corrections, and moves all sums by them. `of` is what the trail calls them.
pub async fn adjust(change: &mut Transaction, of: &str, corrections: &[Correction<'_>]) -> Result<(), StoreError> {
    let at = change.actor().at;
    let tx = change.tx();
    let (mut made, mut late) = (Vec::with_capacity(corrections.len()), Vec::new());
    for correction in corrections {
        text::check("price_version", correction.price_version)?;
        let added = tx.fetch_all(insert(correction, at)).await?;
        if added.is_empty() {
            continue;
        }
        let closed_until = rollup::closed_until(&added)?;
        late.extend(Some(correction.row.started_at).filter(|at| *at < closed_until));
        made.push(correction);
    }
    let postings = made.iter().map(|correction| Posting { row: correction.row, amount: correction.cost.get() });
    let postings: Vec<_> = postings.collect();
    keys::charge(tx, &postings).await?;
    spend::charge(tx, &postings).await?;
    let mut amounts = BTreeMap::<&BalanceId, i64>::new();
    for posting in &postings {
        for balance in posting.row.detail.iter().flat_map(|detail| &detail.charged) {
            let amount = amounts.entry(balance).or_default();
            *amount = amount.saturating_add(posting.amount);
        }
    }
    balances::adjust(tx, &amounts).await?;
    rollup::mark(tx, &late).await?;
    let cost = postings.iter().fold(0, |cost: i64, posting| cost.saturating_add(posting.amount));
    let versions: BTreeSet<_> = made.iter().map(|correction| correction.price_version).collect();
    let noted = json!({"attempts": made.len(), "cost": cost, "price_versions": versions});
    change.note_many((ADJUSTMENTS, of), &noted).await
}

fn insert<'a>(correction: &'a Correction<'_>, at: i64) -> Sql<'a> {
    let row = correction.row;
    let values: [Value<'a>; 18] = [
        correction.id().into(),
        at.into(),
        (&row.request_id).into(),
        row.attempt.into(),
        correction.cost.into(),
        correction.price_version.into(),
        correction.reason().as_str().into(),
        row.payer.key_hash.as_ref().into(),
        (&row.payer.user_id).into(),
        (&row.payer.team_id).into(),
        (&row.payer.organization_id).into(),
        (&row.payer.project_id).into(),
        (&row.payer.customer_id).into(),
        (&row.model_group).into(),
        (&row.model).into(),
        (&row.deployment_id).into(),
        (&row.provider).into(),
        row.started_at.into(),
    ];
    let mut insert = Sql::new(
        "INSERT INTO adjustments (adjustment_id, at, request_id, attempt, cost, price_version, reason, key_hash, user_id,
             team_id, organization_id, project_id, customer_id, model_group, model, deployment_id, provider, started_at)
         VALUES (",
    );
    for (at, value) in values.into_iter().enumerate() {
        insert.push(if at == 0 { "" } else { ", " }).push_bind(value);
    }
    insert.push(") ON CONFLICT (adjustment_id) DO NOTHING").push(rollup::RETURNING);
    insert
}

/// What was corrected of calls, in the order in which that was done. Whoever may see their rows may see this.
pub async fn adjustments(db: &Db, request_ids: &[&str]) -> Result<Vec<Adjustment>, StoreError> {
    if request_ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut find = Sql::new("SELECT * FROM adjustments WHERE request_id IN ");
    find.push_list(request_ids.iter().copied()).push(" ORDER BY at, request_id, attempt, adjustment_id");
    db.fetch_all(find).await?.iter().map(Adjustment::read).collect()
}
