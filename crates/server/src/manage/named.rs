//! Objects as the fields of requests name them.

use store::{Record, Scope, Transaction};
use wire::ErrorKind;

use super::body::Change;
use super::fields::{Name, nameable};
use super::operator::Operator;
use crate::app::App;
use crate::http::error::ApiError;

/// The row that a field names. What the scope does not see does not exist.
pub(super) async fn named<R: Record>(
    change: &mut Transaction,
    scope: &Scope,
    field: &str,
    id: Option<&str>,
) -> Result<Option<R>, ApiError> {
    let Some(id) = id else { return Ok(None) };
    let row = change.find(scope, &[id]).await?;
    row.map(Some).ok_or_else(|| ApiError::invalid(field, format!("there is no such {}", R::NOUN)))
}

/// The id of an object that is made: the one that the field gives it, which nothing may have yet, or a random one. Only
/// administrators choose: others would learn from a refusal which ids there are.
pub(super) async fn new_id<R: Record>(
    (app, operator): (&App, &Operator),
    change: &mut Transaction,
    field: &str,
    given: Change<Name>,
) -> Result<String, ApiError> {
    match nameable(given).set() {
        Some(_) if !operator.principal.is_admin() => Err(ApiError::forbidden(field, CHOSEN)),
        Some(id) => unused::<R>(change, field, id.0).await,
        None => random_id(app),
    }
}

/// What others are told who choose an id.
pub(super) const CHOSEN: &str = "only administrators choose ids: leave it out, and the answer has a random one";

/// The id, if nothing of its kind has it yet.
pub(super) async fn unused<R: Record>(change: &mut Transaction, field: &str, id: String) -> Result<String, ApiError> {
    if change.find::<R>(&Scope::Gateway, &[&id]).await?.is_some() {
        return Err(ApiError::invalid(field, format!("this {} already exists", R::NOUN)));
    }
    Ok(id)
}

/// An id that nothing has.
pub(super) fn random_id(app: &App) -> Result<String, ApiError> {
    app.engine().ids.object().map_err(|error| ApiError::new(ErrorKind::Internal, error.to_string()))
}
