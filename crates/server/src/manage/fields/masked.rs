//! Parameters of providers as answers show them: what sounds like a secret is masked, the rest is as it was written.

use serde_json::{Map, Value};

/// Whatever has one of these in its name is a secret (LiteLLM's list).
const SECRET_NAMES: [&str; 7] = ["authorization", "credentials", "key", "passwd", "password", "secret", "token"];
/// Names that sound like it and are none.
const PLAIN_NAMES: [&str; 3] = ["litellm_credential_name", "max_tokens", "default_api_key_"];
/// Below these everything is a secret: nobody knows what a header means.
const SECRET_GROUPS: [&str; 2] = ["extra_headers", "headers"];
/// What is not shown is at least this.
const SHORTEST: usize = 4;

/// The same object with its secrets masked.
pub(in crate::manage) fn masked(object: &Map<String, Value>) -> Map<String, Value> {
    object.iter().map(|(name, value)| (name.clone(), shown(name, value))).collect()
}

fn shown(name: &str, value: &Value) -> Value {
    match value {
        Value::Object(fields) if SECRET_GROUPS.contains(&name) => {
            fields.iter().map(|(name, value)| (name.clone(), hidden(value))).collect::<Map<_, _>>().into()
        }
        Value::Object(fields) => masked(fields).into(),
        value if is_secret(name) => hidden(value),
        value => value.clone(),
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // prices and ceilings are named after tokens
    let is_plain = PLAIN_NAMES.iter().any(|plain| name.starts_with(plain))
        || name.ends_with("_tokens")
        || name.contains("_per_token");
    !is_plain && SECRET_NAMES.iter().any(|word| name.contains(word))
}

/// Two letters on each side, as LiteLLM has it; nothing of a short one.
fn hidden(value: &Value) -> Value {
    match value {
        Value::String(text) => mask(text).into(),
        Value::Array(items) => items.iter().map(hidden).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), hidden(value))).collect::<Map<_, _>>().into()
        }
        value => value.clone(),
    }
}

fn mask(text: &str) -> String {
    // a reference to a variable is no secret, and says where one is
    if text.starts_with("os.environ/") {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= 2 * SHORTEST {
        return "*****".to_owned();
    }
    let (head, tail) = (letters.iter().take(2), letters.iter().skip(letters.len() - 2));
    head.chain("****".chars().collect::<Vec<_>>().iter()).chain(tail).collect()
}

/// Whether a value is what an answer showed in the place of a secret: a client sends back what it has read.
pub(in crate::manage) fn is_masked(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text == "*****" || text.chars().count() == 8 && text.contains("****"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        let written = json!({
            "model": "openai/gpt", "api_key": "sk-1234567890", "aws_secret_access_key": "short", "api_base": "https://x",
            "max_tokens": 7, "input_cost_per_token": 0.1, "litellm_credential_name": "named",
            "vertex_credentials": {"private_key": "abcdefghijkl"}, "extra_headers": {"x-anything": "abcdefghijkl"},
            "aws_session_token": "os.environ/TOKEN",
        });
        let shown = Value::Object(masked(written.as_object().unwrap()));
        assert_eq!(
            shown,
            json!({
                "model": "openai/gpt", "api_key": "sk****90", "aws_secret_access_key": "*****", "api_base": "https://x",
                "max_tokens": 7, "input_cost_per_token": 0.1, "litellm_credential_name": "named",
                "vertex_credentials": {"private_key": "ab****kl"}, "extra_headers": {"x-anything": "ab****kl"},
                "aws_session_token": "os.environ/TOKEN",
            })
        );
        assert!(is_masked(&shown["api_key"]) && is_masked(&shown["aws_secret_access_key"]));
        assert!(!is_masked(&json!("sk-1234567890")) && !is_masked(&json!("named")));
    }
}
