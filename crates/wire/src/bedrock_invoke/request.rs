//! Requests: Anthropic's with other fields around them.

use std::fmt;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};

use crate::anthropic;
use crate::chat::Request;
use crate::dialect::{Target, Written};
use crate::json::{Invalid, Key, Object};

/// The field that only bodies for Claude have, and its value that every Claude on Bedrock takes.
const VERSION: &str = "anthropic_version";
const KNOWN_VERSION: &str = "bedrock-2023-05-31";

/// Reads a body for Claude. Its model is in the URL. What a body for another model means only that model knows.
pub fn read(body: &str) -> Result<Request, Invalid> {
    if !is_of_claude(body) {
        // one that is no object is told so
        Object::parse(body, "")?;
        return Err(Invalid::new(
            VERSION,
            "is missing: only bodies for Claude can go to this model's provider; use Converse, or a model at Bedrock",
        ));
    }
    anthropic::request::read_invoked(body)
}

/// Whether a body is one for Claude: it has the field `anthropic_version`, whatever stands there, however often and however it is
/// spelt.
pub fn is_of_claude(body: &str) -> bool {
    let mut deserializer = serde_json::Deserializer::from_str(body);
    deserializer.deserialize_map(Names).unwrap_or(false)
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut found = false;
        while let Some((name, IgnoredAny)) = map.next_entry::<Key<'de>, IgnoredAny>()? {
            found |= name.0 == VERSION;
        }
        Ok(found)
    }
}

/// Writes `request` for a Claude on Bedrock.
pub fn write(request: &Request, target: &Target<'_>) -> Result<Written, Invalid> {
    anthropic::request::write_invoked(request, target, KNOWN_VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::CeilingField;

    #[test]
    fn a_body_for_claude_is_anthropics_without_a_model() {
        let body = r#"{"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["x"],"max_tokens":9,
            "messages":[{"role":"user","content":"hi"}],"top_k":3,"x":1}"#;
        let read = read(body).unwrap();
        assert_eq!((read.model.as_str(), read.max_output_tokens, read.unmapped), ("", Some(9), vec!["x".to_owned()]));
        for (body, expected) in [
            (r#"{"inputText":"hi"}"#, "anthropic_version: is missing"),
            (r#"{"anthropic_version":"bedrock-2023-05-31","messages":[]}"#, "max_tokens: is required"),
            ("[]", "body: "),
        ] {
            assert!(super::read(body).unwrap_err().to_string().starts_with(expected), "{body}");
        }
    }

    #[test]
    fn the_field_alone_tells() {
        for (body, told) in [
            (r#"{"anthropic_version":null}"#, true),
            (r#"{"anthropic\u005fversion":"x"}"#, true),
            (r#"{"a":1,"a":2,"anthropic_version":"x","anthropic_version":"y"}"#, true),
            (r#"{"a":{"anthropic_version":"x"}}"#, false),
            (r#"{"prompt":"anthropic_version"}"#, false),
            ("[]", false),
            ("{", false),
        ] {
            assert_eq!(is_of_claude(body), told, "{body}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let body = r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"temperature":0.50}"#;
        let request = read(body).unwrap();
        let target = Target { model: "anthropic.claude-x", ceiling: CeilingField::default(), extras: false };
        let written = write(&Request { stream: true, ..request }, &target).unwrap();
        assert_eq!((std::str::from_utf8(&written.body), written.dropped), (Ok(body), vec![]));
    }
}
