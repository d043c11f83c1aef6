//! Writing what is asked beside the conversation.

use super::{body, dropped, request, says, tool, written, written_for};
use crate::chat::*;

#[test]
fn tool_choices() {
    for (choice, expected) in [
        (Some(ToolChoice::Auto), r#""toolChoice":{"auto":{}}"#),
        (Some(ToolChoice::Required), r#""toolChoice":{"any":{}}"#),
        (Some(ToolChoice::Tool("f".to_owned())), r#""toolChoice":{"tool":{"name":"f"}}"#),
        (None, r#"{"type":"object","properties":{}}}}}]}"#),
    ] {
        let asked = Request { tool_choice: choice, tools: vec![tool("f")], ..request(vec![says(Role::User, "Hi")]) };
        let body = body(&asked);
        assert!(body.contains(expected), "{body}");
    }
    for choice in [ToolChoice::Auto, ToolChoice::None] {
        let asked = Request { tool_choice: Some(choice), parallel_tools: Some(false), ..Request::default() };
        assert_eq!(body(&asked), r#"{"messages":[]}"#);
    }
    let asked = Request { tool_choice: Some(ToolChoice::Required), ..Request::default() };
    assert_eq!(written(&asked).unwrap_err().path, "tool_choice");
}

#[test]
fn tools_that_may_not_be_called_are_declared_only_where_calls_stand() {
    let call = Part::ToolCall(ToolCall::new("t", "f", "{}"));
    for (said, declared) in [(Part::text("a"), false), (call, true)] {
        let messages = vec![Message::new(Role::Assistant, vec![said])];
        let tools = vec![tool("f")];
        let (tool_choice, parallel_tools) = (Some(ToolChoice::None), Some(false));
        let (body, named) = written(&Request { tools, tool_choice, parallel_tools, ..request(messages) }).unwrap();
        assert_eq!(body.contains("toolConfig"), declared, "{body}");
        assert_eq!(named, declared.then_some("tool_choice").into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn one_call_at_a_time_is_said_to_claude_and_named_elsewhere() {
    let serial = r#""additionalModelRequestFields":{"tool_choice":{"disable_parallel_tool_use":true}}"#;
    let auto = r#""additionalModelRequestFields":{"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}"#;
    for (tool_choice, chosen, said) in [
        (None, "", auto),
        (Some(ToolChoice::Auto), "", auto),
        (Some(ToolChoice::Required), r#","toolChoice":{"any":{}}"#, serial),
        (Some(ToolChoice::Tool("f".to_owned())), r#","toolChoice":{"tool":{"name":"f"}}"#, serial),
    ] {
        let asked = Request { tools: vec![tool("f")], tool_choice, parallel_tools: Some(false), ..Request::default() };
        let body = body(&asked);
        assert!(body.ends_with(&format!("}}}}}}]{chosen}}},{said}}}")), "{body}");
        for model in ["amazon.nova-x", "arn:aws:bedrock:us-east-1:1:application-inference-profile/x"] {
            let (body, named) = written_for(model, &asked).unwrap();
            assert_eq!(named, ["parallel_tools"]);
            assert!(!body.contains("additional"), "{body}");
        }
        let several = Request { parallel_tools: Some(true), ..asked };
        assert!(!super::body(&several).contains("additional"));
    }
}

#[test]
fn metadata_ends_at_sixteen_entries() {
    let metadata = (0..18).map(|n| (format!("k{n}"), String::new())).collect();
    let asked = Request { metadata, user: Some("u".to_owned()), ..Request::default() };
    assert_eq!(dropped(&asked), ["metadata.k16", "metadata.k17", "user"]);
}

#[test]
fn efforts_and_modes() {
    let said = |reasoning: Reasoning| body(&Request { reasoning: Some(reasoning), ..Request::default() });
    let effort = |word: &str| Reasoning { effort: Some(Effort(word.to_owned())), ..Reasoning::default() };
    let mode = |mode| Reasoning { mode: Some(mode), ..Reasoning::default() };
    for (reasoning, expected) in [
        (
            effort("minimal"),
            r#""outputConfig":{"effort":"low"},"additionalModelRequestFields":{"thinking":{"type":"adaptive"}}"#,
        ),
        (
            Reasoning { summary: Some("auto".to_owned()), ..effort("max") },
            r#""outputConfig":{"effort":"max"},"additionalModelRequestFields":{"thinking":{"type":"adaptive","display":"summarized"}}"#,
        ),
        (Reasoning { mode: Some(ReasoningMode::Unsaid), ..effort("max") }, r#""outputConfig":{"effort":"max"}"#),
        (effort("none"), r#""additionalModelRequestFields":{"thinking":{"type":"disabled"}}"#),
        (mode(ReasoningMode::Disabled), r#""additionalModelRequestFields":{"thinking":{"type":"disabled"}}"#),
        (mode(ReasoningMode::Enabled), r#""additionalModelRequestFields":{"thinking":{"type":"adaptive"}}"#),
    ] {
        assert_eq!(said(reasoning), format!(r#"{{"messages":[],{expected}}}"#));
    }
    let asked = Request { reasoning: Some(effort("high")), ..Request::default() };
    assert_eq!(
        written_for("openai.gpt-oss-120b-1:0", &asked).unwrap().0,
        r#"{"messages":[],"outputConfig":{"effort":"high"}}"#
    );
    let long = Request { reasoning: Some(effort("seventeen-letters")), ..Request::default() };
    assert_eq!(dropped(&long), ["reasoning.effort"]);
    let reasoning = Some(Reasoning { budget_tokens: Some(10), ..Reasoning::default() });
    let asked = Request { reasoning, max_output_tokens: Some(10), ..Request::default() };
    assert_eq!(written(&asked).unwrap_err().path, "reasoning.budget_tokens");
}
