//! Anthropic's Messages.

use super::{SSE, Script, sse, text};

pub(super) fn messages() -> Script {
    let message = |content: &str, stop: &str, output: u32| {
        format!(
            r#"{{"id":"msg_canned","type":"message","role":"assistant","model":"canned","content":[{content}],"stop_reason":{stop},"stop_sequence":null,"usage":{{"input_tokens":220,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":{output},"service_tier":"standard"}}}}"#
        )
    };
    let event = |kind: &str, rest: &str| sse(Some(kind), format!(r#"{{"type":"{kind}",{rest}}}"#));
    Script::new(
        &message(&format!(r#"{{"type":"text","text":"{}"}}"#, text()), r#""end_turn""#, 100),
        SSE,
        &[
            event("message_start", &format!(r#""message":{}"#, message("", "null", 1))),
            event("content_block_start", r#""index":0,"content_block":{"type":"text","text":""}"#),
        ],
        |text| {
            let delta = format!(r#""index":0,"delta":{{"type":"text_delta","text":"{text}"}}"#);
            event("content_block_delta", &delta)
        },
        |_| {
            vec![
                event("content_block_stop", r#""index":0"#),
                event(
                    "message_delta",
                    r#""delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":220,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":100}"#,
                ),
                sse(Some("message_stop"), r#"{"type":"message_stop"}"#),
            ]
        },
    )
}
