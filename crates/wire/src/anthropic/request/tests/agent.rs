//! What agents send.

use super::reading::with;
use crate::anthropic::request::read;
use crate::chat::{Effort, ReasoningMode, Role};

/// Claude Code 2.1.330: what of it cannot be carried is named by its own path.
#[test]
fn what_an_agent_sends_is_carried_or_named() {
    let request = read(
        r#"{"model":"m","max_tokens":10,"stream":true,"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],
        "messages":[{"role":"user","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}}]},
                    {"role":"system","content":"Tools changed."}],
        "tools":[{"name":"Bash","description":"d","input_schema":{"type":"object"}},
                 {"name":"Late","description":"d","input_schema":{"type":"object"},"defer_loading":true}],
        "thinking":{"type":"adaptive","display":"omitted"},"output_config":{"effort":"high"},
        "context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]},
        "metadata":{"user_id":"{\"device_id\":\"x\"}"}}"#,
    )
    .unwrap();
    assert_eq!(request.unmapped, ["tools[1].defer_loading", "context_management"]);
    let roles: Vec<Role> = request.messages.iter().map(|message| message.role).collect();
    assert_eq!(roles, [Role::System, Role::User, Role::System]);
    let reasoning = request.reasoning.unwrap();
    assert_eq!((reasoning.mode, reasoning.display.as_deref()), (Some(ReasoningMode::Adaptive), Some("omitted")));
    assert_eq!((reasoning.effort, request.tools.len()), (Some(Effort("high".to_owned())), 2));
    assert_eq!(request.user.as_deref(), Some(r#"{"device_id":"x"}"#));
}

#[test]
fn an_effort_alone_asks_nobody_to_think() {
    let reasoning = read(&with(r#""output_config":{"effort":"low"}"#)).unwrap().reasoning.unwrap();
    assert_eq!((reasoning.mode, reasoning.effort), (Some(ReasoningMode::Unsaid), Some(Effort("low".to_owned()))));
}
