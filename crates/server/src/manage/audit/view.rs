//! A row of the trail as clients see it.

use serde::Serialize;
use serde_json::Value;
use store::KeyHash;
use store::audit::AuditRow;
use utoipa::ToSchema;

use super::table;
use crate::manage::instant::iso;

/// What somebody did to an object.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditView {
    /// Its place in the trail.
    id: String,
    /// When.
    #[schema(format = DateTime)]
    updated_at: String,
    /// Who, or on whose behalf.
    changed_by: String,
    /// The hash of the key that did it, where it is nobody's key; else empty.
    changed_by_api_key: String,
    /// `created`, `updated`, `deleted`, `blocked`, `unblocked` or `rotated`.
    action: String,
    /// LiteLLM's name of the table.
    table_name: String,
    object_id: String,
    /// The object before, secrets masked; null when it was created.
    #[schema(value_type = Option<Object>)]
    before_value: Option<Value>,
    /// The object afterwards, secrets masked; null when it was deleted.
    #[schema(value_type = Option<Object>)]
    updated_values: Option<Value>,
}

impl AuditView {
    pub(super) fn new(row: AuditRow) -> Self {
        let is_key = KeyHash::parse(&row.actor).is_ok();
        Self {
            id: row.seq.to_string(),
            updated_at: iso(row.at),
            changed_by_api_key: if is_key { row.actor.clone() } else { String::new() },
            changed_by: row.changed_by.unwrap_or(row.actor),
            action: row.action,
            table_name: table::theirs(&row.object_table).to_owned(),
            object_id: row.object_id,
            before_value: row.before,
            updated_values: row.after,
        }
    }
}
