//! `countTokens`: what a request is worth in tokens. The question is either the messages alone (`contents`), or a whole request
//! under `generateContentRequest`.

use serde::Deserialize;

use super::spelling;
use crate::envelope::Span;
use crate::gemini::resource;
use crate::json::{Invalid, Object, span_of};

/// The fields of a request that are counted, in both spellings: a client's own body may have either.
pub const FIELDS: &[&str] = &[
    "contents",
    "systemInstruction",
    "system_instruction",
    "tools",
    "toolConfig",
    "tool_config",
    "generationConfig",
    "generation_config",
    "cachedContent",
    "cached_content",
];

/// Where in a client's question the request stands, and the names of what stands beside it.
pub fn counted(body: &[u8]) -> Result<(Span, Vec<String>), Invalid> {
    let text = std::str::from_utf8(body).map_err(|_| Invalid::new("body", "is not UTF-8 text"))?;
    let mut question = spelling::object(text, "")?;
    let Some(request) = question.take("generateContentRequest") else { return Ok((0..body.len(), Vec::new())) };
    if question.peek("contents").is_some() {
        return Err(question.invalid("contents", "stands beside generateContentRequest: send one of them"));
    }
    Ok((span_of(text, request), question.unread().collect()))
}

/// The question to a provider around `request`, an object. It names the model once more.
pub fn question(model: &str, request: &str) -> String {
    let name = serde_json::to_string(&resource(model)).unwrap_or_default();
    let Ok(mut fields) = Object::parse(request, "") else { return request.to_owned() };
    // a client may have named it, too
    fields.take_nullable("model");
    let names: Vec<String> = fields.names().map(str::to_owned).collect();
    let fields = names.iter().filter_map(|field| Some(format!(",\"{field}\":{}", fields.take(field)?.get())));
    format!(r#"{{"generateContentRequest":{{"model":{name}{}}}}}"#, fields.collect::<String>())
}

/// Reads a provider's answer. `None` when it tells no tokens.
pub fn read(body: &str) -> Option<u64> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Counted {
        total_tokens: u64,
    }
    serde_json::from_str::<Counted>(body).ok().map(|counted| counted.total_tokens)
}

/// Writes the answer for a client.
pub fn write(tokens: u64) -> String {
    format!(r#"{{"totalTokens":{tokens}}}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_is_found_in_the_question() {
        for (body, found, beside) in [
            (r#"{"contents":[],"x":1}"#, r#"{"contents":[],"x":1}"#, ""),
            (r#"{ "generateContentRequest": {"contents":[ 1.0 ]} }"#, r#"{"contents":[ 1.0 ]}"#, ""),
            (r#"{"generate_content_request":{"model":"models/m"},"x":1}"#, r#"{"model":"models/m"}"#, "x"),
        ] {
            let (span, unread) = counted(body.as_bytes()).unwrap();
            assert_eq!((body.get(span), unread.join(" ").as_str()), (Some(found), beside));
        }
        let both = counted(br#"{"contents":[],"generateContentRequest":{}}"#).unwrap_err();
        assert_eq!(both.path, "contents");
    }

    #[test]
    fn a_question_names_the_model_and_an_answer_its_tokens() {
        let expected = r#"{"generateContentRequest":{"model":"models/gemini-3","contents":[{"a":1.0}]}}"#;
        assert_eq!(question("gemini-3", r#"{"contents":[{"a":1.0}]}"#), expected);
        assert_eq!(question("tunedModels/x", "{}"), r#"{"generateContentRequest":{"model":"tunedModels/x"}}"#);
        assert_eq!(read(&write(7)), Some(7));
        assert_eq!(read(r#"{"totalTokens":-1}"#), None);
    }
}
