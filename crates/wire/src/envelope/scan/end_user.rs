//! On whose behalf a call is made. Clients say so in one of several fields, and LiteLLM takes the first of them.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::{EnvelopeError, MAX_END_USER};

/// The fields, the first that names somebody being the one that counts.
const FIELDS: &[&str] = &["user", "metadata", "safety_identifier"];

/// The end user by what has been read so far.
#[derive(Default)]
pub(super) struct EndUser(Option<(usize, String)>);

#[derive(Deserialize)]
struct Metadata {
    user_id: Id,
}

/// LiteLLM takes numbers for ids, too.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(serde_json::Number),
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        match id {
            Id::Text(text) => text,
            Id::Number(number) => number.to_string(),
        }
    }
}

impl EndUser {
    /// Looks at a field. A value of another type, and one that is too long to be a customer's id, are the provider's business.
    pub(super) fn look(&mut self, field: &'static str, value: &RawValue) -> Result<(), EnvelopeError> {
        let Some(rank) = FIELDS.iter().position(|known| *known == field) else { return Ok(()) };
        let named = if field == "metadata" {
            serde_json::from_str::<Metadata>(value.get()).map(|metadata| metadata.user_id)
        } else {
            serde_json::from_str::<Id>(value.get())
        };
        let Ok(named) = named.map(String::from) else { return Ok(()) };
        // no database holds it, so no customer has it, and no row of the ledger could name it
        if named.contains('\0') {
            return Err(EnvelopeError::WrongType { field, expected: "without NUL characters" });
        }
        let is_id = !named.is_empty() && named.chars().count() <= MAX_END_USER;
        if is_id && self.0.as_ref().is_none_or(|(known, _)| *known > rank) {
            self.0 = Some((rank, named));
        }
        Ok(())
    }

    pub(super) fn id(self) -> Option<String> {
        self.0.map(|(_, id)| id)
    }
}
