//! How many tokens a request is, asked of a provider that is not to answer it.

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

/// What all of them answer but Gemini.
#[derive(Deserialize)]
struct Counted {
    #[serde(alias = "inputTokens")]
    input_tokens: u64,
}

impl Dialect {
    /// Whether its providers count. OpenAI's chat has no such endpoint.
    pub fn can_count(self) -> bool {
        self != Self::OpenAiChat
    }

    /// Where in a client's question the request stands whose tokens are asked for.
    pub fn counted(self, body: &[u8]) -> Result<Span, Invalid> {
        match self {
            Self::OpenAiChat | Self::OpenAiResponses | Self::Anthropic => return Ok(0..body.len()),
            Self::Gemini => return gemini::count::counted(body),
            Self::Bedrock => {}
        }
        let text = std::str::from_utf8(body).map_err(|_| Invalid::new("body", "is not UTF-8 text"))?;
        let mut question = Object::parse(text, "")?;
        let mut input = question.take_object("input")?.ok_or_else(|| question.invalid("input", "is required"))?;
        if input.peek("invokeModel").is_some() {
            return Err(input.invalid("invokeModel", "is not served here: send the request as input.converse"));
        }
        let converse = input.take("converse").ok_or_else(|| input.invalid("converse", "is required"))?;
        Ok(span_of(text, converse))
    }

    /// Reads a client's request whose tokens are asked for, as `read_request` does; what only a call needs may be missing.
    pub fn read_counted(self, body: &str) -> Result<Request, Invalid> {
        if self == Self::Anthropic { anthropic::request::read_counted(body) } else { self.read_request(body) }
    }

    /// What of a request that was written for a provider its counter takes: an unknown field would be refused there.
    pub fn countable(self, written: &str) -> Result<String, Invalid> {
        let fields = match self {
            Self::OpenAiChat => &[],
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
            Self::OpenAiChat | Self::OpenAiResponses | Self::Anthropic => request.to_owned(),
            Self::Bedrock => format!(r#"{{"input":{{"converse":{request}}}}}"#),
            Self::Gemini => gemini::count::question(model, request),
        }
    }

    /// Reads a provider's answer. `None` when it tells no tokens.
    pub fn read_count(self, body: &str) -> Option<u64> {
        if self == Self::Gemini {
            return gemini::count::read(body);
        }
        serde_json::from_str::<Counted>(body).ok().map(|counted| counted.input_tokens)
    }

    /// Writes the answer for a client.
    pub fn write_count(self, tokens: u64) -> Vec<u8> {
        match self {
            Self::OpenAiChat | Self::OpenAiResponses => {
                format!(r#"{{"object":"response.input_tokens","input_tokens":{tokens}}}"#)
            }
            Self::Anthropic => format!(r#"{{"input_tokens":{tokens}}}"#),
            Self::Bedrock => format!(r#"{{"inputTokens":{tokens}}}"#),
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
        let span = Dialect::Bedrock.counted(body.as_bytes()).unwrap();
        assert_eq!(body.get(span), Some(r#"{"messages":[ 1.0 ]}"#));
        assert_eq!(Dialect::Anthropic.counted(b"{}").unwrap(), 0..2);
        for (body, path) in [
            ("{}", "input"),
            (r#"{"input":{}}"#, "input.converse"),
            (r#"{"input":{"invokeModel":{"body":"e30="}}}"#, "input.invokeModel"),
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
        for dialect in Dialect::ALL {
            let told = String::from_utf8(dialect.write_count(7)).unwrap();
            assert_eq!(dialect.read_count(&told), Some(7), "{told}");
            assert_eq!(dialect.read_count(r#"{"input_tokens":-1}"#), None);
        }
    }
}
