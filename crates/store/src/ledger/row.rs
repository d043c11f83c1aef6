//! One attempt, as it was charged.

use std::sync::Arc;

use money::{Nanos, Tokens};
use serde::{Deserialize, Serialize};

use super::{Detail, Payer};
use crate::db::Row;
use crate::text::{self, text_enum};
use crate::{KeyHash, StoreError};

text_enum! {
    /// Where the token counts of a row come from.
    pub enum Provenance {
        /// The provider's own, at the end.
        Final => "final",
        /// The provider's own, up to where the exchange broke off.
        Partial => "partial",
        /// Counted by us.
        Estimated => "estimated",
        /// Not known: the most that it can have been.
        UpperBound => "upper_bound",
        /// Proven to be nothing: nothing was dispatched, or the provider refused before generating.
        None => "none",
    }
}

text_enum! {
    /// How an attempt ended.
    pub enum AttemptStatus {
        /// With the provider's own ending.
        Success => "success",
        /// With an error.
        Failure => "failure",
        /// The client left.
        Cancelled => "cancelled",
        /// The process ended before the attempt did.
        Unknown => "unknown",
    }
}

/// One attempt at one deployment. No text of a client is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// The call, as the gateway named it.
    pub request_id: String,
    /// Which try of the call.
    pub attempt: u32,
    /// Who pays.
    #[serde(flatten)]
    pub payer: Arc<Payer>,
    /// The operation: `chat`, `embeddings`, …
    pub call_type: String,
    /// The public model name that was asked for.
    pub model_group: String,
    /// The model that was called.
    pub model: String,
    /// The deployment that was called.
    pub deployment_id: String,
    /// Its provider.
    pub provider: String,
    /// Whether the reply was streamed.
    pub stream: bool,
    /// Microseconds UTC.
    pub started_at: i64,
    /// When the provider's first byte came, microseconds UTC.
    pub first_byte_at: Option<i64>,
    /// Microseconds UTC.
    pub ended_at: i64,
    /// What was used, by class.
    pub tokens: Tokens,
    /// What it cost; none when no price is known.
    pub cost: Option<Nanos>,
    /// The price list that `cost` was computed with.
    pub price_version: Option<String>,
    /// Where `tokens` come from.
    pub provenance: Provenance,
    /// How it ended.
    pub status: AttemptStatus,
    /// The provider's status code, if it answered.
    pub http_status: Option<u16>,
    /// The class of the error, if there was one.
    pub error_kind: Option<String>,
    /// What else there is to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Box<Detail>>,
}

impl LedgerRow {
    /// Refuses text that a database cannot hold.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        text::check("request_id", &self.request_id)?;
        self.payer.check()?;
        text::check("call_type", &self.call_type)?;
        text::check("model_group", &self.model_group)?;
        text::check("model", &self.model)?;
        text::check("deployment_id", &self.deployment_id)?;
        text::check("provider", &self.provider)?;
        text::check_opt("price_version", self.price_version.as_deref())?;
        text::check_opt("error_kind", self.error_kind.as_deref())?;
        let tags = self.detail.iter().flat_map(|detail| &detail.tags);
        tags.into_iter().try_for_each(|tag| text::check("tags", tag))
    }

    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            request_id: row.get("request_id")?,
            attempt: number("ledger.attempt", row.get("attempt")?)?,
            payer: Arc::new(Payer::read(row)?),
            call_type: row.get("call_type")?,
            model_group: row.get("model_group")?,
            model: row.get("model")?,
            deployment_id: row.get("deployment_id")?,
            provider: row.get("provider")?,
            stream: row.get("stream")?,
            started_at: row.get("started_at")?,
            first_byte_at: row.get("first_byte_at")?,
            ended_at: row.get("ended_at")?,
            tokens: tokens(row)?,
            cost: row.get::<Option<i64>>("cost")?.map(Nanos::new),
            price_version: row.get("price_version")?,
            provenance: Provenance::parse(&row.get::<String>("provenance")?)
                .ok_or(StoreError::Unreadable { column: "ledger.provenance" })?,
            status: AttemptStatus::parse(&row.get::<String>("status")?)
                .ok_or(StoreError::Unreadable { column: "ledger.status" })?,
            http_status: row
                .get::<Option<i64>>("http_status")?
                .map(|status| number("ledger.http_status", status))
                .transpose()?,
            error_kind: row.get("error_kind")?,
            detail: detail(row)?,
        })
    }
}

fn detail(row: &Row) -> Result<Option<Box<Detail>>, StoreError> {
    let Some(text) = row.get::<Option<String>>("detail")? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|_| StoreError::Unreadable { column: "ledger.detail" })
}

/// The six token columns of a row or of a sum.
pub(super) fn tokens(row: &Row) -> Result<Tokens, StoreError> {
    let count = |column: &'static str| number(column, row.get(column)?);
    Ok(Tokens {
        input: count("input_tokens")?,
        cache_read: count("cache_read_tokens")?,
        cache_write_5m: count("cache_write_5m_tokens")?,
        cache_write_1h: count("cache_write_1h_tokens")?,
        output: count("output_tokens")?,
        reasoning: count("reasoning_tokens")?,
    })
}

pub(super) fn key_hash(stored: Option<String>) -> Result<Option<KeyHash>, StoreError> {
    stored
        .map(|hash| KeyHash::parse(&hash).map_err(|_| StoreError::Unreadable { column: "ledger.key_hash" }))
        .transpose()
}

fn number<T: TryFrom<i64>>(column: &'static str, stored: i64) -> Result<T, StoreError> {
    T::try_from(stored).map_err(|_| StoreError::Unreadable { column })
}
