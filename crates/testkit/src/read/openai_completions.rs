//! A request for text completions as a turn.

use serde_json::Value;

use super::openai_chat::MOST_ALTERNATIVES;
use super::{flag, list, string};
use crate::turn::Turn;

pub(crate) fn turn(body: &Value) -> Turn {
    let prompts = prompts(body.get("prompt").unwrap_or(&Value::Null));
    let stop = list(body, "stop").first().and_then(Value::as_str).or_else(|| string(body, "stop"));
    Turn {
        user: prompts.first().map(|prompt| last_said(prompt).to_owned()).unwrap_or_default(),
        prompts,
        echo: flag(body, "echo"),
        logprobs: body.get("logprobs").and_then(Value::as_u64),
        include_usage: body.get("stream_options").is_some_and(|options| flag(options, "include_usage")),
        alternatives: body.get("n").and_then(Value::as_u64).unwrap_or(1).clamp(1, MOST_ALTERNATIVES),
        stop_sequence: stop.map(str::to_owned),
        ..Turn::default()
    }
}

/// One prompt or several; each is a text, or the numbers of its tokens.
fn prompts(prompt: &Value) -> Vec<String> {
    match prompt {
        Value::Array(items) if items.iter().all(Value::is_number) => vec![words(prompt)],
        Value::Array(items) => items.iter().map(words).collect(),
        prompt => vec![words(prompt)],
    }
}

fn words(prompt: &Value) -> String {
    match prompt {
        Value::String(text) => text.clone(),
        Value::Array(tokens) => tokens.iter().map(Value::to_string).collect::<Vec<_>>().join(" "),
        _ => String::new(),
    }
}

/// Of a transcript, what the user says last; a model would go on with that.
fn last_said(prompt: &str) -> &str {
    let last = prompt.rsplit_once("\nUser: ").map(|(_, last)| last).or_else(|| prompt.strip_prefix("User: "));
    last.and_then(|last| Some(last.trim_end().strip_suffix("Assistant:")?.trim_end())).unwrap_or(prompt)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_form_of_prompts() {
        for (prompt, expect) in [
            (json!("a"), vec!["a"]),
            (json!(["a", "b"]), vec!["a", "b"]),
            (json!([1, 2]), vec!["1 2"]),
            (json!([[1, 2], [3]]), vec!["1 2", "3"]),
        ] {
            assert_eq!(turn(&json!({"prompt": prompt})).prompts, expect, "{prompt}");
        }
    }

    #[test]
    fn the_last_speaker_of_a_transcript_is_heard() {
        for (prompt, expect) in [
            ("User: a\n\nAssistant: b\n\nUser: c\n\nAssistant:", "c"),
            ("Be brief.\n\nUser: a\n\nb\n\nAssistant:", "a\n\nb"),
            ("User: a\n\nAssistant: b", "User: a\n\nAssistant: b"),
            ("User: names are odd", "User: names are odd"),
        ] {
            assert_eq!(turn(&json!({"prompt": prompt})).user, expect, "{prompt}");
        }
    }

    #[test]
    fn what_is_asked_for_beside_the_text() {
        let turn = turn(&json!({"prompt": "x", "echo": true, "logprobs": 2, "n": 3, "stop": ["A"], "stream_options":
            {"include_usage": true}}));
        assert_eq!((turn.echo, turn.logprobs, turn.alternatives, turn.include_usage), (true, Some(2), 3, true));
        assert_eq!(turn.stop_sequence.as_deref(), Some("A"));
    }
}
