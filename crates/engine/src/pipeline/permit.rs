//! What the caller may do: which models, and on whose behalf.

use wire::{ErrorKind, ErrorReply};

use super::ask::Ask;
use super::customer;
use crate::call::Call;
use crate::engine::Engine;
use crate::principal::Principal;
use crate::rights::models::Level;
use crate::settings::Settings;

/// Refuses what this caller may not ask. Returns the customer on whose behalf it is asked, where it names one.
pub(super) async fn permit(
    engine: &Engine,
    settings: &Settings,
    principal: &Principal,
    call: &Call,
    ask: &Ask,
) -> Result<Option<String>, ErrorReply> {
    let asked = &ask.envelope.model;
    let resolved = principal.resolve(&settings.models, asked);
    principal.may_use(&resolved, &ask.targets).map_err(|level| not_allowed(level, asked))?;
    if ask.targets.is_empty() {
        // one who may not use it cannot tell whether it exists
        let message = format!("The model '{asked}' does not exist here: GET /v1/models lists what your key may use.");
        let mut reply = ErrorReply::new(ErrorKind::NotFound, message).with_param("model");
        reply.code = Some("model_not_found".to_owned());
        return Err(reply);
    }
    let customer = customer::named(settings, call, ask)?;
    if let Some(id) = &customer {
        customer::permit(engine, settings, id, &resolved, ask).await?;
    }
    Ok(customer)
}

pub(super) fn not_allowed(level: Level, asked: &str) -> ErrorReply {
    let subject = level.subject();
    let message =
        format!("{subject} is not allowed to use the model '{asked}': GET /v1/models lists what may be used.");
    ErrorReply::new(ErrorKind::Permission, message).with_param("model").with_type(level.error_type())
}
