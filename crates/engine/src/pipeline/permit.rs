//! What the caller may do: which models.

use wire::{ErrorKind, ErrorReply};

use super::ask::Ask;
use crate::principal::Principal;

/// Refuses a model that does not exist, or not for this caller. The two cannot be told apart by one who may not use it.
pub(super) fn permit(principal: &Principal, ask: &Ask) -> Result<(), ErrorReply> {
    let asked = &ask.envelope.model;
    // aliases are the administrator's: a key may list one, or the group behind it
    if !principal.may_use(asked) && !principal.may_use(&ask.group) {
        let allowed = principal.key().map(|key| key.models.join(", ")).unwrap_or_default();
        let message = format!("This key is not allowed to use the model '{asked}'. It may use: {allowed}.");
        return Err(ErrorReply::new(ErrorKind::Permission, message)
            .with_param("model")
            .with_type("key_model_access_denied"));
    }
    if ask.targets.is_empty() {
        let message = format!("The model '{asked}' does not exist here: GET /v1/models lists what your key may use.");
        let mut reply = ErrorReply::new(ErrorKind::NotFound, message).with_param("model");
        reply.code = Some("model_not_found".to_owned());
        return Err(reply);
    }
    Ok(())
}
