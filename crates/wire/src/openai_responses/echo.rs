//! The settings of a request that its answer repeats: SDKs require some of them in every answer.

use crate::json::{Object, Raw};

/// Settings as they came, by name. A body that cannot be read has none.
#[derive(Clone, Debug, Default)]
pub struct Echo {
    settings: Vec<(&'static str, Raw)>,
}

/// What is repeated.
const REPEATED: &[&str] = &[
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "parallel_tool_calls",
    "prompt_cache_key",
    "reasoning",
    "safety_identifier",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
];

impl Echo {
    pub fn of(body: &str) -> Self {
        let Ok(mut object) = Object::parse(body, "") else { return Self::default() };
        let settings = REPEATED.iter().filter_map(|name| Some((*name, object.take_raw(name)?))).collect();
        Self { settings }
    }

    /// A setting as the client wrote it.
    pub(super) fn get(&self, name: &str) -> Option<&Raw> {
        self.settings.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(body: &str) -> Vec<(&'static str, String)> {
        Echo::of(body).settings.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect()
    }

    #[test]
    fn settings_are_repeated_as_they_were_written() {
        let body = r#"{"model":"m","input":"hi","tools":[ {"type":"function"} ],"temperature":0.70,"top_p":null,
            "metadata":{"b":"2","a":"1"},"stream":true,"store":false,"instructions":"\u0041"}"#;
        let expected = [
            ("instructions", r#""\u0041""#),
            ("metadata", r#"{"b":"2","a":"1"}"#),
            ("temperature", "0.70"),
            ("tools", r#"[ {"type":"function"} ]"#),
        ];
        assert_eq!(settings(body), expected.map(|(name, value)| (name, value.to_owned())));
        let echo = Echo::of(body);
        assert_eq!(echo.get("temperature").map(Raw::get), Some("0.70"));
        for absent in ["top_p", "stream", "model", "text"] {
            assert_eq!(echo.get(absent), None, "{absent}");
        }
    }

    #[test]
    fn every_setting_that_is_repeated_is_found() {
        let fields: Vec<_> = REPEATED.iter().map(|name| format!("\"{name}\":{{\"of\":\"{name}\"}}")).collect();
        let echo = Echo::of(&format!("{{{}}}", fields.join(",")));
        for name in REPEATED {
            assert_eq!(echo.get(name).map(Raw::get), Some(format!("{{\"of\":\"{name}\"}}").as_str()));
        }
    }

    #[test]
    fn a_body_that_cannot_be_read_has_none() {
        for body in ["", "[]", "\"x\"", "{\"user\":", r#"{"user":"a","user":"b"}"#] {
            assert_eq!(settings(body), [], "{body}");
        }
    }
}
