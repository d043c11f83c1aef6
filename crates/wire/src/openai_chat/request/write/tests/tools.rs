//! Custom tools, the choice among some, and the settings that are OpenAI's.

use super::{OTHER, TARGET, of, raw, write, written, written_for};
use crate::chat::{
    CacheMark, CallKind, CustomFormat, Message, Part, Place, Request, Role, SearchTool, Tool, ToolCall, ToolChoice,
    ToolKind,
};

fn custom(name: &str, format: CustomFormat) -> Tool {
    Tool { name: name.into(), kind: ToolKind::Custom { format }, ..Tool::default() }
}

#[test]
fn custom_tools_and_a_choice_among_some() {
    let grammar = CustomFormat::Grammar { syntax: "regex".into(), definition: "a+\n".into() };
    let call = ToolCall { kind: CallKind::Custom, ..ToolCall::new("1", "t", "x \"y\"") };
    let request = Request {
        tools: vec![
            Tool { description: Some("d".into()), ..custom("t", CustomFormat::Text) },
            custom("u", grammar),
            Tool { name: "f".into(), ..Tool::default() },
        ],
        tool_choice: Some(ToolChoice::Allowed { required: false, names: vec!["f".into(), "t".into()] }),
        ..of(vec![Message::new(Role::Assistant, vec![Part::ToolCall(call)])])
    };
    insta::assert_snapshot!(written(&request), @r#"{"model":"up","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"custom","custom":{"name":"t","input":"x \"y\""}}]}],"tools":[{"type":"custom","custom":{"name":"t","description":"d"}},{"type":"custom","custom":{"name":"u","format":{"type":"grammar","grammar":{"syntax":"regex","definition":"a+\n"}}}},{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"f"}},{"type":"custom","custom":{"name":"t"}}]}}}"#);
    let chosen = |name: &str| {
        let choice = Some(ToolChoice::Tool(name.into()));
        let text = written(&Request { tool_choice: choice, ..request.clone() });
        text.split_once("\"tool_choice\":").unwrap().1.to_owned()
    };
    assert_eq!(chosen("u"), r#"{"type":"custom","custom":{"name":"u"}}}"#);
    assert_eq!(chosen("f"), r#"{"type":"function","function":{"name":"f"}}}"#);
}

#[test]
fn what_only_openai_knows_is_named_for_others() {
    let request = Request {
        verbosity: Some("low".into()),
        logprobs: Some(3),
        openai: vec![
            ("prompt_cache_key", raw("\"k\"")),
            ("store", raw("true")),
            ("moderation", raw("{ \"model\":1.0}")),
        ],
        ..of(vec![])
    };
    insta::assert_snapshot!(written(&request), @r#"{"model":"up","messages":[],"verbosity":"low","logprobs":true,"top_logprobs":3,"prompt_cache_key":"k","store":true,"moderation":{ "model":1.0}}"#);
    insta::assert_snapshot!(written_for(&request, OTHER), @r#"
    {"model":"up","messages":[],"logprobs":true,"top_logprobs":3}
    dropped: verbosity prompt_cache_key store moderation
    "#);
    let none = Request { logprobs: Some(0), ..of(vec![]) };
    assert_eq!(written(&none), r#"{"model":"up","messages":[],"logprobs":true}"#);
}

#[test]
fn a_search_says_what_it_can() {
    let place = Place { city: Some("Ulm".into()), timezone: Some("Europe/Berlin".into()), ..Place::default() };
    let search = SearchTool {
        max_uses: Some(3),
        allowed_domains: vec!["a".into()],
        blocked_domains: vec!["b".into()],
        place: Some(place),
        context_size: Some("high".into()),
        cache: Some(CacheMark { ttl: None }),
    };
    insta::assert_snapshot!(written(&Request { web_search: Some(search), ..of(vec![]) }), @r#"
    {"model":"up","messages":[],"web_search_options":{"search_context_size":"high","user_location":{"type":"approximate","approximate":{"city":"Ulm","timezone":"Europe/Berlin"}}}}
    dropped: web_search.max_uses web_search.allowed_domains web_search.blocked_domains cache_control
    "#);
    let bare = Request { web_search: Some(SearchTool::default()), ..of(vec![]) };
    assert_eq!(written(&bare), r#"{"model":"up","messages":[],"web_search_options":{}}"#);
}

#[test]
fn searches_that_were_made_are_left_out() {
    let search = Part::WebSearch(crate::chat::WebSearch { id: "ws".into(), ..Default::default() });
    let request = of(vec![Message::new(Role::Assistant, vec![search, Part::text("found")])]);
    assert_eq!(written(&request), r#"{"model":"up","messages":[{"role":"assistant","content":"found"}]}"#);
}

#[test]
fn what_another_provider_sealed_is_named() {
    let sealed = crate::chat::Thinking::Sealed { id: None, text: "t".into(), data: "d".into() };
    let request = of(vec![Message::new(
        Role::Assistant,
        vec![Part::Thinking(sealed.clone()), Part::Thinking(sealed), Part::text("a")],
    )]);
    let written = write(&request, &TARGET).unwrap();
    let named = [0, 1].map(|part| format!("messages[0].parts[{part}].thinking (sealed by another provider)"));
    assert_eq!(written.dropped, named);
    assert_eq!(written.body, br#"{"model":"up","messages":[{"role":"assistant","content":"a"}]}"#);
}

/// A message of this dialect has one content, beside its calls: what the model said between two calls moves before both, in
/// its order. Nothing is lost.
#[test]
fn texts_between_calls_move_before_them() {
    let call = |id: &str| Part::ToolCall(ToolCall::new(id, "f", "{}"));
    let parts = vec![Part::text("a"), call("1"), Part::text("b"), call("2"), Part::text("c")];
    insta::assert_snapshot!(written(&of(vec![Message::new(Role::Assistant, parts)])), @r#"{"model":"up","messages":[{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"text","text":"b"},{"type":"text","text":"c"}],"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"2","type":"function","function":{"name":"f","arguments":"{}"}}]}]}"#);
}
