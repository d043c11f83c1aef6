//! Passwords that botocore made.

use std::time::{Duration, UNIX_EPOCH};

use serde::Deserialize;

use super::super::{Base, Database, SignError, Source, Sources};
use super::{keys, settings};
use crate::cloud::aws::{AwsAuth, Settings};

#[derive(Deserialize)]
struct File {
    secret_access_key: String,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    host: String,
    port: u16,
    user: String,
    region: String,
    token: Option<String>,
    unix: u64,
    password: String,
}

fn auth(secret: &str, region: &str, token: Option<&str>) -> AwsAuth {
    let source = Source::Own(Base::Keys(keys(secret, token)));
    Sources::default().auth("rds-db", Settings { region: region.to_owned(), ..settings(source) })
}

#[tokio::test]
async fn passwords_are_those_of_botocore() {
    let file: File = serde_json::from_str(include_str!("../rds_vectors.json")).unwrap();
    assert!(file.vectors.len() >= 10);
    for vector in file.vectors {
        let auth = auth(&file.secret_access_key, &vector.region, vector.token.as_deref());
        let database = Database { host: vector.host, port: vector.port, user: vector.user };
        let now = UNIX_EPOCH + Duration::from_secs(vector.unix);
        let password = auth.database_password(&database, now).await.unwrap();
        assert_eq!(parts(password.reveal()), parts(&vector.password), "{}", vector.name);
    }
}

/// Whoever checks the signature puts the parts in an order of their own first, and the host in small letters.
fn parts(password: &str) -> (String, Vec<&str>) {
    let (address, query) = password.split_once('?').unwrap();
    let mut parts: Vec<_> = query.split('&').collect();
    parts.sort_unstable();
    (address.to_ascii_lowercase(), parts)
}

#[tokio::test]
async fn a_host_that_is_none_is_refused() {
    for host in ["", "a b", "ä", "a/b?c", "user@host", "a#b"] {
        let database = Database { host: host.to_owned(), port: 5432, user: "u".to_owned() };
        let refused = auth("secret", "us-east-1", None).database_password(&database, UNIX_EPOCH).await.unwrap_err();
        assert!(matches!(refused, SignError::Request(_)), "{host}: {refused}");
    }
}
