//! What a TEXT column may hold, and enums that are kept as text.

use serde_json::Value;

use crate::StoreError;

/// Refuses what PostgreSQL cannot hold and SQLite would cut.
pub(crate) fn check(field: &'static str, text: &str) -> Result<(), StoreError> {
    if text.contains('\0') { Err(StoreError::InvalidText { field }) } else { Ok(()) }
}

pub(crate) fn check_opt(field: &'static str, text: Option<&str>) -> Result<(), StoreError> {
    text.map_or(Ok(()), |text| check(field, text))
}

/// JSON would escape the NUL, but PostgreSQL's JSON functions refuse it then: better said at the door.
pub(crate) fn check_json(field: &'static str, value: &Value) -> Result<(), StoreError> {
    match value {
        Value::String(text) => check(field, text),
        Value::Array(items) => items.iter().try_for_each(|item| check_json(field, item)),
        Value::Object(fields) => {
            fields.iter().try_for_each(|(name, item)| check(field, name).and_then(|()| check_json(field, item)))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// An enum that SQL and JSON see as snake_case text.
macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident => $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// The text that is stored.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The value that a stored text stands for.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use text_enum;
