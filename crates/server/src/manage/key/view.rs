//! A key as clients see it.

use engine::Engine;
use serde::Serialize;
use serde_json::{Map, Value};
use store::KeyHash;
use store::keys::KeyRow;
use utoipa::ToSchema;

use crate::manage::instant;
use crate::manage::usd::Usd;

/// A key without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct KeyView {
    /// The SHA-256 of the key. Left out where the answer says it already.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    token: Option<KeyHash>,
    /// Enough of the key to recognise it.
    #[schema(example = "sk-...abcd")]
    key_name: String,
    key_alias: Option<String>,
    /// What the key has spent in US dollars, calls that ended a moment ago included.
    #[schema(value_type = f64)]
    spend: Usd,
    /// In US dollars; null: without limit.
    #[schema(value_type = Option<f64>)]
    max_budget: Option<Usd>,
    /// From when the key is refused; null: never.
    #[schema(format = DateTime)]
    expires: Option<String>,
    /// Empty: all.
    models: Vec<String>,
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
    blocked: bool,
    user_id: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    created_by: Option<String>,
    #[schema(format = DateTime)]
    updated_at: String,
    updated_by: Option<String>,
    /// Always null: a key's limits are its own.
    #[schema(value_type = Option<Object>)]
    litellm_budget_table: (),
}

impl KeyView {
    /// The key with what it has spent until now.
    pub(super) fn new(engine: &Engine, row: KeyRow) -> Self {
        let spend = Usd(engine.budgets.spent(&row));
        Self {
            token: Some(row.hash),
            key_name: row.key_name,
            key_alias: row.key_alias,
            spend,
            max_budget: row.max_budget.map(Usd),
            expires: row.expires_at.map(instant::iso),
            models: row.models,
            metadata: row.metadata,
            blocked: row.blocked,
            user_id: row.user_id,
            created_at: instant::iso(row.created_at),
            created_by: row.created_by,
            updated_at: instant::iso(row.updated_at),
            updated_by: row.updated_by,
            litellm_budget_table: (),
        }
    }

    /// The same without the hash.
    pub(super) fn without_token(self) -> Self {
        Self { token: None, ..self }
    }
}
