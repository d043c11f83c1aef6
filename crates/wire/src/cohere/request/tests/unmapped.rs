//! What has no place in the conversation.

use super::*;

#[test]
fn what_has_no_place_is_named_with_its_path() {
    let message = |message: &str| with_messages(message);
    for (body, named) in [
        (with(r#""safety_mode":"STRICT""#), "safety_mode"),
        (with(r#""priority":3"#), "priority"),
        (with(r#""raw_prompting":true"#), "raw_prompting"),
        (with(r#""something_new":1"#), "something_new"),
        (with(r#""citation_options":{"mode":"OFF","n":1}"#), "citation_options.n"),
        (with(r#""thinking":{"type":"disabled","token_budget":1}"#), "thinking.token_budget"),
        (with(r#""response_format":{"type":"json_object","json_schema":{},"schema":{}}"#), "response_format.schema"),
        (with(r#""tools":[{"type":"search"}]"#), "tools[0] (search)"),
        (with(r#""tools":[{"type":"function","function":{"name":"f","n":1}}]"#), "tools[0].function.n"),
        (with(r#""documents":[{"data":{"text":"a"},"n":1}]"#), "documents[0].n"),
        (message(r#"{"role":"user","content":"x","name":"n"}"#), "messages[0].name"),
        (message(r#"{"role":"user","content":[{"type":"text","text":"x","n":1}]}"#), "messages[0].content[0].n"),
        (
            message(r#"{"role":"user","content":[{"type":"image_url","image_url":{"url":"u","n":1}}]}"#),
            "messages[0].content[0].image_url.n",
        ),
        (message(r#"{"role":"user","content":"x","citations":[]}"#), "messages[0].citations"),
        (message(r#"{"role":"assistant","content":"x","n":1}"#), "messages[0].n"),
        (
            message(r#"{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","n":1}}]}"#),
            "messages[0].tool_calls[0].function.n",
        ),
        (
            message(
                r#"{"role":"tool","tool_call_id":"1","content":[{"type":"document","document":{"data":"x","n":1}}]}"#,
            ),
            "messages[0].content[0].document.n",
        ),
    ] {
        assert_eq!(read(&body).unwrap().unmapped, [named], "{body}");
    }
}
