//! What the conversation is in a request for a provider.

use super::*;
use crate::chat::{
    CacheMark, Effort, Media, MediaSource, OutputFormat, Reasoning, ReasoningMode, Sampling, Thinking, Tool,
    ToolChoice, WebSearch,
};
use crate::json::Raw;

fn raw(text: &str) -> Raw {
    Raw::parse(text).unwrap()
}

fn tool(name: &str, strict: Option<bool>) -> Tool {
    Tool { name: name.to_owned(), strict, ..Tool::default() }
}

/// It requires an argument.
fn demanding(name: &str, strict: Option<bool>) -> Tool {
    let schema = raw(r#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}"#);
    Tool { schema: Some(schema), ..tool(name, strict) }
}

fn asking(request: Request) -> Request {
    Request { messages: vec![says(Role::User, "Hi")], ..request }
}

/// What is written behind the one message.
fn fields(request: Request) -> String {
    let body = body(&asking(request));
    let fields =
        body.strip_prefix(r#""messages":[{"role":"user","content":"Hi"}]"#).and_then(|rest| rest.strip_suffix('}'));
    fields.unwrap().trim_start_matches(',').to_owned()
}

fn image(url: &str) -> Part {
    let source = MediaSource::Url(url.to_owned());
    Part::Image { media: Media { source, detail: None, name: None }, cache: None }
}

#[test]
fn every_setting_has_its_field() {
    let request = Request {
        tools: vec![Tool { description: Some("d".to_owned()), ..demanding("f", Some(true)) }],
        tool_choice: Some(ToolChoice::Required),
        max_output_tokens: Some(9),
        sampling: Sampling {
            temperature: Some(raw("1.0")),
            top_p: Some(raw("0.90")),
            top_k: Some(raw("5")),
            presence_penalty: Some(raw("0.2")),
            frequency_penalty: Some(raw("0.1")),
            seed: Some(raw("7")),
            n: Some(1),
        },
        stop: vec!["a".to_owned()],
        output: OutputFormat::JsonObject,
        logprobs: Some(0),
        stream: true,
        service_tier: Some("auto".to_owned()),
        verbosity: Some("medium".to_owned()),
        parallel_tools: Some(true),
        ..Request::default()
    };
    insta::assert_snapshot!(fields(request), @r#""tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}}}],"strict_tools":true,"tool_choice":"REQUIRED","response_format":{"type":"json_object"},"max_tokens":9,"stop_sequences":["a"],"temperature":1.0,"frequency_penalty":0.1,"presence_penalty":0.2,"p":0.90,"seed":7,"k":5,"logprobs":true,"stream":true"#);
}

#[test]
fn an_agents_session_is_written_whole() {
    let thinking = Thinking::Plain { text: "hm".to_owned(), signature: None };
    let failed = Part::ToolResult(crate::chat::ToolResult {
        call_id: "2".to_owned(),
        parts: vec![Part::text("no")],
        is_error: true,
        cache: None,
    });
    let messages = vec![
        Message::new(Role::Developer, vec![Part::text("Be"), Part::text("brief")]),
        user(vec![Part::text("Look"), image("https://x")]),
        Message::new(
            Role::Assistant,
            vec![
                Part::Thinking(thinking),
                Part::Refusal { text: "not that".to_owned() },
                Part::text("I will look."),
                call("1"),
                Part::WebSearch(WebSearch::default()),
                Part::ToolCall(ToolCall::new("2", "f", "")),
            ],
        ),
        user(vec![result("1", vec![Part::text("a"), image("https://y")]), failed, Part::text("go on")]),
        Message::new(Role::Assistant, vec![]),
        user(vec![result("3", vec![image("https://z")])]),
    ];
    insta::assert_snapshot!(body(&request(messages)), @r#""messages":[{"role":"system","content":[{"type":"text","text":"Be"},{"type":"text","text":"brief"}]},{"role":"user","content":[{"type":"text","text":"Look"},{"type":"image_url","image_url":{"url":"https://x"}}]},{"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"not that"}],"tool_plan":"I will look.","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"2","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":"a"},{"role":"tool","tool_call_id":"2","content":"[The tool failed.]\nno"},{"role":"user","content":[{"type":"text","text":"Content of the result of call 1:"},{"type":"image_url","image_url":{"url":"https://y"}},{"type":"text","text":"go on"}]},{"role":"tool","tool_call_id":"3","content":""},{"role":"user","content":[{"type":"text","text":"Content of the result of call 3:"},{"type":"image_url","image_url":{"url":"https://z"}}]}]}"#);
}

#[test]
fn a_forced_tool_is_the_only_one_that_is_declared() {
    let names = |choice: ToolChoice| {
        let tools = vec![tool("f", None), tool("g", None), tool("h", None)];
        let body = fields(Request { tools, tool_choice: Some(choice), ..Request::default() });
        let value: serde_json::Value = serde_json::from_str(&format!("{{{body}}}")).unwrap();
        let names: Vec<_> = value["tools"].as_array().unwrap().iter().map(|tool| &tool["function"]["name"]).collect();
        (serde_json::to_string(&names).unwrap(), value["tool_choice"].as_str().map(str::to_owned))
    };
    let all = r#"["f","g","h"]"#;
    let some = |names: &[&str], required| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        ToolChoice::Allowed { required, names }
    };
    for (choice, declared, word) in [
        (ToolChoice::Auto, all, None),
        (ToolChoice::Required, all, Some("REQUIRED")),
        (ToolChoice::None, all, Some("NONE")),
        (ToolChoice::Tool("g".to_owned()), r#"["g"]"#, Some("REQUIRED")),
        (some(&["h", "f"], false), r#"["f","h"]"#, None),
        (some(&["h", "f"], true), r#"["f","h"]"#, Some("REQUIRED")),
    ] {
        assert_eq!(names(choice.clone()), (declared.to_owned(), word.map(str::to_owned)), "{choice:?}");
    }
    for choice in [ToolChoice::Required, ToolChoice::Tool("f".to_owned())] {
        let error = written(&asking(Request { tool_choice: Some(choice), ..Request::default() })).unwrap_err();
        assert_eq!(error.path, "tool_choice");
    }
    for choice in [ToolChoice::Auto, ToolChoice::None] {
        assert_eq!(fields(Request { tool_choice: Some(choice), ..Request::default() }), "");
    }
}

#[test]
fn thinking_is_switched_and_bounded() {
    let effort = |word: &str| Reasoning { effort: Some(Effort(word.to_owned())), ..Reasoning::default() };
    let mode = |mode| Reasoning { mode: Some(mode), ..Reasoning::default() };
    let budget = Reasoning { budget_tokens: Some(7), ..Reasoning::default() };
    let enabled = r#""thinking":{"type":"enabled"}"#;
    for (reasoning, expected) in [
        (mode(ReasoningMode::Enabled), enabled),
        (mode(ReasoningMode::Adaptive), enabled),
        (mode(ReasoningMode::Disabled), r#""thinking":{"type":"disabled"}"#),
        (mode(ReasoningMode::Unsaid), ""),
        (budget.clone(), r#""thinking":{"type":"enabled","token_budget":7}"#),
        (Reasoning { budget_tokens: Some(7), ..effort("high") }, r#""thinking":{"type":"enabled","token_budget":7}"#),
        (effort("none"), r#""thinking":{"type":"disabled"}"#),
        (effort("low"), r#""thinking":{"type":"enabled","token_budget":1024}"#),
        (effort("medium"), r#""thinking":{"type":"enabled","token_budget":4096}"#),
        (effort("max"), enabled),
        (Reasoning { mode: Some(ReasoningMode::Unsaid), ..effort("high") }, ""),
        (
            Reasoning { display: Some("omitted".to_owned()), summary: Some("auto".to_owned()), ..budget.clone() },
            r#""thinking":{"type":"enabled","token_budget":7}"#,
        ),
    ] {
        let request = Request { reasoning: Some(reasoning.clone()), ..Request::default() };
        assert_eq!(fields(request), expected, "{reasoning:?}");
    }
    let under = |most: u64, reasoning| {
        written(&Request {
            max_output_tokens: Some(most),
            ..asking(Request { reasoning: Some(reasoning), ..Request::default() })
        })
    };
    for (word, most, thinking) in [
        ("low", 2048, r#"{"type":"enabled","token_budget":1024}"#),
        ("low", 2047, r#"{"type":"enabled","token_budget":1023}"#),
        ("medium", 4096, r#"{"type":"enabled","token_budget":2048}"#),
        ("minimal", 2, r#"{"type":"enabled","token_budget":1}"#),
        ("medium", 1, r#"{"type":"disabled"}"#),
        ("high", 1, r#"{"type":"enabled"}"#),
    ] {
        let (body, dropped) = under(most, effort(word)).unwrap();
        assert!(body.ends_with(&format!(r#""max_tokens":{most},"thinking":{thinking}}}"#)), "{word} {most}: {body}");
        let named = (word == "medium" && most == 1).then_some("reasoning (the output ceiling leaves no room for it)");
        assert_eq!(dropped, Vec::from_iter(named));
    }
    assert!(under(8, budget.clone()).is_ok());
    let refused = under(7, budget).unwrap_err();
    assert_eq!((refused.path.as_str(), refused.problem.contains("ceiling of 7")), ("reasoning.budget_tokens", true));
    let odd = Reasoning { summary: Some("detailed".to_owned()), ..effort("huge") };
    let named = dropped(&asking(Request { reasoning: Some(odd), ..Request::default() }));
    assert_eq!(named, ["reasoning.summary", "reasoning.effort"]);
}

#[test]
fn what_cohere_cannot_say_is_named() {
    let empty = Request::default;
    let mark = || Some(CacheMark { ttl: None });
    let number = |text: &str| Some(raw(text));
    let schema = OutputFormat::JsonSchema {
        name: Some("n".into()),
        description: Some("d".into()),
        schema: raw("{}"),
        strict: Some(false),
    };
    for (request, named) in [
        (Request { parallel_tools: Some(false), ..empty() }, vec!["parallel_tools"]),
        (Request { logprobs: Some(3), ..empty() }, vec!["logprobs (alternatives)"]),
        (Request { verbosity: Some("low".to_owned()), ..empty() }, vec!["verbosity"]),
        (Request { user: Some("u".to_owned()), ..empty() }, vec!["user"]),
        (Request { service_tier: Some("flex".to_owned()), ..empty() }, vec!["service_tier"]),
        (Request { guardrail: number("{}"), ..empty() }, vec!["guardrail"]),
        (Request { web_search: Some(crate::chat::SearchTool::default()), ..empty() }, vec!["web_search"]),
        (Request { metadata: vec![("team".to_owned(), "x".to_owned())], ..empty() }, vec!["metadata.team"]),
        (Request { openai: vec![("store", raw("true"))], ..empty() }, vec!["store"]),
        (
            Request { sampling: Sampling { temperature: number("1.5"), ..Sampling::default() }, ..empty() },
            vec!["sampling.temperature (above 1)"],
        ),
        (
            Request {
                sampling: Sampling {
                    presence_penalty: number("-0.5"),
                    frequency_penalty: number("1.5"),
                    ..Sampling::default()
                },
                ..empty()
            },
            vec!["sampling.frequency_penalty (above 1)", "sampling.presence_penalty (below 0)"],
        ),
        (Request { output: schema, ..empty() }, vec!["response_format.description"]),
        (
            Request { tools: vec![tool("f", Some(false)), demanding("g", Some(true))], ..empty() },
            vec!["tools[1].strict"],
        ),
        // with one that takes no arguments there is no strictness, and it has none to lose
        (
            Request { tools: vec![tool("f", Some(true)), demanding("g", Some(true))], ..empty() },
            vec!["tools[1].strict"],
        ),
        (Request { tools: vec![tool("f", Some(true))], ..empty() }, vec![]),
        (Request { tools: vec![Tool { cache: mark(), ..tool("f", None) }], ..empty() }, vec!["cache_control"]),
    ] {
        assert_eq!(dropped(&asking(request.clone())), named, "{request:?}");
    }
    let several = Request { sampling: Sampling { n: Some(2), ..Sampling::default() }, ..empty() };
    assert_eq!(written(&asking(several)).unwrap_err().path, "sampling.n");
}

#[test]
fn what_messages_cannot_hold_is_named() {
    let media = |source| Media { source, detail: None, name: None };
    let pdf = || media(MediaSource::Base64 { media_type: "application/pdf".into(), data: "AA==".into() });
    let stored = || media(MediaSource::FileId("f".to_owned()));
    let sealed = Thinking::Sealed { id: None, text: String::new(), data: "g".to_owned() };
    let assistant = |part| Message::new(Role::Assistant, vec![part]);
    for (message, named) in [
        (Message { name: Some("n".to_owned()), ..says(Role::User, "x") }, "messages[0].name"),
        (user(vec![Part::document(pdf(), None)]), "messages[0].parts[0].document"),
        (user(vec![Part::Audio { media: pdf() }]), "messages[0].parts[0].audio"),
        (user(vec![Part::Image { media: stored(), cache: None }]), "messages[0].parts[0].image"),
        (user(vec![result("1", vec![Part::Video { media: pdf() }])]), "messages[0].tool_result.video"),
        (
            user(vec![Part::Text { text: "x".into(), citations: vec![], cache: Some(CacheMark { ttl: None }) }]),
            "cache_control",
        ),
        (Message::new(Role::System, vec![image("u")]), "messages[0].parts[0].image"),
        (assistant(image("u")), "messages[0].parts[0].image"),
        (
            assistant(Part::Thinking(Thinking::Plain { text: "t".into(), signature: Some("s".into()) })),
            "thinking.signature",
        ),
        (assistant(Part::Thinking(Thinking::Redacted { data: "d".into() })), "messages[0].parts[0].redacted_thinking"),
        (assistant(Part::Thinking(sealed)), "messages[0].parts[0].thinking (sealed by another provider)"),
    ] {
        assert_eq!(dropped(&request(vec![message.clone()])), [named], "{message:?}");
    }
}

#[test]
fn no_cut_is_the_widest_that_it_takes() {
    for (top_p, written) in [("1", "0.99"), ("1.0", "0.99"), ("0.995", "0.99"), ("0.990", "0.990"), ("0.5", "0.5")] {
        let sampling = Sampling { top_p: Some(raw(top_p)), ..Sampling::default() };
        assert!(fields(Request { sampling, ..Request::default() }).contains(&format!(r#""p":{written}"#)), "{top_p}");
    }
}
