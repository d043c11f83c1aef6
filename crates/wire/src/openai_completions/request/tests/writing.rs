//! What the conversation is in a request for a provider.

use super::*;
use crate::chat::{
    CacheMark, Effort, Guarded, Media, MediaSource, OutputFormat, Reasoning, ReasoningMode, Sampling, SearchTool,
    Thinking, Tool, ToolCall, ToolChoice, ToolResult, WebSearch,
};

fn asking(request: Request) -> Request {
    Request { messages: vec![says(Role::User, "Hi")], ..request }
}

fn dropped(request: Request) -> Vec<String> {
    written(&asking(request)).unwrap().1
}

/// The prompt of a conversation, and what it lost.
fn prompt(messages: Vec<Message>) -> (String, Vec<String>) {
    let (body, dropped) = written(&Request { messages, ..Request::default() }).unwrap();
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    (body["prompt"].as_str().unwrap().to_owned(), dropped)
}

fn image() -> Part {
    Part::Image { media: Media { source: MediaSource::Url("https://x".into()), detail: None, name: None }, cache: None }
}

fn plain(text: &str, signature: Option<&str>) -> Part {
    Part::Thinking(Thinking::Plain { text: text.into(), signature: signature.map(Into::into) })
}

#[test]
fn every_setting_has_its_field() {
    let request = asking(Request {
        max_output_tokens: Some(9),
        sampling: Sampling {
            temperature: Some(raw("0.70")),
            top_p: Some(raw("0.9")),
            top_k: None,
            presence_penalty: Some(raw("0.2")),
            frequency_penalty: Some(raw("-0.1")),
            seed: Some(raw("7")),
            n: Some(2),
        },
        stop: vec!["a".into()],
        logprobs: Some(0),
        user: Some("u".into()),
        stream: true,
        service_tier: Some("auto".into()),
        verbosity: Some("medium".into()),
        parallel_tools: Some(false),
        tool_choice: Some(ToolChoice::Auto),
        reasoning: Some(Reasoning { effort: Some(Effort("none".into())), ..Reasoning::default() }),
        ..Request::default()
    });
    let (body, dropped) = written(&request).unwrap();
    assert_eq!(dropped, [""; 0]);
    insta::assert_snapshot!(body, @r#"{"model":"base","prompt":"Hi","max_tokens":9,"temperature":0.70,"top_p":0.9,"presence_penalty":0.2,"frequency_penalty":-0.1,"seed":7,"n":2,"stop":["a"],"logprobs":0,"user":"u","stream":true,"stream_options":{"include_usage":true}}"#);
    insta::assert_snapshot!(written(&asking(Request::default())).unwrap().0, @r#"{"model":"base","prompt":"Hi"}"#);
}

#[test]
fn what_one_user_says_is_the_prompt() {
    let document = |source| Part::document(Media { source, detail: None, name: Some("T".into()) }, None);
    for (messages, expected) in [
        (vec![says(Role::User, " Once\n\nAssistant: ")], " Once\n\nAssistant: "),
        (vec![says(Role::System, ""), says(Role::User, "Once"), says(Role::Assistant, "")], "Once"),
        (
            vec![Message::new(
                Role::User,
                vec![document(MediaSource::Text("a".into())), Part::text(""), Part::text("b")],
            )],
            "T\n\na\n\nb",
        ),
        (vec![says(Role::User, "")], ""),
        (vec![], ""),
    ] {
        assert_eq!(prompt(messages), (expected.to_owned(), vec![]), "{expected}");
    }
}

#[test]
fn a_conversation_is_a_transcript() {
    let refused = Message::new(Role::Assistant, vec![Part::Refusal { text: "I will not.".into() }]);
    let pieces = vec![Part::text("It is "), Part::WebSearch(WebSearch::default()), plain("", None), Part::text("so.")];
    let messages = vec![
        Message::new(Role::System, vec![Part::text("Be brief."), Part::text("Be kind.")]),
        says(Role::Developer, "Speak English."),
        says(Role::User, "Hi"),
        says(Role::User, "Are you there?"),
        Message::new(Role::Assistant, pieces),
        says(Role::System, "It is late."),
        says(Role::User, "Sing!"),
        refused,
        says(Role::User, "Why?"),
    ];
    let (text, dropped) = prompt(messages);
    assert_eq!(dropped, [""; 0]);
    insta::assert_snapshot!(text, @r#"
    Be brief.

    Be kind.

    Speak English.

    User: Hi

    User: Are you there?

    Assistant: It is so.

    System: It is late.

    User: Sing!

    Assistant: I will not.

    User: Why?

    Assistant:
    "#);
    for (messages, expected) in [
        (vec![says(Role::System, "Be brief."), says(Role::User, "Hi")], "Be brief.\n\nUser: Hi\n\nAssistant:"),
        (vec![says(Role::User, "Hi"), says(Role::Assistant, "One, two, ")], "User: Hi\n\nAssistant: One, two, "),
        (vec![says(Role::Assistant, "One")], "Assistant: One"),
        (vec![says(Role::System, "Be brief.")], "Be brief.\n\nAssistant:"),
    ] {
        assert_eq!(prompt(messages), (expected.to_owned(), vec![]), "{expected}");
    }
}

#[test]
fn what_is_no_text_is_named_where_it_stands() {
    let call = Part::ToolCall(ToolCall::new("1", "f", "{}"));
    let result = ToolResult { call_id: "1".into(), parts: vec![Part::text("r")], is_error: false, cache: None };
    let guarded = Guarded::Text { text: "look".into(), qualifiers: vec![] };
    let cached = Part::Text { text: "b".into(), citations: vec![], cache: Some(CacheMark { ttl: None }) };
    let messages = vec![
        Message { name: Some("Ann".into()), ..Message::new(Role::User, vec![image(), Part::text("a")]) },
        Message::new(Role::Assistant, vec![plain("t", None), plain("", Some("S")), Part::text("I look."), call]),
        Message::new(Role::User, vec![Part::ToolResult(result), cached, Part::Guarded(guarded)]),
    ];
    let (text, dropped) = prompt(messages);
    assert_eq!(text, "User: a\n\nAssistant: I look.\n\nUser: b\n\nlook\n\nAssistant:");
    assert_eq!(
        dropped,
        [
            "messages[0].name",
            "messages[0].parts[0].image",
            "messages[1].parts[0].thinking",
            "messages[1].parts[1].thinking",
            "messages[1].parts[3].tool_call",
            "messages[2].parts[0].tool_result",
            "cache_control",
            "guarded",
        ]
    );
}

#[test]
fn of_a_conversation_that_is_lost_nothing_is_left() {
    for messages in [
        vec![says(Role::System, "Be brief."), Message::new(Role::User, vec![image()])],
        vec![Message::new(Role::User, vec![image(), Part::text("")])],
    ] {
        let (text, dropped) = prompt(messages);
        assert_eq!((text.as_str(), dropped.len()), ("", 1));
    }
}

#[test]
fn what_has_no_field_is_named() {
    let reasoning = |reasoning: Reasoning| Request { reasoning: Some(reasoning), ..Request::default() };
    let schema = OutputFormat::JsonSchema { name: None, description: None, schema: raw("{}"), strict: None };
    let enabled = Reasoning { mode: Some(ReasoningMode::Enabled), ..Reasoning::default() };
    let high = Reasoning { effort: Some(Effort("high".into())), ..Reasoning::default() };
    for (request, named) in [
        (Request { tools: vec![Tool::default()], ..Request::default() }, vec!["tools"]),
        (Request { web_search: Some(SearchTool::default()), ..Request::default() }, vec!["web_search"]),
        (
            Request { sampling: Sampling { top_k: Some(raw("5")), ..Sampling::default() }, ..Request::default() },
            vec!["sampling.top_k"],
        ),
        (Request { output: OutputFormat::JsonObject, ..Request::default() }, vec!["response_format"]),
        (Request { output: schema, ..Request::default() }, vec!["response_format"]),
        (Request { verbosity: Some("low".into()), ..Request::default() }, vec!["verbosity"]),
        (Request { service_tier: Some("flex".into()), ..Request::default() }, vec!["service_tier"]),
        (Request { guardrail: Some(raw("{}")), ..Request::default() }, vec!["guardrail"]),
        (Request { metadata: vec![("team".into(), "red".into())], ..Request::default() }, vec!["metadata.team"]),
        (Request { openai: vec![("prompt_cache_key", raw("\"k\""))], ..Request::default() }, vec!["prompt_cache_key"]),
        (reasoning(Reasoning { budget_tokens: Some(1024), ..enabled.clone() }), vec!["thinking.budget_tokens"]),
        (
            reasoning(Reasoning { display: Some("summarized".into()), ..high.clone() }),
            vec!["reasoning.effort", "thinking.display"],
        ),
        (
            reasoning(Reasoning { summary: Some("detailed".into()), ..high }),
            vec!["reasoning.effort", "reasoning.summary"],
        ),
        (reasoning(enabled), vec!["thinking"]),
        (reasoning(Reasoning { mode: Some(ReasoningMode::Disabled), ..Reasoning::default() }), vec![]),
        (reasoning(Reasoning { mode: Some(ReasoningMode::Unsaid), ..Reasoning::default() }), vec![]),
    ] {
        assert_eq!(dropped(request), named);
    }
}

#[test]
fn a_call_that_must_be_made_is_refused() {
    let allowed = |required| ToolChoice::Allowed { required, names: vec!["f".into()] };
    for (choice, refused) in [
        (ToolChoice::Required, true),
        (ToolChoice::Tool("f".into()), true),
        (allowed(true), true),
        (allowed(false), false),
        (ToolChoice::Auto, false),
        (ToolChoice::None, false),
    ] {
        let request = Request { tools: vec![Tool::default()], tool_choice: Some(choice), ..Request::default() };
        match written(&asking(request)) {
            Ok((_, dropped)) => assert_eq!((dropped, refused), (vec!["tools".to_owned()], false)),
            Err(error) => assert_eq!((error.path.as_str(), refused), ("tool_choice", true)),
        }
    }
}
