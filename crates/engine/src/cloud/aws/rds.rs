//! Passwords for databases of RDS and Aurora that let IAM decide who comes in: a URL, presigned and without its scheme.
//!
//! The form is AWS's ("Connecting to your DB instance using IAM authentication"); what botocore's `generate_db_auth_token`
//! makes is the oracle: `rds_vectors.json`.

use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SignatureLocation, SigningParams, SigningSettings, sign as sigv4,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::error::SignError;
use crate::secret::Secret;

/// How long AWS lets a password be: it is asked for when a connection is made, and not again.
const GOOD_FOR: Duration = Duration::from_mins(15);
const SERVICE: &str = "rds-db";
/// What stands as it is in a query (RFC 3986).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Whose password it is, and where: the server checks host and port as they are signed, so they are RDS's own names, not
/// those of a tunnel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    pub host: String,
    pub port: u16,
    pub user: String,
}

pub(super) fn password(
    database: &Database,
    identity: &Identity,
    region: &str,
    now: SystemTime,
) -> Result<Secret, SignError> {
    let Database { host, port, user } = database;
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(GOOD_FOR);
    let params = v4::SigningParams::builder()
        .identity(identity)
        .region(region)
        .name(SERVICE)
        .time(now)
        .settings(settings)
        .build()
        .map_err(|_| SignError::Request("something of its scope is missing"))?;
    // as botocore does: the server signs the name in small letters
    let host = host.to_ascii_lowercase();
    let address = format!("{host}:{port}/?Action=connect&DBUser={}", encoded(user));
    let url = format!("https://{address}");
    let is_host = |url: &Uri| !host.is_empty() && url.host() == Some(host.as_str());
    let unfit = SignError::Request("the database's host is not the name of a host");
    url.parse().ok().filter(is_host).ok_or(unfit)?;
    let request = SignableRequest::new("GET", url, std::iter::empty(), SignableBody::Bytes(&[]))
        .map_err(|_| SignError::Request("the database's host cannot be read"))?;
    let (made, _signature) = sigv4(request, &SigningParams::V4(params))
        .map_err(|_| SignError::Request("the database's host or the credentials cannot be written in a signature"))?
        .into_parts();
    let signed = made.into_parts().1.into_iter().fold(address, |mut address, (name, value)| {
        for part in ["&", name, "=", &encoded(&value)] {
            address.push_str(part);
        }
        address
    });
    Ok(Secret::new(signed))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}
