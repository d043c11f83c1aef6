//! Cache marks: OpenAI takes them at parts of messages, other servers of this dialect nowhere.

use super::{OTHER, TARGET, base64, media, of, written_for};
use crate::chat::{CacheMark, Message, Part, Request, Role, Tool, ToolCall, ToolResult};

fn marked(request: &Request) -> String {
    [TARGET, OTHER].map(|target| written_for(request, target).replace("\"prompt_cache_breakpoint\"", "MARK")).join("\n")
}

#[test]
fn marks_at_parts_of_messages() {
    let cache = |ttl: Option<&str>| Some(CacheMark { ttl: ttl.map(Into::into) });
    let text = |text: &str, ttl| Part::Text { text: text.into(), citations: vec![], cache: cache(ttl) };
    let result =
        |parts| Part::ToolResult(ToolResult { call_id: "1".into(), parts, is_error: false, cache: cache(Some("1h")) });
    insta::assert_snapshot!(
        marked(&of(vec![
            Message::new(Role::System, vec![text("a", Some("5m"))]),
            Message::new(Role::User, vec![
                Part::text("b"),
                Part::Image { media: media(base64("image/png")), cache: cache(Some("12h")) },
                Part::document(media(base64("application/pdf")), cache(None)),
            ]),
            Message::new(Role::User, vec![result(vec![Part::text("c"), Part::text("d")])]),
            Message::new(Role::Assistant, vec![text("e", Some("24h"))]),
        ])),
        @r#"
        {"model":"up","messages":[{"role":"system","content":[{"type":"text","text":"a",MARK:{"mode":"explicit"}}]},{"role":"user","content":[{"type":"text","text":"b"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="},MARK:{"mode":"explicit","ttl":"12h"}},{"type":"file","file":{"file_data":"data:application/pdf;base64,AA==","filename":"document.pdf"},MARK:{"mode":"explicit"}}]},{"role":"tool","tool_call_id":"1","content":[{"type":"text","text":"c"},{"type":"text","text":"d",MARK:{"mode":"explicit","ttl":"12h"}}]},{"role":"assistant","content":[{"type":"text","text":"e",MARK:{"mode":"explicit"}}]}]}
        dropped: cache_control.ttl
        {"model":"up","messages":[{"role":"system","content":"a"},{"role":"user","content":[{"type":"text","text":"b"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}},{"type":"file","file":{"file_data":"data:application/pdf;base64,AA==","filename":"document.pdf"}}]},{"role":"tool","tool_call_id":"1","content":[{"type":"text","text":"c"},{"type":"text","text":"d"}]},{"role":"assistant","content":"e"}]}
        dropped: cache_control
        "#
    );
}

#[test]
fn marks_where_openai_takes_none_are_named() {
    let cache = || Some(CacheMark { ttl: None });
    let empty = ToolResult { call_id: "1".into(), parts: vec![], is_error: false, cache: cache() };
    for request in [
        Request { tools: vec![Tool { name: "f".into(), cache: cache(), ..Tool::default() }], ..of(vec![]) },
        of(vec![Message::new(
            Role::Assistant,
            vec![Part::ToolCall(ToolCall { cache: cache(), ..ToolCall::new("1", "f", "") })],
        )]),
        of(vec![Message::new(Role::User, vec![Part::ToolResult(empty)])]),
    ] {
        for target in [TARGET, OTHER] {
            let text = written_for(&request, target);
            assert!(text.ends_with("dropped: cache_control") && !text.contains("breakpoint"), "{text}");
        }
    }
}
