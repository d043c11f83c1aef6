//! Reasoning that is handed back, and the proofs that belong to what follows it.

use super::*;
use crate::chat::Thinking;
use crate::gemini::request::read;

fn bound(text: &str, proof: &str) -> Part {
    Part::Thinking(Thinking::Bound { text: text.into(), proof: proof.into() })
}

fn contents(parts: Vec<Part>, model: &str) -> (String, Vec<String>) {
    let (body, dropped) = written_for(model, &request(vec![Message::new(Role::Assistant, parts)])).unwrap();
    let start = r#"{"contents":[{"role":"model","parts":["#;
    (body.strip_prefix(start).and_then(|rest| rest.strip_suffix("]}]}")).unwrap_or(&body).to_owned(), dropped)
}

#[test]
fn a_proof_stands_at_the_part_that_follows() {
    let call = |id| Part::ToolCall(ToolCall::new(id, "f", "{}"));
    for (parts, expected) in [
        (
            vec![bound("hm", "P1"), call("a"), call("b")],
            r#"{"text":"hm","thought":true},{"functionCall":{"id":"a","name":"f","args":{}},"thoughtSignature":"P1"},{"functionCall":{"id":"b","name":"f","args":{}}}"#,
        ),
        (vec![Part::text("x"), bound("", "P2")], r#"{"text":"x"},{"text":"","thoughtSignature":"P2"}"#),
        (
            vec![bound("", "P1"), bound("", "P2"), Part::text("x")],
            r#"{"text":"","thoughtSignature":"P1"},{"text":"x","thoughtSignature":"P2"}"#,
        ),
        (
            vec![Part::text("x"), call("a")],
            r#"{"text":"x"},{"functionCall":{"id":"a","name":"f","args":{}},"thoughtSignature":"skip_thought_signature_validator"}"#,
        ),
    ] {
        assert_eq!(contents(parts, NEW), (expected.to_owned(), vec![]));
    }
}

#[test]
fn only_models_that_ask_for_proofs_are_told_that_there_is_none() {
    let call = Part::ToolCall(ToolCall::new("a", "f", "{}"));
    assert!(!contents(vec![call.clone()], OLD).0.contains("thoughtSignature"));
    assert!(contents(vec![call], "gemini-4-pro").0.contains("skip_thought_signature_validator"));
}

#[test]
fn every_step_has_a_first_call() {
    let step = |id: &str| {
        [Message::new(Role::Assistant, vec![call(id, "f")]), Message::new(Role::User, vec![result(id, vec![], false)])]
    };
    let (body, _) = written_for(NEW, &request([step("a"), step("b")].concat())).unwrap();
    assert_eq!(body.matches("skip_thought_signature_validator").count(), 2, "{body}");
}

#[test]
fn reasoning_of_others_is_named() {
    for thinking in [
        Thinking::Plain { text: "t".into(), signature: Some("s".into()) },
        Thinking::Redacted { data: "d".into() },
        Thinking::Sealed { id: None, text: "t".into(), data: "d".into() },
    ] {
        let (parts, dropped) = contents(vec![Part::Thinking(thinking), Part::text("x")], NEW);
        let named = vec!["messages[0].thinking (sealed by another provider)".to_owned()];
        assert_eq!((parts.as_str(), dropped), (r#"{"text":"x"}"#, named));
    }
}

/// As streams tell it: the proof of a thought comes behind the text that follows it.
#[test]
fn a_thought_goes_back_without_its_proof_where_that_came_later() {
    let thought = Part::Thinking(Thinking::Plain { text: "t".into(), signature: None });
    let (parts, dropped) = contents(vec![thought, Part::text("x"), bound("", "P")], NEW);
    let expected = r#"{"text":"t","thought":true},{"text":"x"},{"text":"","thoughtSignature":"P"}"#;
    assert_eq!((parts.as_str(), dropped), (expected, vec![]));
}

#[test]
fn what_clients_hand_back_is_told_apart() {
    let claude = Thinking::Plain { text: "hm".into(), signature: Some("Eq==".into()) };
    let disguise = crate::gemini::proof::disguise(&claude).unwrap();
    for (parts, expected) in [
        (
            format!(r#"{{"text":"h","thought":true}},{{"text":"m","thought":true}},{{"text":"","thought":true,"thoughtSignature":"{disguise}"}},{{"text":"x"}}"#),
            vec![Part::Thinking(claude), Part::text("x")],
        ),
        (r#"{"text":"hm","thought":true},{"text":"x","thought_signature":"P"}"#.into(), vec![bound("hm", "P"), Part::text("x")]),
        (
            r#"{"functionCall":{"id":"a","name":"f","args":{"a": 1.50}},"thoughtSignature":"skip_thought_signature_validator"}"#.into(),
            vec![call("a", "f")],
        ),
    ] {
        let body = format!(r#"{{"contents":[{{"role":"model","parts":[{parts}]}}]}}"#);
        assert_eq!(read(&body).unwrap().messages[0].parts, expected, "{parts}");
    }
}
