//! Reading tools, calls of them and the choice among them, and the settings that are OpenAI's.

use super::{assert_named, message, parts, read, with};
use crate::chat::{
    CallKind, CustomFormat, Part, Place, SearchTool, Thinking, Tool, ToolCall, ToolChoice, ToolKind, ToolResult,
};

#[test]
fn what_of_them_has_no_place_is_named() {
    for (body, unmapped) in [
        (
            with(r#""tools":[],"functions":[{"name":"f","x":1}],"tool_choice":"auto","function_call":"auto""#),
            "functions[0].x tool_choice",
        ),
        (
            with(
                r#""tools":[{"type":"function","function":{"name":"g"}}],"functions":[{"name":"f"}],"function_call":{"name":"f"}"#,
            ),
            "functions function_call",
        ),
        (with(r#""functions":[],"function_call":"none""#), "functions function_call"),
        (
            with(
                r#""web_search_options":{"x":1,"user_location":{"type":"approximate","approximate":{"zip":1},"y":2}}"#,
            ),
            "web_search_options.user_location.approximate.zip web_search_options.user_location.y web_search_options.x",
        ),
        (
            with(
                r#""tools":[{"type":"custom","custom":{"name":"a","x":1,"format":{"type":"grammar","y":2,"grammar":{"syntax":"regex","definition":"a","z":3}}}}]"#,
            ),
            "tools[0].custom.format.grammar.z tools[0].custom.format.y tools[0].custom.x",
        ),
        (with(r#""tools":[{"type":"web_search"}]"#), "tools[0]"),
        (with(r#""tools":[{"type":"mcp","mcp":{}}]"#), "tools[0].mcp"),
        (
            with(r#""tools":[{"type":"function","x":1,"function":{"name":"f","y":2}}]"#),
            "tools[0].x tools[0].function.y",
        ),
        (
            with(
                r#""tool_choice":{"type":"allowed_tools","x":1,"allowed_tools":{"mode":"auto","y":2,"tools":[{"type":"mcp"},{"type":"function","function":{"name":"f"},"z":3}]}}"#,
            ),
            "tool_choice.allowed_tools.tools[0] tool_choice.allowed_tools.tools[1].z tool_choice.allowed_tools.y tool_choice.x",
        ),
        (
            message(
                r#"{"role":"assistant","tool_calls":[{"id":"1","type":"custom","custom":{"name":"t","input":"","x":1}}]}"#,
            ),
            "messages[0].tool_calls[0].custom.x",
        ),
    ] {
        assert_named(&body, unmapped);
    }
}

#[test]
fn tools_of_both_kinds() {
    let custom = |name: &str, format| Tool {
        name: name.into(),
        kind: ToolKind::Custom { format },
        description: Some("d".into()),
        ..Tool::default()
    };
    let grammar = CustomFormat::Grammar { syntax: "lark".into(), definition: "start: X\n".into() };
    for (field, tools) in [
        (
            r#""tools":[{"type":"custom","custom":{"name":"a","description":"d"}},
                {"type":"custom","custom":{"name":"b","description":"d","format":{"type":"text"}}},
                {"type":"custom","custom":{"name":"c","description":"d","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"start: X\n"}}}}]"#,
            vec![custom("a", CustomFormat::Text), custom("b", CustomFormat::Text), custom("c", grammar)],
        ),
        (r#""tools":null"#, vec![]),
    ] {
        let request = read(&with(field)).unwrap();
        assert_eq!((request.tools, request.unmapped), (tools, vec![]), "{field}");
    }
}

#[test]
fn choices_in_all_forms() {
    let allowed = |required, names: &[&str]| ToolChoice::Allowed {
        required,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    };
    for (field, choice) in [
        (r#""tool_choice":"auto""#, ToolChoice::Auto),
        (r#""tool_choice":"required""#, ToolChoice::Required),
        (r#""tool_choice":"none""#, ToolChoice::None),
        (r#""tool_choice":{"type":"custom","custom":{"name":"t"}}"#, ToolChoice::Tool("t".into())),
        (
            r#""tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}},{"type":"custom","custom":{"name":"t"}}]}}"#,
            allowed(true, &["f", "t"]),
        ),
        (r#""tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[]}}"#, allowed(false, &[])),
    ] {
        let request = read(&with(field)).unwrap();
        assert_eq!((request.tool_choice, request.unmapped), (Some(choice), vec![]), "{field}");
    }
}

#[test]
fn settings_that_are_openais() {
    let request = read(&with(
        r#""verbosity":"low","logprobs":true,"store":true,"prompt_cache_key":"k","prompt_cache_options":{"mode": "explicit"},
        "prompt_cache_retention":"24h","moderation":{"model":"m"},"web_search_options":{"search_context_size":"low",
        "user_location":{"type":"approximate","approximate":{"city":"Ulm","country":"DE"}}}"#,
    ))
    .unwrap();
    assert_eq!((request.verbosity.as_deref(), request.logprobs), (Some("low"), Some(0)));
    let openai: Vec<_> = request.openai.iter().map(|(name, value)| format!("{name}={}", value.get())).collect();
    let expected = [
        r#"moderation={"model":"m"}"#,
        r#"prompt_cache_key="k""#,
        r#"prompt_cache_options={"mode": "explicit"}"#,
        r#"prompt_cache_retention="24h""#,
        "store=true",
    ];
    assert_eq!(openai, expected);
    let place = Place { city: Some("Ulm".into()), country: Some("DE".into()), ..Place::default() };
    let search = SearchTool { context_size: Some("low".into()), place: Some(place), ..SearchTool::default() };
    assert_eq!((request.web_search, request.unmapped), (Some(search), vec![]));
    let more = read(&with(r#""logprobs":true,"top_logprobs":5,"web_search_options":{}"#)).unwrap();
    assert_eq!((more.logprobs, more.web_search), (Some(5), Some(SearchTool::default())));
}

#[test]
fn calls_of_custom_tools_keep_their_text() {
    let call = ToolCall { kind: CallKind::Custom, ..ToolCall::new("1", "t", "*** \"a\"\n{") };
    assert_eq!(
        parts(
            r#"{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"custom","custom":{"name":"t","input":"*** \"a\"\n{"}}]}"#
        ),
        [Part::ToolCall(call)]
    );
}

#[test]
fn results_may_hold_images() {
    let body = message(
        r#"{"role":"tool","tool_call_id":"1","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"https://x"}}]}"#,
    );
    let request = read(&body).unwrap();
    let [Part::ToolResult(ToolResult { parts, .. })] = &request.messages[0].parts[..] else { panic!() };
    assert_eq!(parts.iter().map(Part::word).collect::<Vec<_>>(), ["text", "image"]);
    assert_eq!(request.unmapped, [""; 0]);
}

#[test]
fn a_seal_in_the_place_of_a_signature_is_recognised() {
    let sealed = |id: Option<&str>| Thinking::Sealed { id: id.map(Into::into), text: "t".into(), data: "gA:=".into() };
    for thinking in [sealed(Some("rs_1")), sealed(None)] {
        let text = format!(
            r#"{{"role":"assistant","content":"a","thinking_blocks":[{{"type":"thinking","thinking":"t","signature":"{}"}}]}}"#,
            thinking.as_signature().unwrap()
        );
        assert_eq!(parts(&text), [Part::Thinking(thinking), Part::text("a")]);
    }
}
