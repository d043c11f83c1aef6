//! Writing.

use crate::anthropic::request::write;
use crate::chat::*;
use crate::dialect::{CeilingField, Target};
use crate::json::{Invalid, Raw};

pub(super) fn written(request: &Request) -> Result<(String, Vec<String>), Invalid> {
    let target = Target { model: "claude-x", ceiling: CeilingField::default() };
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

fn says(role: Role, text: &str) -> Message {
    Message::new(role, vec![Part::text(text)])
}

fn call(id: &str, arguments: &str) -> Part {
    let (id, name) = (id.to_owned(), "f".to_owned());
    Part::ToolCall(ToolCall { id, name, arguments: arguments.to_owned(), cache: None })
}

fn result(id: &str, text: &str) -> Part {
    Part::ToolResult(ToolResult { call_id: id.to_owned(), parts: vec![Part::text(text)], is_error: false, cache: None })
}

fn image(source: MediaSource, detail: &str) -> Part {
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
    let schema = Raw::parse(r#"{ "type":"object"}"#).unwrap();
    let tool = Tool {
        name: "f".to_owned(),
        description: Some("d".to_owned()),
        schema: Some(schema.clone()),
        strict: Some(true),
        cache: Some(CacheMark { ttl: Some("1h".to_owned()) }),
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
        @r#"{"model":"claude-x","max_tokens":100,"messages":[{"role":"user","content":"Hi"}],"tools":[{"name":"f","description":"d","input_schema":{ "type":"object"},"strict":true,"cache_control":{"type":"ephemeral","ttl":"1h"}},{"name":"f","input_schema":{"type":"object","properties":{}}}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true},"thinking":{"type":"enabled","budget_tokens":50},"output_config":{"format":{"type":"json_schema","schema":{ "type":"object"}}},"temperature":0.70,"top_p":1e0,"top_k":4,"stop_sequences":["END"],"stream":true,"metadata":{"user_id":"u"},"service_tier":"standard_only"}"#
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
fn what_anthropic_cannot_say_is_named() {
    let zero = || Some(Raw::parse("0").unwrap());
    let thinking = Part::Thinking(Thinking::Plain { text: "hm".to_owned(), signature: None });
    let empty_marked = Part::Text { text: String::new(), citations: Vec::new(), cache: Some(CacheMark { ttl: None }) };
    let schema = Raw::parse("{}").unwrap();
    let ada = Message { name: Some("ada".to_owned()), ..says(Role::User, "Hi") };
    let detailed = image(MediaSource::Url("u".to_owned()), "high");
    let base = || request(vec![says(Role::User, "Hi")]);
    let cases = [
        (Request { sampling: Sampling { seed: zero(), ..Sampling::default() }, ..base() }, "sampling.seed"),
        (
            Request { sampling: Sampling { presence_penalty: zero(), ..Sampling::default() }, ..base() },
            "sampling.presence_penalty",
        ),
        (
            Request { sampling: Sampling { frequency_penalty: zero(), n: Some(1), ..Sampling::default() }, ..base() },
            "sampling.frequency_penalty",
        ),
        (Request { output: OutputFormat::JsonObject, ..base() }, "response_format"),
        (
            Request {
                output: OutputFormat::JsonSchema {
                    name: None,
                    description: Some("d".to_owned()),
                    schema: schema.clone(),
                    strict: None,
                },
                ..base()
            },
            "response_format.description",
        ),
        (Request { metadata: vec![("team".to_owned(), "x".to_owned())], ..base() }, "metadata.team"),
        (Request { guardrail: Some(schema.clone()), ..base() }, "guardrail"),
        (request(vec![Message::new(Role::Assistant, vec![cites(None)])]), "messages[0].parts[0].citations[0]"),
        (
            request(vec![Message::new(Role::Assistant, vec![cites(Some(Location::Web { url: "u".to_owned() }))])]),
            "messages[0].parts[0].citations[0]",
        ),
        (
            request(vec![Message::new(
                Role::User,
                vec![cites(Some(Location::Blocks { document: 0, start: 0, end: 1 }))],
            )]),
            "messages[0].parts[0].citations[0]",
        ),
        (Request { service_tier: Some("flex".to_owned()), ..base() }, "service_tier"),
        (request(vec![ada]), "messages[0].name"),
        (request(vec![Message::new(Role::User, vec![detailed])]), "messages[0].parts[0].detail"),
        (request(vec![Message::new(Role::User, vec![empty_marked])]), "messages[0].parts[0].cache (empty text)"),
        (request(vec![Message::new(Role::Assistant, vec![thinking])]), "messages[0].thinking (no signature)"),
    ];
    for (request, path) in cases {
        assert_eq!(written(&request).unwrap().1, [path]);
    }
}

#[test]
fn what_would_change_the_meaning_is_refused() {
    let of = |part: Part| request(vec![Message::new(Role::User, vec![part])]);
    let sound = Media { source: MediaSource::Url("u".to_owned()), detail: None, name: None };
    let s3 = MediaSource::S3 { media_type: "image/png".to_owned(), uri: "s3://b/k".to_owned(), owner: None };
    let stored = Media { source: s3, detail: None, name: None };
    let nested = ToolResult { call_id: "a".to_owned(), parts: vec![call("b", "{}")], is_error: false, cache: None };
    let cases = [
        (of(Part::Audio { media: sound.clone() }), "messages[0].parts[0]"),
        (of(Part::Video { media: sound }), "messages[0].parts[0]"),
        (of(Part::document(stored.clone(), None)), "messages[0].parts[0]"),
        (of(Part::Image { media: stored, cache: None }), "messages[0].parts[0]"),
        (of(Part::Image { media: texts(&["x"]), cache: None }), "messages[0].parts[0]"),
        (of(image(MediaSource::Text("x".to_owned()), "auto")), "messages[0].parts[0]"),
        (of(call("a", "{\"n\":")), "messages[0].parts[0].arguments"),
        (of(call("a", "[1]")), "messages[0].parts[0].arguments"),
        (of(Part::ToolResult(nested)), "messages[0].parts[0].parts[0]"),
        (request(vec![Message::new(Role::System, vec![call("a", "{}")])]), "messages[0].parts[0]"),
        (Request { sampling: Sampling { n: Some(2), ..Sampling::default() }, ..request(vec![]) }, "sampling.n"),
        (
            Request {
                reasoning: Some(Reasoning { budget_tokens: Some(100), ..Reasoning::default() }),
                ..request(vec![])
            },
            "reasoning.budget_tokens",
        ),
    ];
    for (request, path) in cases {
        assert_eq!(written(&request).unwrap_err().path, path);
    }
}

#[test]
fn effort_and_budget_become_thinking() {
    let effort = |word: &str| Reasoning { effort: Some(Effort(word.to_owned())), ..Reasoning::default() };
    let mode = |mode| Reasoning { mode: Some(mode), ..Reasoning::default() };
    let adaptive = r#""thinking":{"type":"adaptive"}"#;
    let cases = [
        (effort("high"), format!(r#"{adaptive},"output_config":{{"effort":"high"}}"#)),
        (effort("minimal"), format!(r#"{adaptive},"output_config":{{"effort":"low"}}"#)),
        (effort("none"), r#""thinking":{"type":"disabled"}"#.to_owned()),
        (mode(ReasoningMode::Disabled), r#""thinking":{"type":"disabled"}"#.to_owned()),
        (mode(ReasoningMode::Enabled), adaptive.to_owned()),
        (
            Reasoning { budget_tokens: Some(7), display: Some("omitted".to_owned()), ..effort("max") },
            r#""thinking":{"type":"enabled","budget_tokens":7,"display":"omitted"},"output_config":{"effort":"max"}"#
                .to_owned(),
        ),
    ];
    for (reasoning, expected) in cases {
        let body = body(&Request { reasoning: Some(reasoning), ..request(vec![says(Role::User, "Hi")]) });
        assert!(body.ends_with(&format!("}}],{expected}}}")), "{body}");
    }
    let contradiction = Reasoning { budget_tokens: Some(7), display: Some("omitted".to_owned()), ..effort("none") };
    let (_, dropped) = written(&Request { reasoning: Some(contradiction), ..request(vec![]) }).unwrap();
    assert_eq!(dropped, ["reasoning.budget_tokens", "reasoning.display"]);
}

#[test]
fn which_tools_and_how_many_at_once() {
    let tool = Tool { name: "f".to_owned(), description: None, schema: None, strict: None, cache: None };
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
