//! Who is told, where, and from which shares of a budget on.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use lettre::message::Mailbox;

use crate::secret::Secret;

/// Of alerts, as the configuration means them.
#[derive(Clone, Debug)]
pub struct AlertSettings {
    /// Shares of a cap, in thousandths and below the whole, from where on somebody is told.
    pub shares: Vec<u16>,
    /// Incoming webhooks of Slack, or of what takes the same.
    pub slack: Vec<Hook>,
    /// Where events go as JSON.
    pub webhook: Option<Hook>,
    pub mail: Option<Mail>,
}

/// Eight and nineteen twentieths.
const SHARES: [u16; 2] = [800, 950];

impl Default for AlertSettings {
    /// Nobody is told.
    fn default() -> Self {
        Self { shares: SHARES.to_vec(), slack: Vec::new(), webhook: None, mail: None }
    }
}

impl AlertSettings {
    /// Whether anybody can be told.
    pub fn is_on(&self) -> bool {
        !self.slack.is_empty() || self.webhook.is_some() || self.mail.is_some()
    }
}

/// An address that takes a POST. Whoever knows it can write there, so it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Hook(Uri);

/// A text that is no address of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAddress {
    #[error("expected a URL that begins with https:// or http://")]
    Hook,
    #[error("expected an e-mail address, such as ops@example.com")]
    Mail,
}

impl Hook {
    pub fn parse(url: &str) -> Result<Self, NoAddress> {
        let uri = Uri::from_str(url.trim()).map_err(|_| NoAddress::Hook)?;
        let is_http = matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some();
        if is_http { Ok(Self(uri)) } else { Err(NoAddress::Hook) }
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.0
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A server that takes e-mail, and what is written on it.
#[derive(Clone, Debug)]
pub struct Mail {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// As whom, if it wants to know.
    pub login: Option<(String, Secret)>,
    pub sender: Address,
    /// Who is told of every budget.
    pub operators: Vec<Address>,
}

/// How a connection to it is kept private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// It begins plain, and nothing is said before it is TLS.
    StartTls,
    /// It is TLS from the beginning.
    Tls,
    Plain,
}

/// Of an e-mail, with a name or without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(Mailbox);

impl Address {
    pub fn parse(text: &str) -> Result<Self, NoAddress> {
        text.trim().parse().map(Self).map_err(|_| NoAddress::Mail)
    }

    /// Without the name.
    pub fn bare(&self) -> String {
        self.0.email.to_string()
    }

    pub(super) fn mailbox(&self) -> Mailbox {
        self.0.clone()
    }

    pub(super) fn domain(&self) -> &str {
        self.0.email.domain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_what_they_should_be_and_hooks_do_not_print() {
        for (text, is_one) in [
            ("https://hooks.slack.com/services/T0/B0/secret", true),
            ("http://127.0.0.1:9/x", true),
            ("ftp://a/b", false),
            ("hooks.slack.com/x", false),
            ("", false),
        ] {
            assert_eq!(Hook::parse(text).is_ok(), is_one, "{text}");
        }
        let hook = Hook::parse("https://hooks.slack.com/services/T0/B0/secret").unwrap();
        assert!(!format!("{hook:?}").contains("secret"));
        for (text, bare) in [
            ("ops@example.com", Some("ops@example.com")),
            (" Ops <ops@example.com>", Some("ops@example.com")),
            ("ops", None),
            ("a@b.c\r\nBcc: d@e.f", None),
        ] {
            assert_eq!(Address::parse(text).ok().map(|address| address.bare()).as_deref(), bare, "{text}");
        }
    }
}
