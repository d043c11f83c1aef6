//! Requests of which nothing is left to say when an administrator lets be dropped what a provider has no counterpart for.

use serde_json::{Value, json};
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use crate::kit::{Kit, group, not_of_the_square, outside};
use crate::seen;

/// A client, its one message, the providers that have no counterpart for it, and how it is named.
fn lost() -> Vec<(Dialect, Value, Vec<Dialect>, &'static str)> {
    let user = |content: Value| json!({"role": "user", "content": [content]});
    let upload = user(json!({"type": "container_upload", "file_id": "x"}));
    let hidden = json!({"role": "assistant", "content": [{"type": "redacted_thinking", "data": "x"}]});
    let video = user(json!({"video": {"format": "mp4", "source": {"bytes": "AAEC"}}}));
    let shell = json!({"type": "local_shell_call_output", "id": "x", "output": "y"});
    let code = user(json!({"executableCode": {"language": "PYTHON", "code": "1"}}));
    vec![
        (
            Anthropic,
            upload,
            vec![OpenAiChat, OpenAiResponses, Bedrock, Gemini, Cohere],
            "messages[0].content[0] (container_upload)",
        ),
        (Anthropic, hidden, vec![OpenAiChat, Cohere], "messages[0].redacted_thinking"),
        (Bedrock, video, vec![OpenAiResponses, Cohere], "messages[0].video"),
        (
            OpenAiResponses,
            shell,
            vec![OpenAiChat, Anthropic, Bedrock, Gemini, Cohere],
            "input[0] (local_shell_call_output)",
        ),
        (
            Gemini,
            code,
            vec![OpenAiChat, OpenAiResponses, Anthropic, Bedrock, Cohere],
            "contents[0].parts[0].executableCode",
        ),
    ]
}

#[tokio::test]
async fn nothing_left_to_say_is_refused_by_name() {
    let kit = Kit::with(|setup| setup.settings.drop_params = true).await;
    for (client, message, providers, named) in lost() {
        for provider in providers {
            let before = kit.upstream.count();
            let mut asked = json!({"model": group(provider), "max_tokens": 99, "messages": [message]});
            let got = kit.call(client, &asked).await;
            let cell = format!("{client:?} → {provider:?}: {}", got.text());
            let said = seen::read(client, &got).error["message"].to_string();
            assert!(got.status == 400 && said.contains("Nothing is left") && said.contains(named), "{cell}");
            assert_eq!(kit.upstream.count(), before, "{cell}");
            // beside a word it is dropped as everything is
            let text = match client {
                OpenAiChat | Anthropic | Cohere => json!([{"type": "text", "text": "x"}]),
                OpenAiResponses => json!("x"),
                Bedrock | Gemini => json!([{"text": "x"}]),
                outside!() => not_of_the_square(),
            };
            asked["messages"].as_array_mut().unwrap().push(json!({"role": "user", "content": text}));
            let got = kit.call(client, &asked).await;
            assert_eq!((got.status, got.header("x-turnpike-dropped")), (200, Some(named)), "{cell}: {}", got.text());
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// What the client itself left empty is the provider's to judge.
#[tokio::test]
async fn an_empty_text_is_not_made_by_dropping() {
    let kit = Kit::with(|setup| setup.settings.drop_params = true).await;
    let asked = json!({"model": group(OpenAiChat), "max_tokens": 99, "top_k": 3,
        "messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]});
    let got = kit.call(Anthropic, &asked).await;
    assert_eq!((got.status, got.header("x-turnpike-dropped")), (200, Some("top_k")), "{}", got.text());
}

/// Instructions alone are the client's own, whatever setting is left out beside them.
#[tokio::test]
async fn instructions_alone_are_not_made_by_dropping() {
    let kit = Kit::with(|setup| setup.settings.drop_params = true).await;
    for (setting, value, named) in [
        ("max_tokens", json!(5), "modified:max_output_tokens (raised to 16)"),
        ("logit_bias", json!({"7": 1}), "logit_bias"),
    ] {
        let mut asked =
            json!({"model": group(OpenAiResponses), "messages": [{"role": "system", "content": "[[say:x]]"}]});
        asked[setting] = value;
        let got = kit.call(OpenAiChat, &asked).await;
        assert_eq!((got.status, got.header("x-turnpike-dropped")), (200, Some(named)), "{}", got.text());
    }
}
