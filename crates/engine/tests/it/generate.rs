//! Gemini where client and provider both speak it: what is written into the client's own bytes, and how they arrive.

use engine::secret::Secret;
use wire::Dialect::Gemini;

use crate::kit::{GEMINI, Kit, MASTER, PROVIDER_KEY};

#[tokio::test]
async fn a_ceiling_is_set_where_the_client_wrote_it_or_wrote_none() {
    let kit = Kit::start().await;
    let contents = r#""contents":[{"role":"user","parts":[{"text":"[[say:hi]]"}]}]"#;
    for (fields, sent) in [
        ("", r#"{"generationConfig":{"maxOutputTokens":N},"contents""#),
        (r#","generationConfig":{ }"#, r#""generationConfig":{"maxOutputTokens":N }"#),
        (r#","generationConfig":{"topP":0.50}"#, r#""generationConfig":{"maxOutputTokens":N,"topP":0.50}"#),
        (r#","generation_config":null"#, r#""generation_config":{"maxOutputTokens":N}"#),
        (r#","generationConfig":{"maxOutputTokens":null}"#, r#""generationConfig":{"maxOutputTokens":N}"#),
        (r#","generationConfig":{"maxOutputTokens": 100000 }"#, r#""generationConfig":{"maxOutputTokens": N }"#),
        (r#","generation_config":{"max_output_tokens":100000}"#, r#""generation_config":{"max_output_tokens":N}"#),
    ] {
        let key = kit.key(Some(700_000)).await;
        let got = kit.call_at(&key, Gemini, GEMINI, false, format!("{{{contents}{fields}}}")).await;
        let served = kit.upstream.served().pop().unwrap();
        let body = String::from_utf8(served.body.to_vec()).unwrap();
        let digits =
            |text: &str| text.split(|letter: char| !letter.is_ascii_digit()).find_map(|n| n.parse::<u64>().ok());
        let name = if fields.contains("max_output_tokens") { "max_output_tokens\"" } else { "maxOutputTokens\"" };
        let ceiling = digits(body.split(name).nth(1).unwrap()).unwrap();
        assert!((1..=350).contains(&ceiling), "{fields}: {body}");
        assert!(body.contains(&sent.replace('N', &ceiling.to_string())), "{fields}: {body}");
        assert_eq!(got.status, 200, "{fields}: {}", got.text());
    }
}

#[tokio::test]
async fn the_same_dialect_keeps_the_bytes_and_names_the_model() {
    let kit = Kit::start().await;
    let key = Secret::new(MASTER);
    let asked = r#"{"contents":[{"parts":[{"text":"[[say:a\u0062c]]"}]}], "generationConfig" : {"topP":0.50} ,"labels":{"a":"1"}}"#;
    for stream in [false, true] {
        kit.call_at(&key, Gemini, GEMINI, stream, asked).await;
        let served = kit.upstream.served().pop().unwrap();
        assert_eq!(served.body, asked.as_bytes());
        let operation = if stream { "streamGenerateContent?alt=sse" } else { "generateContent" };
        assert_eq!(served.path, format!("/v1beta/models/gemini-3-model:{operation}"));
        assert_eq!(served.header("x-goog-api-key"), Some(PROVIDER_KEY));
    }
    let named = |model: &str| format!(r#"{{"model":"{model}",{}"#, asked.trim_start_matches('{'));
    for said in ["gemini-3", "models/gemini-3"] {
        kit.call_at(&key, Gemini, GEMINI, false, named(said)).await;
        assert_eq!(kit.upstream.served().pop().unwrap().body, named("models/gemini-3-model").as_bytes());
    }
}
