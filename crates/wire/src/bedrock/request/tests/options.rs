//! Writing what is asked beside the conversation.

use super::{body, dropped, request, says, tool, written};
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
        (effort("minimal"), r#""outputConfig":{"effort":"low"}"#),
        (effort("max"), r#""outputConfig":{"effort":"max"}"#),
        (effort("none"), r#""additionalModelRequestFields":{"thinking":{"type":"disabled"}}"#),
        (mode(ReasoningMode::Disabled), r#""additionalModelRequestFields":{"thinking":{"type":"disabled"}}"#),
        (mode(ReasoningMode::Enabled), r#""additionalModelRequestFields":{"thinking":{"type":"adaptive"}}"#),
    ] {
        assert_eq!(said(reasoning), format!(r#"{{"messages":[],{expected}}}"#));
    }
    let long = Request { reasoning: Some(effort("seventeen-letters")), ..Request::default() };
    assert_eq!(dropped(&long), ["reasoning.effort"]);
    let reasoning = Some(Reasoning { budget_tokens: Some(10), ..Reasoning::default() });
    let asked = Request { reasoning, max_output_tokens: Some(10), ..Request::default() };
    assert_eq!(written(&asked).unwrap_err().path, "reasoning.budget_tokens");
}
