//! What the caller may do: which models.

use wire::{ErrorKind, ErrorReply};

use super::ask::Ask;
use crate::models::Models;
use crate::principal::Principal;

/// Refuses a model that does not exist, or not for this caller. The two cannot be told apart by one who may not use it.
pub(super) fn permit(principal: &Principal, models: &Models, ask: &Ask) -> Result<(), ErrorReply> {
    let asked = &ask.envelope.model;
    let resolved = principal.resolve(models, asked);
    if let Err(level) = principal.may_use(&resolved, &ask.targets) {
        let subject = level.subject();
        let message =
            format!("{subject} is not allowed to use the model '{asked}': GET /v1/models lists what may be used.");
        return Err(ErrorReply::new(ErrorKind::Permission, message).with_param("model").with_type(level.error_type()));
    }
    if ask.targets.is_empty() {
        let message = format!("The model '{asked}' does not exist here: GET /v1/models lists what your key may use.");
        let mut reply = ErrorReply::new(ErrorKind::NotFound, message).with_param("model");
        reply.code = Some("model_not_found".to_owned());
        return Err(reply);
    }
    Ok(())
}
