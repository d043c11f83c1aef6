//! A partial update of a key.

use money::Nanos;
use serde_json::{Map, Value};

use super::KeyRow;
use crate::Actor;

/// What an update does to a field that may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Change<T> {
    /// The field was not named.
    #[default]
    Keep,
    /// The field was named with null.
    Clear,
    /// The field was given a value.
    Set(T),
}

impl<T> Change<T> {
    fn apply(self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value),
        }
    }
}

/// What to change of a key; the default changes nothing. Fields that cannot be empty are `None` to stay as they are.
/// `spend` is not among them: only the ledger moves it.
#[derive(Debug, Clone, Default)]
pub struct KeyChanges {
    /// See [`KeyRow::key_alias`].
    pub key_alias: Change<String>,
    /// See [`KeyRow::models`].
    pub models: Option<Vec<String>>,
    /// See [`KeyRow::max_budget`].
    pub max_budget: Change<Nanos>,
    /// See [`KeyRow::expires_at`].
    pub expires_at: Change<i64>,
    /// See [`KeyRow::blocked`].
    pub blocked: Option<bool>,
    /// See [`KeyRow::metadata`]; replaced as a whole.
    pub metadata: Option<Map<String, Value>>,
    /// See [`KeyRow::user_id`].
    pub user_id: Change<String>,
}

impl KeyChanges {
    pub(super) fn apply(self, row: &mut KeyRow, actor: &Actor) {
        let Self { key_alias, models, max_budget, expires_at, blocked, metadata, user_id } = self;
        key_alias.apply(&mut row.key_alias);
        max_budget.apply(&mut row.max_budget);
        expires_at.apply(&mut row.expires_at);
        user_id.apply(&mut row.user_id);
        if let Some(models) = models {
            row.models = models;
        }
        if let Some(blocked) = blocked {
            row.blocked = blocked;
        }
        if let Some(metadata) = metadata {
            row.metadata = metadata;
        }
        row.updated_at = actor.at;
        row.updated_by = Some(actor.id.clone());
    }
}
