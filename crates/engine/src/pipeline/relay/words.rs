//! What clients hear of a provider's errors: in their own words, and nothing that the gateway keeps secret.

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use providers::UpstreamError;
use wire::{Dialect, ErrorKind, ErrorReply};

use super::super::dispatch::{Answered, Failed};
use super::Passage;
use crate::cloud::aws::AwsAuth;
use crate::models::Deployment;
use crate::secret::Secret;
use crate::upstream::Inbound;

/// A header's value that is shorter is not looked for: it would be found everywhere.
const SHORTEST_SECRET: usize = 8;

/// The refusal of a provider as a client of `client` may see it; `body` is that of `inbound`, read. What it says of the
/// gateway's own credential is not for clients.
pub(in super::super) fn refusal(
    deployment: &Deployment,
    (client, provider): (Dialect, Dialect),
    mut inbound: Inbound,
    body: Bytes,
) -> Failed {
    let status = inbound.status;
    let reply = provider.read_error(status.as_u16(), inbound.error_word(provider), &body);
    let mut reply = in_clients_words(deployment, (client, provider), reply, &body);
    let after = super::whole::retry_after(&inbound.headers).or_else(|| {
        let pause = provider.pause_in_error(&body)?;
        // clients look for it where others say it
        let seconds = pause.as_secs() + u64::from(pause.subsec_nanos() > 0);
        inbound.headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        Some(pause)
    });
    let is_error = status.is_client_error() || status.is_server_error();
    let ours = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) || !is_error;
    if ours {
        let message = format!("The provider refused the gateway's own request with status {}.", status.as_u16());
        reply = ErrorReply { message, param: None, code: None, details: None, ..reply };
    }
    if !is_error {
        reply.status = ErrorKind::BadUpstream.status();
    }
    let quoted = quotes_a_secret(deployment, &body);
    let body = (!ours && !quoted && provider == client && !body.is_empty()).then_some(body);
    let shown = if body.is_some() { reply.status } else { client.error_status(&reply) };
    let shown = StatusCode::from_u16(shown).unwrap_or(StatusCode::BAD_GATEWAY);
    let answered = Answered { status: shown, headers: inbound.headers, body };
    Failed { error: UpstreamError::answered(reply, after), answered: Some(Box::new(answered)) }
}

/// A provider's error as the client may see it; `raw` is what it was read from. Across dialects the type's word is the
/// client's for that kind: the provider's would mean something else there, or nothing.
fn in_clients_words(
    deployment: &Deployment,
    (client, provider): (Dialect, Dialect),
    reply: ErrorReply,
    raw: &[u8],
) -> ErrorReply {
    if quotes_a_secret(deployment, raw) {
        let message = "The provider's message is withheld: it quotes the gateway's credential.".to_owned();
        return ErrorReply { message, param: None, type_word: None, code: None, details: None, ..reply };
    }
    let type_word = reply.type_word.filter(|_| provider == client);
    ErrorReply { type_word, ..reply }
}

/// Whether the deployment's key, what it signs with, or a header that it adds, stands in `raw`.
fn quotes_a_secret(deployment: &Deployment, raw: &[u8]) -> bool {
    let key = deployment.key.as_ref().map(Secret::reveal).into_iter();
    let signs = deployment.aws.as_ref().and_then(AwsAuth::credentials);
    let signs = signs.iter().flat_map(|keys| {
        [Some(keys.access_key_id()), Some(keys.secret_access_key()), keys.session_token()].into_iter().flatten()
    });
    let mut secrets = key.chain(signs).chain(deployment.headers.iter().map(|(_, value)| value.as_str()));
    secrets.any(|secret| secret.len() >= SHORTEST_SECRET && memchr::memmem::find(raw, secret.as_bytes()).is_some())
}

impl Passage<'_> {
    /// The error that was read from `raw`, as the client may see it.
    pub(super) fn in_clients_words(&self, dialect: Dialect, reply: ErrorReply, raw: &[u8]) -> ErrorReply {
        in_clients_words(&self.attempt.target.deployment, (self.ask.dialect, dialect), reply, raw)
    }

    pub(super) fn quotes_a_secret(&self, raw: &[u8]) -> bool {
        quotes_a_secret(&self.attempt.target.deployment, raw)
    }
}
