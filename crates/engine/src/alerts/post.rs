//! Events as JSON over HTTP: webhooks, and Slack's. A client of its own, that takes no redirects and keeps no connections.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::Full;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::time::timeout;

use super::settings::Hook;
use crate::upstream::Connector;

/// For all of it, from the name to the head of the answer.
pub(super) const WHOLE: Duration = Duration::from_secs(10);

#[derive(Clone, Debug)]
pub(super) struct Post {
    client: Client<Connector, Full<Bytes>>,
}

/// Why somebody was not told. Nothing in it says where: the address is a secret.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotPosted {
    #[error("the receiver answered with status {0}")]
    Refused(StatusCode),
    #[error("the receiver cannot be reached")]
    Unreachable(#[source] hyper_util::client::legacy::Error),
    #[error("the receiver did not answer within ten seconds")]
    Late,
    #[error("the request cannot be written")]
    Unwritable(#[source] http::Error),
}

impl Post {
    /// Trusts the system's certificate authorities. The error says what is wrong with them.
    pub(super) fn new() -> Result<Self, std::io::Error> {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())?
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let client =
            Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(Connector::new(https, WHOLE));
        Ok(Self { client })
    }

    pub(super) async fn send(&self, to: &Hook, body: &Value) -> Result<(), NotPosted> {
        let request = Request::post(to.uri().clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, "turnpike")
            .body(Full::from(body.to_string()))
            .map_err(NotPosted::Unwritable)?;
        let answer = timeout(WHOLE, self.client.request(request)).await.map_err(|_late| NotPosted::Late)?;
        let status = answer.map_err(NotPosted::Unreachable)?.status();
        if status.is_success() { Ok(()) } else { Err(NotPosted::Refused(status)) }
    }
}

/// What Slack is told: the sentence, in which no name is a mention or a link with another text.
pub(super) fn for_slack(message: &str) -> Value {
    let text = message.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    serde_json::json!({ "text": text, "mrkdwn": false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_speaks_to_slack() {
        let told = for_slack("the key \"<!channel> & <https://a.b|c>\" has");
        assert_eq!(told["text"], "the key \"&lt;!channel&gt; &amp; &lt;https://a.b|c&gt;\" has");
        assert_eq!(told["mrkdwn"], false);
    }
}
