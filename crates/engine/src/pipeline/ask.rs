//! What is asked: the envelope of the body and the model group it names, aliases resolved.

use std::sync::OnceLock;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;
use wire::chat::Request;
use wire::dialect::Echo;
use wire::edit::{self, Edits, FieldPath};
use wire::envelope::{self, Address, Envelope, EnvelopeError};
use wire::{Dialect, ErrorKind, ErrorReply, Invalid, embeddings};

use crate::call::{Call, Task};
use crate::models::{Target, Targets};
use crate::principal::Principal;
use crate::settings::Settings;

/// LiteLLM's field for tags.
const TAGS: &str = "tags";

/// A call that has been read as far as the gateway needs it.
pub(super) struct Ask {
    pub(super) dialect: Dialect,
    /// The body that the envelope was read from.
    pub(super) body: Bytes,
    address: Option<Address>,
    /// Headers that say what a body says elsewhere: another dialect has no place for them.
    in_headers: Vec<&'static str>,
    /// Headers that say which form a body has that only the model reads, and its answer is to have.
    forms: Vec<&'static str>,
    pub(super) task: Task,
    pub(super) envelope: Envelope,
    /// The model group, aliases resolved.
    pub(super) group: String,
    /// Who may serve it.
    pub(super) targets: Targets,
    /// The decoded conversation, made when somebody first needs it: a call whose provider speaks the client's dialect never does.
    conversation: OnceLock<Request>,
}

/// Reads the envelope and finds the group.
pub(super) fn read(principal: &Principal, call: &Call, settings: &Settings) -> Result<Ask, ErrorReply> {
    said(principal, call, settings, call.address.clone(), &call.body)
}

/// The same with what stands in the call's body and URL, or in their place.
fn said(
    principal: &Principal,
    call: &Call,
    settings: &Settings,
    address: Option<Address>,
    body: &Bytes,
) -> Result<Ask, ErrorReply> {
    let in_headers = present(&call.headers, call.dialect.settings_in_headers())?;
    let (body, envelope) = for_providers(call, address.as_ref(), &in_headers, body)?;
    let forms = if envelope.sealed && call.task == Task::Answer {
        present(&call.headers, call.dialect.forms_in_headers(envelope.stream))?
    } else {
        Vec::new()
    };
    let group = principal.resolve(&settings.models, &envelope.model).group.to_owned();
    let targets = settings.models.targets(&group, principal.team_id());
    let (dialect, task, conversation) = (call.dialect, call.task, OnceLock::new());
    Ok(Ask { dialect, body, address, in_headers, forms, task, envelope, group, targets, conversation })
}

/// The envelope, and the body without what speaks to the gateway alone.
fn for_providers(
    call: &Call,
    address: Option<&Address>,
    in_headers: &[&str],
    body: &Bytes,
) -> Result<(Bytes, Envelope), ErrorReply> {
    let read = |body: &Bytes| enveloped(call.dialect, call.task, address, in_headers, body);
    let envelope = read(body)?;
    let cut = || edit::cut(body, &[FieldPath::field(TAGS)]);
    let Some((less, _)) = envelope.tags.have_a_field.then(cut).flatten() else {
        return Ok((body.clone(), envelope));
    };
    // every place in the body has moved
    let of_less = read(&less)?;
    Ok((less, Envelope { tags: envelope.tags, ..of_less }))
}

impl Ask {
    /// The dialect that a deployment is spoken to in; `None` for one that answers here.
    pub(super) fn dialect_at(&self, target: &Target) -> Option<Dialect> {
        let deployment = &target.deployment;
        let spoken = deployment.dialect_for(self.dialect)?;
        if self.task.is_embedding() {
            return deployment.embedder_for(self.dialect).or(Some(spoken));
        }
        if spoken != self.dialect || spoken.suits(&target.model, &self.envelope) {
            return Some(spoken);
        }
        let mut others = deployment.endpoints.iter().map(|(dialect, _)| *dialect);
        others.find(|other| *other != spoken).or(Some(spoken))
    }

    /// The same asked of another model.
    pub(super) fn instead(
        &self,
        principal: &Principal,
        call: &Call,
        settings: &Settings,
        model: &str,
    ) -> Result<Self, ErrorReply> {
        let address = self.address.clone().map(|address| Address { model: model.to_owned(), ..address });
        let mut edits = Edits::default();
        if let Some(span) = self.envelope.model_span.clone() {
            edits.replace(span, Value::from(self.dialect.model_in_body(model)).to_string());
        }
        let ask = said(principal, call, settings, address, &edits.apply(&self.body))?;
        Ok(Self { envelope: Envelope { tags: self.envelope.tags.clone(), ..ask.envelope }, ..ask })
    }

    /// The client's headers that are a part of what it asks: a provider of its own dialect is told them.
    pub(super) fn meaningful_headers(&self) -> Vec<&'static str> {
        self.in_headers.iter().chain(&self.forms).copied().collect()
    }

    /// The conversation, decoded at the first call.
    pub(super) fn conversation(&self) -> Result<&Request, ErrorReply> {
        if let Some(conversation) = self.conversation.get() {
            return Ok(conversation);
        }
        let read = if self.task == Task::Count { Dialect::read_counted } else { Dialect::read_request };
        let mut request = read(self.dialect, self.text()).map_err(invalid)?;
        if self.address.is_some() {
            request.model.clone_from(&self.envelope.model);
            request.stream = self.envelope.stream;
        }
        request.unmapped.extend(self.in_headers.iter().map(|name| (*name).to_owned()));
        Ok(self.conversation.get_or_init(|| request))
    }

    /// What vectors are asked of.
    pub(super) fn embedding(&self) -> Result<embeddings::Request, ErrorReply> {
        let mut request = self.dialect.read_embedding_request(self.text()).map_err(invalid)?;
        request.model.clone_from(&self.envelope.model);
        Ok(request)
    }

    /// The same without the fields at `paths`, and those that were there. `None` if none was.
    pub(super) fn without(&self, paths: &[FieldPath]) -> Result<Option<(Self, Vec<String>)>, ErrorReply> {
        if paths.is_empty() {
            return Ok(None);
        }
        let Some((body, cut)) = edit::cut(&self.body, paths) else { return Ok(None) };
        // every place in the body has moved
        let envelope = enveloped(self.dialect, self.task, self.address.as_ref(), &self.in_headers, &body)?;
        let less = Self {
            body,
            envelope,
            address: self.address.clone(),
            in_headers: self.in_headers.clone(),
            forms: self.forms.clone(),
            group: self.group.clone(),
            targets: self.targets.clone(),
            conversation: OnceLock::new(),
            ..*self
        };
        Ok(Some((less, cut)))
    }

    /// What of the request its answer says again, when the gateway writes it.
    pub(super) fn echo(&self) -> Echo {
        self.dialect.echo(self.text())
    }

    /// The envelope was read from these bytes, so they are text.
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }
}

/// Those of the headers `names` that are there. Each must stand once, in letters that can be signed.
fn present(headers: &HeaderMap, names: &[&'static str]) -> Result<Vec<&'static str>, ErrorReply> {
    let is_plain = |name: &str| {
        let mut values = headers.get_all(name).iter();
        values.next().is_some_and(|value| value.to_str().is_ok()) && values.next().is_none()
    };
    let there: Vec<_> = names.iter().copied().filter(|name| headers.contains_key(*name)).collect();
    let Some(odd) = there.iter().copied().find(|name| !is_plain(name)) else { return Ok(there) };
    let message = format!("The header {odd} must stand once, in plain ASCII.");
    Err(ErrorReply::new(ErrorKind::InvalidRequest, message).with_param(odd))
}

/// The envelope of `body` and of the headers that are settings too.
fn enveloped(
    dialect: Dialect,
    task: Task,
    address: Option<&Address>,
    in_headers: &[&str],
    body: &[u8],
) -> Result<Envelope, ErrorReply> {
    let read = if task.is_embedding() { envelope::read_embedding } else { envelope::read };
    let mut envelope = read(dialect, address, body).map_err(|error| refused(&error))?;
    for name in in_headers {
        envelope.priced_apart.field(name);
    }
    if task.is_embedding() && envelope.single != (task == Task::EmbedOne) {
        let (message, param) = if envelope.single {
            ("This takes several contents: send them in 'requests'.", "requests")
        } else {
            ("This takes one content: send it in 'content'.", "content")
        };
        return Err(ErrorReply::new(ErrorKind::InvalidRequest, message).with_param(param));
    }
    Ok(envelope)
}

fn refused(error: &EnvelopeError) -> ErrorReply {
    let reply = ErrorReply::new(error.kind(), error.to_string());
    match error.field() {
        Some(field) => reply.with_param(field),
        None => reply,
    }
}

/// A field that is wrong, in words for the client.
pub(super) fn invalid(error: Invalid) -> ErrorReply {
    ErrorReply::new(ErrorKind::InvalidRequest, format!("Invalid '{}': {}.", error.path, error.problem))
        .with_param(error.path)
}
