//! What is known of a provider: the same for one that is a row and one that is code.

use std::time::Duration;

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use wire::Dialect;
use wire::chat::{Reply, Request};
use wire::dialect::CeilingField;

/// What is not left as it is in a path's segment (RFC 3986, section 2.3).
const NOT_UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A provider's descriptor. Configuration, routing, console and documentation read it; nothing else knows providers.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The first half of `provider/model`.
    pub id: String,
    pub aliases: Vec<String>,
    pub title: String,
    pub transport: Transport,
    /// Where it is when the deployment does not say; some providers are wherever the user runs them. `{region}` stands for
    /// the deployment's region.
    pub base_url: Option<String>,
    /// Environment variables that hold its key, the usual one first.
    pub key_env: Vec<String>,
    /// Environment variables that hold another base URL.
    pub base_env: Vec<String>,
    pub auth: Auth,
    /// Headers that every request carries. The client's own comes before them where `forward_headers` names it, and the
    /// deployment's own before both.
    pub headers: Vec<(String, String)>,
    /// Headers of the client that mean something to this provider and go on when both speak the same dialect.
    pub forward_headers: Vec<String>,
    /// Query parameters likewise.
    pub forward_query: Vec<String>,
    pub ceiling: CeilingField,
    pub on_disconnect: OnDisconnect,
}

/// How calls reach it.
#[derive(Clone, Copy, Debug)]
pub enum Transport {
    Http(Dialect),
    /// Answered in this process; it speaks no dialect, so it speaks all of them.
    Local(fn(&Request) -> Reply),
}

/// How a key is presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    None,
    /// `Authorization: Bearer`.
    Bearer,
    /// The key alone in a header of this name.
    Header(String),
    /// A key as `Authorization: Bearer`; without one, AWS Signature Version 4 for this service.
    Aws {
        service: String,
    },
}

/// What happens upstream when the client leaves in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDisconnect {
    /// Close the connection: the provider stops generating and billing.
    Cancel,
    /// Read to the end, for at most so long: the provider bills the whole answer anyway, and so its usage becomes known.
    Drain(Duration),
}

impl Provider {
    /// The dialect that it speaks on the wire; `None` for one that answers here.
    pub fn dialect(&self) -> Option<Dialect> {
        match self.transport {
            Transport::Http(dialect) => Some(dialect),
            Transport::Local(_) => None,
        }
    }

    /// The URL of its chat endpoint, up to what is different from call to call. `base` is the deployment's own base URL; one
    /// that names the endpoint already is kept.
    pub fn chat_url(&self, base: Option<&str>) -> Option<String> {
        let dialect = self.dialect()?;
        let base = base.or(self.base_url.as_deref())?.trim_end_matches('/');
        let (versioned, endpoint) = match dialect {
            Dialect::OpenAiChat => ("", "/chat/completions"),
            Dialect::Anthropic => ("/v1", "/messages"),
            // what follows names the model: `call_url`
            Dialect::Bedrock => return Some(base.to_owned()),
        };
        Some(if base.ends_with(endpoint) {
            base.to_owned()
        } else if base.ends_with(versioned) {
            format!("{base}{endpoint}")
        } else {
            format!("{base}{versioned}{endpoint}")
        })
    }

    /// The URL of one call. `url` is what `chat_url` made for the deployment. `None` where the model's name can be no part of it.
    pub fn call_url(&self, url: &Uri, model: &str, stream: bool) -> Option<Uri> {
        match self.dialect()? {
            Dialect::OpenAiChat | Dialect::Anthropic => Some(url.clone()),
            Dialect::Bedrock => {
                // servers take these two for ways, encoded or not
                if matches!(model, "." | "..") {
                    return None;
                }
                let operation = if stream { "converse-stream" } else { "converse" };
                let base = url.to_string();
                let model = utf8_percent_encode(model, NOT_UNRESERVED);
                format!("{}/model/{model}/{operation}", base.trim_end_matches('/')).parse().ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Registry;

    #[test]
    fn a_model_in_the_path_is_encoded_as_the_sdks_do() {
        let registry = Registry::builtin().unwrap();
        let bedrock = registry.get("bedrock").unwrap();
        for (base, model, stream, expected) in [
            ("https://h", "anthropic.claude-v2:1", false, "https://h/model/anthropic.claude-v2%3A1/converse"),
            ("https://h/", "my/model", true, "https://h/model/my%2Fmodel/converse-stream"),
            (
                "http://h:1/prefix",
                "arn:aws:bedrock:us-east-1:1:inference-profile/us.x",
                false,
                "http://h:1/prefix/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.x/converse",
            ),
        ] {
            let url = bedrock.call_url(&base.parse().unwrap(), model, stream).unwrap();
            assert_eq!(url.to_string(), expected);
        }
        for way in [".", ".."] {
            assert_eq!(bedrock.call_url(&"https://h".parse().unwrap(), way, false), None);
        }
    }

    #[test]
    fn a_base_url_may_stop_anywhere_before_the_endpoint() {
        let registry = Registry::builtin().unwrap();
        for (provider, base, url) in [
            ("openai", None, "https://api.openai.com/v1/chat/completions"),
            ("openai", Some("http://h:1/v1/"), "http://h:1/v1/chat/completions"),
            ("openai", Some("http://h:1/v1/chat/completions"), "http://h:1/v1/chat/completions"),
            ("anthropic", None, "https://api.anthropic.com/v1/messages"),
            ("anthropic", Some("http://h:1"), "http://h:1/v1/messages"),
            ("anthropic", Some("http://h:1/v1"), "http://h:1/v1/messages"),
            ("anthropic", Some("http://h:1/v1/messages"), "http://h:1/v1/messages"),
        ] {
            assert_eq!(registry.get(provider).unwrap().chat_url(base).as_deref(), Some(url), "{provider} {base:?}");
        }
        assert_eq!(registry.get("custom_openai").unwrap().chat_url(None), None);
    }
}
