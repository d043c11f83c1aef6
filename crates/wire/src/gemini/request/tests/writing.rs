//! What a provider is told.

use super::*;
use crate::Raw;
use crate::chat::{
    CacheMark, Citation, Effort, Guarded, Location, Media, MediaSource, OutputFormat, Reasoning, Sampling,
    SearchResult, SearchTool, ToolChoice, WebSearch,
};

fn raw(text: &str) -> Raw {
    Raw::parse(text).unwrap()
}

fn png() -> Media {
    Media {
        source: MediaSource::Base64 { media_type: "image/png".into(), data: "AA==".into() },
        detail: None,
        name: None,
    }
}

fn full() -> Request {
    let number = |text| Some(raw(text));
    Request {
        messages: vec![
            says(Role::System, "Be brief."),
            says(Role::Developer, "No lists."),
            says(Role::User, "Look."),
            Message::new(Role::User, vec![Part::Image { media: png(), cache: None }, Part::text("")]),
            Message::new(Role::Assistant, vec![Part::text("I look."), call("a", "look"), call("b", "look")]),
            says(Role::System, "It is late."),
            Message::new(
                Role::User,
                vec![
                    result("a", vec![Part::text("cat"), Part::Image { media: png(), cache: None }], false),
                    result("b", vec![Part::text("dark")], true),
                ],
            ),
        ],
        tools: vec![Tool {
            description: Some("Looks.".into()),
            schema: number(r#"{"type": "object"}"#),
            ..tool("look")
        }],
        web_search: Some(SearchTool::default()),
        tool_choice: Some(ToolChoice::Allowed { required: true, names: vec!["look".into()] }),
        max_output_tokens: Some(100),
        sampling: Sampling {
            temperature: number("0.70"),
            top_p: number("1"),
            top_k: number("40"),
            presence_penalty: number("0.1"),
            frequency_penalty: number("0.2"),
            seed: number("7"),
            n: Some(2),
        },
        stop: vec!["END".into()],
        reasoning: Some(Reasoning { effort: Some(Effort("low".into())), ..Reasoning::default() }),
        output: OutputFormat::JsonSchema {
            name: Some("n".into()),
            description: None,
            schema: raw(r#"{"a": 1.0}"#),
            strict: None,
        },
        logprobs: Some(3),
        user: Some("ann".into()),
        service_tier: Some("flex".into()),
        metadata: vec![("team".into(), "red".into())],
        ..Request::default()
    }
}

#[test]
fn all_that_a_request_says() {
    insta::assert_snapshot!(body_for(NEW, &full()));
    insta::assert_snapshot!("pictures_behind_results_for_older_models", body_for(OLD, &full()));
}

#[test]
fn results_are_objects() {
    for (parts, is_error, expected) in [
        (vec![], false, r#"{"output":""}"#),
        (vec![Part::text("x")], false, r#"{"output":"x"}"#),
        (vec![Part::text("x"), Part::text("y")], false, r#"{"output":["x","y"]}"#),
        (vec![Part::text("x")], true, r#"{"error":"x"}"#),
        (vec![Part::Json(raw(r#"{"a": 1.50}"#))], false, r#"{"a": 1.50}"#),
        (vec![Part::Json(raw(r#"{"a": 1.50}"#))], true, r#"{"error":{"a": 1.50}}"#),
        (vec![Part::Json(raw("[1.0]")), Part::text("x")], false, r#"{"output":[[1.0],"x"]}"#),
    ] {
        let messages = vec![
            Message::new(Role::Assistant, vec![call("a", "f")]),
            Message::new(Role::User, vec![result("a", parts, is_error)]),
        ];
        let body = body_for(OLD, &request(messages));
        let expected = format!(r#"{{"functionResponse":{{"id":"a","name":"f","response":{expected}}}}}"#);
        assert!(body.contains(&expected), "{body}");
    }
}

#[test]
fn tools_are_chosen_in_every_form() {
    let names = || vec!["f".to_owned(), "g".to_owned()];
    for (choice, strict, expected) in [
        (None, None, ""),
        (None, Some(true), r#"{"mode":"VALIDATED"}"#),
        (Some(ToolChoice::Auto), Some(false), r#"{"mode":"AUTO"}"#),
        (Some(ToolChoice::Auto), Some(true), r#"{"mode":"VALIDATED"}"#),
        (Some(ToolChoice::None), Some(true), r#"{"mode":"NONE"}"#),
        (Some(ToolChoice::Required), None, r#"{"mode":"ANY"}"#),
        (Some(ToolChoice::Tool("f".into())), None, r#"{"mode":"ANY","allowedFunctionNames":["f"]}"#),
        (
            Some(ToolChoice::Allowed { required: false, names: names() }),
            None,
            r#"{"mode":"VALIDATED","allowedFunctionNames":["f","g"]}"#,
        ),
    ] {
        let tools = vec![Tool { strict, ..tool("f") }];
        let asked = Request { tools, tool_choice: choice, ..request(vec![says(Role::User, "x")]) };
        let body = body_for(OLD, &asked);
        let config = body.split_once(r#""functionCallingConfig":"#).map_or("", |(_, rest)| rest);
        assert_eq!(config.trim_end_matches('}'), expected.trim_end_matches('}'), "{body}");
    }
    for choice in [ToolChoice::Required, ToolChoice::Tool("f".into())] {
        let asked = Request { tool_choice: Some(choice), ..request(vec![says(Role::User, "x")]) };
        assert_eq!(written_for(OLD, &asked).unwrap_err().path, "tool_choice");
    }
}

#[test]
fn what_gemini_cannot_say_is_named() {
    let mark = || Some(CacheMark { ttl: None });
    let page = Citation { location: Some(Location::Pages { document: 0, start: 1, end: 2 }), ..Citation::default() };
    let document = Part::Document {
        media: Media { detail: Some("original".into()), name: Some("a.pdf".into()), ..png() },
        context: Some("c".into()),
        citations: true,
        cache: mark(),
    };
    let search = SearchTool {
        max_uses: Some(1),
        allowed_domains: vec!["a".into()],
        blocked_domains: vec!["b".into()],
        context_size: Some("low".into()),
        ..SearchTool::default()
    };
    let asked = Request {
        messages: vec![
            Message { name: Some("Ann".into()), ..says(Role::User, "x") },
            Message::new(
                Role::User,
                vec![document, Part::Guarded(Guarded::Text { text: "g".into(), qualifiers: vec![] })],
            ),
            Message::new(
                Role::Assistant,
                vec![
                    Part::WebSearch(WebSearch::default()),
                    Part::Text { text: "x".into(), citations: vec![page], cache: None },
                ],
            ),
        ],
        tools: vec![tool("f")],
        web_search: Some(search),
        parallel_tools: Some(false),
        output: OutputFormat::JsonSchema {
            name: None,
            description: Some("d".into()),
            schema: raw("{}"),
            strict: Some(true),
        },
        verbosity: Some("low".into()),
        service_tier: Some("scale".into()),
        openai: vec![("prompt_cache_key", raw("1"))],
        guardrail: Some(raw("{}")),
        ..Request::default()
    };
    let (body, dropped) = written_for(NEW, &asked).unwrap();
    insta::assert_snapshot!(format!("{body}\n{}", dropped.join("\n")));
    let usual = SearchTool { context_size: Some("medium".into()), ..SearchTool::default() };
    let asked = Request { messages: vec![says(Role::User, "x")], web_search: Some(usual), ..Request::default() };
    assert_eq!(written_for(NEW, &asked).unwrap().1, [""; 0]);
}

#[test]
fn what_a_search_found_is_said_in_words() {
    let found = SearchResult {
        source: "https://x".into(),
        title: "T".into(),
        texts: vec!["a".into()],
        citations: false,
        cache: None,
    };
    let text = Media { source: MediaSource::Text("words".into()), detail: None, name: Some("Title".into()) };
    let parts = vec![Part::SearchResult(found), Part::document(text, None)];
    insta::assert_snapshot!(body_for(OLD, &request(vec![Message::new(Role::User, parts)])));
}

#[test]
fn what_cannot_be_asked_at_all_is_refused() {
    let user = |part| request(vec![Message::new(Role::User, vec![part])]);
    let image = |source| Part::Image { media: Media { source, detail: None, name: None }, cache: None };
    let s3 = MediaSource::S3 { media_type: "image/png".into(), uri: "s3://x".into(), owner: None };
    for (request, path) in [
        (user(image(MediaSource::FileId("file-1".into()))), "messages[0].parts[0]"),
        (user(image(s3)), "messages[0].parts[0]"),
        (user(result("nobody", vec![], false)), "messages[0].parts[0]"),
        (user(Part::Json(raw("1"))), "messages[0].parts[0]"),
        (user(Part::ToolCall(ToolCall::new("a", "f", "{"))), "messages[0].parts[0].arguments"),
        (user(Part::ToolCall(ToolCall::new("a", "f", "[]"))), "messages[0].parts[0].arguments"),
        (
            request(vec![Message::new(Role::System, vec![Part::Image { media: png(), cache: None }])]),
            "messages[0].parts[0]",
        ),
    ] {
        assert_eq!(written_for(NEW, &request).unwrap_err().path, path);
    }
}

#[test]
fn newer_models_look_as_closely_as_they_are_told() {
    for (model, detail, expected, names) in [
        (NEW, "low", r#""mediaResolution":{"level":"MEDIA_RESOLUTION_LOW"}"#, vec![]),
        (NEW, "high", r#""mediaResolution":{"level":"MEDIA_RESOLUTION_HIGH"}"#, vec![]),
        (NEW, "auto", r#""data":"AA=="}}]}]}"#, vec![]),
        (OLD, "high", r#""data":"AA=="}}]}]}"#, vec!["messages[0].parts[0].detail"]),
    ] {
        let image = Part::Image { media: Media { detail: Some(detail.into()), ..png() }, cache: None };
        let (body, dropped) = written_for(model, &request(vec![Message::new(Role::User, vec![image])])).unwrap();
        assert!(body.contains(expected), "{body}");
        assert_eq!(dropped, names, "{model} {detail}");
    }
}
