//! What a client's request is in the conversation.

use crate::chat::{Media, MediaSource, Message, OutputFormat, Part, Request, Role, Sampling, ToolCall, ToolResult};
use crate::cohere::v1::request::read;
use crate::json::Raw;

fn with(fields: &str) -> String {
    let comma = if fields.is_empty() { "" } else { "," };
    format!(r#"{{"model":"m","message":"Hi"{comma}{fields}}}"#)
}

fn messages(body: &str) -> Vec<Message> {
    let request = read(body).unwrap();
    assert_eq!(request.unmapped, [""; 0], "{body}");
    request.messages
}

fn says(role: Role, text: &str) -> Message {
    Message::new(role, vec![Part::text(text)])
}

fn call(id: &str, arguments: &str) -> Part {
    Part::ToolCall(ToolCall::new(id, "f", arguments))
}

fn result(id: &str, outputs: &[&str]) -> Part {
    let parts = outputs.iter().map(|output| Part::Json(Raw::parse(*output).unwrap())).collect();
    Part::ToolResult(ToolResult { call_id: id.to_owned(), parts, is_error: false, cache: None })
}

#[test]
fn every_setting_has_its_place() {
    let fields = r#""preamble":"Be","chat_history":[{"role":"User","message":"a"},{"role":"CHATBOT","message":"b"},{"role":"SYSTEM","message":"c"}],
        "temperature":0.70,"p":0.9,"k":5,"seed":7,"frequency_penalty":0.1,"presence_penalty":0.2,"max_tokens":9,
        "stop_sequences":["x"],"stream":true,"response_format":{"type":"json_object","schema":{"type": "object"}},
        "prompt_truncation":"OFF","citation_quality":"fast","force_single_step":true,"search_queries_only":false,"connectors":[]"#;
    let raw = |text: &str| Raw::parse(text).unwrap();
    let expected = Request {
        model: "m".to_owned(),
        messages: vec![
            says(Role::System, "Be"),
            says(Role::User, "a"),
            says(Role::Assistant, "b"),
            says(Role::System, "c"),
            says(Role::User, "Hi"),
        ],
        max_output_tokens: Some(9),
        stop: vec!["x".to_owned()],
        sampling: Sampling {
            temperature: Some(raw("0.70")),
            top_p: Some(raw("0.9")),
            top_k: Some(raw("5")),
            presence_penalty: Some(raw("0.2")),
            frequency_penalty: Some(raw("0.1")),
            seed: Some(raw("7")),
            n: None,
        },
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
    let read_one = read(&with(fields)).unwrap();
    assert_eq!(read_one, expected);
    for (path, place) in [
        ("messages[0].parts[0].x", "preamble.x"),
        ("messages[2].x", "chat_history[1].x"),
        ("messages[4].x", "message.x"),
    ] {
        assert_eq!(read_one.in_words_of(crate::Dialect::OpenAiChat, path), place);
    }
}

#[test]
fn results_find_their_calls() {
    let asked = r#"{"role":"USER","message":"q"}"#;
    let called = r#"{"role":"CHATBOT","message":"I will","tool_calls":[{"name":"f","parameters":{"a": 1}},{"name":"f","parameters":{"a":2},"generation_id":"g"}]}"#;
    let answer = |a: u32| format!(r#"{{"call":{{"name":"f","parameters":{{"a":{a}}}}},"outputs":[{{"n": {a}.0}}]}}"#);
    let turns = |new: Vec<Message>| {
        let called = vec![Part::text("I will"), call("call_0", r#"{"a": 1}"#), call("call_1", r#"{"a":2}"#)];
        [vec![says(Role::User, "q"), Message::new(Role::Assistant, called)], new].concat()
    };
    // in any order, and with words behind them
    let body = format!(
        r#"{{"model":"m","message":"now","chat_history":[{asked},{called}],"tool_results":[{},{}]}}"#,
        answer(2),
        answer(1)
    );
    let results = vec![result("call_1", &[r#"{"n": 2.0}"#]), result("call_0", &[r#"{"n": 1.0}"#])];
    assert_eq!(messages(&body), turns(vec![Message::new(Role::User, results), says(Role::User, "now")]));
    // in the history
    let body = format!(
        r#"{{"model":"m","message":"now","chat_history":[{asked},{called},{{"role":"TOOL","tool_results":[{}]}}]}}"#,
        answer(7)
    );
    let results = vec![result("call_0", &[r#"{"n": 7.0}"#])];
    assert_eq!(messages(&body), turns(vec![Message::new(Role::User, results), says(Role::User, "now")]));
    // of calls that stand nowhere: the message asked for them
    let body = format!(r#"{{"model":"m","message":"q","tool_results":[{}]}}"#, answer(1));
    let expected = [
        says(Role::User, "q"),
        Message::new(Role::Assistant, vec![call("call_0", r#"{"a":1}"#)]),
        Message::new(Role::User, vec![result("call_0", &[r#"{"n": 1.0}"#])]),
    ];
    assert_eq!(messages(&body), expected);
}

#[test]
fn documents_and_tools_are_read() {
    let fields = r#""documents":[{"title":"T","snippet":"b"},{"id":"x","text":"c"},{"id":"y","text":"d","date":"today"}],"citation_quality":"off",
        "tools":[{"name":"f","description":"d","parameter_definitions":{"a":{"type":"int","required":true}}},{"name":"g","description":"e"}]"#;
    let request = read(&with(fields)).unwrap();
    let document = |text: &str, name: Option<&str>| Part::Document {
        media: Media { source: MediaSource::Text(text.to_owned()), detail: None, name: name.map(str::to_owned) },
        context: None,
        citations: false,
        cache: None,
    };
    let said = vec![
        document("b", Some("T")),
        document("c", None),
        document(r#"{"id":"y","text":"d","date":"today"}"#, None),
        Part::text("Hi"),
    ];
    assert_eq!(request.messages, [Message::new(Role::User, said)]);
    let schemas: Vec<_> = request.tools.iter().map(|tool| tool.schema.as_ref().map(Raw::get)).collect();
    assert_eq!(schemas, [Some(r#"{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}"#), None]);
    assert_eq!(request.unmapped, [""; 0]);
}

#[test]
fn what_has_no_place_is_named_with_its_path() {
    for (fields, named) in [
        (r#""connectors":[{"id":"web-search"}]"#, "connectors"),
        (r#""conversation_id":"c""#, "conversation_id"),
        (r#""search_queries_only":true"#, "search_queries_only"),
        (r#""prompt_truncation":"AUTO""#, "prompt_truncation"),
        (r#""safety_mode":"NONE""#, "safety_mode"),
        (r#""max_input_tokens":7"#, "max_input_tokens"),
        (r#""raw_prompting":true"#, "raw_prompting"),
        (r#""documents":[{"text":"a","_excludes":["b"]}]"#, "documents[0]._excludes"),
        (r#""chat_history":[{"role":"USER","message":"a","n":1}]"#, "chat_history[0].n"),
        (r#""tools":[{"name":"f","n":1}]"#, "tools[0].n"),
        (r#""tool_results":[{"call":{"name":"f","n":1},"outputs":[]}]"#, "tool_results[0].call.n"),
    ] {
        assert_eq!(read(&with(fields)).unwrap().unmapped, [named], "{fields}");
    }
}

#[test]
fn mistakes_are_named_where_they_stand() {
    for (body, told) in [
        (r#"{"message":"x"}"#.to_owned(), "model: is required"),
        (r#"{"model":"m"}"#.to_owned(), "message: is required"),
        (r#"{"model":"m","message":""}"#.to_owned(), "message: must not be empty without tool_results"),
        (
            with(r#""chat_history":[{"role":"assistant","message":"x"}]"#),
            "chat_history[0].role: must be USER, CHATBOT, SYSTEM or TOOL, not 'assistant'",
        ),
        (
            with(r#""chat_history":[{"role":"CHATBOT","tool_calls":[{"name":"f","parameters":"x"}]}]"#),
            "chat_history[0].tool_calls[0].parameters: must be an object",
        ),
        (with(r#""tool_results":[{"outputs":[]}]"#), "tool_results[0].call: is required"),
        (with(r#""tool_results":[{"call":{"name":"f"}}]"#), "tool_results[0].outputs: is required"),
        (
            with(r#""tool_results":[{"call":{"name":"f"},"outputs":["x"]}]"#),
            "tool_results[0].outputs[0]: must be an object",
        ),
        (
            with(r#""citation_quality":"slow""#),
            "citation_quality: must be enabled, disabled, fast, accurate or off, not 'slow'",
        ),
        (
            with(r#""tools":[{"name":"f","parameter_definitions":{"a":{}}}]"#),
            "tools[0].parameter_definitions.a.type: is required",
        ),
    ] {
        assert_eq!(read(&body).unwrap_err().to_string(), told, "{body}");
    }
}

proptest::proptest! {
    #[test]
    fn nothing_panics_on_a_damaged_body(at in proptest::prelude::any::<proptest::sample::Index>(), bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..6)) {
        let mut damaged = with(
            r#""chat_history":[{"role":"CHATBOT","tool_calls":[{"name":"f","parameters":{"a":1}}]}],"documents":[{"id":"x","text":"a"}],
            "tools":[{"name":"f","parameter_definitions":{"a":{"type":"List[str]"}}}],
            "tool_results":[{"call":{"name":"f","parameters":{"a":1}},"outputs":[{"n":1}]}]"#,
        ).into_bytes();
        let at = at.index(damaged.len());
        damaged.splice(at..(at + bytes.len() / 2).min(damaged.len()), bytes);
        let body = String::from_utf8_lossy(&damaged);
        drop(read(&body));
        crate::cohere::v1::Echo::of(&body);
    }
}
