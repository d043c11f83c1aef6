//! On whose behalf a call is made. Clients say so in one of several fields, and LiteLLM takes the first of them.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::MAX_END_USER;

/// The fields, the first that names somebody being the one that counts.
const FIELDS: &[&str] = &["user", "metadata", "safety_identifier"];

/// The end user by what has been read so far.
#[derive(Default)]
pub(super) struct EndUser(Option<(usize, String)>);

#[derive(Deserialize)]
struct Metadata {
    user_id: String,
}

impl EndUser {
    /// Looks at a field. A value of another type is the provider's business.
    pub(super) fn look(&mut self, field: &str, value: &RawValue) {
        let Some(rank) = FIELDS.iter().position(|known| *known == field) else { return };
        if self.0.as_ref().is_some_and(|(known, _)| *known < rank) {
            return;
        }
        let named = if field == "metadata" {
            serde_json::from_str::<Metadata>(value.get()).map(|metadata| metadata.user_id)
        } else {
            serde_json::from_str::<String>(value.get())
        };
        let named = named.ok().filter(|id| !id.is_empty() && id.len() <= MAX_END_USER);
        self.0 = named.map(|id| (rank, id)).or(self.0.take());
    }

    pub(super) fn id(self) -> Option<String> {
        self.0.map(|(_, id)| id)
    }
}
