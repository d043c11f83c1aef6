//! What is cut out, and what stays.

use bytes::Bytes;

use super::*;
use crate::edit::Edits;

fn without(dialect: Dialect, body: &str) -> (String, Vec<String>) {
    let Cut { lists, names } = find(dialect, "gemini-3-flash", body);
    let mut edits = Edits::default();
    for (span, json) in lists {
        edits.replace(span, json);
    }
    (String::from_utf8(edits.apply(&Bytes::copy_from_slice(body.as_bytes())).to_vec()).unwrap(), names)
}

#[test]
fn what_another_provider_thought_is_cut_out_and_named() {
    let cases = [
        (
            Dialect::Anthropic,
            r#"{"messages": [{"role":"user","content":"turnpike:sealed:"},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"turnpike:sealed:rs_1:x"}, {"type":"text", "text":"a"}]}], "x": 1.0}"#,
            r#"{"messages": [{"role":"user","content":"turnpike:sealed:"},{"role":"assistant","content":[{"type":"text", "text":"a"}]}], "x": 1.0}"#,
            "messages[1].content[0] (another provider's)",
        ),
        (
            Dialect::Anthropic,
            r#"{"messages":[{"content":[{"type":"thinking","thinking":"t","signature" : ""}]}]}"#,
            r#"{"messages":[{"content":[{"type":"text","text":"..."}]}]}"#,
            "messages[0].content[0] (another provider's)",
        ),
        (
            Dialect::Anthropic,
            r#"{"messages":[{"content":[{"type":"server_tool_use","id":"ws_1","name":"web_search","input":{}},{"type":"server_tool_use","id":"srvtoolu_1"}]}]}"#,
            r#"{"messages":[{"content":[{"type":"server_tool_use","id":"srvtoolu_1"}]}]}"#,
            "",
        ),
        (
            Dialect::Anthropic,
            r#"{"messages":[{"content":[{"type":"text","citations":[{"type":"web_search_result_location","encrypted_index": ""}],"text":"a"},{"type":"text","text":"b","citations":[{"encrypted_index":"Eo8"}]}]}]}"#,
            r#"{"messages":[{"content":[{"type":"text","text":"a"},{"type":"text","text":"b","citations":[{"encrypted_index":"Eo8"}]}]}]}"#,
            "",
        ),
        (
            Dialect::Bedrock,
            r#"{"messages":[{"content":[{"text":"a"},{"reasoningContent":{"reasoningText":{"text":"t","signature":"turnpike:sealed::x"}}}]}]}"#,
            r#"{"messages":[{"content":[{"text":"a"}]}]}"#,
            "messages[0].content[1] (another provider's)",
        ),
        (
            Dialect::Gemini,
            r#"{"contents":[{"role":"model","parts":[{"text":"t","thought":true,"thought_signature":"dHVybnBpa2U6c2lnbmVkOkU="},{"text":"a","thoughtSignature":"Ci"}]}]}"#,
            r#"{"contents":[{"role":"model","parts":[{"text":"a","thoughtSignature":"Ci"}]}]}"#,
            "contents[0].parts[0] (another provider's)",
        ),
        (
            Dialect::Gemini,
            r#"{"contents":[{"parts":[{"thought":true,"thoughtSignature":"dHVybnBpa2U6cmVkYWN0ZWQ6RQ=="}]}]}"#,
            r#"{"contents":[{"parts":[{"text":"..."}]}]}"#,
            "contents[0].parts[0] (another provider's)",
        ),
        (
            Dialect::Cohere,
            r#"{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":""}, {"type":"text","text":"a"}]},{"role":"user","content":"b"}]}"#,
            r#"{"messages":[{"role":"assistant","content":[{"type":"text","text":"a"}]},{"role":"user","content":"b"}]}"#,
            "messages[0].content[0] (another provider's)",
        ),
        (
            Dialect::OpenAiResponses,
            r#"{"input":[{"type":"reasoning","encrypted_content":"turnpike:signed:E"},{"role":"user","content":"a"}]}"#,
            r#"{"input":[{"role":"user","content":"a"}]}"#,
            "input[0] (another provider's)",
        ),
        (
            Dialect::OpenAiResponses,
            r#"{"input":[{"role":"user","content":"a"},{"type":"reasoning","encrypted_content":"turnpike:sealed:rs_1:x"}]}"#,
            r#"{"input":[{"role":"user","content":"a"}]}"#,
            "input[1] (another provider's)",
        ),
        (
            Dialect::OpenAiResponses,
            r#"{"input":[{"type":"reasoning","id":"rs_turnpike_a_0","summary":[],"encrypted_content":null}]}"#,
            r#"{"input":[{"role":"assistant","content":"..."}]}"#,
            "input[0] (another provider's)",
        ),
        (
            Dialect::OpenAiResponses,
            r#"{"input":[{"type":"web_search_call","id":"ws_turnpike_a_0"},{"type":"reasoning","encrypted_content":"turnpike:redacted:E"}]}"#,
            r#"{"input":[{"role":"assistant","content":"..."}]}"#,
            "input[1] (another provider's)",
        ),
    ];
    for (dialect, body, expected, name) in cases {
        let name = Some(name).filter(|name| !name.is_empty()).map(str::to_owned).into_iter().collect();
        assert_eq!(without(dialect, body), (expected.to_owned(), name), "{dialect:?}");
    }
}

#[test]
fn citations_beside_a_text_do_not_go_back_to_openai() {
    let body = r#"{"input":[{"content":[{"type":"output_text","text":"a","provider_specific_fields":{"citations":[]}}], "role":"assistant"},
        {"content":[{"text":"provider_specific_fields"} ],"role":"user"},{"role":"user","content":"provider_specific_fields"}]}"#;
    let expected = r#"{"input":[{"content":[{"type":"output_text","text":"a"}], "role":"assistant"},{"content":[{"text":"provider_specific_fields"} ],"role":"user"},{"role":"user","content":"provider_specific_fields"}]}"#;
    assert_eq!(without(Dialect::OpenAiResponses, body), (expected.to_owned(), vec![]));
}

/// Google's models of generation 3 refuse calls of the current turn without a proof, unless they are told that there is none.
#[test]
fn the_first_call_of_a_step_without_a_proof_says_so() {
    const FILLER: &str = r#"{"text":"..."}"#;
    type Contents = [(&'static str, &'static [&'static str])];
    const THOUGHT: &str = r#"{"thought":true,"thoughtSignature":"dHVybnBpa2U6c2lnbmVkOkU="}"#;
    const CALL: &str = r#"{ "functionCall":{"name":"f","args":{"a": 1.50}}}"#;
    const SAID: &str =
        r#"{"thoughtSignature":"skip_thought_signature_validator", "functionCall":{"name":"f","args":{"a": 1.50}}}"#;
    const PROVEN: &str = r#"{"function_call":{"name":"f"},"thought_signature":"Ci"}"#;
    const EMPTY: &str = r#"{"functionCall":{"name":"f"},"thoughtSignature" : "" }"#;
    const NULL: &str = r#"{"thought_signature":null,"functionCall":{"name":"f"}}"#;
    const FILLED: [&str; 2] = [
        r#"{"functionCall":{"name":"f"},"thoughtSignature" : "skip_thought_signature_validator" }"#,
        r#"{"thought_signature":"skip_thought_signature_validator","functionCall":{"name":"f"}}"#,
    ];
    const RESULT: &str = r#"{"functionResponse":{"name":"f","response":{}}}"#;
    let of = |contents: &[(&str, &[&str])]| {
        let content = |(role, parts): &(&str, &[&str])| format!(r#"{{"role":"{role}","parts":[{}]}}"#, parts.join(","));
        format!(r#"{{"contents":[{}]}}"#, contents.iter().map(content).collect::<Vec<_>>().join(","))
    };
    let cut = |model, body: &str| {
        let Cut { lists, .. } = find(Dialect::Gemini, model, body);
        let mut edits = Edits::default();
        for (span, json) in lists {
            edits.replace(span, json);
        }
        String::from_utf8(edits.apply(&Bytes::copy_from_slice(body.as_bytes())).to_vec()).unwrap()
    };
    let cases: [(&Contents, &Contents); 11] = [
        (&[("model", &[THOUGHT, CALL, CALL])], &[("model", &[SAID, CALL])]),
        // never proven, or lost
        (&[("user", &[FILLER]), ("model", &[CALL, CALL])], &[("user", &[FILLER]), ("model", &[SAID, CALL])]),
        (&[("model", &[EMPTY, EMPTY])], &[("model", &[FILLED[0], EMPTY])]),
        (&[("model", &[NULL, PROVEN])], &[("model", &[FILLED[1], PROVEN])]),
        // each piece of a stream by itself
        (
            &[("model", &[THOUGHT]), ("model", &[CALL]), ("model", &[CALL])],
            &[("model", &[FILLER]), ("model", &[SAID]), ("model", &[CALL])],
        ),
        // each step of the turn
        (
            &[("model", &[THOUGHT, CALL]), ("user", &[RESULT]), ("model", &[CALL]), ("function", &[RESULT])],
            &[("model", &[SAID]), ("user", &[RESULT]), ("model", &[SAID]), ("function", &[RESULT])],
        ),
        // what stands beside a result may begin a turn or not
        (&[("model", &[CALL]), ("user", &[RESULT, FILLER])], &[("model", &[SAID]), ("user", &[RESULT, FILLER])]),
        // Gemini's own
        (&[("model", &[THOUGHT, PROVEN, CALL])], &[("model", &[PROVEN, CALL])]),
        (
            &[("model", &[PROVEN, CALL]), ("user", &[RESULT, RESULT]), ("model", &[CALL])],
            &[("model", &[PROVEN, CALL]), ("user", &[RESULT, RESULT]), ("model", &[SAID])],
        ),
        // of turns that are over nobody asks
        (
            &[("model", &[THOUGHT, CALL]), ("user", &[RESULT]), ("model", &[FILLER]), ("user", &[FILLER])],
            &[("model", &[CALL]), ("user", &[RESULT]), ("model", &[FILLER]), ("user", &[FILLER])],
        ),
        (
            &[("model", &[CALL]), ("user", &[RESULT]), ("user", &[FILLER]), ("model", &[FILLER, CALL])],
            &[("model", &[CALL]), ("user", &[RESULT]), ("user", &[FILLER]), ("model", &[FILLER, SAID])],
        ),
    ];
    for (contents, expected) in cases {
        assert_eq!(cut("gemini-3-flash", &of(contents)), of(expected));
    }
    for contents in [&[("model", &[THOUGHT, CALL][..])], &[("model", &[CALL][..])]] {
        assert_eq!(cut("gemini-2.5-flash", &of(contents)), of(&[("model", &[CALL])]));
    }
}

#[test]
fn what_is_the_providers_own_stays() {
    for (dialect, body) in [
        (Dialect::Anthropic, r#"{"messages":[{"content":[{"type":"thinking","thinking":"t","signature":"Eq"}]}]}"#),
        (Dialect::Anthropic, r#"{"messages":[{"content":"say turnpike:sealed: and \"signature\":\"\""}]}"#),
        (Dialect::OpenAiResponses, r#"{"input":"turnpike:signed:x"}"#),
        (Dialect::OpenAiResponses, r#"{"input":[{"type":"reasoning","encrypted_content":"gAAA"}]}"#),
        (
            Dialect::OpenAiResponses,
            r#"{"input":[{"type":"reasoning","id":"rs_turnpike_1","encrypted_content":"gAAA"}]}"#,
        ),
        (
            Dialect::OpenAiResponses,
            r#"{"input":[{"type":"function_call","id":"fc_turnpike_1"},{"type":"reasoning","id":"rs_1"}]}"#,
        ),
        (Dialect::OpenAiChat, r#"{"messages":[{"content":"turnpike:sealed:"}]}"#),
        (Dialect::Bedrock, "turnpike:sealed: is no JSON"),
        (Dialect::Gemini, r#"{"contents":[{"parts":[{"text":"dHVybnBpa2U6","thought":true}]}]}"#),
    ] {
        assert_eq!(find(dialect, "gemini-3-flash", body), Cut::default(), "{body}");
    }
}
