//! What a client's request is in the conversation.

use super::*;
use crate::chat::{Media, MediaSource, OutputFormat, Reasoning, ReasoningMode, Sampling, Thinking, Tool, ToolChoice};
use crate::json::Raw;

fn raw(text: &str) -> Raw {
    Raw::parse(text).unwrap()
}

fn messages(body: &str) -> Vec<Message> {
    let request = read(body).unwrap();
    assert_eq!(request.unmapped, [""; 0], "{body}");
    request.messages
}

#[test]
fn every_setting_has_its_place() {
    let fields = r#""tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type": "object"}}},{"function":{"name":"g","parameters":null}}],
        "strict_tools":true,"tool_choice":"REQUIRED","max_tokens":9,"stop_sequences":["a"],"temperature":0.70,"seed":7,
        "frequency_penalty":0.1,"presence_penalty":0.2,"k":5,"p":0.9,"logprobs":true,"thinking":{"type":"enabled","token_budget":64},
        "response_format":{"type":"json_object","json_schema":{"type": "object"}},"stream":true"#;
    let tool = |name: &str| Tool { name: name.to_owned(), strict: Some(true), ..Tool::default() };
    let expected = Request {
        model: "m".to_owned(),
        messages: vec![says(Role::User, "Hi")],
        tools: vec![
            Tool { description: Some("d".to_owned()), schema: Some(raw(r#"{"type": "object"}"#)), ..tool("f") },
            tool("g"),
        ],
        tool_choice: Some(ToolChoice::Required),
        max_output_tokens: Some(9),
        stop: vec!["a".to_owned()],
        sampling: Sampling {
            temperature: Some(raw("0.70")),
            top_p: Some(raw("0.9")),
            top_k: Some(raw("5")),
            presence_penalty: Some(raw("0.2")),
            frequency_penalty: Some(raw("0.1")),
            seed: Some(raw("7")),
            n: None,
        },
        logprobs: Some(0),
        reasoning: Some(Reasoning {
            mode: Some(ReasoningMode::Enabled),
            budget_tokens: Some(64),
            ..Reasoning::default()
        }),
        output: OutputFormat::JsonSchema {
            name: None,
            description: None,
            schema: raw(r#"{"type": "object"}"#),
            strict: None,
        },
        stream: true,
        include_usage: true,
        ..Request::default()
    };
    assert_eq!(read(&with(fields)).unwrap(), expected);
}

#[test]
fn defaults_say_nothing() {
    let fields = r#""k":0,"strict_tools":false,"logprobs":false,"safety_mode":"CONTEXTUAL","priority":0,"stream":false,
        "citation_options":{"mode":"FAST"},"response_format":{"type":"text"},"tools":null,"documents":[]"#;
    assert_eq!(read(&with(fields)).unwrap(), read(&with("")).unwrap());
    let off = read(&with(r#""thinking":{"type":"disabled"},"tool_choice":"NONE""#)).unwrap();
    let disabled = Reasoning { mode: Some(ReasoningMode::Disabled), ..Reasoning::default() };
    assert_eq!((off.reasoning, off.tool_choice), (Some(disabled), Some(ToolChoice::None)));
}

#[test]
fn an_agents_session_is_read_whole() {
    let body = with_messages(
        r#"{"role":"system","content":[{"type":"text","text":"Be"}]},
        {"role":"user","content":[{"type":"text","text":"Look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA==","detail":"low"}},
            {"type":"image_url","image_url":{"url":"https://x"}}]},
        {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":""}],"tool_plan":"I will look.",
            "citations":[{"start":0}],"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\": 1.0}"}},
            {"id":"2","function":{"name":"f"}}]},
        {"role":"tool","tool_call_id":"1","content":[{"type":"text","text":"a"},{"type":"document","document":{"id":"x","data":{"n": 1.0}}},
            {"type":"document","document":{"data":"[1]"}}]},
        {"role":"tool","tool_call_id":"2","content":"b"},
        {"role":"assistant","content":"done"},
        {"role":"tool","tool_call_id":"9","content":""}"#,
    );
    let image = |source, detail: Option<&str>| Part::Image {
        media: Media { source, detail: detail.map(str::to_owned), name: None },
        cache: None,
    };
    let png = MediaSource::Base64 { media_type: "image/png".to_owned(), data: "AA==".to_owned() };
    let thinking = Thinking::Plain { text: "hm".to_owned(), signature: Some("s".to_owned()) };
    let expected = [
        says(Role::System, "Be"),
        user(vec![Part::text("Look"), image(png, Some("low")), image(MediaSource::Url("https://x".to_owned()), None)]),
        Message::new(
            Role::Assistant,
            vec![
                Part::Thinking(thinking),
                Part::text("I will look."),
                Part::ToolCall(ToolCall::new("1", "f", r#"{"a": 1.0}"#)),
                Part::ToolCall(ToolCall::new("2", "f", "")),
            ],
        ),
        user(vec![
            result("1", vec![Part::text("a"), Part::Json(raw(r#"{"n": 1.0}"#)), Part::text("[1]")]),
            result("2", vec![Part::text("b")]),
        ]),
        says(Role::Assistant, "done"),
        user(vec![result("9", vec![Part::text("")])]),
    ];
    assert_eq!(messages(&body), expected);
}

#[test]
fn mistakes_are_named_where_they_stand() {
    let item = |item: &str| with_messages(&format!(r#"{{"role":"user","content":[{item}]}}"#));
    for (body, told) in [
        (
            "[]".to_owned(),
            "body: must be a JSON object (invalid type: sequence, expected an object at line 1 column 0)",
        ),
        (r#"{"messages":[]}"#.to_owned(), "model: is required"),
        (r#"{"model":"m"}"#.to_owned(), "messages: is required"),
        (with_messages(""), "messages: must have at least one message"),
        (
            with_messages(r#"{"role":"User","content":"x"}"#),
            "messages[0].role: must be system, user, assistant or tool, not 'User'",
        ),
        (with_messages(r#"{"role":"user"}"#), "messages[0].content: is required"),
        (with_messages(r#"{"role":"user","content":7}"#), "messages[0].content: must be a string or a list"),
        (with_messages(r#"{"role":"tool","content":"x"}"#), "messages[0].tool_call_id: is required"),
        (item(r#"{"type":"thinking","thinking":"x"}"#), "messages[0].content[0].type: 'thinking' may not stand here"),
        (item(r#"{"type":"document","document":{}}"#), "messages[0].content[0].type: 'document' may not stand here"),
        (item(r#"{"type":"image_url","image_url":{}}"#), "messages[0].content[0].image_url.url: is required"),
        (
            with_messages(r#"{"role":"assistant","tool_calls":[{"id":"1","type":"custom"}]}"#),
            "messages[0].tool_calls[0].type: must be function",
        ),
        (with(r#""tool_choice":"AUTO""#), "tool_choice: must be REQUIRED or NONE, not 'AUTO'"),
        (with(r#""thinking":{"type":"adaptive"}"#), "thinking.type: must be enabled or disabled, not 'adaptive'"),
        (
            with(r#""response_format":{"type":"json_schema"}"#),
            "response_format.type: must be text or json_object, not 'json_schema'",
        ),
        (
            with(r#""response_format":{"type":"json_object","json_schema":"x"}"#),
            "response_format.json_schema: must be an object",
        ),
        (with(r#""tools":[{"type":"function"}]"#), "tools[0].function: is required"),
        (
            with(r#""tools":[{"type":"function","function":{"name":"f","parameters":[]}}]"#),
            "tools[0].function.parameters: must be a JSON object",
        ),
        (with(r#""documents":[{"id":"x"}]"#), "documents[0].data: is required"),
        (
            with(r#""citation_options":{"mode":"SLOW"}"#),
            "citation_options.mode: must be ENABLED, DISABLED, FAST, ACCURATE or OFF, not 'SLOW'",
        ),
        (with(r#""max_tokens":-1"#), "max_tokens: must be a whole number, not negative"),
    ] {
        assert_eq!(read(&body).unwrap_err().to_string(), told, "{body}");
    }
}
