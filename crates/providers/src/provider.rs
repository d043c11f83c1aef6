//! What is known of a provider: the same for one that is a row and one that is code.

use std::time::Duration;

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use wire::chat::{Reply, Request};
use wire::dialect::CeilingField;
use wire::{Dialect, embeddings, gemini};

/// What is not left as it is in a path's segment (RFC 3986, section 2.3).
const NOT_UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The same in a name of several segments.
const NOT_RESERVED_OR_SLASH: &AsciiSet = &NOT_UNRESERVED.remove(b'/');

/// The ends of OpenAI's endpoints.
const CHAT: &str = "/chat/completions";
const EMBEDDINGS: &str = "/embeddings";
const COMPLETIONS: &str = "/completions";
const RESPONSES: &str = "/responses";

/// The versions of Gemini's API.
const VERSIONS: &[&str] = &["/v1", "/v1alpha", "/v1beta"];

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
    /// The ceiling of a text completion that says none, in tokens, where its servers have one. `None`: they may go on to the end of
    /// the window.
    pub completion_ceiling: Option<u64>,
    /// It takes what of OpenAI's dialects only OpenAI itself is known to take.
    pub extras: bool,
    pub on_disconnect: OnDisconnect,
}

/// How calls reach it.
#[derive(Clone, Debug)]
pub enum Transport {
    /// It speaks these, the first where the client speaks none of them.
    Http(Vec<Dialect>),
    /// Answered in this process; it speaks no dialect, so it speaks all of them.
    Local { answer: fn(&Request) -> Reply, embed: fn(&embeddings::Request) -> embeddings::Reply },
}

/// What is asked of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A whole answer.
    Reply,
    /// An answer as it is made.
    Stream,
    /// How many tokens the request is.
    CountTokens,
    /// Vectors of texts; `single` where one alone is asked for (Gemini).
    Embed { single: bool },
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
    /// The dialects that it speaks on the wire, the usual one first; none for one that answers here.
    pub fn dialects(&self) -> &[Dialect] {
        match &self.transport {
            Transport::Http(dialects) => dialects,
            Transport::Local { .. } => &[],
        }
    }

    /// Whether it answers in this process.
    pub fn is_local(&self) -> bool {
        matches!(self.transport, Transport::Local { .. })
    }

    /// The URL of its endpoint for conversations in `dialect`, up to what is different from call to call. `base` is the
    /// deployment's own base URL, which may name an endpoint already.
    pub fn chat_url(&self, dialect: Dialect, base: Option<&str>) -> Option<String> {
        let base = base.or(self.base_url.as_deref())?.trim_end_matches('/');
        let (versioned, endpoint) = match dialect {
            Dialect::OpenAiChat => ("", CHAT),
            Dialect::OpenAiCompletions => ("", COMPLETIONS),
            Dialect::OpenAiResponses => ("", RESPONSES),
            Dialect::Anthropic => ("/v1", "/messages"),
            // what follows names the model: `call_url`
            Dialect::Bedrock | Dialect::BedrockInvoke => return Some(base.to_owned()),
            // likewise, behind a version
            Dialect::Gemini if VERSIONS.iter().any(|version| base.ends_with(version)) => return Some(base.to_owned()),
            Dialect::Gemini => return Some(format!("{base}/v1beta")),
            Dialect::Cohere | Dialect::CohereV1 => ("/v2", "/chat"),
        };
        // one address may stand for all of OpenAI's; the first of them ends as the last does
        let said = [CHAT, RESPONSES, COMPLETIONS].into_iter().find(|said| versioned.is_empty() && base.ends_with(said));
        let base = said.filter(|said| *said != endpoint).and_then(|said| base.strip_suffix(said)).unwrap_or(base);
        // configurations from before its second version name the first
        let first = ["/v1/chat", "/v1"].into_iter().filter(|_| versioned == "/v2");
        let base = first.into_iter().find_map(|first| base.strip_suffix(first)).unwrap_or(base);
        Some(if base.ends_with(endpoint) {
            base.to_owned()
        } else if base.ends_with(versioned) {
            format!("{base}{endpoint}")
        } else {
            format!("{base}{versioned}{endpoint}")
        })
    }

    /// The URL of one call. `url` is what `chat_url` made for the deployment. `None` where the model's name can be no part of it,
    /// or the dialect has no such operation.
    pub fn call_url(dialect: Dialect, url: &Uri, model: &str, operation: Operation) -> Option<Uri> {
        match (dialect, operation) {
            (Dialect::Gemini, operation) => of_gemini(url, model, operation),
            (Dialect::OpenAiChat, Operation::Embed { .. }) => beside(url, CHAT, EMBEDDINGS),
            (_, Operation::Embed { .. }) => None,
            (Dialect::Bedrock | Dialect::BedrockInvoke, Operation::CountTokens) => {
                of_bedrock(url, model, "count-tokens")
            }
            (Dialect::Bedrock, Operation::Reply) => of_bedrock(url, model, "converse"),
            (Dialect::Bedrock, Operation::Stream) => of_bedrock(url, model, "converse-stream"),
            (Dialect::BedrockInvoke, Operation::Reply) => of_bedrock(url, model, "invoke"),
            (Dialect::BedrockInvoke, Operation::Stream) => of_bedrock(url, model, "invoke-with-response-stream"),
            (Dialect::OpenAiResponses, Operation::CountTokens) => below(url, "/input_tokens"),
            (Dialect::Anthropic, Operation::CountTokens) => below(url, "/count_tokens"),
            (_, Operation::CountTokens) => None,
            (_, Operation::Reply | Operation::Stream) => Some(url.clone()),
        }
    }
}

fn of_gemini(url: &Uri, model: &str, operation: Operation) -> Option<Uri> {
    let name = gemini::resource(model);
    if name.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return None;
    }
    let operation = match operation {
        Operation::Reply => ":generateContent",
        Operation::Stream => ":streamGenerateContent?alt=sse",
        Operation::CountTokens => ":countTokens",
        Operation::Embed { single: true } => ":embedContent",
        Operation::Embed { single: false } => ":batchEmbedContents",
    };
    below(url, &format!("/{}{operation}", utf8_percent_encode(&name, NOT_RESERVED_OR_SLASH)))
}

fn of_bedrock(url: &Uri, model: &str, operation: &str) -> Option<Uri> {
    // servers take these two for ways, encoded or not
    if matches!(model, "." | "..") {
        return None;
    }
    let base = url.to_string();
    let model = utf8_percent_encode(model, NOT_UNRESERVED);
    format!("{}/model/{model}/{operation}", base.trim_end_matches('/')).parse().ok()
}

/// `url` with the endpoint `other` in the place of `endpoint`, which its path ends with.
fn beside(url: &Uri, endpoint: &str, other: &str) -> Option<Uri> {
    let url = url.to_string();
    let (path, query) = url.split_at(url.find('?').unwrap_or(url.len()));
    format!("{}{other}{query}", path.strip_suffix(endpoint)?).parse().ok()
}

/// `url` with `end` behind its path.
fn below(url: &Uri, end: &str) -> Option<Uri> {
    let url = url.to_string();
    let (path, query) = url.split_at(url.find('?').unwrap_or(url.len()));
    // both may bring a query
    let query = if end.contains('?') { query.replacen('?', "&", 1) } else { query.to_owned() };
    format!("{}{end}{query}", path.trim_end_matches('/')).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Registry;

    #[test]
    fn a_model_in_the_path_is_encoded_as_the_sdks_do() {
        use Operation::{CountTokens, Reply, Stream};
        for (base, model, operation, expected) in [
            ("https://h", "anthropic.claude-v2:1", Reply, "https://h/model/anthropic.claude-v2%3A1/converse"),
            ("https://h/", "my/model", Stream, "https://h/model/my%2Fmodel/converse-stream"),
            ("https://h/", "m", CountTokens, "https://h/model/m/count-tokens"),
            (
                "http://h:1/prefix",
                "arn:aws:bedrock:us-east-1:1:inference-profile/us.x",
                Reply,
                "http://h:1/prefix/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.x/converse",
            ),
        ] {
            let url = Provider::call_url(Dialect::Bedrock, &base.parse().unwrap(), model, operation).unwrap();
            assert_eq!(url.to_string(), expected);
        }
        for (operation, expected) in [
            (Reply, "https://h/model/m/invoke"),
            (Stream, "https://h/model/m/invoke-with-response-stream"),
            (CountTokens, "https://h/model/m/count-tokens"),
        ] {
            let url = Provider::call_url(Dialect::BedrockInvoke, &"https://h".parse().unwrap(), "m", operation);
            assert_eq!(url.map(|url| url.to_string()).as_deref(), Some(expected));
        }
        for way in [".", ".."] {
            assert_eq!(Provider::call_url(Dialect::Bedrock, &"https://h".parse().unwrap(), way, Reply), None);
        }
    }

    #[test]
    fn gemini_s_operations_stand_behind_the_model() {
        use Operation::{CountTokens, Reply, Stream};
        for (base, model, operation, expected) in [
            ("https://h/v1beta", "gemini-3", Reply, Some("https://h/v1beta/models/gemini-3:generateContent")),
            ("https://h/v1beta", "g", Stream, Some("https://h/v1beta/models/g:streamGenerateContent?alt=sse")),
            ("https://h/v1?a=b", "g", Stream, Some("https://h/v1/models/g:streamGenerateContent?alt=sse&a=b")),
            ("https://h/v1", "tunedModels/x y", CountTokens, Some("https://h/v1/tunedModels/x%20y:countTokens")),
            ("https://h/v1", "a/../b", Reply, None),
            ("https://h/v1", "", Reply, None),
        ] {
            let url = Provider::call_url(Dialect::Gemini, &base.parse().unwrap(), model, operation);
            assert_eq!(url.map(|url| url.to_string()).as_deref(), expected, "{model}");
        }
    }

    #[test]
    fn tokens_are_counted_below_the_endpoint() {
        for (dialect, url, expected) in [
            (Dialect::Anthropic, "http://h/v1/messages", Some("http://h/v1/messages/count_tokens")),
            (Dialect::OpenAiResponses, "http://h/v1/responses?a=b", Some("http://h/v1/responses/input_tokens?a=b")),
            (Dialect::OpenAiChat, "http://h/v1/chat/completions", None),
        ] {
            let counter = Provider::call_url(dialect, &url.parse().unwrap(), "m", Operation::CountTokens);
            assert_eq!(counter.map(|url| url.to_string()).as_deref(), expected);
            let call = Provider::call_url(dialect, &url.parse().unwrap(), "m", Operation::Stream);
            assert_eq!(call.map(|call| call.to_string()).as_deref(), Some(url));
        }
    }

    #[test]
    fn a_base_url_may_stop_anywhere_before_the_endpoint() {
        let registry = Registry::builtin().unwrap();
        let chat_url = |provider: &str, dialect: Option<Dialect>, base: Option<&str>| {
            let provider = registry.get(provider).unwrap();
            provider.chat_url(dialect.unwrap_or(provider.dialects()[0]), base)
        };
        for (provider, base, url) in [
            ("openai", Some("http://h:1/v1/responses"), "http://h:1/v1/chat/completions"),
            ("openai", None, "https://api.openai.com/v1/chat/completions"),
            ("openai", Some("http://h:1/v1/"), "http://h:1/v1/chat/completions"),
            ("openai", Some("http://h:1/v1/chat/completions"), "http://h:1/v1/chat/completions"),
            ("anthropic", None, "https://api.anthropic.com/v1/messages"),
            ("anthropic", Some("http://h:1"), "http://h:1/v1/messages"),
            ("anthropic", Some("http://h:1/v1"), "http://h:1/v1/messages"),
            ("anthropic", Some("http://h:1/v1/messages"), "http://h:1/v1/messages"),
            ("cohere", None, "https://api.cohere.com/v2/chat"),
            ("cohere", Some("http://h:1/v2"), "http://h:1/v2/chat"),
            ("cohere", Some("http://h:1/v1/chat"), "http://h:1/v2/chat"),
            ("cohere", Some("http://h:1/v1"), "http://h:1/v2/chat"),
            ("gemini", None, "https://generativelanguage.googleapis.com/v1beta"),
            ("gemini", Some("http://h:1/"), "http://h:1/v1beta"),
            ("gemini", Some("http://h:1/v1"), "http://h:1/v1"),
        ] {
            assert_eq!(chat_url(provider, None, base).as_deref(), Some(url), "{provider} {base:?}");
        }
        assert_eq!(chat_url("custom_openai", None, None), None);
        for base in
            ["http://h:1/v1", "http://h:1/v1/responses", "http://h:1/v1/chat/completions/", "http://h:1/v1/completions"]
        {
            for (dialect, end) in [
                (Dialect::OpenAiResponses, "responses"),
                (Dialect::OpenAiCompletions, "completions"),
                (Dialect::OpenAiChat, "chat/completions"),
            ] {
                let url = chat_url("openai", Some(dialect), Some(base));
                assert_eq!(url, Some(format!("http://h:1/v1/{end}")), "{base}");
            }
        }
    }
}
