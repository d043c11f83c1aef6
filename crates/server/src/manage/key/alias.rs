//! How people call keys: by aliases, of which each is one key's among those that somebody sees.

use store::keys::{KeyFilter, KeyRow};
use store::{Scope, Transaction};

use crate::http::error::ApiError;
use crate::manage::operator::Operator;

/// Refuses an alias that another key has which the caller sees: he must not learn from a refusal what others call theirs.
pub(in crate::manage) async fn check_alias(
    operator: &Operator,
    change: &mut Transaction,
    key: &KeyRow,
) -> Result<(), ApiError> {
    let Some(alias) = &key.key_alias else { return Ok(()) };
    let filter = KeyFilter { key_alias: Some(alias.clone()), ..KeyFilter::default() };
    if change.all(&operator.scope, &filter).await?.iter().any(|other| other.hash != key.hash) {
        return Err(ApiError::invalid("key_alias", "the key alias is already in use"));
    }
    Ok(())
}

/// The key with that alias, if the caller sees one: tenants that do not see each other may have the same alias.
pub(super) async fn with_alias(
    change: &mut Transaction,
    scope: &Scope,
    alias: &str,
) -> Result<Option<KeyRow>, ApiError> {
    let filter = KeyFilter { key_alias: Some(alias.to_owned()), ..KeyFilter::default() };
    let mut found = change.all(scope, &filter).await?;
    if found.len() > 1 {
        return Err(ApiError::invalid("key_alias", "several keys have this alias: name the key, or its hash"));
    }
    Ok(found.pop())
}
