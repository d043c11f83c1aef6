//! Writing.

use crate::anthropic::request::write;
use crate::chat::*;
use crate::dialect::{CeilingField, Target};
use crate::json::{Invalid, Raw};

pub(super) fn written(request: &Request) -> Result<(String, Vec<String>), Invalid> {
    let target = Target { model: "claude-x", ceiling: CeilingField::default(), extras: true };
    let written = write(request, &target)?;
    Ok((String::from_utf8(written.body).unwrap(), written.dropped))
}

pub(super) fn body(request: &Request) -> String {
    let (body, dropped) = written(request).unwrap();
    assert_eq!(dropped, [""; 0]);
    body
}

pub(super) fn request(messages: Vec<Message>) -> Request {
    Request { messages, max_output_tokens: Some(100), ..Request::default() }
}

pub(super) fn says(role: Role, text: &str) -> Message {
    Message::new(role, vec![Part::text(text)])
}

pub(super) fn call(id: &str, arguments: &str) -> Part {
    let (id, name) = (id.to_owned(), "f".to_owned());
    Part::ToolCall(ToolCall { id, name, arguments: arguments.to_owned(), cache: None, ..ToolCall::default() })
}

pub(super) fn result(id: &str, text: &str) -> Part {
    Part::ToolResult(ToolResult { call_id: id.to_owned(), parts: vec![Part::text(text)], is_error: false, cache: None })
}

pub(super) fn image(source: MediaSource, detail: &str) -> Part {
    Part::Image { media: Media { source, detail: Some(detail.to_owned()), name: None }, cache: None }
}

#[test]
fn a_plain_request_is_plain() {
    let mut plain = request(vec![says(Role::System, "Be brief."), says(Role::User, "Hi")]);
    insta::assert_snapshot!(
        body(&plain),
        @r#"{"model":"claude-x","max_tokens":100,"system":"Be brief.","messages":[{"role":"user","content":"Hi"}]}"#
    );
    plain.messages.insert(1, says(Role::Developer, "Be kind."));
    plain.messages.push(says(Role::Developer, "Now in French."));
    plain.max_output_tokens = None;
    insta::assert_snapshot!(
        body(&plain),
        @r#"{"model":"claude-x","max_tokens":4096,"system":[{"type":"text","text":"Be brief."},{"type":"text","text":"Be kind."}],"messages":[{"role":"user","content":"Hi"},{"role":"system","content":"Now in French."}]}"#
    );
}

#[test]
fn every_option_has_its_place() {
    let schema = Raw::parse(r#"{ "type":"object","additionalProperties":false}"#).unwrap();
    let tool = Tool {
        name: "f".to_owned(),
        description: Some("d".to_owned()),
        schema: Some(schema.clone()),
        strict: Some(true),
        cache: Some(CacheMark { ttl: Some("1h".to_owned()) }),
        ..Tool::default()
    };
    let bare = Tool { description: None, schema: None, strict: None, cache: None, ..tool.clone() };
    let number = |text: &str| Some(Raw::parse(text).unwrap());
    let full = Request {
        tools: vec![tool, bare],
        parallel_tools: Some(false),
        sampling: Sampling {
            temperature: number("0.70"),
            top_p: number("1e0"),
            top_k: number("4"),
            ..Sampling::default()
        },
        stop: vec!["END".to_owned()],
        reasoning: Some(Reasoning { budget_tokens: Some(50), ..Reasoning::default() }),
        output: OutputFormat::JsonSchema { name: Some("n".to_owned()), description: None, schema, strict: Some(true) },
        stream: true,
        user: Some("u".to_owned()),
        service_tier: Some("default".to_owned()),
        ..request(vec![says(Role::User, "Hi")])
    };
    insta::assert_snapshot!(
        body(&full),
        @r#"{"model":"claude-x","max_tokens":100,"messages":[{"role":"user","content":"Hi"}],"tools":[{"name":"f","description":"d","input_schema":{ "type":"object","additionalProperties":false},"strict":true,"cache_control":{"type":"ephemeral","ttl":"1h"}},{"name":"f","input_schema":{"type":"object","properties":{}}}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true},"thinking":{"type":"enabled","budget_tokens":50},"output_config":{"format":{"type":"json_schema","schema":{ "type":"object","additionalProperties":false}}},"temperature":0.70,"top_p":1e0,"top_k":4,"stop_sequences":["END"],"stream":true,"metadata":{"user_id":"u"},"service_tier":"standard_only"}"#
    );
}

#[test]
fn results_of_tools_stand_first_in_the_one_message_after_the_calls() {
    let conversation = request(vec![
        says(Role::User, "Hi"),
        Message::new(Role::Assistant, vec![Part::text(""), call("a", "{\"n\": 1.0}"), call("b", "")]),
        Message::new(Role::User, vec![result("a", "1")]),
        Message::new(Role::User, vec![Part::text("and"), result("b", "2")]),
        says(Role::User, "Go on"),
        Message::new(Role::Assistant, vec![Part::text("")]),
        says(Role::User, "?"),
        says(Role::User, "!"),
    ]);
    insta::assert_snapshot!(
        body(&conversation),
        @r#"{"model":"claude-x","max_tokens":100,"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{"n": 1.0}},{"type":"tool_use","id":"b","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"1"},{"type":"tool_result","tool_use_id":"b","content":"2"},{"type":"text","text":"and"},{"type":"text","text":"Go on"},{"type":"text","text":"?"},{"type":"text","text":"!"}]}]}"#
    );
}

/// Sorting the turn again for each message that joins it, this would take minutes.
#[test]
fn any_number_of_messages_join_one_turn() {
    const COUNT: usize = 200_000;
    let mut messages = vec![Message::new(Role::User, vec![result("first", "r")])];
    messages.extend((1..COUNT).map(|_| says(Role::User, "t")));
    messages.push(Message::new(Role::User, vec![result("last", "r")]));
    let body: serde_json::Value = serde_json::from_str(&body(&request(messages))).unwrap();
    let blocks = body["messages"][0]["content"].as_array().unwrap();
    let ids = [0, 1, 2, COUNT].map(|at| blocks[at]["tool_use_id"].as_str());
    assert_eq!((blocks.len(), ids), (COUNT + 1, [Some("first"), Some("last"), None, None]));
}

#[test]
fn media_in_messages_and_results() {
    let base64 = MediaSource::Base64 { media_type: "image/png".to_owned(), data: "aGk=".to_owned() };
    let pdf = Media { source: MediaSource::Url("https://x".to_owned()), detail: None, name: Some("T".to_owned()) };
    let shown = ToolResult {
        call_id: "a".to_owned(),
        parts: vec![image(base64.clone(), "auto")],
        is_error: true,
        cache: Some(CacheMark { ttl: None }),
    };
    let parts = vec![
        Part::ToolResult(shown),
        image(base64, "auto"),
        Part::document(pdf, None),
        Part::Refusal { text: "No.".to_owned() },
        Part::Thinking(Thinking::Plain { text: String::new(), signature: Some("s".to_owned()) }),
        Part::Thinking(Thinking::Redacted { data: "d".to_owned() }),
    ];
    insta::assert_snapshot!(
        body(&request(vec![Message::new(Role::User, parts)])),
        @r#"{"model":"claude-x","max_tokens":100,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}}],"is_error":true,"cache_control":{"type":"ephemeral"}},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}},{"type":"document","source":{"type":"url","url":"https://x"},"title":"T"},{"type":"text","text":"No."},{"type":"thinking","thinking":"","signature":"s"},{"type":"redacted_thinking","data":"d"}]}]}"#
    );
}

/// A text of somebody that rests on `location`.
pub(super) fn cites(location: Option<Location>) -> Part {
    let quotes = vec!["q".to_owned(), "r".to_owned()];
    let citation = Citation { title: Some("T".to_owned()), source: Some("S".to_owned()), quotes, location };
    Part::Text { text: "x".to_owned(), citations: vec![citation], cache: None }
}

pub(super) fn texts(texts: &[&str]) -> Media {
    let source = MediaSource::Texts(texts.iter().map(|&text| text.to_owned()).collect());
    Media { source, detail: None, name: None }
}

#[test]
fn which_tools_and_how_many_at_once() {
    let tool =
        Tool { name: "f".to_owned(), description: None, schema: None, strict: None, cache: None, ..Tool::default() };
    let cases = [
        (true, None, None, None),
        (true, None, Some(true), None),
        (true, None, Some(false), Some(r#"{"type":"auto","disable_parallel_tool_use":true}"#)),
        (true, Some(ToolChoice::Auto), None, Some(r#"{"type":"auto"}"#)),
        (true, Some(ToolChoice::Required), Some(false), Some(r#"{"type":"any","disable_parallel_tool_use":true}"#)),
        (true, Some(ToolChoice::None), Some(false), Some(r#"{"type":"none"}"#)),
        (true, Some(ToolChoice::Tool("f".to_owned())), None, Some(r#"{"type":"tool","name":"f"}"#)),
        (false, Some(ToolChoice::None), Some(false), None),
        (false, Some(ToolChoice::Required), None, Some(r#"{"type":"any"}"#)),
        (
            true,
            Some(ToolChoice::Allowed { required: true, names: vec!["f".to_owned()] }),
            None,
            Some(r#"{"type":"any"}"#),
        ),
        (
            true,
            Some(ToolChoice::Allowed { required: false, names: vec!["f".to_owned()] }),
            None,
            Some(r#"{"type":"auto"}"#),
        ),
    ];
    for (has_tools, tool_choice, parallel_tools, expected) in cases {
        let tools = if has_tools { vec![tool.clone()] } else { Vec::new() };
        let body = body(&Request { tools, tool_choice, parallel_tools, ..request(vec![says(Role::User, "Hi")]) });
        match expected {
            Some(expected) => assert!(body.contains(&format!(r#""tool_choice":{expected}"#)), "{body}"),
            None => assert!(!body.contains("tool_choice"), "{body}"),
        }
    }
}
