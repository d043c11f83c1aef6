//! What the doors tell apart.

use super::*;
use crate::envelope::Envelope;

#[test]
fn an_error_in_disguise_is_told_from_an_answer() {
    // whether OpenAI's dialect takes it for an error, and Anthropic's
    for (body, openai, anthropic) in [
        (r#"{"error":{"message":"no"}}"#, true, true),
        (r#" {"id":"x", "\u0065rror" : "no"} "#, true, true),
        (r#"{"error":{"message":"no"},"choices":null,"content":null}"#, true, true),
        (r#"{"type":"error","error":{"type":"overloaded_error","message":"no"}}"#, true, true),
        (r#"{"type":"error"}"#, false, true),
        (r#"{"type":"error","content":[]}"#, false, true),
        (r#"{"error":{"message":"no"},"choices":[]}"#, false, true),
        (r#"{"error":{"message":"no"},"content":[]}"#, true, false),
        (r#"{"choices":[{"error":{"message":"no"}}],"content":[{"error":1}]}"#, false, false),
        (r#"{"error":null}"#, false, false),
        (r#"{"error":false}"#, false, false),
        (r#"{"error":""}"#, false, false),
        (r#"{"error":{ }}"#, false, false),
        (r#"{"id":"x","type":"message"}"#, false, false),
        (r#"[{"error":{"message":"no"}}]"#, false, false),
        ("{}", false, false),
        ("", false, false),
        ("<html>error</html>", false, false),
    ] {
        let told = [Dialect::OpenAiChat, Dialect::Anthropic].map(|dialect| dialect.is_error_reply(body));
        assert_eq!(told, [openai, anthropic], "{body}");
    }
    for (body, bedrock) in [
        (r#"{"message":"no"}"#, true),
        (r#"{"message":"no","output":{}}"#, false),
        (r#"{"message":"no","outp\u0075t":{}}"#, false),
        (r#"{"Output":{}}"#, false),
        ("not JSON", false),
    ] {
        assert_eq!(Dialect::Bedrock.is_error_reply(body), bedrock, "{body}");
    }
}

#[test]
fn a_body_for_claude_suits_claude_only() {
    let sealed = Envelope { sealed: true, ..Envelope::default() };
    for (model, suited) in [
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", true),
        ("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc", true),
        ("amazon.nova-pro-v1:0", false),
    ] {
        assert_eq!(Dialect::BedrockInvoke.suits(model, &Envelope::default()), suited, "{model}");
        assert!(Dialect::BedrockInvoke.suits(model, &sealed) && Dialect::Bedrock.suits(model, &sealed));
    }
}

#[test]
fn names_are_found_again_but_for_one_that_no_provider_speaks() {
    for dialect in Dialect::ALL {
        let found = Dialect::from_name(dialect.name());
        assert_eq!(found, (dialect != Dialect::CohereV1).then_some(dialect), "{dialect:?}");
    }
    assert!(Dialect::SQUARE.iter().all(|dialect| Dialect::ALL.contains(dialect)));
}

#[test]
fn what_makes_it_another_call_is_refused_in_every_language_that_has_it() {
    for (dialect, lost) in [
        (Dialect::Anthropic, "thread"),
        (Dialect::BedrockInvoke, "thread"),
        (Dialect::OpenAiResponses, "input[1] (compaction_trigger)"),
        (Dialect::OpenAiCompletions, "suffix"),
        (Dialect::CohereV1, "conversation_id"),
    ] {
        assert!(dialect.cannot_lose(&["x".to_owned(), lost.to_owned()]).is_some(), "{dialect:?}");
        assert_eq!(dialect.cannot_lose(&["x".to_owned()]), None);
    }
}

mod tier;
