//! OpenAI's chat and its Responses.

use super::{SSE, Script, sse, text};

pub(super) fn chat() -> Script {
    let usage = r#"{"prompt_tokens":220,"completion_tokens":100,"total_tokens":320,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}}"#;
    let base = |object: &str, choices: &str| {
        format!(
            r#""id":"chatcmpl-canned","object":"{object}","created":1763800000,"model":"canned","system_fingerprint":"fp_canned","choices":[{choices}]"#
        )
    };
    let message = format!(
        r#"{{"index":0,"message":{{"role":"assistant","content":"{}","refusal":null}},"logprobs":null,"finish_reason":"stop"}}"#,
        text()
    );
    let delta = |delta: &str, finish: &str| {
        let choice = format!(r#"{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{finish}}}"#);
        sse(None, format!("{{{}}}", base("chat.completion.chunk", &choice)))
    };
    Script::new(
        &format!(r#"{{{},"usage":{usage}}}"#, base("chat.completion", &message)),
        SSE,
        &[delta(r#"{"role":"assistant","content":"","refusal":null}"#, "null")],
        |text| delta(&format!(r#"{{"content":"{text}"}}"#), "null"),
        |_| {
            vec![
                delta("{}", r#""stop""#),
                sse(None, format!(r#"{{{},"usage":{usage}}}"#, base("chat.completion.chunk", ""))),
                sse(None, "[DONE]"),
            ]
        },
    )
}

/// The last events repeat the text, so that a stream's own text is in it five times.
pub(super) fn responses() -> Script {
    let usage = r#"{"input_tokens":220,"input_tokens_details":{"cached_tokens":0},"output_tokens":100,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":320}"#;
    let response = |status: &str, output: &str, usage: &str| {
        format!(
            r#"{{"id":"resp_canned","object":"response","created_at":1763800000,"status":"{status}","error":null,"incomplete_details":null,"model":"canned","output":[{output}],"parallel_tool_calls":true,"tool_choice":"auto","tools":[],"usage":{usage}}}"#
        )
    };
    let part = |text: &str| format!(r#"{{"type":"output_text","text":"{text}","annotations":[],"logprobs":[]}}"#);
    let item = |status: &str, content: &str| {
        format!(
            r#"{{"id":"msg_canned","type":"message","status":"{status}","role":"assistant","content":[{content}]}}"#
        )
    };
    let event = |kind: &str, number: usize, rest: &str| {
        sse(Some(kind), format!(r#"{{"type":"{kind}","sequence_number":{number},{rest}}}"#))
    };
    let place = r#""item_id":"msg_canned","output_index":0"#;
    Script::new(
        &response("completed", &item("completed", &part(&text())), usage),
        SSE,
        &[
            event("response.created", 0, &format!(r#""response":{}"#, response("in_progress", "", "null"))),
            event("response.in_progress", 1, &format!(r#""response":{}"#, response("in_progress", "", "null"))),
            event("response.output_item.added", 2, &format!(r#""output_index":0,"item":{}"#, item("in_progress", ""))),
            event("response.content_part.added", 3, &format!(r#"{place},"content_index":0,"part":{}"#, part(""))),
        ],
        |text| {
            let said = format!(r#"{place},"content_index":0,"delta":"{text}","logprobs":[]"#);
            event("response.output_text.delta", 4, &said)
        },
        |said| {
            let part = part(said);
            let whole = item("completed", &part);
            vec![
                event(
                    "response.output_text.done",
                    104,
                    &format!(r#"{place},"content_index":0,"text":"{said}","logprobs":[]"#),
                ),
                event("response.content_part.done", 105, &format!(r#"{place},"content_index":0,"part":{part}"#)),
                event("response.output_item.done", 106, &format!(r#""output_index":0,"item":{whole}"#)),
                event("response.completed", 107, &format!(r#""response":{}"#, response("completed", &whole, usage))),
            ]
        },
    )
}
