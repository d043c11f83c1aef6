//! What is asked: the same request in every language, addressed to the upstream, the floor or the gateway.

use std::net::SocketAddr;

use crate::load::Expect;

/// How often the last events of a Responses stream say the text again (`testkit::canned`).
const SAID_AGAIN: usize = 4;

/// A language of clients and of providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    OpenAi,
    Responses,
    Anthropic,
    Bedrock,
    Gemini,
    Cohere,
}

impl Language {
    pub(crate) const ALL: [Self; 6] =
        [Self::OpenAi, Self::Responses, Self::Anthropic, Self::Bedrock, Self::Gemini, Self::Cohere];

    /// The short name in scenarios and of models.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Responses => "responses",
            Self::Anthropic => "anthropic",
            Self::Bedrock => "bedrock",
            Self::Gemini => "gemini",
            Self::Cohere => "cohere",
        }
    }

    /// What stands at the end of a stream.
    fn ends(self) -> &'static [&'static str] {
        match self {
            Self::OpenAi => &["data: [DONE]"],
            // the event that it stands in says the whole answer again before it
            Self::Responses => &["\"total_tokens\":320"],
            Self::Anthropic => &["event: message_stop"],
            Self::Bedrock => &["metadata"],
            Self::Gemini => &["\"finishReason\":\"STOP\"", "\"totalTokenCount\":320"],
            // the mark for readers of events comes behind a stream that broke off, too
            Self::Cohere => &["\"finish_reason\":\"COMPLETE\"", "data: [DONE]"],
        }
    }
}

/// How the upstream answers; a path before its own chooses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    AtOnce,
    Slow,
    Paced,
    Flood,
}

impl Pace {
    pub(crate) const ALL: [Self; 4] = [Self::AtOnce, Self::Slow, Self::Paced, Self::Flood];

    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::AtOnce => "",
            Self::Slow => "/slow",
            Self::Paced => "/paced",
            Self::Flood => "/flood",
        }
    }

    /// Pieces of text in a stream (`testkit::canned`).
    pub(crate) fn chunks(self) -> u32 {
        if self == Self::Paced { 20 } else { 100 }
    }
}

/// One question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ask {
    /// Whom the client speaks like.
    pub(crate) client: Language,
    /// Who answers.
    pub(crate) provider: Language,
    pub(crate) pace: Pace,
    pub(crate) stream: bool,
}

/// Who is asked, and with what key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Whom<'a> {
    /// The upstream itself, or a proxy that passes paths on.
    Upstream,
    Gateway {
        key: &'a str,
    },
}

impl Ask {
    /// The name of the gateway's model for it.
    pub(crate) fn model(self) -> String {
        model(self.provider, self.pace)
    }

    pub(crate) fn expect(self) -> Expect {
        // the last events of Responses repeat what was said
        let times = if self.client == Language::Responses { 1 + SAID_AGAIN } else { 1 };
        let marks = if self.stream { self.pace.chunks() as usize * times } else { 1 };
        let ends = if self.stream { self.client.ends() } else { &[] };
        Expect { status: 200, marks: Some(marks), ends: ends.iter().map(|end| (*end).to_owned()).collect() }
    }

    /// Head and body.
    pub(crate) fn request(self, address: SocketAddr, whom: Whom<'_>) -> String {
        let model = self.model();
        let own = match self.client {
            Language::OpenAi => "/v1/chat/completions".to_owned(),
            Language::Responses => "/v1/responses".to_owned(),
            Language::Anthropic => "/v1/messages".to_owned(),
            Language::Bedrock if self.stream => format!("/model/{model}/converse-stream"),
            Language::Bedrock => format!("/model/{model}/converse"),
            Language::Gemini if self.stream => format!("/v1beta/models/{model}:streamGenerateContent?alt=sse"),
            Language::Gemini => format!("/v1beta/models/{model}:generateContent"),
            Language::Cohere => "/v2/chat".to_owned(),
        };
        let (path, key) = match whom {
            Whom::Upstream => (format!("{}{own}", self.pace.prefix()), "sk-nobody-reads-this"),
            Whom::Gateway { key } if self.client == Language::Bedrock => (format!("/bedrock{own}"), key),
            Whom::Gateway { key } => (own, key),
        };
        let credential = match self.client {
            Language::Anthropic => format!("x-api-key: {key}\r\nanthropic-version: 2023-06-01\r\n"),
            Language::Gemini => format!("x-goog-api-key: {key}\r\n"),
            Language::OpenAi | Language::Responses | Language::Bedrock | Language::Cohere => {
                format!("authorization: Bearer {key}\r\n")
            }
        };
        http(address, &path, &credential, &self.body(&model))
    }

    /// About 1 KB.
    fn body(self, model: &str) -> String {
        let text = "What does a gateway cost, and how would one know? ".repeat(16);
        let stream = if self.stream { r#","stream":true"# } else { "" };
        match self.client {
            Language::OpenAi | Language::Cohere => format!(
                r#"{{"model":"{model}","messages":[{{"role":"system","content":"Be brief."}},{{"role":"user","content":"{text}"}}],"max_tokens":256{stream}}}"#
            ),
            Language::Responses => format!(
                r#"{{"model":"{model}","instructions":"Be brief.","input":[{{"role":"user","content":"{text}"}}],"max_output_tokens":256{stream}}}"#
            ),
            Language::Anthropic => format!(
                r#"{{"model":"{model}","max_tokens":256,"system":"Be brief.","messages":[{{"role":"user","content":"{text}"}}]{stream}}}"#
            ),
            Language::Bedrock => format!(
                r#"{{"system":[{{"text":"Be brief."}}],"messages":[{{"role":"user","content":[{{"text":"{text}"}}]}}],"inferenceConfig":{{"maxTokens":256}}}}"#
            ),
            Language::Gemini => format!(
                r#"{{"systemInstruction":{{"parts":[{{"text":"Be brief."}}]}},"contents":[{{"role":"user","parts":[{{"text":"{text}"}}]}}],"generationConfig":{{"maxOutputTokens":256}}}}"#
            ),
        }
    }
}

pub(crate) fn model(provider: Language, pace: Pace) -> String {
    let pace = match pace {
        Pace::AtOnce => "at-once",
        Pace::Slow => "slow",
        Pace::Paced => "paced",
        Pace::Flood => "flood",
    };
    format!("{}-{pace}", provider.name())
}

/// A POST. `headers` end with their line.
pub(crate) fn http(address: SocketAddr, path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\n{headers}user-agent: bench\r\naccept: */*\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_addressed_to_whom_it_is_for() {
        let address = SocketAddr::from(([127, 0, 0, 1], 80));
        let ask = |client, pace, stream| Ask { client, provider: client, pace, stream };
        let gateway = Whom::Gateway { key: "sk-k" };
        let table = [
            (ask(Language::OpenAi, Pace::Slow, false), Whom::Upstream, "POST /slow/v1/chat/completions "),
            (ask(Language::OpenAi, Pace::Slow, false), gateway, "POST /v1/chat/completions "),
            (ask(Language::Responses, Pace::AtOnce, true), gateway, "POST /v1/responses "),
            (ask(Language::Anthropic, Pace::AtOnce, true), gateway, "POST /v1/messages "),
            (
                ask(Language::Bedrock, Pace::AtOnce, true),
                gateway,
                "POST /bedrock/model/bedrock-at-once/converse-stream ",
            ),
            (
                ask(Language::Bedrock, Pace::Paced, true),
                Whom::Upstream,
                "POST /paced/model/bedrock-paced/converse-stream ",
            ),
            (
                ask(Language::Gemini, Pace::AtOnce, true),
                gateway,
                "POST /v1beta/models/gemini-at-once:streamGenerateContent?alt=sse ",
            ),
            (
                ask(Language::Gemini, Pace::Slow, false),
                Whom::Upstream,
                "POST /slow/v1beta/models/gemini-slow:generateContent ",
            ),
            (ask(Language::Cohere, Pace::AtOnce, true), gateway, "POST /v2/chat "),
        ];
        for (ask, whom, start) in table {
            let request = ask.request(address, whom);
            assert!(request.starts_with(start), "{request}");
            let (_, body) = request.split_once("\r\n\r\n").unwrap();
            serde_json::from_str::<serde_json::Value>(body).unwrap();
            assert!((800..1100).contains(&body.len()), "{}", body.len());
        }
    }
}
