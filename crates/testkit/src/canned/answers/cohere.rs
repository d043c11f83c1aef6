//! Cohere's chat, in the second version of its API.

use super::{SSE, Script, sse, text};

pub(super) fn chat() -> Script {
    let usage = r#""usage":{"billed_units":{"input_tokens":220,"output_tokens":100},"tokens":{"input_tokens":280,"output_tokens":100},"cached_tokens":0}"#;
    let id = r#""id":"c0c0c0c0-0000-4000-8000-000000000000""#;
    let finish = r#""finish_reason":"COMPLETE""#;
    let reply = format!(
        r#"{{{id},{finish},"message":{{"role":"assistant","content":[{{"type":"text","text":"{}"}}]}},{usage}}}"#,
        text()
    );
    let event = |kind: &str, rest: &str| sse(Some(kind), format!(r#"{{"type":"{kind}",{rest}}}"#));
    let message = |message: &str| format!(r#""delta":{{"message":{{{message}}}}}"#);
    let content = |content: &str| format!(r#""index":0,{}"#, message(&format!(r#""content":{{{content}}}"#)));
    let begun = message(r#""role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]"#);
    Script::new(
        &reply,
        SSE,
        &[
            event("message-start", &format!("{id},{begun}")),
            event("content-start", &content(r#""type":"text","text":"""#)),
        ],
        |text| event("content-delta", &content(&format!(r#""text":"{text}""#))),
        |_| {
            vec![
                event("content-end", r#""index":0"#),
                event("message-end", &format!(r#""delta":{{{finish},{usage}}}"#)),
                sse(None, "[DONE]"),
            ]
        },
    )
}
