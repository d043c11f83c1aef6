//! Requests to providers: the body in their dialect, the headers, the credential applied.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::Full;
use providers::{Auth, Fault, Operation, Provider, UpstreamError};
use wire::chat;
use wire::dialect::CeilingField;
use wire::edit::Edits;
use wire::envelope::Envelope;
use wire::stand_in::StandIns;
use wire::{Dialect, ErrorKind, ErrorReply, Invalid, embeddings};

use super::left;
use crate::call::Call;
use crate::cloud::aws::SignError;
use crate::models::Target;

/// A request that is ready but for the connection.
#[derive(Debug)]
pub(crate) struct Outbound {
    url: Uri,
    headers: HeaderMap,
    body: Bytes,
}

/// A body in the provider's dialect, and what could not be said in it.
#[derive(Debug, Default)]
pub(crate) struct Prepared {
    pub(crate) body: Bytes,
    /// What could not be said, in the client's words.
    pub(crate) dropped: Vec<String>,
    /// What the configuration wants left out or repaired, and what nobody asked for: it is named, and needs no permission.
    pub(crate) changed: Vec<String>,
    /// Nothing of what was said is left.
    pub(crate) says_nothing: bool,
    pub(crate) stand_ins: StandIns,
    /// What is asked, for a provider that answers here and has no use for a body.
    pub(crate) conversation: Option<Box<chat::Request>>,
    /// Likewise, of what vectors are asked.
    pub(crate) embedding: Option<Box<embeddings::Request>>,
}

/// The client's own bytes with only the named edits: the model, the ceiling, the wish for usage, and no reasoning that is
/// another provider's.
pub(crate) fn same(
    body: &Bytes,
    envelope: &Envelope,
    target: &Target,
    dialect: Dialect,
    ceiling: Option<u64>,
) -> Prepared {
    let mut edits = Edits::default();
    if let Some(span) = envelope.model_span.clone().filter(|_| envelope.model != target.model) {
        edits.replace(span, quoted(&dialect.model_in_body(&target.model)));
    }
    if let Some(ceiling) = ceiling {
        for (_, _, span) in &envelope.ceilings {
            edits.replace(span.clone(), ceiling.to_string());
        }
        let field = dialect.ceiling_field(target.deployment.provider.ceiling);
        let said = envelope.ceilings.iter().any(|(written, _, _)| *written == field);
        // a server that knows only the old spelling would ignore the new one; one that knows the new takes either, but not both
        if !said && (envelope.ceilings.is_empty() || field == CeilingField::MaxTokens) {
            match envelope.unset_ceilings.iter().find(|(unset, _)| *unset == field) {
                Some((_, span)) => edits.replace(span.clone(), ceiling.to_string()),
                None => set_ceiling(&mut edits, body, envelope, dialect, field, ceiling),
            }
        }
    }
    if dialect.usage_is_wished_for() && envelope.stream && !envelope.include_usage {
        ask_for_usage(&mut edits, body, envelope);
    }
    // the envelope was read from these bytes, so they are text
    let foreign = wire::foreign::find(dialect, &target.model, std::str::from_utf8(body).unwrap_or_default());
    for (span, json) in foreign.lists {
        edits.replace(span, json);
    }
    Prepared { body: edits.apply(body), dropped: foreign.names, ..Prepared::default() }
}

/// The conversation of a client of `client` written in the provider's dialect.
pub(crate) fn across(
    conversation: &chat::Request,
    target: &Target,
    (client, dialect): (Dialect, Dialect),
    ceiling: Option<u64>,
) -> Result<Prepared, Invalid> {
    let (asked, least) = (conversation.max_output_tokens, dialect.least_ceiling());
    let mut conversation = conversation.clone();
    let ceiling = ceiling.or(asked).or(match dialect {
        // theirs must have one
        Dialect::Anthropic | Dialect::BedrockInvoke => target.max_output_tokens,
        // some of theirs stop after 16 tokens without
        Dialect::OpenAiCompletions => target.max_output_tokens.map(|most| dialect.share(most)),
        Dialect::OpenAiChat
        | Dialect::OpenAiResponses
        | Dialect::Bedrock
        | Dialect::Gemini
        | Dialect::Cohere
        | Dialect::CohereV1 => None,
    });
    conversation.max_output_tokens = ceiling.map(|ceiling| ceiling.max(least));
    let provider = &target.deployment.provider;
    let named = wire::dialect::Target { model: &target.model, ceiling: provider.ceiling, extras: provider.extras };
    let mut changed = if target.deployment.modify_params { conversation.repair(dialect) } else { Vec::new() };
    if asked.is_some_and(|asked| asked < least) {
        changed.push(format!("modified:max_output_tokens (raised to {least})"));
    }
    let stand_ins = StandIns::put(&mut conversation, dialect, &named);
    let in_clients_words = |path: &String| conversation.in_words_of(client, path);
    let written = dialect.write_request(&conversation, &named);
    let written = written.map_err(|error| Invalid::new(in_clients_words(&error.path), error.problem))?;
    let says_nothing = left::is_nothing(&conversation, &changed, &written.dropped, dialect, &written.body);
    let mut dropped = conversation.unmapped.clone();
    for path in &written.dropped {
        let asked = !conversation.by_default.contains(&path.as_str());
        if asked { &mut dropped } else { &mut changed }.push(in_clients_words(path));
    }
    dropped.dedup();
    changed.dedup();
    let body = written.body.into();
    Ok(Prepared { body, dropped, changed, says_nothing, stand_ins, ..Prepared::default() })
}

/// Puts the ceiling where the client wrote none.
fn set_ceiling(
    edits: &mut Edits,
    body: &Bytes,
    envelope: &Envelope,
    dialect: Dialect,
    field: CeilingField,
    ceiling: u64,
) {
    let (holder, name) = match dialect {
        Dialect::OpenAiChat
        | Dialect::OpenAiCompletions
        | Dialect::OpenAiResponses
        | Dialect::Anthropic
        | Dialect::BedrockInvoke
        | Dialect::Cohere
        | Dialect::CohereV1 => {
            return edits.insert_field(body, envelope.start, field.name(), &ceiling.to_string());
        }
        Dialect::Bedrock => ("inferenceConfig", "maxTokens"),
        Dialect::Gemini => ("generationConfig", "maxOutputTokens"),
    };
    match &envelope.inference_config {
        Some(span) if body.get(span.clone()).is_some_and(|config| config.starts_with(b"{")) => {
            edits.insert_field(body, span.start + 1, name, &ceiling.to_string());
        }
        Some(span) => edits.replace(span.clone(), format!(r#"{{"{name}":{ceiling}}}"#)),
        None => edits.insert_field(body, envelope.start, holder, &format!(r#"{{"{name}":{ceiling}}}"#)),
    }
}

/// Without its usage a stream cannot be charged, so the gateway asks for it; the other stream options stay.
fn ask_for_usage(edits: &mut Edits, body: &Bytes, envelope: &Envelope) {
    let Some(span) = envelope.stream_options.clone() else {
        return edits.insert_field(body, envelope.start, "stream_options", r#"{"include_usage":true}"#);
    };
    let written = body.get(span.clone()).unwrap_or_default();
    let mut options: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(written).unwrap_or_default();
    options.insert("include_usage".to_owned(), true.into());
    edits.replace(span, serde_json::Value::Object(options).to_string());
}

pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl Outbound {
    /// The request of one attempt. Of the client's headers only those go on to a provider of its dialect that are `meant` for it, or that
    /// the provider's row names.
    pub(crate) fn new(
        call: &Call,
        target: &Target,
        (dialect, operation): (Dialect, Operation),
        trace: &str,
        meant: &[&str],
        body: Bytes,
    ) -> Result<Self, UpstreamError> {
        let deployment = &target.deployment;
        let provider = &deployment.provider;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let streams = operation == Operation::Stream;
        let accepted = if streams { dialect.stream_type() } else { "application/json" };
        headers.insert(ACCEPT, HeaderValue::from_static(accepted));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("turnpike/", env!("CARGO_PKG_VERSION"))));
        put(&mut headers, "x-turnpike-attempt", trace)?;
        for (name, value) in &provider.headers {
            put(&mut headers, name, value)?;
        }
        let mut url = deployment
            .url(dialect)
            .and_then(|url| Provider::call_url(dialect, url, &target.model, operation))
            .ok_or_else(|| misconfigured("its URL, or the model's name in it,"))?;
        if dialect == call.dialect {
            for name in provider.forward_headers.iter().map(String::as_str).chain(meant.iter().copied()) {
                if let Some((name, value)) = HeaderName::try_from(name).ok().zip(call.headers.get(name)) {
                    headers.insert(name, value.clone());
                }
            }
            if let Some(query) = call.query.as_deref().and_then(|query| forwarded(query, &provider.forward_query)) {
                url = with_query(&url, &query).ok_or_else(|| misconfigured("its URL"))?;
            }
        }
        for (name, value) in &deployment.headers {
            put(&mut headers, name, value)?;
        }
        authenticate(&mut headers, target)?;
        Ok(Self { url, headers, body })
    }

    /// The request with AWS's signature, where the deployment signs. `now` is in microseconds since 1970.
    pub(crate) async fn signed(self, target: &Target, now: i64) -> Result<Self, UpstreamError> {
        let deployment = &target.deployment;
        let Some(aws) = deployment.aws.as_ref().filter(|_| deployment.key.is_none()) else { return Ok(self) };
        let mut request = Request::new(());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url;
        *request.headers_mut() = self.headers;
        let (mut parts, ()) = request.into_parts();
        let now = SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(now).unwrap_or_default());
        aws.sign(&mut parts, &self.body, now).await.map_err(|error| unsigned(&error))?;
        Ok(Self { url: parts.uri, headers: parts.headers, body: self.body })
    }

    pub(super) fn into_request(self) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(self.body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url;
        *request.headers_mut() = self.headers;
        request
    }
}

/// The pairs of `query` that mean something to the provider.
fn forwarded(query: &str, names: &[String]) -> Option<String> {
    let meant = |pair: &&str| pair.split_once('=').is_some_and(|(name, _)| names.iter().any(|known| known == name));
    let pairs: Vec<_> = query.split('&').filter(meant).collect();
    (!pairs.is_empty()).then(|| pairs.join("&"))
}

fn with_query(url: &Uri, query: &str) -> Option<Uri> {
    let mark = if url.query().is_some() { '&' } else { '?' };
    format!("{url}{mark}{query}").parse().ok()
}

fn authenticate(headers: &mut HeaderMap, target: &Target) -> Result<(), UpstreamError> {
    let Some(key) = &target.deployment.key else { return Ok(()) };
    let (name, text) = match &target.deployment.provider.auth {
        Auth::None => return Ok(()),
        Auth::Bearer | Auth::Aws { .. } => (AUTHORIZATION, format!("Bearer {}", key.reveal())),
        Auth::Header(name) => {
            (HeaderName::try_from(name).map_err(|_| misconfigured("its credential header"))?, key.reveal().to_owned())
        }
    };
    let mut value = HeaderValue::try_from(text).map_err(|_| misconfigured("its credential"))?;
    value.set_sensitive(true);
    headers.insert(name, value);
    Ok(())
}

fn put(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), UpstreamError> {
    let parsed = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok());
    let (name, value) = parsed.ok_or_else(|| misconfigured("a header"))?;
    headers.insert(name, value);
    Ok(())
}

/// What is wrong with our own credentials is for the log.
fn unsigned(error: &SignError) -> UpstreamError {
    tracing::error!(error = error as &dyn std::error::Error, "a request for AWS is not signed: {error}");
    let message =
        "The gateway has no usable AWS credentials for this model: an administrator finds the reason in its log.";
    let reply = ErrorReply::new(ErrorKind::Unavailable, message);
    UpstreamError { fault: Fault::Gateway, ..UpstreamError::unsuited(reply) }
}

fn misconfigured(what: &str) -> UpstreamError {
    let message = format!("this model's deployment is misconfigured: {what} cannot be used");
    UpstreamError::unsuited(ErrorReply::new(ErrorKind::Internal, message))
}
