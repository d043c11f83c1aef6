//! What is asked: the envelope of the body and the model group it names, aliases resolved.

use std::sync::OnceLock;

use wire::chat::Request;
use wire::envelope::{self, Envelope};
use wire::{Dialect, ErrorKind, ErrorReply, Invalid};

use crate::call::Call;
use crate::models::Targets;
use crate::settings::Settings;

/// A call that has been read as far as the gateway needs it.
pub(super) struct Ask {
    pub(super) dialect: Dialect,
    pub(super) envelope: Envelope,
    /// The model group, aliases resolved.
    pub(super) group: String,
    /// Who may serve it.
    pub(super) targets: Targets,
    /// The decoded conversation, made when somebody first needs it: a call whose provider speaks the client's dialect never does.
    conversation: OnceLock<Request>,
}

/// Reads the envelope and finds the group.
pub(super) fn read(call: &Call, settings: &Settings) -> Result<Ask, ErrorReply> {
    let envelope = envelope::read(call.dialect, call.address.as_ref(), &call.body).map_err(|error| {
        let mut reply = ErrorReply::new(error.kind(), error.to_string());
        reply.param = error.field().map(str::to_owned);
        reply
    })?;
    let group = settings.models.resolve_alias(&envelope.model).to_owned();
    let targets = settings.models.targets(&group);
    Ok(Ask { dialect: call.dialect, envelope, group, targets, conversation: OnceLock::new() })
}

impl Ask {
    /// The conversation, decoded at the first call.
    pub(super) fn conversation(&self, call: &Call) -> Result<&Request, ErrorReply> {
        if let Some(conversation) = self.conversation.get() {
            return Ok(conversation);
        }
        // the envelope was read from these bytes, so they are text
        let body = std::str::from_utf8(&call.body).unwrap_or_default();
        let mut request = self.dialect.read_request(body).map_err(invalid)?;
        if call.address.is_some() {
            request.model.clone_from(&self.envelope.model);
            request.stream = self.envelope.stream;
        }
        Ok(self.conversation.get_or_init(|| request))
    }
}

/// A field that is wrong, in words for the client.
pub(super) fn invalid(error: Invalid) -> ErrorReply {
    ErrorReply::new(ErrorKind::InvalidRequest, format!("Invalid '{}': {}.", error.path, error.problem))
        .with_param(error.path)
}
