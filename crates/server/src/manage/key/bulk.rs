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
    /// Why the rest is not tried: what failed was not about a key.
    #[serde(skip)]
    ended_by: Option<String>,
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
        Self { total_requested, successful_updates: Vec::new(), failed_updates: Vec::new(), ended_by: None }
    }

    /// Adds what becomes of the key of that name. After a failure of ours nothing more is tried; it is the whole answer only
    /// where no key has been changed, as else nobody would learn which were.
    pub(super) async fn add(
        &mut self,
        app: &App,
        key: String,
        make: impl Future<Output = Result<KeyRow, ApiError>>,
    ) -> Result<(), ApiError> {
        if let Some(reason) = &self.ended_by {
            let failed_reason = format!("Not tried after another change failed: {reason}");
            self.failed_updates.push(FailedKey { key, key_info: None, failed_reason });
            return Ok(());
        }
        match make.await {
            Ok(row) => {
                let key_info = KeyView::written(app, row).await.without_token();
                self.successful_updates.push(UpdatedKey { key, key_info });
            }
            Err(error) => {
                let failed_reason = reason(&error, &mut self.ended_by, self.successful_updates.is_empty());
                let failed_reason = failed_reason.ok_or(error)?;
                self.failed_updates.push(FailedKey { key, key_info: None, failed_reason });
            }
        }
        Ok(())
    }
}

/// What a failed change is told as; nothing if it is told as the whole answer.
fn reason(error: &ApiError, ended_by: &mut Option<String>, is_nothing_done: bool) -> Option<String> {
    let message = error.reply.message.clone();
    if error.is_fault_of_ours() {
        if is_nothing_done {
            return None;
        }
        *ended_by = Some(message.clone());
    }
    Some(message)
}

/// Refuses what is too much at once, or nothing.
pub(super) fn check_count(field: &str, count: usize) -> Result<(), ApiError> {
    match count {
        0 => Err(ApiError::invalid(field, "name at least one key")),
        1..=MOST_KEYS => Ok(()),
        _ => Err(ApiError::invalid(field, format!("at most {MOST_KEYS} keys can be changed at once"))),
    }
}

#[cfg(test)]
mod tests {
    use wire::ErrorKind;

    use super::*;

    #[test]
    fn what_was_done_is_told_when_the_rest_fails() {
        let away = ApiError::new(ErrorKind::Unavailable, "away".to_owned());
        let wrong = ApiError::invalid("max_budget", "wrong");
        for (error, is_nothing_done, told, ends) in [
            (&wrong, true, true, false),
            (&wrong, false, true, false),
            (&away, true, false, false),
            (&away, false, true, true),
        ] {
            let mut ended_by = None;
            let reason = reason(error, &mut ended_by, is_nothing_done);
            assert_eq!((reason.is_some(), ended_by.is_some()), (told, ends), "{error:?} {is_nothing_done}");
        }
    }
}
