//! The envelope of OpenAI's Responses.

use super::super::*;

fn responses(fields: &str) -> Result<Envelope, EnvelopeError> {
    read(Dialect::OpenAiResponses, None, format!(r#"{{"model":"a",{fields}}}"#).as_bytes())
}

#[test]
fn the_input_is_text_or_items() {
    use EnvelopeError as E;
    let wrong = Some(E::WrongType { field: "input", expected: "a string or a list" });
    for (fields, expected) in [
        (r#""input":"hi""#, None),
        (r#""input":[]"#, None),
        (r#""input" : [{"role":"user","content":"hi"}]"#, None),
        (r#""input":{"role":"user"}"#, wrong.clone()),
        (r#""input":7"#, wrong),
        (r#""input":null"#, Some(E::Missing("input"))),
        (r#""messages":[]"#, Some(E::Missing("input"))),
        (r#""input":"a","input":"b""#, Some(E::Duplicate("input".to_owned()))),
        (r#""Input":"a""#, Some(E::Spelling { written: "Input".to_owned(), meant: "input" })),
        (r#""input":"a","fallbacks":[]"#, Some(E::NotYet("fallbacks".to_owned()))),
    ] {
        assert_eq!(responses(fields).err(), expected, "{fields}");
    }
    let no_model = read(Dialect::OpenAiResponses, None, br#"{"input":"hi"}"#);
    assert_eq!(no_model, Err(E::Missing("model")));
}

#[test]
fn what_the_provider_keeps_is_refused_by_name() {
    let item = r#""input":[{"type":"item_reference","id":"msg_1"}]"#;
    for (fields, kept) in [
        (r#""input":"a","previous_response_id":"resp_1""#, Some("previous_response_id")),
        (r#""input":"a","previous_response_id":null"#, None),
        (r#""input":"a","conversation":"conv_1""#, Some("conversation")),
        (r#""input":"a","conversation":{"id":"conv_1"}"#, Some("conversation")),
        (r#""input":"a","conversation":null"#, None),
        (r#""input":"a","background":true"#, Some("background")),
        (r#""input":"a","background":false"#, None),
        (r#""input":"a","background":null"#, None),
        (r#""input":"a","prompt":{"id":"pmpt_1"}"#, Some("prompt")),
        (r#""input":"a","metadata":{"previous_response_id":"x","prompt":"y"}"#, None),
        (item, Some("input (item_reference)")),
        (r#""input":[{"role":"user","content":"a"},{"id":"msg_1"}]"#, Some("input (item_reference)")),
        (r#""input":["a",{"id":"msg_1","id":"msg_1"}]"#, Some("input (item_reference)")),
        (r#""input":[{"id":"msg_1","type":null}]"#, Some("input (item_reference)")),
        (r#""input":[{"id":"msg_1","role":"assistant","content":"a"}]"#, None),
        (r#""input":"say item_reference","metadata":{"item_reference":"x"}"#, None),
    ] {
        let refused = responses(fields).err();
        assert_eq!(refused, kept.map(EnvelopeError::Kept), "{fields}");
        assert_eq!(refused.as_ref().and_then(EnvelopeError::field), kept, "{fields}");
        assert_eq!(refused.map(|refused| refused.kind()), kept.map(|_| ErrorKind::InvalidRequest), "{fields}");
    }
    let elsewhere = r#"{"model":"a","messages":[{"type":"item_reference"}],"previous_response_id":"x"}"#;
    assert!(read(Dialect::OpenAiChat, None, elsewhere.as_bytes()).is_ok(), "other dialects have no such thing");
}

#[test]
fn the_ceiling_has_one_name() {
    use CeilingField::MaxOutputTokens;
    for (fields, ceiling, is_set, is_unset) in [
        (r#""input":"a""#, None, false, false),
        (r#""input":"a","max_output_tokens":7"#, Some(7), true, false),
        (r#""input":"a","max_output_tokens":null"#, None, false, true),
        // chat's name binds nothing here
        (r#""input":"a","max_tokens":5"#, None, false, false),
        (r#""input":"a","max_tokens":5,"max_output_tokens":7"#, Some(7), true, false),
        (r#""input":"a","max_completion_tokens":"x""#, None, false, false),
    ] {
        let envelope = responses(fields).unwrap();
        let set: Vec<_> = envelope.ceilings.iter().map(|(field, _, _)| *field).collect();
        let unset: Vec<_> = envelope.unset_ceilings.iter().map(|(field, _)| *field).collect();
        assert_eq!(envelope.ceiling(), ceiling, "{fields}");
        assert_eq!(set, Vec::from_iter(is_set.then_some(MaxOutputTokens)), "{fields}");
        assert_eq!(unset, Vec::from_iter(is_unset.then_some(MaxOutputTokens)), "{fields}");
    }
    let expected = "a whole number of at least 1";
    for value in ["0", "-1", "1.5", "\"7\"", "true"] {
        let refused = responses(&format!(r#""input":"a","max_output_tokens":{value}"#));
        assert_eq!(refused, Err(EnvelopeError::WrongType { field: "max_output_tokens", expected }), "{value}");
    }
    let twice = responses(r#""input":"a","max_output_tokens":null,"max_output_tokens":7"#);
    assert_eq!(twice, Err(EnvelopeError::Duplicate("max_output_tokens".to_owned())));
}

#[test]
fn what_is_priced_apart_is_named() {
    for (fields, named) in [
        (r#""input":"a","service_tier":"priority""#, Some("service_tier")),
        (r#""input":"a","service_tier":"flex""#, None),
        (r#""input":"a","moderation":{"model":"m"}"#, Some("moderation")),
        (r#""input":"a","tools":[{"type":"web_search"}]"#, Some("tools (web_search)")),
        (r#""input":"a","tools":[{"type":"mcp","server_label":"s"}]"#, Some("tools (mcp)")),
        (r#""input":"a","tools":[{"type":"image_generation"}]"#, Some("tools (image_generation)")),
        (r#""input":"a","tools":[{"type":"function","name":"web_search","parameters":{"type":"shell"}}]"#, None),
        (r#""input":"a","tools":[{"type":"custom","name":"x","format":{"type":"grammar"}}]"#, None),
        (r#""input":"a","tools":[{"type":"namespace","name":"n","tools":[{"type":"function","name":"f"}]}]"#, None),
        (r#""input":[{"type":"web_search_call","id":"ws_1","status":"completed"}]"#, None),
        (r#""input":[{"type":"mcp_list_tools","id":"l","tools":[]}]"#, None),
    ] {
        let envelope = responses(fields).unwrap();
        assert_eq!(envelope.priced_apart.names(), Vec::from_iter(named), "{fields}");
        assert_eq!(envelope.brings_tools, fields.contains("tools\":["), "{fields}");
    }
}

#[test]
fn items_of_a_session_stand_in_the_body() {
    let session = r#""instructions":"be brief","input":[
        {"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]},
        {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"t"}],"encrypted_content":"gAAA"},
        {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
        {"type":"function_call_output","call_id":"c","output":"x"},
        {"type":"custom_tool_call","call_id":"d","name":"g","input":"x"},
        {"type":"custom_tool_call_output","call_id":"d","output":"x"},
        {"type":"message","role":"assistant","content":[{"type":"output_text","text":"y","annotations":[]}]}]"#;
    assert!(!responses(session).unwrap().has_references);
    for item in [
        r#"{"type":"message","role":"user","content":[{"type":"input_image","image_url":"https://x/y.png"}]}"#,
        r#"{"type":"message","role":"user","content":[{"type":"input_file","file_id":"file_1"}]}"#,
        r#"{"type":"compaction","encrypted_content":"x"}"#,
    ] {
        assert!(responses(&format!(r#""input":[{item}]"#)).unwrap().has_references, "{item}");
    }
}

/// OpenAI takes what it keeps for an item of reasoning that brings no content: its size says nothing of its tokens.
#[test]
fn reasoning_without_content_stands_elsewhere() {
    for (item, elsewhere) in [
        (r#"{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"x"}"#, false),
        (r#"{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":""}"#, true),
        (r#"{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":null}"#, true),
        (r#"{"type":"reasoning","id":"rs_1","summary":[]}"#, true),
    ] {
        let body = format!(r#"{{"model":"m","input":[{item}]}}"#);
        let envelope = read(Dialect::OpenAiResponses, None, body.as_bytes()).unwrap();
        assert_eq!(envelope.has_references, elsewhere, "{item}");
    }
}
