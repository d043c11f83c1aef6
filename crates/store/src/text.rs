//! What a TEXT column may hold, and enums that are kept as text.

use crate::StoreError;

/// Refuses what PostgreSQL cannot hold and SQLite would cut.
pub(crate) fn check(field: &'static str, text: &str) -> Result<(), StoreError> {
    if text.contains('\0') { Err(StoreError::InvalidText { field }) } else { Ok(()) }
}

pub(crate) fn check_opt(field: &'static str, text: Option<&str>) -> Result<(), StoreError> {
    text.map_or(Ok(()), |text| check(field, text))
}

/// The same of JSON, which escapes the NUL: PostgreSQL's JSON functions would refuse it then, so it is better said at the door.
pub(crate) fn check_json(field: &'static str, json: &str) -> Result<(), StoreError> {
    let mut from = 0;
    while let Some(at) = json.get(from..).and_then(|rest| rest.find("\\u0000")) {
        let before = json.get(..from + at).unwrap_or_default();
        let backslashes = before.bytes().rev().take_while(|byte| *byte == b'\\').count();
        if backslashes % 2 == 0 {
            return Err(StoreError::InvalidText { field });
        }
        from += at + 1;
    }
    Ok(())
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
