//! Writing.

use super::{body, request, says, tool, written, written_for};
use crate::chat::*;
use crate::json::Raw;

/// What is wrong with a conversation of one message.
fn refused(role: Role, part: Part) -> String {
    written(&request(vec![Message::new(role, vec![part])])).unwrap_err().to_string()
}

fn call(id: &str, arguments: &str) -> Part {
    let (id, name) = (id.to_owned(), "f".to_owned());
    Part::ToolCall(ToolCall { id, name, arguments: arguments.to_owned(), cache: None, ..ToolCall::default() })
}

fn result(id: &str, parts: Vec<Part>) -> Part {
    Part::ToolResult(ToolResult { call_id: id.to_owned(), parts, is_error: false, cache: None })
}

fn media(media_type: &str) -> Media {
    let source = MediaSource::Base64 { media_type: media_type.to_owned(), data: "aGk=".to_owned() };
    Media { source, detail: None, name: None }
}

fn file(media_type: &str, name: &str) -> Part {
    Part::document(Media { name: Some(name.to_owned()), ..media(media_type) }, None)
}

fn raw(text: &str) -> Raw {
    Raw::parse(text).unwrap()
}

#[test]
fn a_plain_request_is_plain() {
    let plain = request(vec![says(Role::System, "Be brief."), says(Role::User, "Hi")]);
    insta::assert_snapshot!(body(&plain));
}

#[test]
fn speakers_take_turns_and_late_instructions_stay_in_place() {
    let conversation = request(vec![
        says(Role::System, "Be brief."),
        says(Role::Developer, "Be kind."),
        says(Role::User, "Hi"),
        says(Role::User, "there"),
        says(Role::Assistant, "a"),
        says(Role::User, ""),
        says(Role::Assistant, "b"),
        says(Role::Developer, "Now in French."),
        Message::new(Role::Assistant, vec![Part::Refusal { text: "No.".to_owned() }]),
    ]);
    insta::assert_snapshot!(body(&conversation));
}

#[test]
fn every_option_has_its_place() {
    let schema = Raw::parse(r#"{ "type":"object","additionalProperties":false}"#).unwrap();
    let full = Request {
        tools: vec![
            Tool {
                description: Some("d".to_owned()),
                schema: Some(schema.clone()),
                strict: Some(true),
                cache: Some(CacheMark { ttl: Some("1h".to_owned()) }),
                ..tool("f")
            },
            Tool { description: Some(String::new()), ..tool("g") },
        ],
        tool_choice: Some(ToolChoice::Required),
        parallel_tools: Some(true),
        max_output_tokens: Some(100),
        sampling: Sampling {
            temperature: Some(raw("0.70")),
            top_p: Some(raw("1e0")),
            top_k: Some(raw("4")),
            n: Some(1),
            ..Sampling::default()
        },
        stop: vec!["END".to_owned()],
        reasoning: Some(Reasoning {
            budget_tokens: Some(50),
            effort: Some(Effort("high".to_owned())),
            ..Reasoning::default()
        }),
        output: OutputFormat::JsonSchema {
            name: Some("n".to_owned()),
            description: Some("d".to_owned()),
            schema,
            strict: Some(true),
        },
        user: Some("u-1".to_owned()),
        service_tier: Some("flex".to_owned()),
        metadata: vec![("team".to_owned(), "a".to_owned())],
        guardrail: Some(raw(r#"{"guardrailIdentifier":"g","guardrailVersion":"1"}"#)),
        ..request(vec![says(Role::User, "Hi")])
    };
    insta::assert_snapshot!(body(&full));
}

#[test]
fn every_part_has_its_block() {
    let s3 = MediaSource::S3 { media_type: "video/mp4".to_owned(), uri: "s3://bucket/k".to_owned(), owner: None };
    let text_document = |source| Part::Document {
        media: Media { source, detail: None, name: None },
        context: Some("c".to_owned()),
        citations: true,
        cache: Some(CacheMark { ttl: None }),
    };
    let asked = vec![
        Part::Text { text: "a".to_owned(), citations: vec![], cache: Some(CacheMark { ttl: Some("5m".to_owned()) }) },
        Part::Image { media: Media { detail: Some("auto".to_owned()), ..media("image/jpg") }, cache: None },
        file("application/octet-stream", "my_report.XLSX"),
        text_document(MediaSource::Text("t".to_owned())),
        text_document(MediaSource::Texts(vec!["x".to_owned(), "y".to_owned()])),
        Part::Video { media: Media { source: s3, detail: None, name: None } },
        Part::Audio { media: media("audio/mpeg") },
        Part::Guarded(Guarded::Text { text: "g".to_owned(), qualifiers: vec!["query".to_owned()] }),
        Part::Guarded(Guarded::Image { media: media("image/png") }),
        Part::SearchResult(SearchResult {
            source: "https://a".to_owned(),
            title: "T".to_owned(),
            texts: vec!["p".to_owned()],
            citations: true,
            cache: None,
        }),
    ];
    let location = Some(Location::Characters { document: 0, start: 1, end: 2 });
    let cited = Citation { title: Some("T".to_owned()), source: None, quotes: vec!["q".to_owned()], location };
    let answered = vec![
        Part::Thinking(Thinking::Plain { text: "hm".to_owned(), signature: Some("s".to_owned()) }),
        Part::Thinking(Thinking::Redacted { data: "ZA==".to_owned() }),
        Part::Text { text: "b".to_owned(), citations: vec![cited], cache: None },
    ];
    insta::assert_snapshot!(body(&request(vec![
        Message::new(Role::User, asked),
        Message::new(Role::Assistant, answered)
    ])));
}

#[test]
fn results_come_first_and_tools_are_declared_though_the_client_left_them_out() {
    let failed =
        ToolResult { call_id: "t3".to_owned(), parts: vec![], is_error: true, cache: Some(CacheMark { ttl: None }) };
    let json = Part::Json(Raw::parse("{\"n\": 1.0}").unwrap());
    let conversation = request(vec![
        says(Role::User, "Hi"),
        Message::new(Role::Assistant, vec![call("t1", "{\"n\": 1.0}"), call("call|2", ""), call("t3", " ")]),
        Message::new(Role::User, vec![result("t1", vec![Part::text("ok"), json])]),
        says(Role::User, "and?"),
        Message::new(Role::User, vec![result("call|2", vec![Part::text("")]), Part::ToolResult(failed)]),
    ]);
    insta::assert_snapshot!(body(&conversation));
}

#[test]
fn what_cannot_be_said_is_named() {
    let marked = |ttl: &str| Some(CacheMark { ttl: Some(ttl.to_owned()) });
    let cited = Citation::default();
    let parts = vec![
        Part::Text { text: String::new(), citations: vec![], cache: marked("5m") },
        Part::Text { text: "a".to_owned(), citations: vec![cited], cache: marked("2h") },
        Part::Image {
            media: Media { detail: Some("high".to_owned()), name: Some("n".to_owned()), ..media("image/png") },
            cache: None,
        },
        result("t", vec![Part::Text { text: "b".to_owned(), citations: vec![], cache: marked("5m") }]),
        Part::Thinking(Thinking::Plain { text: "hm".to_owned(), signature: None }),
        Part::Thinking(Thinking::Sealed { id: None, text: "hm".to_owned(), data: "d".to_owned() }),
        Part::WebSearch(WebSearch::default()),
    ];
    let mut message = Message::new(Role::User, parts);
    message.name = Some("n".to_owned());
    let asked = Request {
        tools: vec![Tool { cache: marked("1d"), ..tool("f") }],
        tool_choice: Some(ToolChoice::None),
        parallel_tools: Some(false),
        sampling: Sampling {
            temperature: Some(raw("1.5")),
            presence_penalty: Some(raw("0")),
            frequency_penalty: Some(raw("1")),
            seed: Some(raw("7")),
            ..Sampling::default()
        },
        reasoning: Some(Reasoning {
            effort: Some(Effort("none".to_owned())),
            budget_tokens: Some(1),
            display: Some("omitted".to_owned()),
            ..Reasoning::default()
        }),
        output: OutputFormat::JsonObject,
        verbosity: Some("high".to_owned()),
        logprobs: Some(2),
        openai: vec![("prompt_cache_key", raw("1")), ("store", raw("true"))],
        web_search: Some(SearchTool::default()),
        service_tier: Some("scale".to_owned()),
        user: Some("u".to_owned()),
        metadata: vec![("user".to_owned(), "x".to_owned()), ("bad".to_owned(), "{}".to_owned())],
        ..request(vec![message])
    };
    insta::assert_snapshot!(written_for("amazon.nova-x", &asked).unwrap().1.join("\n"));
}

#[test]
fn what_would_be_another_request_is_refused() {
    let url = |source| Part::Image { media: Media { source, detail: None, name: None }, cache: None };
    let json = Part::Json(Raw::parse("{}").unwrap());
    let stored = MediaSource::S3 { media_type: "image/png".to_owned(), uri: "s3://bucket/k".to_owned(), owner: None };
    let stored = Media { source: stored, detail: None, name: None };
    let guarded = Part::Guarded(Guarded::Text { text: "g".to_owned(), qualifiers: vec![] });
    let long = ToolCall {
        id: "t".to_owned(),
        name: "a.b".to_owned(),
        arguments: String::new(),
        cache: None,
        ..ToolCall::default()
    };
    let several = Request { sampling: Sampling { n: Some(2), ..Sampling::default() }, ..Request::default() };
    let unnamed = Request { tools: vec![tool("a.b")], ..Request::default() };
    let told = [
        refused(Role::User, url(MediaSource::Url("https://a/b.png".to_owned()))),
        refused(Role::User, url(MediaSource::FileId("file-1".to_owned()))),
        refused(Role::User, url(MediaSource::Text("t".to_owned()))),
        refused(Role::User, Part::Image { media: media("image/svg+xml"), cache: None }),
        refused(Role::User, Part::Audio { media: media("audio/midi") }),
        refused(Role::User, file("application/zip", "a.zip")),
        refused(Role::System, file("application/pdf", "a.pdf")),
        refused(Role::User, json),
        refused(Role::User, Part::Guarded(Guarded::Image { media: stored })),
        refused(Role::User, result("t", vec![guarded])),
        refused(Role::User, result("t", vec![result("u", vec![])])),
        refused(Role::Assistant, call("t", "{\"a\":")),
        refused(Role::Assistant, call("t", "[1]")),
        refused(Role::Assistant, Part::ToolCall(long)),
        written(&several).unwrap_err().to_string(),
        written(&unnamed).unwrap_err().to_string(),
    ];
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn what_others_hid_is_left_out_and_named() {
    for data in ["gAAAA_-", "", "YQ"] {
        let hidden = Part::Thinking(Thinking::Redacted { data: data.to_owned() });
        let said = Message::new(Role::Assistant, vec![hidden, Part::text("b")]);
        let (body, dropped) = written(&request(vec![says(Role::User, "a"), said])).unwrap();
        assert_eq!(dropped, ["messages[1].parts[0].thinking (not base64)"], "{data}");
        assert!(!body.contains("reasoningContent"), "{body}");
    }
}
