//! What is taken and what is refused.

use serde_json::{Value, json};

use super::*;

fn said(role: &str, part: &Value) -> Value {
    json!({"role": role, "parts": [part]})
}

fn call(proof: Option<&str>) -> Value {
    let mut part = json!({"functionCall": {"name": "f", "args": {}}});
    if let Some(proof) = proof {
        part["thoughtSignature"] = proof.into();
    }
    said("model", &part)
}

#[test]
fn rules() {
    let user = || said("user", &json!({"text": "x"}));
    let answer = |name: &str| said("user", &json!({"functionResponse": {"name": name, "response": {}}}));
    for (body, broken) in [
        (json!({"contents": [user()]}), ""),
        (json!({"contents": [{"parts": [{"text": "x"}]}], "safetySettings": [], "labels": {}}), ""),
        (json!({"contents": []}), "contents is not specified"),
        (json!({"contents": [user()], "seed": 1}), "Unknown name \"seed\""),
        (json!({"contents": [user()], "generationConfig": {"top_p": 1}}), "Unknown name \"top_p\""),
        (json!({"contents": [user()], "generationConfig": {"maxOutputTokens": 0}}), "1 or more"),
        (json!({"contents": [said("assistant", &json!({"text": "x"}))]}), "must be one of"),
        (json!({"contents": [{"role": "user", "parts": []}]}), "at least one parts"),
        (json!({"contents": [said("user", &json!({"thought": true}))]}), "has 0"),
        (json!({"contents": [said("user", &json!({"inlineData": {"mimeType": "a/b", "data": "!"}}))]}), "Base64"),
        (json!({"contents": [call(None)]}), "function call turn"),
        (json!({"contents": [user(), call(None), answer("f")]}), ""),
        (json!({"contents": [user(), call(None), answer("g")]}), "function response parts"),
        (json!({"contents": [user(), call(None), user()]}), "function response turn"),
        (json!({"contents": [user()], "tools": [{"functionDeclarations": [{"name": "1"}]}]}), "must begin"),
    ] {
        let checked = check(&body).err().unwrap_or_default();
        assert!(if broken.is_empty() { checked.is_empty() } else { checked.contains(broken) }, "{body}: {checked}");
    }
}

#[test]
fn proofs_are_its_own_and_there() {
    let talk = |calls: Value| json!({"contents": [said("user", &json!({"text": "x"})), calls]});
    for (model, body, broken) in [
        ("gemini-3-pro", talk(call(Some(PROOF))), ""),
        ("gemini-3-pro", talk(call(Some("skip_thought_signature_validator"))), ""),
        ("gemini-3-pro", talk(call(None)), "missing a thought_signature"),
        ("gemini-2.5-pro", talk(call(None)), ""),
        ("gemini-2.5-pro", talk(call(Some("dHVybnBpa2U6"))), "not valid"),
    ] {
        let checked = proofs(&body, model).err().unwrap_or_default();
        assert!(if broken.is_empty() { checked.is_empty() } else { checked.contains(broken) }, "{body}: {checked}");
    }
}

#[test]
fn a_count_names_the_model() {
    let contents = json!([said("user", &json!({"text": "x"}))]);
    assert_eq!(check_count(&json!({"contents": contents})), Ok(()));
    assert_eq!(check_count(&json!({"generateContentRequest": {"model": "models/m", "contents": contents}})), Ok(()));
    assert!(check_count(&json!({"generateContentRequest": {"contents": contents}})).is_err());
}
