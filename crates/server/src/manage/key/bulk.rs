//! What the routes that change many keys have in common. Each key is a change of its own: one that cannot be made does not
//! undo the others, and the answer says which.

use serde::Serialize;
use store::keys::KeyRow;
use utoipa::ToSchema;

use super::view::KeyView;
use crate::app::App;
use crate::http::error::ApiError;

/// The most keys that one request changes.
pub(super) const MOST_KEYS: usize = 500;

#[derive(Serialize, ToSchema)]
pub(crate) struct UpdateKeysResponse {
    total_requested: usize,
    successful_updates: Vec<UpdatedKey>,
    failed_updates: Vec<FailedKey>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct UpdatedKey {
    /// As it was named.
    key: String,
    key_info: KeyView,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct FailedKey {
    /// As it was named.
    key: String,
    /// Always null: the key stays as it was.
    #[schema(value_type = Option<Object>)]
    key_info: Option<()>,
    failed_reason: String,
}

impl UpdateKeysResponse {
    pub(super) fn of(total_requested: usize) -> Self {
        Self { total_requested, successful_updates: Vec::new(), failed_updates: Vec::new() }
    }

    /// Adds what became of the key of that name. A failure of ours ends the whole.
    pub(super) fn add(&mut self, app: &App, key: String, made: Result<KeyRow, ApiError>) -> Result<(), ApiError> {
        match made {
            Ok(row) => {
                let key_info = KeyView::new(app.engine(), row).without_token();
                self.successful_updates.push(UpdatedKey { key, key_info });
            }
            Err(error) if error.is_fault_of_ours() => return Err(error),
            Err(error) => {
                let failed_reason = error.reply.message.clone();
                self.failed_updates.push(FailedKey { key, key_info: None, failed_reason });
            }
        }
        Ok(())
    }
}

/// Refuses what is too much at once, or nothing.
pub(super) fn check_count(field: &str, count: usize) -> Result<(), ApiError> {
    match count {
        0 => Err(ApiError::invalid(field, "name at least one key")),
        1..=MOST_KEYS => Ok(()),
        _ => Err(ApiError::invalid(field, format!("at most {MOST_KEYS} keys can be changed at once"))),
    }
}
