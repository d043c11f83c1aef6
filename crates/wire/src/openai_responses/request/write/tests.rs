//! Writing requests: the bytes, and what is named because it could not be said.

use super::write;
use crate::chat::{
    self, CacheMark, CallKind, Citation, CustomFormat, Effort, Guarded, Location, Media, MediaSource, Message,
    Namespace, OutputFormat, Page, Part, Reasoning, ReasoningMode, Request, Role, Sampling, SearchOutcome,
    SearchResult, SearchTool, Thinking, Tool, ToolCall, ToolChoice, ToolKind, ToolResult, WebSearch,
};
use crate::dialect::{CeilingField, Target};
use crate::json::Raw;

const TARGET: Target<'_> = Target { model: "up", ceiling: CeilingField::MaxOutputTokens, extras: true };

/// The body, and behind it what was dropped.
fn written_for(request: &Request, target: &Target<'_>) -> String {
    let written = write(request, target).unwrap();
    // one item, part or tool a line
    let body = String::from_utf8(written.body).unwrap().replace(r#"},{"type":"#, "},\n{\"type\":");
    if written.dropped.is_empty() { body } else { format!("{body}\ndropped: {}", written.dropped.join(" ")) }
}

fn written(request: &Request) -> String {
    written_for(request, &TARGET)
}

/// The items that a message becomes, and behind them what was dropped.
fn items(role: Role, parts: Vec<Part>) -> String {
    let told = written(&of(vec![Message::new(role, parts)]));
    let told = told.strip_prefix(r#"{"model":"up","input":"#).unwrap();
    told.replace(r#","include":["reasoning.encrypted_content"],"store":false}"#, "")
}

fn of(messages: Vec<Message>) -> Request {
    Request { model: "m".into(), messages, ..Request::default() }
}

fn raw(text: &str) -> Raw {
    Raw::parse(text).unwrap()
}

fn media(source: MediaSource) -> Media {
    Media { source, detail: None, name: None }
}

fn base64(media_type: &str) -> MediaSource {
    MediaSource::Base64 { media_type: media_type.into(), data: "AA==".into() }
}

fn mark(ttl: Option<&str>) -> CacheMark {
    CacheMark { ttl: ttl.map(Into::into) }
}

fn image() -> Part {
    Part::Image { media: media(base64("image/png")), cache: None }
}

fn result(id: &str, parts: Vec<Part>) -> ToolResult {
    ToolResult { call_id: id.into(), parts, is_error: false, cache: None }
}

#[test]
fn every_setting() {
    let function = |name: &str| Tool { name: name.into(), ..Tool::default() };
    let namespace = |name: &str| Some(Namespace { name: name.into(), description: None }.into());
    let grammar = CustomFormat::Grammar { syntax: "lark".into(), definition: "start: /.+/".into() };
    let request = Request {
        tools: vec![
            Tool {
                description: Some("d".into()),
                schema: Some(raw(r#"{ "b":1.0, "a":2 }"#)),
                strict: Some(true),
                ..function("f")
            },
            Tool { namespace: namespace("n"), ..function("g") },
            Tool { kind: ToolKind::Custom { format: grammar }, ..function("h") },
            Tool { namespace: namespace("o"), ..function("i") },
            Tool { namespace: namespace("n"), kind: ToolKind::Custom { format: CustomFormat::Text }, ..function("j") },
        ],
        web_search: Some(SearchTool {
            max_uses: Some(3),
            allowed_domains: vec!["a".into()],
            blocked_domains: vec!["b".into()],
            place: Some(chat::Place { country: Some("DE".into()), ..chat::Place::default() }),
            context_size: Some("low".into()),
            cache: None,
        }),
        tool_choice: Some(ToolChoice::Allowed { required: true, names: vec!["f".into(), "h".into()] }),
        parallel_tools: Some(false),
        max_output_tokens: Some(9),
        sampling: Sampling {
            temperature: Some(raw("0.70")),
            top_p: Some(raw("1e-1")),
            n: Some(1),
            ..Sampling::default()
        },
        reasoning: Some(Reasoning {
            effort: Some(Effort("high".into())),
            summary: Some("detailed".into()),
            ..Reasoning::default()
        }),
        output: OutputFormat::JsonSchema { name: None, description: None, schema: raw("{\"z\": 1}"), strict: None },
        verbosity: Some("low".into()),
        logprobs: Some(2),
        stream: true,
        user: Some("u".into()),
        service_tier: Some("standard_only".into()),
        metadata: vec![("team".into(), "b".into()), ("app".into(), "a".into())],
        openai: vec![("prompt_cache_key", raw(r#""k""#)), ("store", raw("true"))],
        ..of(vec![Message::new(Role::User, vec![Part::text("hi")])])
    };
    insta::assert_snapshot!(written(&request));
    let told = written_for(&request, &Target { extras: false, ..TARGET });
    assert!(told.ends_with("dropped: prompt_cache_key store") && told.contains(r#""store":false"#), "{told}");
}

#[test]
fn a_conversation_with_tools_and_reasoning() {
    let sealed = |id: Option<&str>, text: &str| {
        Part::Thinking(Thinking::Sealed { id: id.map(Into::into), text: text.into(), data: "D".into() })
    };
    let call = |id: &str, kind, arguments: &str| {
        Part::ToolCall(ToolCall { kind, namespace: Some("n".into()), ..ToolCall::new(id, "f", arguments) })
    };
    let search = |id: &str, outcome| Part::WebSearch(WebSearch { id: id.into(), query: Some("q".into()), outcome });
    let page = Page { url: "https://x".into(), title: Some("T".into()), encrypted: Some("E".into()), age: None };
    insta::assert_snapshot!(written(&of(vec![
        Message::new(Role::System, vec![Part::text("one"), Part::text("two")]),
        Message::new(Role::Developer, vec![Part::text("three")]),
        Message::new(
            Role::Assistant,
            vec![
                sealed(Some("rs_1"), "thought"),
                search("ws_1", None),
                search("srvtoolu_1", Some(SearchOutcome::Found(vec![page]))),
                search("", Some(SearchOutcome::Failed("unavailable".into()))),
                Part::text("x"),
                call("1", CallKind::Function, "{ \"k\" : 1.0}"),
                Part::text("y"),
                Part::Refusal { text: "no".into() },
                call("2", CallKind::Custom, "any\ntext"),
                sealed(None, ""),
            ],
        ),
        Message::new(
            Role::User,
            vec![
                Part::text("before"),
                Part::ToolResult(ToolResult { is_error: true, ..result("1", vec![Part::text("p"), image()]) }),
                Part::ToolResult(result("2", vec![Part::text("q")])),
                Part::ToolResult(result("3", vec![])),
                Part::text("behind"),
            ],
        ),
        Message::new(Role::Assistant, vec![]),
    ])));
}

#[test]
fn media_of_a_user() {
    let named = |source, name: &str| Part::document(Media { name: Some(name.into()), ..media(source) }, None);
    insta::assert_snapshot!(items(
        Role::User,
        vec![
            Part::Image {
                media: Media { detail: Some("low".into()), ..media(base64("image/png")) },
                cache: Some(mark(Some("1h")))
            },
            Part::Image { media: media(MediaSource::Url("https://a/b".into())), cache: None },
            Part::Image { media: media(MediaSource::FileId("file-1".into())), cache: None },
            Part::Audio { media: media(base64("audio/mpeg")) },
            Part::document(media(base64("application/pdf")), Some(mark(Some("30m")))),
            named(base64("text/csv"), "t.csv"),
            named(MediaSource::FileId("file-1".into()), "i"),
            named(MediaSource::Url("https://a/c.pdf".into()), "u"),
            named(MediaSource::Text("plain".into()), "title"),
        ],
    ));
}

#[test]
fn files_in_googles_stores_are_named() {
    let kept = || media(MediaSource::FileId("gs://b/k".into()));
    let parts = vec![Part::Image { media: kept(), cache: None }, Part::document(kept(), None)];
    let asked = Request { messages: vec![Message::new(Role::User, parts)], ..Request::default() };
    let dropped = write(&asked, &TARGET).unwrap().dropped;
    assert_eq!(dropped, ["messages[0].parts[0].image", "messages[0].parts[1].document"]);
}

#[test]
fn what_has_no_form_of_its_own_arrives_as_text() {
    let found = SearchResult {
        source: "https://s".into(),
        title: "t".into(),
        texts: vec!["a".into(), "b".into()],
        citations: true,
        cache: Some(mark(None)),
    };
    let told =
        |source| Part::Document { media: media(source), context: Some("c".into()), citations: true, cache: None };
    insta::assert_snapshot!(
        items(Role::User, vec![
            Part::ToolResult(result("1", vec![Part::Json(raw("{ \"n\": 1.0}"))])),
            Part::SearchResult(found),
            told(MediaSource::Texts(vec!["a".into(), "b".into()])),
            Part::Guarded(Guarded::Text { text: "g".into(), qualifiers: vec!["query".into()] }),
            Part::Guarded(Guarded::Image { media: media(base64("image/png")) }),
            Part::Refusal { text: "no".into() },
        ]),
        @r#"
        [{"type":"function_call_output","call_id":"1","output":"{ \"n\": 1.0}"},
        {"type":"message","role":"user","content":[{"type":"input_text","text":"t\nhttps://s\n\na\nb","prompt_cache_breakpoint":{"mode":"explicit"}},
        {"type":"input_text","text":"a\nb"},
        {"type":"input_text","text":"g"},
        {"type":"input_image","image_url":"data:image/png;base64,AA==","detail":"auto"},
        {"type":"input_text","text":"no"}]}]
        dropped: search_result.citations document.context document.citations guarded
        "#
    );
}

#[test]
fn what_cannot_be_said_is_named() {
    let user = |part| items(Role::User, vec![part, Part::text("x")]);
    let answer = |part| items(Role::Assistant, vec![part, Part::text("x")]);
    let plain = |text: &str, signature: Option<&str>| {
        Part::Thinking(Thinking::Plain { text: text.into(), signature: signature.map(Into::into) })
    };
    let s3 = MediaSource::S3 { media_type: "image/png".into(), uri: "s3://a/b".into(), owner: None };
    let film = || Part::Video { media: media(base64("video/mp4")) };
    let audio = || Part::Audio { media: media(base64("audio/wav")) };
    let named = |media: Media| Part::Image { media: Media { name: Some("n".into()), ..media }, cache: None };
    let cited = |location| Part::Text {
        text: "c".into(),
        citations: vec![Citation { location: Some(location), ..Citation::default() }],
        cache: None,
    };
    let marked = |text: &str| Part::Text { text: text.into(), citations: Vec::new(), cache: Some(mark(None)) };
    let called = Part::ToolCall(ToolCall { cache: Some(mark(None)), ..ToolCall::new("1", "f", "{}") });
    for (told, expected) in [
        (user(film()), Some("messages[0].parts[0].video")),
        (user(Part::Audio { media: media(MediaSource::Url("u".into())) }), Some("messages[0].parts[0].audio")),
        (user(Part::Image { media: media(s3.clone()), cache: None }), Some("messages[0].parts[0].image")),
        (user(Part::document(media(s3), None)), Some("messages[0].parts[0].document")),
        (user(named(media(base64("image/png")))), Some("messages[0].parts[0].name")),
        (user(Part::ToolResult(result("1", vec![film()]))), Some("messages[0].parts[0].tool_result.video")),
        (user(Part::ToolResult(result("1", vec![audio()]))), Some("messages[0].parts[0].tool_result.audio")),
        (answer(image()), Some("messages[0].parts[0].image")),
        (answer(plain("a", None)), Some("messages[0].parts[0].thinking (no signature)")),
        (answer(plain("", Some("S"))), Some("messages[0].parts[0].thinking (sealed by another provider)")),
        (
            answer(Part::Thinking(Thinking::Redacted { data: "R".into() })),
            Some("messages[0].parts[0].thinking (sealed by another provider)"),
        ),
        (answer(cited(Location::Pages { document: 0, start: 1, end: 2 })), Some("text.citations")),
        (answer(cited(Location::Web { url: "https://x".into() })), None),
        (answer(marked("a")), Some("cache_control")),
        (answer(called), Some("cache_control")),
    ] {
        assert_eq!(told.split_once("\ndropped: ").map(|(_, names)| names), expected, "{told}");
    }
    let message = Message { name: Some("n".into()), ..Message::new(Role::User, vec![Part::text("hi")]) };
    assert!(written(&of(vec![message])).ends_with("\ndropped: messages[0].name"));
}

#[test]
fn settings_that_cannot_be_said_are_named() {
    let sampling = Sampling {
        top_k: Some(raw("1")),
        presence_penalty: Some(raw("1")),
        frequency_penalty: Some(raw("1")),
        seed: Some(raw("1")),
        ..Sampling::default()
    };
    let marked = || Tool { name: "f".into(), cache: Some(mark(None)), ..Tool::default() };
    for (request, expected) in [
        (
            Request { sampling, ..of(vec![]) },
            "sampling.top_k sampling.presence_penalty sampling.frequency_penalty sampling.seed",
        ),
        (Request { stop: vec!["x".into()], guardrail: Some(raw("{}")), ..of(vec![]) }, "stop guardrail"),
        (Request { service_tier: Some("reserved".into()), ..of(vec![]) }, "service_tier"),
        (Request { tools: vec![marked()], ..of(vec![]) }, "cache_control"),
        (
            Request { web_search: Some(SearchTool { cache: Some(mark(None)), ..SearchTool::default() }), ..of(vec![]) },
            "cache_control",
        ),
    ] {
        assert_eq!(write(&request, &TARGET).unwrap().dropped.join(" "), expected);
    }
    let several = Request { sampling: Sampling { n: Some(2), ..Sampling::default() }, ..of(vec![]) };
    assert_eq!(
        write(&several, &TARGET).unwrap_err().to_string(),
        "sampling.n: this provider gives one answer a request"
    );
}

#[test]
fn cache_marks() {
    let marked = |ttl| Part::Text { text: "a".into(), citations: Vec::new(), cache: Some(mark(ttl)) };
    for (ttl, expected, dropped) in [
        (None, r#"{"mode":"explicit"}"#, ""),
        (Some("5m"), r#"{"mode":"explicit"}"#, ""),
        (Some("30m"), r#"{"mode":"explicit","ttl":"30m"}"#, ""),
        (Some("1h"), r#"{"mode":"explicit","ttl":"12h"}"#, ""),
        (Some("12h"), r#"{"mode":"explicit","ttl":"12h"}"#, ""),
        (Some("7d"), r#"{"mode":"explicit"}"#, "cache_control.ttl"),
    ] {
        let request = of(vec![Message::new(Role::User, vec![marked(ttl)])]);
        let told = write(&request, &TARGET).unwrap();
        let body = String::from_utf8(told.body).unwrap();
        assert!(body.contains(&format!(r#""prompt_cache_breakpoint":{expected}"#)), "{ttl:?}: {body}");
        assert_eq!(told.dropped.join(" "), dropped, "{ttl:?}");
        let elsewhere = write(&request, &Target { extras: false, ..TARGET }).unwrap();
        assert_eq!(elsewhere.dropped, ["cache_control"]);
    }
    for (parts, expected) in [
        (
            vec![Part::text("a")],
            r#""output":[{"type":"input_text","text":"a","prompt_cache_breakpoint":{"mode":"explicit"}}]"#,
        ),
        (vec![], "dropped: cache_control"),
    ] {
        let result = ToolResult { cache: Some(mark(None)), ..result("1", parts) };
        let told = items(Role::User, vec![Part::ToolResult(result)]);
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn how_to_think() {
    let reasoning =
        |mode, effort: Option<&str>, budget_tokens, display: Option<&str>, summary: Option<&str>| Reasoning {
            mode,
            effort: effort.map(|word| Effort(word.into())),
            budget_tokens,
            display: display.map(Into::into),
            summary: summary.map(Into::into),
        };
    let (on, off) = (Some(ReasoningMode::Enabled), Some(ReasoningMode::Disabled));
    for (reasoning, expected, dropped) in [
        (reasoning(None, Some("high"), None, None, None), r#"{"effort":"high"}"#, ""),
        (reasoning(off, None, None, None, None), r#"{"effort":"none"}"#, ""),
        (reasoning(on, None, Some(2000), None, None), r#"{"effort":"medium","summary":"auto"}"#, ""),
        (
            reasoning(on, Some("low"), Some(2000), None, None),
            r#"{"effort":"low","summary":"auto"}"#,
            "thinking.budget_tokens",
        ),
        (reasoning(on, None, Some(1024), Some("summarized"), None), r#"{"effort":"low","summary":"auto"}"#, ""),
        (reasoning(on, None, Some(1024), Some("omitted"), None), r#"{"effort":"low"}"#, ""),
        (reasoning(on, None, Some(1024), Some("new"), None), r#"{"effort":"low"}"#, "thinking.display"),
        (reasoning(None, None, None, Some("summarized"), Some("concise")), r#"{"summary":"concise"}"#, ""),
        (reasoning(Some(ReasoningMode::Adaptive), None, None, None, None), r#"{"summary":"auto"}"#, "thinking"),
        (reasoning(Some(ReasoningMode::Unsaid), None, None, None, None), "", ""),
    ] {
        let told = write(&Request { reasoning: Some(reasoning.clone()), ..of(vec![]) }, &TARGET).unwrap();
        let body = String::from_utf8(told.body).unwrap();
        let found = body.split_once(r#""reasoning":"#).and_then(|(_, rest)| Some(rest.split_once(r#","include""#)?.0));
        assert_eq!(found.unwrap_or_default(), expected, "{reasoning:?}");
        assert_eq!(told.dropped.join(" "), dropped, "{reasoning:?}");
    }
}

#[test]
fn choices_among_tools() {
    let custom = ToolKind::Custom { format: CustomFormat::Text };
    let tools = vec![Tool { name: "c".into(), kind: custom, ..Tool::default() }];
    for (choice, expected) in [
        (ToolChoice::Auto, r#""auto""#),
        (ToolChoice::None, r#""none""#),
        (ToolChoice::Required, r#""required""#),
        (ToolChoice::Tool("f".into()), r#"{"type":"function","name":"f"}"#),
        (ToolChoice::Tool("c".into()), r#"{"type":"custom","name":"c"}"#),
        (
            ToolChoice::Allowed { required: false, names: vec!["c".into()] },
            r#"{"type":"allowed_tools","mode":"auto","tools":[{"type":"custom","name":"c"}]}"#,
        ),
    ] {
        let told = written(&Request { tool_choice: Some(choice), tools: tools.clone(), ..of(vec![]) });
        assert!(told.contains(&format!(r#""tool_choice":{expected},"#)), "{told}");
    }
}
