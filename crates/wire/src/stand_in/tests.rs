//! Stand-ins go in and come back: what a provider is told, and what a client sees.

mod round_trip;

use super::StandIns;
use crate::Dialect;
use crate::chat::{
    CallKind, Choice, CustomFormat, Delta, Event, Message, Namespace, Part, PartStart, Reply, Request, Role,
    SearchTool, StopReason, Tool, ToolCall, ToolChoice, ToolKind, Usage,
};
use crate::dialect::{CeilingField, Target};
use crate::json::Raw;

fn target(extras: bool) -> Target<'static> {
    Target { model: "m", ceiling: CeilingField::MaxTokens, extras }
}

fn function(name: &str) -> Tool {
    Tool { name: name.into(), schema: Raw::parse("{}").ok(), ..Tool::default() }
}

fn custom(name: &str, format: CustomFormat) -> Tool {
    Tool { name: name.into(), kind: ToolKind::Custom { format }, ..Tool::default() }
}

fn within(namespace: &str, tool: Tool) -> Tool {
    let description = Some(format!("About {namespace}."));
    Tool { namespace: Some(Namespace { name: namespace.into(), description }.into()), ..tool }
}

fn called(id: &str, name: &str, namespace: Option<&str>, kind: CallKind, arguments: &str) -> ToolCall {
    ToolCall { namespace: namespace.map(Into::into), kind, ..ToolCall::new(id, name, arguments) }
}

fn request(tools: Vec<Tool>, calls: Vec<ToolCall>) -> Request {
    let parts = calls.into_iter().map(Part::ToolCall).collect();
    Request {
        messages: vec![Message::new(Role::User, vec![Part::text("hi")]), Message::new(Role::Assistant, parts)],
        tools,
        ..Request::default()
    }
}

/// The tools and calls of a request, a line each.
fn told(request: &Request) -> String {
    let mut lines = Vec::new();
    for Tool { name, namespace, kind, description, schema, .. } in &request.tools {
        let group = namespace.as_ref().map_or("-", |namespace| namespace.name.as_str());
        let schema = schema.as_ref().map_or("-", Raw::get);
        lines.push(format!("tool {group} {name} {kind:?} {schema} {description:?}"));
    }
    for part in request.messages.iter().flat_map(|message| &message.parts) {
        if let Part::ToolCall(ToolCall { id, name, namespace, kind, arguments, .. }) = part {
            lines.push(format!("call {id} {} {name} {kind:?} {arguments}", namespace.as_deref().unwrap_or("-")));
        }
    }
    lines.extend(request.tool_choice.as_ref().map(|choice| format!("choice {choice:?}")));
    lines.join("\n")
}

fn an_agents() -> Request {
    let grammar = CustomFormat::Grammar { syntax: "lark".into(), definition: "start: /.+/".into() };
    let tools = vec![
        function("exec"),
        Tool { description: Some("Edits files.".into()), ..custom("apply_patch", grammar) },
        within("crm", function("find")),
        within("crm", custom("find", CustomFormat::Text)),
        function("files.read"),
    ];
    let calls = vec![
        called("1", "exec", None, CallKind::Function, "{ }"),
        called("2", "apply_patch", None, CallKind::Custom, "*** \"x\"\n"),
        called("3", "find", Some("crm"), CallKind::Function, "{}"),
        called("4", "gone", Some("old"), CallKind::Custom, ""),
    ];
    let names = vec!["apply_patch".to_owned(), "find".to_owned(), "find".to_owned(), "unknown".to_owned()];
    Request { tool_choice: Some(ToolChoice::Allowed { required: true, names }), ..request(tools, calls) }
}

#[test]
fn what_each_dialect_is_told() {
    let mut all = Vec::new();
    for (dialect, extras) in [
        (Dialect::OpenAiResponses, true),
        (Dialect::OpenAiChat, true),
        (Dialect::OpenAiChat, false),
        (Dialect::Anthropic, false),
    ] {
        let mut request = an_agents();
        StandIns::put(&mut request, dialect, &target(extras));
        all.push(format!("{dialect:?} {extras}\n{}", told(&request)));
    }
    let bedrock = |mut request: Request| {
        StandIns::put(&mut request, Dialect::Bedrock, &target(false));
        told(&request)
    };
    assert!(all.last().is_some_and(|anthropic| anthropic.ends_with(&bedrock(an_agents()))));
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn nothing_is_touched_where_nothing_must_stand_in() {
    let plain = request(vec![function("a"), function("b-_9")], vec![ToolCall::new("1", "a", "{")]);
    for dialect in Dialect::SQUARE {
        for extras in [true, false] {
            let mut put = plain.clone();
            let mut stand_ins = StandIns::put(&mut put, dialect, &target(extras));
            assert_eq!(put, plain);
            assert!(stand_ins.originals.is_empty());
            let events = stream(&[("a", vec!["{"])]);
            let mut restored = events.clone();
            stand_ins.restore(&mut restored);
            assert_eq!(restored, events);
        }
    }
}

#[test]
fn names_are_made_to_fit() {
    let [long, fits, sixty_four] = [("x", 130), ("x", 128), ("y", 64)].map(|(letter, count)| letter.repeat(count));
    let mut told = Vec::new();
    for (dialect, names) in [
        (Dialect::Bedrock, vec!["a.b", "a_b", "a b"]),
        (Dialect::Bedrock, vec!["", "\u{e4}\u{1F600}"]),
        (Dialect::OpenAiChat, vec![&long, &sixty_four]),
        (Dialect::Anthropic, vec![&fits, &long]),
        (Dialect::Gemini, vec!["1a", "-b", "_1a", "c-1"]),
    ] {
        let mut request = request(names.iter().map(|name| function(name)).collect(), vec![]);
        StandIns::put(&mut request, dialect, &target(true));
        let names: Vec<_> = request.tools.iter().map(|tool| tool.name.as_str()).collect();
        told.push(names.join(" "));
    }
    insta::assert_snapshot!(told.join("\n"), @r"
    a_b_1eef715d a_b a_b_806c5cd3
    _ __
    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_658b7ee5 yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_658b7ee5
    _1a_bd314483 _-b _1a c-1
    ");
}

/// Groups and names that are other tools and make the same words, and so the same sum.
#[test]
fn names_with_the_same_sum_are_numbered() {
    let count = 1_000;
    let words = |count: usize| vec!["a"; count].join("__");
    let tools = (1..count).map(|n| Tool {
        namespace: Some(Namespace { name: words(n), description: None }.into()),
        ..function(&words(count - n))
    });
    let mut request = request(tools.collect(), vec![]);
    StandIns::put(&mut request, Dialect::Bedrock, &target(false));
    let names: std::collections::HashSet<_> = request.tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names.len(), count - 1);
}

#[test]
fn a_choice_means_the_same_tool() {
    let chosen = |tools: Vec<Tool>, name: &str, dialect| {
        let choice = Some(ToolChoice::Tool(name.into()));
        let mut request = Request { tool_choice: choice, ..request(tools, vec![]) };
        StandIns::put(&mut request, dialect, &target(false));
        request.tool_choice
    };
    for (tools, name, expected) in [
        (vec![function("a.b")], "a.b", "a_b"),
        (vec![within("g", function("a")), function("a")], "a", "a"),
        (vec![within("g", function("a"))], "a", "g__a"),
        (vec![function("a.b")], "other", "other"),
    ] {
        assert_eq!(chosen(tools, name, Dialect::Bedrock), Some(ToolChoice::Tool(expected.into())), "{name}");
    }
}

#[test]
fn a_choice_among_some_declares_those_only() {
    for (names, required, tools, choice) in [
        (vec!["a", "g"], true, vec!["a"], Some(ToolChoice::Required)),
        (vec!["b", "a"], false, vec!["a", "b"], Some(ToolChoice::Auto)),
        (vec![], true, vec![], None),
    ] {
        let names = names.into_iter().map(str::to_owned).collect();
        let mut request = Request {
            tool_choice: Some(ToolChoice::Allowed { required, names }),
            web_search: Some(SearchTool::default()),
            ..request(vec![function("a"), function("b")], vec![ToolCall::new("1", "b", "{}")])
        };
        StandIns::put(&mut request, Dialect::Anthropic, &target(false));
        assert_eq!(request.tools.iter().map(|tool| tool.name.as_str()).collect::<Vec<_>>(), tools);
        assert_eq!((request.tool_choice, request.web_search), (choice, None));
        assert_eq!(request.messages[1].parts, [Part::ToolCall(ToolCall::new("1", "b", "{}"))]);
    }
}

/// A stream of calls with pieces of their arguments.
fn stream(calls: &[(&str, Vec<&str>)]) -> Vec<Event> {
    let mut events = vec![Event::Start { id: "r".into(), model: "m".into(), created: None }];
    for (part, (name, pieces)) in (0..).zip(calls) {
        let choice = 0;
        events.push(Event::PartStart { choice, part, kind: PartStart::function(format!("id{part}"), *name) });
        events.extend(pieces.iter().map(|piece| Event::Delta {
            choice,
            part,
            delta: Delta::Arguments((*piece).to_owned()),
        }));
        events.extend([Event::Ping, Event::PartEnd { choice, part }]);
    }
    events.extend([Event::Stop { choice: 0, reason: StopReason::ToolUse, sequence: None }, Event::End]);
    events
}

#[test]
fn texts_are_taken_out_of_their_json() {
    let mut request = request(vec![custom("t", CustomFormat::Text)], vec![]);
    let stand_ins = StandIns::put(&mut request, Dialect::Anthropic, &target(false));
    for (arguments, text) in [
        (r#"{"input":"a\n\"b\""}"#, "a\n\"b\""),
        (r#" { "input" : "" } "#, ""),
        (r#"{"input":"a","more":1}"#, r#"{"input":"a","more":1}"#),
        (r#"{"input":1}"#, r#"{"input":1}"#),
        (r#"{"input":"cut"#, r#"{"input":"cut"#),
        ("plain", "plain"),
        ("", ""),
    ] {
        let choice = Choice::new(vec![Part::ToolCall(ToolCall::new("1", "t", arguments))], StopReason::ToolUse);
        let mut reply = Reply {
            id: "r".into(),
            model: "m".into(),
            created: None,
            choices: vec![choice],
            usage: Usage::default(),
            service_tier: None,
            trace: None,
        };
        stand_ins.restore_reply(&mut reply);
        let expected = Part::ToolCall(called("1", "t", None, CallKind::Custom, text));
        assert_eq!(reply.choices[0].parts, [expected], "{arguments}");
    }
}

#[test]
fn only_what_must_wait_waits() {
    let mut request = request(vec![custom("t", CustomFormat::Text), function("f.g")], vec![]);
    let mut stand_ins = StandIns::put(&mut request, Dialect::Anthropic, &target(false));
    let mut seen = Vec::new();
    for event in stream(&[("t", vec!["{\"in", "put\":", "\"x\"}"]), ("f_g", vec!["{", "}"]), ("h", vec!["1"])]) {
        let mut events = vec![event];
        stand_ins.restore(&mut events);
        let line = |event: &Event| match event {
            Event::PartStart { kind: PartStart::ToolCall { name, kind, .. }, .. } => format!("{name} {kind:?}"),
            Event::Delta { delta, .. } => delta.text().to_owned(),
            Event::PartEnd { .. } => "end".into(),
            Event::Ping => "ping".into(),
            _ => "other".into(),
        };
        seen.push(events.iter().map(line).collect::<Vec<_>>().join(", "));
    }
    let expected = "other|t Custom||||ping|x, end|f.g Function|{|}|ping|end|h Function|1|ping|end|other|other";
    assert_eq!(seen.join("|"), expected);
    assert!(stand_ins.held.is_empty());
}

#[test]
fn what_waits_is_bounded() {
    let mut request = request(vec![custom("t", CustomFormat::Text)], vec![]);
    let mut stand_ins = StandIns::put(&mut request, Dialect::Anthropic, &target(false));
    let long = "x".repeat(1 << 20);
    let mut bytes = 0;
    for event in stream(&[("t", vec![&long; 40])]) {
        let mut events = vec![event];
        stand_ins.restore(&mut events);
        bytes += events
            .iter()
            .map(|event| if let Event::Delta { delta, .. } = event { delta.text().len() } else { 0 })
            .sum::<usize>();
        assert!(stand_ins.held.iter().all(|held| held.waits() <= 16 << 20));
    }
    assert_eq!(bytes, 40 << 20);
}
