//! What Cohere has and nobody else.

use serde_json::{Value, json};
use wire::Dialect;

use super::say;

pub(in crate::square) fn safety(client: Dialect) -> Value {
    say(client, "[[say:safe]]", json!({"safety_mode": "STRICT"}))
}

/// Who waits for whom under load.
pub(in crate::square) fn priority(client: Dialect) -> Value {
    say(client, "[[say:soon]]", json!({"priority": 3}))
}
