//! Signatures that others made.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::Request;
use http::request::Parts;
use serde::Deserialize;

use super::super::{AwsAuth, Base, SignError, Source, Sources};
use super::{keys, settings};
use crate::cloud::aws::Settings;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// The time of AWS's examples: 2015-08-30 12:36.
const THEN: Duration = Duration::from_mins(24_015_636);

#[derive(Deserialize)]
struct File {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    method: String,
    url: String,
    region: String,
    service: String,
    token: Option<String>,
    headers: BTreeMap<String, String>,
    body: String,
    now: String,
    unix: u64,
    authorization: String,
}

fn auth(region: &str, service: &str, token: Option<&str>) -> AwsAuth {
    let source = Source::Own(Base::Keys(keys(SECRET, token)));
    Sources::default().auth(service, Settings { region: region.to_owned(), ..settings(source) })
}

fn parts(method: &str, url: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

fn header<'p>(parts: &'p Parts, name: &str) -> Option<&'p str> {
    parts.headers.get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn signs_as_botocore_does() {
    let file: File = serde_json::from_str(include_str!("../vectors.json")).unwrap();
    assert!(file.vectors.len() > 30);
    for vector in file.vectors {
        let headers: Vec<_> = vector.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut parts = parts(&vector.method, &vector.url, &headers);
        let now = UNIX_EPOCH + Duration::from_secs(vector.unix);
        let auth = auth(&vector.region, &vector.service, vector.token.as_deref());
        auth.sign(&mut parts, &Bytes::from(vector.body), now).await.unwrap();
        assert_eq!(header(&parts, "authorization"), Some(vector.authorization.as_str()), "{}", vector.name);
        assert_eq!(header(&parts, "x-amz-date"), Some(vector.now.as_str()), "{}", vector.name);
        assert_eq!(header(&parts, "x-amz-security-token"), vector.token.as_deref(), "{}", vector.name);
    }
}

/// Signatures of AWS's published test suite (aws-sig-v4-test-suite) and of the example in IAM's documentation.
#[tokio::test]
async fn signs_as_aws_publishes() {
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let form_utf8 = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
    let example = "https://example.amazonaws.com/";
    let (unreserved, ordered) = (
        format!("{example}-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
        format!("{example}?Param2=value2&Param1=value1"),
    );
    for (service, method, url, headers, body, signature) in [
        ("service", "GET", example, &[][..], "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("service", "POST", example, &[], "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        ("service", "GET", &unreserved, &[], "", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"),
        ("service", "GET", &ordered, &[], "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        (
            "service",
            "POST",
            example,
            &form,
            "Param1=value1",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
        (
            "iam",
            "GET",
            "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
            &form_utf8,
            "",
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        ),
    ] {
        let mut parts = parts(method, url, headers);
        auth("us-east-1", service, None).sign(&mut parts, &Bytes::from(body), UNIX_EPOCH + THEN).await.unwrap();
        let said = header(&parts, "authorization").unwrap();
        assert!(said.ends_with(&format!("Signature={signature}")), "{method} {url}\n{said}");
    }
}

const URL: &str = "https://h.example/model/m%3A0/converse";

async fn signed(headers: &[(&str, &str)]) -> Parts {
    let mut parts = parts("POST", URL, headers);
    auth("us-east-1", "bedrock", None).sign(&mut parts, &Bytes::from("{}"), UNIX_EPOCH + THEN).await.unwrap();
    parts
}

/// A proxy may add, change or drop these; an earlier attempt or a client has no say in what is signed.
#[tokio::test]
async fn other_headers_do_not_change_the_signature() {
    let plain = signed(&[("content-type", "application/json")]).await;
    let more = signed(&[
        ("content-type", "application/json"),
        ("accept", "*/*"),
        ("user-agent", "turnpike"),
        ("x-amzn-trace-id", "Root=1"),
        ("x-turnpike-attempt", "a-1"),
        ("authorization", "Bearer of-the-client"),
        ("x-amz-date", "20010101T000000Z"),
        ("x-amz-security-token", "of-the-client"),
    ])
    .await;
    assert_eq!(header(&plain, "authorization"), header(&more, "authorization"));
    assert_eq!(more.headers.get_all("x-amz-date").iter().count(), 1);
    assert!(header(&more, "x-amz-security-token").is_none());
    assert!(more.headers["authorization"].is_sensitive());
    let host = signed(&[("content-type", "application/json"), ("host", "other.example")]).await;
    assert_ne!(header(&plain, "authorization"), header(&host, "authorization"), "what is sent as host is signed");
}

#[tokio::test]
async fn signing_again_signs_anew() {
    let auth = auth("us-east-1", "bedrock", Some("token"));
    let mut twice = parts("POST", URL, &[]);
    for _attempt in 0..2 {
        auth.sign(&mut twice, &Bytes::new(), UNIX_EPOCH + THEN).await.unwrap();
    }
    let mut once = parts("POST", URL, &[]);
    auth.sign(&mut once, &Bytes::new(), UNIX_EPOCH + THEN).await.unwrap();
    assert_eq!(once.headers, twice.headers);
    assert!(once.headers["x-amz-security-token"].is_sensitive());
}

#[tokio::test]
async fn the_host_is_what_the_client_sends() {
    for (url, sent) in [
        ("https://h.example:443/m", "https://h.example/m"),
        ("http://h.example:80/m?a=b", "http://h.example/m?a=b"),
        ("http://[::1]:80/m", "http://[::1]/m"),
        ("https://h.example:80/m", "https://h.example:80/m"),
        ("https://h.example:8443/m", "https://h.example:8443/m"),
    ] {
        let mut parts = parts("POST", url, &[]);
        auth("us-east-1", "bedrock", None).sign(&mut parts, &Bytes::new(), UNIX_EPOCH + THEN).await.unwrap();
        assert_eq!(parts.uri.to_string(), sent);
    }
}

#[tokio::test]
async fn what_cannot_be_signed_is_an_error() {
    let auth = auth("us-east-1", "bedrock", Some("two\nlines"));
    for (url, headers) in [("/relative", &[][..]), (URL, &[("content-type", "gr\u{fc}n")]), (URL, &[])] {
        let mut parts = parts("POST", url, headers);
        let refused = auth.sign(&mut parts, &Bytes::new(), UNIX_EPOCH + THEN).await.unwrap_err();
        assert!(matches!(refused, SignError::Request(_)), "{url} {refused}");
        assert!(!parts.headers.contains_key("authorization"));
    }
}
