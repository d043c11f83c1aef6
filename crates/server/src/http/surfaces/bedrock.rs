//! Amazon Bedrock Runtime: `/model/{id}/converse`, `/converse-stream`, `/invoke`,
//! `/invoke-with-response-stream` and `/count-tokens`, at the root and under `/bedrock`.

use axum::extract::{Request, State};
use axum::response::Response;
use engine::call::Task;
use engine::secret::Secret;
use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;
use wire::envelope::Address;
use wire::{Dialect, ErrorKind, ErrorReply};

use super::Route;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::{extract, no_route};

/// How the header of a signed request begins (AWS Signature Version 4).
const SIGNATURE: &str = "AWS4-HMAC-SHA256";

pub(in crate::http) async fn invoke_operation(State(app): State<App>, request: Request) -> Result<Response, ApiError> {
    let Some(route) = operation(request.uri().path()) else { return Err(no_route(&app, &request)) };
    super::serve(app, request, route).await
}

/// The operation that a path names. Ids of models may hold slashes, which not every client encodes (ARNs).
fn operation(path: &str) -> Option<Route> {
    let (_, named) = path.split_once("/model/")?;
    let (id, operation) = named.rsplit_once('/')?;
    let (dialect, call_type, stream, task) = match operation {
        "converse" => (Dialect::Bedrock, "converse", false, Task::Answer),
        "converse-stream" => (Dialect::Bedrock, "converse_stream", true, Task::Answer),
        "invoke" => (Dialect::BedrockInvoke, "invoke_model", false, Task::Answer),
        "invoke-with-response-stream" => (Dialect::BedrockInvoke, "invoke_model_stream", true, Task::Answer),
        "count-tokens" => (Dialect::Bedrock, "count_tokens", false, Task::Count),
        _ => return None,
    };
    let model = percent_decode_str(id).decode_utf8().ok()?.into_owned();
    (!model.is_empty()).then_some(Route { dialect, call_type, address: Some(Address { model, stream }), task })
}

/// The credential of a request: a key as everywhere, or, where that is switched on, the access key id of a signature.
pub(super) fn credential(app: &App, headers: &HeaderMap) -> Result<Option<Secret>, ErrorReply> {
    let signed = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix(SIGNATURE));
    let Some(signed) = signed else { return Ok(extract::credential(headers)) };
    if !app.accepts_unverified_sigv4() {
        let message = "This gateway does not verify AWS signatures: send the key as a bearer token \
                       (AWS_BEARER_TOKEN_BEDROCK), or have an administrator set turnpike.accept_unverified_sigv4.";
        return Err(ErrorReply::new(ErrorKind::Authentication, message));
    }
    Ok(access_key_id(signed).map(Secret::new))
}

/// The first part of `Credential=<access key id>/<date>/<region>/<service>/aws4_request`.
fn access_key_id(signed: &str) -> Option<&str> {
    let credential = signed.split([',', ' ']).find_map(|part| part.strip_prefix("Credential="))?;
    // the other parts hold no slash, a key may
    let id = credential.rsplitn(5, '/').nth(4)?;
    (!id.is_empty()).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_found_however_it_is_encoded() {
        let arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123";
        for (path, model, stream) in [
            ("/model/claude/converse", "claude", false),
            ("/bedrock/model/claude/converse-stream", "claude", true),
            ("/model/anthropic.claude-v2%3A1/converse", "anthropic.claude-v2:1", false),
            ("/model/anthropic.claude-v2:1/converse", "anthropic.claude-v2:1", false),
            (
                "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc123/converse",
                arn,
                false,
            ),
            ("/model/arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123/converse", arn, false),
            ("/model/a/model/b/converse", "a/model/b", false),
            ("/model/a%252Fb/converse", "a%2Fb", false),
        ] {
            let address = operation(path).and_then(|route| route.address);
            assert_eq!(address, Some(Address { model: model.to_owned(), stream }), "{path}");
        }
        for path in ["/model/converse", "/model//converse", "/model/a/invoke-async", "/model/a", "/model/%ff/converse"]
        {
            assert!(operation(path).is_none(), "{path}");
        }
    }

    #[test]
    fn one_operation_only_counts() {
        let counts = |path: &str| operation(path).map(|route| route.task == Task::Count);
        assert_eq!(counts("/model/a/count-tokens"), Some(true));
        assert_eq!(counts("/model/count-tokens/converse"), Some(false));
    }

    #[test]
    fn the_access_key_id_is_what_stands_first() {
        for (signed, id) in [
            (" Credential=sk-a/20261122/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0", Some("sk-a")),
            (" SignedHeaders=host,Credential=sk-a/b/20261122/us-east-1/bedrock/aws4_request", Some("sk-a/b")),
            (" Credential=/20261122/us-east-1/bedrock/aws4_request", None),
            (" Credential=sk-a/us-east-1", None),
            ("", None),
        ] {
            assert_eq!(access_key_id(signed), id, "{signed}");
        }
    }
}
