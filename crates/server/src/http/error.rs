//! The one file that makes error responses. Each dialect has its own words; the management API speaks OpenAI's.

use axum::response::{IntoResponse, Response};
use engine::call::id_headers;
use engine::rights::Refused;
use engine::rights::grant::Wider;
use engine::vault::VaultError;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Value, json};
use store::StoreError;
use wire::{Dialect, ErrorKind, ErrorReply};

use crate::live::AddedError;

/// Why a handler has no answer.
#[derive(Debug)]
pub(crate) struct ApiError {
    dialect: Dialect,
    /// Boxed: it is most of the size of every `Result` that a handler returns.
    pub(crate) reply: Box<ErrorReply>,
    /// The request's id. `None` in the management API, whose answers get theirs on the way out.
    id: Option<String>,
}

impl ApiError {
    /// An error of the management API.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        ErrorReply::new(kind, message).into()
    }

    /// A field of a request is wrong.
    pub(crate) fn invalid(field: impl Into<String>, problem: impl std::fmt::Display) -> Self {
        let field = field.into();
        ErrorReply::new(ErrorKind::InvalidRequest, format!("Invalid '{field}': {problem}.")).with_param(field).into()
    }

    /// A body or a query does not have the form that it must have; `problem` is about that field.
    pub(crate) fn unprocessable(field: impl Into<String>, problem: impl std::fmt::Display) -> Self {
        let field = field.into();
        let reply = ErrorReply::new(ErrorKind::InvalidRequest, format!("Invalid '{field}': {problem}."));
        reply.with_param(field).with_status(StatusCode::UNPROCESSABLE_ENTITY.as_u16()).into()
    }

    /// There is one of that name already.
    pub(crate) fn exists(field: &str) -> Self {
        let reply = ErrorReply::new(ErrorKind::InvalidRequest, format!("'{field}' already exists: choose another."));
        reply.with_param(field).with_status(StatusCode::CONFLICT.as_u16()).into()
    }

    /// Somebody else has changed the same thing meanwhile.
    pub(crate) fn raced(what: &str) -> Self {
        let message = format!("The {what} was changed by somebody else at the same time: look at it and try again.");
        ErrorReply::new(ErrorKind::InvalidRequest, message).with_status(StatusCode::CONFLICT.as_u16()).into()
    }

    /// The caller may not give that field that value.
    pub(crate) fn forbidden(field: &str, problem: &str) -> Self {
        ErrorReply::new(ErrorKind::Permission, format!("'{field}': {problem}.")).with_param(field).into()
    }

    /// The caller's position does not allow it. Where LiteLLM answers 401, so do we: scripts expect it.
    pub(crate) fn refused(refused: Refused, route: &str) -> Self {
        let kind = match refused {
            Refused::ForOthers => ErrorKind::Authentication,
            Refused::LooksOnly | Refused::NotHere => ErrorKind::Permission,
        };
        let message = format!("Only proxy admins may use {route} like this: {refused}.");
        ErrorReply::new(kind, message).with_type("auth_error").into()
    }

    /// Whether another request would have fared no better.
    pub(crate) fn is_fault_of_ours(&self) -> bool {
        matches!(self.reply.kind, ErrorKind::Unavailable | ErrorKind::Internal)
    }

    /// An error for a client that speaks `dialect`, about the request of that id.
    pub(crate) fn in_dialect(reply: ErrorReply, dialect: Dialect, id: impl Into<String>) -> Self {
        Self { dialect, reply: reply.into(), id: Some(id.into()) }
    }
}

impl From<ErrorReply> for ApiError {
    fn from(reply: ErrorReply) -> Self {
        Self { dialect: Dialect::OpenAiChat, reply: reply.into(), id: None }
    }
}

impl From<Wider> for ApiError {
    fn from(wider: Wider) -> Self {
        let message = format!("'{}' {wider}.", wider.field);
        ErrorReply::new(ErrorKind::Permission, message).with_param(wider.field).into()
    }
}

impl From<VaultError> for ApiError {
    fn from(error: VaultError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "a secret could not be sealed or opened: {error}");
        let kind = if error.may_pass() { ErrorKind::Unavailable } else { ErrorKind::Internal };
        ErrorReply::new(kind, sentence(&error)).into()
    }
}

impl From<AddedError> for ApiError {
    fn from(error: AddedError) -> Self {
        match error {
            AddedError::Sealed(error) => error.into(),
            AddedError::NoObject => ErrorReply::new(ErrorKind::Internal, sentence(&error)).into(),
            AddedError::NoCredential(_) => Self::invalid("litellm_params.litellm_credential_name", error),
            AddedError::Meaningless(_) => Self::invalid("litellm_params", error),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::from(&error)
    }
}

impl From<&StoreError> for ApiError {
    fn from(error: &StoreError) -> Self {
        let kind = match error {
            StoreError::Conflict
            | StoreError::InvalidText { .. }
            | StoreError::OutOfRange { .. }
            | StoreError::InvalidKeyHash => ErrorKind::InvalidRequest,
            StoreError::NotFound { .. } | StoreError::OutOfScope => ErrorKind::NotFound,
            StoreError::Unavailable { .. } | StoreError::WriterEnded => ErrorKind::Unavailable,
            _ => ErrorKind::Internal,
        };
        if matches!(kind, ErrorKind::Unavailable | ErrorKind::Internal) {
            tracing::error!(error = error as &dyn std::error::Error, "the store failed");
        }
        let reply = ErrorReply::new(kind, sentence(error));
        match error {
            StoreError::Conflict => reply.with_param("key").into(),
            _ => reply.into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Self { dialect, reply, id } = self;
        let is_management = id.is_none();
        let id = id.unwrap_or_default();
        let status = StatusCode::from_u16(dialect.error_status(&reply)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = dialect.write_error(&reply, &id);
        let body = if is_management { with_detail(body, &reply, status) } else { body };
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        set_ids(headers, dialect, &id);
        if let (Some(name), Some(word)) = (dialect.error_header(), dialect.error_word(&reply)) {
            headers.insert(name, HeaderValue::from_static(word));
        }
        if reply.kind == ErrorKind::Unavailable {
            headers.insert(http::header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// LiteLLM's management routes answer in two shapes, and clients read the one that they know: `error`, and `detail` beside it.
fn with_detail(body: Vec<u8>, reply: &ErrorReply, status: StatusCode) -> Vec<u8> {
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(&body) else { return body };
    let detail = if status == StatusCode::UNPROCESSABLE_ENTITY {
        let place = reply.param.as_deref().unwrap_or_default();
        json!([{"type": "value_error", "loc": ["body", place], "msg": reply.message}])
    } else {
        json!({"error": reply.message})
    };
    fields.insert("detail".to_owned(), detail);
    Value::Object(fields).to_string().into_bytes()
}

/// Says the request's id under every name that the dialect has for it.
pub(super) fn set_ids(headers: &mut HeaderMap, dialect: Dialect, id: &str) {
    if let Ok(id) = HeaderValue::try_from(id)
        && !id.is_empty()
    {
        for name in id_headers(dialect) {
            headers.insert(name, id.clone());
        }
    }
}

/// An error's own words as a sentence.
fn sentence(error: &dyn std::error::Error) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str() + ".")
}
