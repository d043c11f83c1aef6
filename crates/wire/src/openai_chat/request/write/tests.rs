//! Writing requests: the bytes, and what is named because it could not be said.

mod marks;
mod results;
mod tools;

use super::write;
use crate::chat::{
    CacheMark, Citation, Effort, Guarded, Location, Media, MediaSource, Message, OutputFormat, Part, Reasoning,
    ReasoningMode, Request, Role, Sampling, SearchResult, Thinking, Tool, ToolCall, ToolChoice, ToolResult,
};
use crate::dialect::{CeilingField, Target};
use crate::json::Raw;

const TARGET: Target<'_> = Target { model: "up", ceiling: CeilingField::MaxCompletionTokens, extras: true };

/// Servers that only speak like OpenAI.
const OTHER: Target<'_> = Target { extras: false, ..TARGET };

/// The body, and behind it what was dropped.
fn written(request: &Request) -> String {
    written_for(request, TARGET)
}

fn written_for(request: &Request, target: Target<'_>) -> String {
    let written = write(request, &target).unwrap();
    let body = String::from_utf8(written.body).unwrap();
    if written.dropped.is_empty() { body } else { format!("{body}\ndropped: {}", written.dropped.join(" ")) }
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

#[test]
fn every_setting() {
    let request = Request {
        tools: vec![Tool {
            name: "f".into(),
            description: Some("d".into()),
            schema: Some(raw(r#"{ "b":1.0, "a":2 }"#)),
            strict: Some(true),
            cache: Some(CacheMark { ttl: None }),
            ..Tool::default()
        }],
        tool_choice: Some(ToolChoice::Tool("f".into())),
        parallel_tools: Some(false),
        max_output_tokens: Some(9),
        sampling: Sampling {
            temperature: Some(raw("0.70")),
            top_k: Some(raw("5")),
            seed: Some(raw("1e3")),
            n: Some(2),
            ..Sampling::default()
        },
        stop: vec!["a".into(), "b".into()],
        reasoning: Some(Reasoning { effort: Some(Effort("high".into())), ..Reasoning::default() }),
        output: OutputFormat::JsonSchema { name: None, description: None, schema: raw("{\"z\": 1}"), strict: None },
        stream: true,
        user: Some("u".into()),
        service_tier: Some("standard_only".into()),
        metadata: vec![("team".into(), "b".into()), ("app".into(), "a".into())],
        guardrail: Some(raw("{}")),
        ..of(vec![Message { name: Some("n".into()), ..Message::new(Role::User, vec![Part::text("hi")]) }])
    };
    insta::assert_snapshot!(written(&request));
    let reserved = Request { service_tier: Some("reserved".into()), ..of(vec![]) };
    let told = written(&reserved);
    assert!(told.ends_with("dropped: service_tier") && !told.contains("reserved"), "{told}");
    let old = write(&request, &Target { ceiling: CeilingField::MaxTokens, ..TARGET }).unwrap();
    assert!(String::from_utf8(old.body).unwrap().contains(r#""max_tokens":9,"#));
}

#[test]
fn a_conversation_with_tools_and_reasoning() {
    let thinking = |text: &str, signature: Option<&str>| {
        Part::Thinking(Thinking::Plain { text: text.into(), signature: signature.map(Into::into) })
    };
    let call = |id: &str, arguments: &str| {
        Part::ToolCall(ToolCall {
            id: id.into(),
            name: "f".into(),
            arguments: arguments.into(),
            cache: None,
            ..ToolCall::default()
        })
    };
    let result =
        |id: &str, parts, is_error| Part::ToolResult(ToolResult { call_id: id.into(), parts, is_error, cache: None });
    let image = || Part::Image { media: media(base64("image/png")), cache: None };
    insta::assert_snapshot!(written(&of(vec![
        Message::new(Role::System, vec![Part::text("one"), Part::text("two")]),
        Message::new(Role::Developer, vec![Part::text("three")]),
        Message::new(
            Role::Assistant,
            vec![
                thinking("a", Some("S")),
                thinking("b", None),
                Part::text("x"),
                call("1", "{ \"k\" : 1.0}"),
                call("2", "")
            ],
        ),
        Message::new(
            Role::User,
            vec![
                Part::text("after"),
                result("1", vec![Part::text("p"), image(), Part::text("q")], true),
                result("2", vec![], false),
            ],
        ),
        Message::new(
            Role::Assistant,
            vec![Part::Thinking(Thinking::Redacted { data: "D".into() }), Part::Refusal { text: "no".into() }],
        ),
        Message::new(Role::Assistant, vec![]),
    ])));
}

#[test]
fn media_of_a_user() {
    let cache = Some(CacheMark { ttl: Some("5m".into()) });
    let document =
        |source, name: Option<&str>| Part::document(Media { source, detail: None, name: name.map(Into::into) }, None);
    insta::assert_snapshot!(written(&of(vec![Message::new(
        Role::User,
        vec![
            Part::Image {
                media: Media { detail: Some("low".into()), ..media(base64("image/png")) },
                cache: cache.clone()
            },
            Part::Image { media: media(MediaSource::Url("https://a/b".into())), cache },
            Part::Image { media: media(MediaSource::FileId("f".into())), cache: None },
            Part::Audio { media: media(base64("audio/mpeg")) },
            Part::Audio { media: media(MediaSource::Url("u".into())) },
            document(base64("application/pdf"), None),
            document(base64("text/csv"), Some("t.csv")),
            document(MediaSource::FileId("file-1".into()), None),
            document(MediaSource::Text("plain".into()), Some("title")),
            document(MediaSource::Url("https://a/c.pdf".into()), None),
        ],
    )])));
}

#[test]
fn what_has_no_form_of_its_own_arrives_as_text() {
    let found = || SearchResult {
        source: "https://s".into(),
        title: "t".into(),
        texts: vec!["a".into(), "b".into()],
        citations: true,
        cache: Some(CacheMark { ttl: None }),
    };
    let told =
        |source| Part::Document { media: media(source), context: Some("c".into()), citations: true, cache: None };
    let result = ToolResult {
        call_id: "1".into(),
        parts: vec![Part::Json(raw("{ \"n\": 1.0}")), Part::SearchResult(found())],
        is_error: false,
        cache: None,
    };
    insta::assert_snapshot!(
        written(&of(vec![Message::new(
            Role::User,
            vec![
                Part::ToolResult(result),
                Part::SearchResult(SearchResult { citations: false, cache: None, ..found() }),
                told(MediaSource::Texts(vec!["a".into(), "b".into()])),
                told(base64("application/pdf")),
                Part::Guarded(Guarded::Text { text: "g".into(), qualifiers: vec!["query".into()] }),
                Part::Guarded(Guarded::Image { media: media(base64("image/png")) }),
            ],
        )])),
        @r#"
        {"model":"up","messages":[{"role":"tool","tool_call_id":"1","content":[{"type":"text","text":"{ \"n\": 1.0}"},{"type":"text","text":"t\nhttps://s\n\na\nb","prompt_cache_breakpoint":{"mode":"explicit"}}]},{"role":"user","content":[{"type":"text","text":"t\nhttps://s\n\na\nb"},{"type":"text","text":"a\nb"},{"type":"file","file":{"file_data":"data:application/pdf;base64,AA==","filename":"document.pdf"}},{"type":"text","text":"g"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}]}
        dropped: search_result.citations document.context document.citations guarded
        "#
    );
}

#[test]
fn films_go_where_servers_take_them_and_what_is_in_others_stores_is_named() {
    let s3 = |media_type: &str| {
        media(MediaSource::S3 { media_type: media_type.into(), uri: "s3://b/k".into(), owner: None })
    };
    let kept = || media(MediaSource::FileId("gs://b/k".into()));
    let asked = of(vec![Message::new(
        Role::User,
        vec![
            Part::Video { media: media(base64("video/mp4")) },
            Part::Video { media: media(MediaSource::Url("https://a/b.mp4".into())) },
            Part::Video { media: s3("video/mp4") },
            Part::Image { media: s3("image/png"), cache: None },
            Part::document(s3("application/pdf"), None),
            Part::document(kept(), None),
        ],
    )]);
    insta::assert_snapshot!(
        written_for(&asked, OTHER),
        @r#"
        {"model":"up","messages":[{"role":"user","content":[{"type":"video_url","video_url":{"url":"data:video/mp4;base64,AA=="}},{"type":"video_url","video_url":{"url":"https://a/b.mp4"}}]}]}
        dropped: messages[0].parts[2].video messages[0].parts[3].image messages[0].parts[4].document messages[0].parts[5].document
        "#
    );
    let videos = ["messages[0].parts[0].video", "messages[0].parts[1].video"];
    assert_eq!(write(&asked, &TARGET).unwrap().dropped[..2], videos);
}

#[test]
fn citations_of_the_request_are_named_and_those_of_the_web_are_not() {
    let cites = |location| {
        let citations = vec![Citation { location: Some(location), ..Citation::default() }];
        of(vec![Message::new(Role::Assistant, vec![Part::Text { text: "x".into(), citations, cache: None }])])
    };
    let dropped = |location| write(&cites(location), &TARGET).unwrap().dropped;
    assert_eq!(dropped(Location::Web { url: "u".into() }), [""; 0]);
    assert_eq!(dropped(Location::Pages { document: 0, start: 1, end: 2 }), ["text.citations"]);
}

#[test]
fn parts_in_roles_that_cannot_have_them_are_named() {
    let image = || Part::Image { media: media(base64("image/png")), cache: None };
    let request = of(vec![
        Message::new(Role::System, vec![Part::text("a"), image()]),
        Message::new(Role::Assistant, vec![image()]),
        Message::new(Role::User, vec![Part::Refusal { text: "no".into() }]),
    ]);
    let dropped = write(&request, &TARGET).unwrap().dropped;
    assert_eq!(dropped, ["messages[0].parts[1].image", "messages[1].parts[0].image", "messages[2].parts[0].refusal"]);
}

#[test]
fn effort_of_reasoning() {
    use ReasoningMode::{Adaptive, Disabled, Enabled};
    for (mode, effort, budget, word, dropped) in [
        (None, Some("minimal"), None, Some("minimal"), ""),
        (Some(Enabled), None, Some(1024), Some("low"), ""),
        (Some(Enabled), None, Some(2000), Some("medium"), ""),
        (Some(Enabled), None, Some(4096), Some("high"), ""),
        (Some(Enabled), None, Some(8192), Some("xhigh"), ""),
        (Some(Enabled), None, Some(99999), Some("max"), ""),
        (Some(Enabled), Some("low"), Some(99999), Some("low"), "thinking.budget_tokens"),
        (Some(Disabled), None, None, Some("none"), ""),
        (Some(Disabled), Some("low"), None, Some("none"), "reasoning.effort"),
        (Some(Adaptive), Some("low"), None, Some("low"), ""),
        (Some(Adaptive), None, None, None, "thinking"),
        (None, None, None, None, ""),
    ] {
        let effort = effort.map(|word: &str| Effort(word.into()));
        let reasoning = Some(Reasoning { mode, effort, budget_tokens: budget, display: None, ..Reasoning::default() });
        let written = write(&Request { reasoning, ..of(vec![]) }, &TARGET).unwrap();
        let body: serde_json::Value = serde_json::from_slice(&written.body).unwrap();
        assert_eq!(body.get("reasoning_effort").and_then(|word| word.as_str()), word, "{mode:?} {budget:?}");
        assert_eq!(written.dropped.join(" "), dropped, "{mode:?} {budget:?}");
    }
}

#[test]
fn wishes_how_reasoning_is_shown() {
    for (display, summary, dropped) in [
        (Some("omitted"), None, ""),
        (Some("summarized"), None, "thinking.display"),
        (None, Some("auto"), ""),
        (None, Some("concise"), "reasoning.summary"),
        (Some("summarized"), Some("detailed"), "thinking.display reasoning.summary"),
    ] {
        let (display, summary) = (display.map(str::to_owned), summary.map(str::to_owned));
        let reasoning = Some(Reasoning { display, summary, ..Reasoning::default() });
        let request = Request { reasoning, ..of(vec![]) };
        assert_eq!(write(&request, &TARGET).unwrap().dropped.join(" "), dropped, "{request:?}");
    }
}
