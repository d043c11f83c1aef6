//! How many tokens a request is, asked of a provider that is not to answer it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::Dialect;
use crate::chat::Request;
use crate::envelope::Span;
use crate::json::{Invalid, Object, span_of};
use crate::{anthropic, gemini};

/// The fields of a request that the counter of OpenAI's Responses takes, in its SDK's type `InputTokenCountParams`.
const OPENAI_RESPONSES: &[&str] = &[
    "model",
    "input",
    "instructions",
    "parallel_tool_calls",
    "reasoning",
    "text",
    "tool_choice",
    "tools",
    "truncation",
];
/// Anthropic's, in its SDK's type `MessageCountTokensParams`.
const ANTHROPIC: &[&str] = &["model", "messages", "system", "tools", "tool_choice", "thinking", "output_config"];
/// Bedrock's, in the service model's `ConverseTokensRequest`.
const BEDROCK: &[&str] = &["messages", "system", "toolConfig", "additionalModelRequestFields"];

/// The request in a question for its tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counted {
    /// It stands there, in the dialect of the question.
    At(Span),
    /// It stood there in disguise, and is one of `BedrockInvoke`.
    Invoked(Vec<u8>),
}

/// What all of them answer but Gemini.
#[derive(Deserialize)]
struct Told {
    #[serde(alias = "inputTokens")]
    input_tokens: u64,
}

impl Dialect {
    /// Whether its providers count. OpenAI's older APIs have no such endpoint, Cohere's counts texts, not requests.
    pub fn can_count(self) -> bool {
        match self {
            Self::OpenAiResponses | Self::Anthropic | Self::Bedrock | Self::BedrockInvoke | Self::Gemini => true,
            Self::OpenAiChat | Self::OpenAiCompletions | Self::Cohere | Self::CohereV1 => false,
        }
    }

    /// The request whose tokens a client's question asks for, and the paths of what stands around it and is not read.
    pub fn counted(self, body: &[u8]) -> Result<(Counted, Vec<String>), Invalid> {
        match self {
            Self::Gemini => {
                return gemini::count::counted(body).map(|(span, unread)| (Counted::At(span), unread));
            }
            Self::Bedrock => {}
            Self::OpenAiChat
            | Self::OpenAiCompletions
            | Self::OpenAiResponses
            | Self::Anthropic
            | Self::BedrockInvoke
            | Self::Cohere
            | Self::CohereV1 => return Ok((Counted::At(0..body.len()), Vec::new())),
        }
        let text = std::str::from_utf8(body).map_err(|_| Invalid::new("body", "is not UTF-8 text"))?;
        let mut question = Object::parse(text, "")?;
        let mut input = question.take_object("input")?.ok_or_else(|| question.invalid("input", "is required"))?;
        if input.peek("invokeModel").is_some() && input.peek("converse").is_some() {
            return Err(input.invalid("invokeModel", "and converse are two requests: send one"));
        }
        let mut unread = Vec::new();
        let counted = if let Some(mut invoked) = input.take_object("invokeModel")? {
            let sealed = invoked.require_string("body")?;
            let body = STANDARD.decode(sealed).map_err(|_| invoked.invalid("body", "is not base64"))?;
            unread.extend(invoked.unread());
            Counted::Invoked(body)
        } else {
            let converse = input.take("converse").ok_or_else(|| input.invalid("converse", "is required"))?;
            Counted::At(span_of(text, converse))
        };
        unread.extend(input.unread().chain(question.unread()));
        Ok((counted, unread))
    }

    /// Reads a client's request whose tokens are asked for, as `read_request` does; what only a call needs may be missing.
    pub fn read_counted(self, body: &str) -> Result<Request, Invalid> {
        if self == Self::Anthropic { anthropic::request::read_counted(body) } else { self.read_request(body) }
    }

    /// What of a request that was written for a provider its counter takes: an unknown field would be refused there.
    pub fn countable(self, written: &str) -> Result<String, Invalid> {
        let fields = match self {
            Self::OpenAiChat | Self::OpenAiCompletions | Self::Cohere | Self::CohereV1 => &[],
            Self::BedrockInvoke => return Ok(written.to_owned()),
            Self::OpenAiResponses => OPENAI_RESPONSES,
            Self::Anthropic => ANTHROPIC,
            Self::Bedrock => BEDROCK,
            Self::Gemini => gemini::count::FIELDS,
        };
        let mut request = Object::parse(written, "")?;
        let kept = fields.iter().filter_map(|name| Some(format!("\"{name}\":{}", request.take(name)?.get())));
        Ok(format!("{{{}}}", kept.collect::<Vec<_>>().join(",")))
    }

    /// The body of the question to a provider, around the request. `model` is its name there.
    pub fn count_question(self, model: &str, request: &str) -> String {
        match self {
            Self::Bedrock => format!(r#"{{"input":{{"converse":{request}}}}}"#),
            Self::BedrockInvoke => {
                format!(r#"{{"input":{{"invokeModel":{{"body":"{}"}}}}}}"#, STANDARD.encode(request))
            }
            Self::Gemini => gemini::count::question(model, request),
            Self::OpenAiChat
            | Self::OpenAiCompletions
            | Self::OpenAiResponses
            | Self::Anthropic
            | Self::Cohere
            | Self::CohereV1 => request.to_owned(),
        }
    }

    /// Reads a provider's answer. `None` when it tells no tokens.
    pub fn read_count(self, body: &str) -> Option<u64> {
        if self == Self::Gemini {
            return gemini::count::read(body);
        }
        serde_json::from_str::<Told>(body).ok().map(|told| told.input_tokens)
    }

    /// Writes the answer for a client.
    pub fn write_count(self, tokens: u64) -> Vec<u8> {
        match self {
            Self::OpenAiChat | Self::OpenAiCompletions | Self::OpenAiResponses | Self::Cohere | Self::CohereV1 => {
                format!(r#"{{"object":"response.input_tokens","input_tokens":{tokens}}}"#)
            }
            Self::Anthropic => format!(r#"{{"input_tokens":{tokens}}}"#),
            Self::Bedrock | Self::BedrockInvoke => format!(r#"{{"inputTokens":{tokens}}}"#),
            Self::Gemini => gemini::count::write(tokens),
        }
        .into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_is_found_in_the_question() {
        let body = r#"{ "input" : {"converse": {"messages":[ 1.0 ]} } }"#;
        let (Counted::At(span), unread) = Dialect::Bedrock.counted(body.as_bytes()).unwrap() else {
            panic!("not there")
        };
        assert_eq!((body.get(span), unread), (Some(r#"{"messages":[ 1.0 ]}"#), vec![]));
        assert_eq!(Dialect::Anthropic.counted(b"{}").unwrap(), (Counted::At(0..2), vec![]));
        for (body, counted, unread) in [
            (r#"{"input":{"invokeModel":{"body":"e30="}}}"#, Counted::Invoked(b"{}".to_vec()), ""),
            (
                r#"{"x":1,"input":{"invokeModel":{"body":"e30=","y":2},"converse":null,"z":3}}"#,
                Counted::Invoked(b"{}".to_vec()),
                "input.invokeModel.y input.z x",
            ),
            (r#"{"input":{"converse":{"y":1},"z":3},"x":1}"#, Counted::At(21..28), "input.z x"),
        ] {
            let (told, named) = Dialect::Bedrock.counted(body.as_bytes()).unwrap();
            assert_eq!((told, named.join(" ").as_str()), (counted, unread), "{body}");
        }
        assert_eq!(Dialect::BedrockInvoke.count_question("m", "{}"), r#"{"input":{"invokeModel":{"body":"e30="}}}"#);
        for (body, path) in [
            ("{}", "input"),
            (r#"{"input":{}}"#, "input.converse"),
            (r#"{"input":{"invokeModel":{"body":"?"}}}"#, "input.invokeModel.body"),
            (r#"{"input":{"invokeModel":{}}}"#, "input.invokeModel.body"),
            (r#"{"input":{"invokeModel":{"body":"e30="},"converse":{}}}"#, "input.invokeModel"),
            (r#"{"input":[]}"#, "input"),
            ("[]", "body"),
        ] {
            assert_eq!(Dialect::Bedrock.counted(body.as_bytes()).unwrap_err().path, path, "{body}");
        }
    }

    #[test]
    fn a_ceiling_is_not_asked_for() {
        let body = r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#;
        let read = Dialect::Anthropic.read_counted(body).unwrap();
        assert_eq!((read.messages.len(), read.max_output_tokens), (1, None));
        assert_eq!(Dialect::Anthropic.read_request(body).unwrap_err().path, "max_tokens");
    }

    #[test]
    fn a_question_has_what_counters_take_and_an_answer_its_tokens() {
        let written =
            r#"{"model":"m","max_tokens":5,"messages":[{"a": 1.50}],"stream":true,"system":"s","temperature":1}"#;
        let asked = Dialect::Anthropic.countable(written).unwrap();
        assert_eq!(asked, r#"{"model":"m","messages":[{"a": 1.50}],"system":"s"}"#);
        let asked = Dialect::OpenAiResponses.countable(r#"{"store":false,"input":"x","text":{"a":1}}"#).unwrap();
        assert_eq!(asked, r#"{"input":"x","text":{"a":1}}"#);
        let asked = Dialect::Bedrock.countable(r#"{"messages":[],"inferenceConfig":{"maxTokens":1}}"#).unwrap();
        assert_eq!(Dialect::Bedrock.count_question("m", &asked), r#"{"input":{"converse":{"messages":[]}}}"#);
        for dialect in Dialect::SQUARE {
            let told = String::from_utf8(dialect.write_count(7)).unwrap();
            assert_eq!(dialect.read_count(&told), Some(7), "{told}");
            assert_eq!(dialect.read_count(r#"{"input_tokens":-1}"#), None);
        }
    }
}
