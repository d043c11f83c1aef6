//! A written request reads back as the same request, and nothing panics on a damaged one.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::TARGET;
use crate::chat::strategies::{self, OBJECTS, base64, function, object, prose, raw, word};
use crate::chat::*;
use crate::cohere::request::{read, write};
use crate::json::Raw;

/// The schema of a tool that requires an argument.
const DEMANDING: &str = r#"{"type":"object","properties":{"a":{}},"required":["a"]}"#;

/// A temperature ends at 1.
fn number() -> impl Strategy<Value = Raw> {
    raw(&["0.0", "1.0", "0.70", "1e-3"])
}

fn image() -> impl Strategy<Value = Part> {
    let source = prop_oneof![base64("image/png"), word().prop_map(|word| MediaSource::Url(format!("https://{word}")))];
    (source, option::of(select(vec!["low", "high"]))).prop_map(|(source, detail)| Part::Image {
        media: Media { source, detail: detail.map(str::to_owned), name: None },
        cache: None,
    })
}

fn result_part() -> impl Strategy<Value = Part> {
    let inner = prop_oneof![said(), object().prop_map(Part::Json)];
    (word(), prop::collection::vec(inner, 1..3))
        .prop_map(|(call_id, parts)| Part::ToolResult(ToolResult { call_id, parts, is_error: false, cache: None }))
}

fn said() -> impl Strategy<Value = Part> {
    prose().prop_map(Part::text)
}

fn assistant_part() -> impl Strategy<Value = Part> {
    prop_oneof![
        said(),
        prose().prop_map(|text| Part::Thinking(Thinking::Plain { text, signature: None })),
        (word(), word(), select(OBJECTS))
            .prop_map(|(id, name, arguments)| Part::ToolCall(ToolCall::new(id, name, arguments))),
    ]
}

/// Results stand in a message of their own, calls behind what is said, and what is said before calls is one text.
fn settle(messages: Vec<Message>) -> Vec<Message> {
    let mut settled = Vec::new();
    for message in messages {
        let is_late = |part: &Part| matches!(part, Part::ToolResult(_) | Part::ToolCall(_));
        let (late, mut early): (Vec<_>, Vec<_>) = message.parts.into_iter().partition(is_late);
        if message.role == Role::User {
            settled.extend((!late.is_empty()).then(|| Message::new(Role::User, late)));
            settled.push(Message::new(Role::User, early));
            continue;
        }
        if !late.is_empty() {
            early.dedup_by(|next, before| matches!((next, before), (Part::Text { .. }, Part::Text { .. })));
        }
        settled.push(Message::new(message.role, [early, late].concat()));
    }
    settled
}

prop_compose! {
    fn request()(
        exchanges in prop::collection::vec(strategies::exchange(result_part(), prop_oneof![said(), image()], said(), assistant_part()), 1..3),
        documents in prop::collection::vec((prose(), option::of(prose()), option::of(prose())), 0..3),
        (tools, strict) in (prop::collection::vec(function(), 1..3), any::<bool>()),
        choice in option::of(select(vec![ToolChoice::Required, ToolChoice::None])),
        output in prop_oneof![Just(None), Just(Some(None)), object().prop_map(|schema| Some(Some(schema)))],
        thinking in option::of(option::of(1_u64..9)),
        (temperature, top_p, top_k, seed) in (option::of(number()), option::of(raw(&["0.70", "0.5", "1e-2"])), option::of(number()), option::of(number())),
        (stop, ceiling, logprobs, stream) in (prop::collection::vec(prose(), 0..3), option::of(9_u64..), any::<bool>(), any::<bool>()),
    ) -> Request {
        let mut messages = settle(exchanges.into_iter().flatten().collect());
        let documents = documents.into_iter().map(|(text, name, context)| Part::Document {
            media: Media { source: MediaSource::Text(text), detail: None, name },
            context,
            citations: true,
            cache: None,
        });
        let last = messages.iter_mut().rfind(|message| {
            message.role == Role::User && message.parts.iter().any(|part| !matches!(part, Part::ToolResult(_)))
        });
        last.unwrap().parts.splice(0..0, documents);
        let tools = tools.into_iter().map(|tool| Tool {
            // of tools that require nothing there is no strictness
            schema: if strict { Raw::parse(DEMANDING).ok() } else { tool.schema.or_else(|| Raw::parse("{}").ok()) },
            strict: strict.then_some(true),
            ..tool
        });
        Request {
            model: "command".to_owned(),
            messages,
            tools: tools.collect(),
            tool_choice: choice,
            max_output_tokens: ceiling,
            sampling: Sampling { temperature, top_p, top_k, seed, ..Sampling::default() },
            stop,
            reasoning: thinking.map(|budget_tokens| Reasoning {
                mode: Some(ReasoningMode::Enabled),
                budget_tokens,
                ..Reasoning::default()
            }),
            output: match output {
                None => OutputFormat::Text,
                Some(None) => OutputFormat::JsonObject,
                Some(Some(schema)) => OutputFormat::JsonSchema { name: None, description: None, schema, strict: None },
            },
            logprobs: logprobs.then_some(0),
            stream,
            include_usage: true,
            ..Request::default()
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back(request in request()) {
        let written = write(&request, &TARGET).unwrap();
        prop_assert!(written.dropped.is_empty(), "{:?}", written.dropped);
        // nobody says that documents are to be cited, as they are by default
        let back = read(std::str::from_utf8(&written.body).unwrap()).unwrap();
        prop_assert_eq!(Request { by_default: vec![], ..back }, request);
    }

    #[test]
    fn nothing_panics_on_a_damaged_body(request in request(), at in any::<Index>(), bytes in prop::collection::vec(any::<u8>(), 0..6)) {
        let mut damaged = write(&request, &TARGET).unwrap().body;
        let at = at.index(damaged.len());
        damaged.splice(at..(at + bytes.len() / 2).min(damaged.len()), bytes);
        if let Ok(request) = read(&String::from_utf8_lossy(&damaged)) {
            let _written = write(&request, &TARGET);
        }
    }
}
