//! What is looked at when a head is parsed, the same for HTTP/1 and HTTP/2.

use http::header::{CONNECTION, HOST};
use http::{HeaderMap, Request};

use super::{LONGEST_TARGET, MOST_HEADERS, Refusal};
use crate::http::extract::CREDENTIAL_HEADERS;

/// Refuses heads that are too large or that say two things at once.
pub(crate) fn check<B>(request: &Request<B>) -> Result<(), Refusal> {
    let headers = request.headers();
    if headers.len() > MOST_HEADERS {
        return Err(Refusal::TooManyHeaders);
    }
    if request.uri().path_and_query().is_some_and(|target| target.as_str().len() > LONGEST_TARGET) {
        return Err(Refusal::TargetTooLong);
    }
    // nearly all requests have as many names as headers, and nothing to look for
    if headers.len() != headers.keys_len() {
        if CREDENTIAL_HEADERS.iter().any(|name| stands_twice(headers, name)) {
            return Err(Refusal::ManyCredentials);
        }
        if stands_twice(headers, HOST.as_str()) {
            return Err(Refusal::ManyHosts);
        }
    }
    if let (Some(authority), Some(host)) = (request.uri().authority(), headers.get(HOST))
        && !host.as_bytes().eq_ignore_ascii_case(authority.as_str().as_bytes())
    {
        return Err(Refusal::ForeignAuthority);
    }
    if headers.get_all(CONNECTION).iter().any(|value| names_credential(value.as_bytes())) {
        return Err(Refusal::HopByHopCredential);
    }
    Ok(())
}

fn stands_twice(headers: &HeaderMap, name: &str) -> bool {
    headers.get_all(name).iter().nth(1).is_some()
}

fn names_credential(connection: &[u8]) -> bool {
    let mut named = connection.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    named.any(|name| CREDENTIAL_HEADERS.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_can_be_read_in_two_ways() {
        for (target, headers, expected) in [
            ("/", &[("host", "a"), ("accept", "x"), ("accept", "y")][..], Ok(())),
            ("http://a/", &[("host", "A")], Ok(())),
            ("http://a/", &[], Ok(())),
            ("http://b/", &[("host", "a")], Err(Refusal::ForeignAuthority)),
            ("http://a:81/", &[("host", "a:80")], Err(Refusal::ForeignAuthority)),
            ("http://me@a/", &[("host", "a")], Err(Refusal::ForeignAuthority)),
            ("/", &[("host", "a"), ("host", "a")], Err(Refusal::ManyHosts)),
            ("/", &[("authorization", "a"), ("authorization", "a")], Err(Refusal::ManyCredentials)),
            ("/", &[("x-api-key", "a"), ("x-api-key", "b")], Err(Refusal::ManyCredentials)),
            ("/", &[("api-key", "a"), ("api-key", "b")], Err(Refusal::ManyCredentials)),
            ("/", &[("x-litellm-api-key", "a"), ("x-litellm-api-key", "b")], Err(Refusal::ManyCredentials)),
            ("/", &[("x-goog-api-key", "a"), ("x-goog-api-key", "b")], Err(Refusal::ManyCredentials)),
            ("/", &[("authorization", "a"), ("x-api-key", "b")], Ok(())),
            ("/", &[("connection", "keep-alive, upgrade")], Ok(())),
            ("/", &[("connection", "close , X-Api-Key")], Err(Refusal::HopByHopCredential)),
            ("/", &[("connection", "close"), ("connection", "authorization")], Err(Refusal::HopByHopCredential)),
        ] {
            let mut request = Request::get(target);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            assert_eq!(check(&request.body(()).unwrap()), expected, "{target} {headers:?}");
        }
    }

    #[test]
    fn counts_what_is_large() {
        for (headers, target, expected) in [
            (MOST_HEADERS, LONGEST_TARGET, Ok(())),
            (MOST_HEADERS + 1, 1, Err(Refusal::TooManyHeaders)),
            (1, LONGEST_TARGET + 1, Err(Refusal::TargetTooLong)),
        ] {
            let mut request = Request::get(format!("/{}", "a".repeat(target - 1)));
            for number in 0..headers {
                request = request.header(format!("x-{number}"), "v");
            }
            assert_eq!(check(&request.body(()).unwrap()), expected, "{headers} {target}");
        }
    }
}
