//! The tier that a call was served at is read where the provider says it, and nowhere else: it changes the bill.

use crate::chat::{Event, ServiceTier, Usage};
use crate::frame::event_stream;
use crate::{Dialect, frame};

/// One frame of each dialect's stream, and the whole answer. What the model says is not what the provider says.
const TOLD: &[(Dialect, &str, &str)] = &[
    (
        Dialect::OpenAiChat,
        r#"{"choices":[{"index":0,"message":{"content":"{\"service_tier\":\"flex\"}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3},"service_tier":"priority"}"#,
        r#"{"id":"c","service_tier":"priority","choices":[{"index":0,"delta":{"content":"\"service_tier\":\"flex\""}}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"#,
    ),
    (
        Dialect::OpenAiResponses,
        r#"{"object":"response","status":"completed","output":[],"metadata":{"service_tier":"flex"},"usage":{"input_tokens":1,"output_tokens":2},"service_tier":"priority"}"#,
        r#"{"type":"response.completed","response":{"status":"completed","metadata":{"service_tier":"flex"},"output":[],"usage":{"input_tokens":1,"output_tokens":2},"service_tier":"priority"}}"#,
    ),
    (
        Dialect::Anthropic,
        r#"{"type":"message","content":[{"type":"tool_use","id":"t","name":"f","input":{"service_tier":"batch"}}],"stop_reason":"tool_use","service_tier":"batch","usage":{"input_tokens":1,"output_tokens":2,"service_tier":"priority"}}"#,
        r#"{"type":"message_start","message":{"id":"m","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":2,"service_tier":"priority"}}}"#,
    ),
    (
        Dialect::Bedrock,
        r#"{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"f","input":{"serviceTier":{"type":"flex"}}}}]}},"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"serviceTier":{"type":"priority"}}"#,
        r#"{"usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":1},"serviceTier":{"type":"priority"}}"#,
    ),
    (
        Dialect::Gemini,
        r#"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"trafficType":"ON_DEMAND_FLEX"}}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2,"totalTokenCount":3,"trafficType":"ON_DEMAND_PRIORITY"}}"#,
        r#"{"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2,"totalTokenCount":3,"trafficType":"ON_DEMAND_PRIORITY"}}"#,
    ),
];

fn streamed(dialect: Dialect, data: &str) -> frame::Frame {
    let mut bytes = Vec::new();
    let event: serde_json::Value = serde_json::from_str(data).unwrap();
    if dialect == Dialect::Bedrock {
        event_stream::write_event("metadata", &event, &mut bytes);
    } else {
        let name = event["type"].as_str().map(|name| format!("event: {name}\n")).unwrap_or_default();
        bytes.extend(format!("{name}data: {data}\n\n").bytes());
    }
    let mut reader = dialect.framing().reader(1 << 20);
    reader.push(&bytes);
    reader.next_frame().unwrap().unwrap()
}

#[test]
fn it_is_read_in_whole_answers_and_in_streams() {
    let priority = Some(ServiceTier::Priority);
    for (dialect, whole, frame) in TOLD {
        assert_eq!(dialect.scan_usage(whole).tier, priority, "{whole}");
        assert_eq!(dialect.read_reply(whole).unwrap().usage.tier, priority, "{whole}");
        let frame = streamed(*dialect, frame);
        assert_eq!(dialect.note(&frame).usage.and_then(|usage| usage.tier), priority, "{frame:?}");
        let mut events = Vec::new();
        dialect.stream_reader().read(&frame, &mut events).unwrap();
        let told = events.iter().filter_map(|event| match event {
            Event::Usage(usage) => Some(usage),
            _ => None,
        });
        let mut usage = Usage::default();
        told.for_each(|told| usage.merge(told));
        assert_eq!((usage.tier, usage.output), (priority, Some(2)), "{frame:?}");
    }
}

#[test]
fn without_a_word_of_it_it_is_not_known() {
    for (dialect, whole, _) in TOLD {
        let silent = whole.replace(":\"priority\"", ":null").replace("ON_DEMAND_PRIORITY", "TRAFFIC_TYPE_UNSPECIFIED");
        let usage = dialect.scan_usage(&silent);
        assert_eq!((usage.tier, usage.output), (None, Some(2)), "{silent}");
        assert!(!usage.is_empty() && Usage { tier: Some(ServiceTier::Flex), ..Usage::default() }.is_empty());
    }
}
