//! A written request reads back as the same request, and nothing panics on a damaged one.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::chat::strategies::{self, OBJECTS, base64, number, object, prose, tool_choice, word};
use crate::chat::*;
use crate::dialect::{CeilingField, Target};
use crate::gemini::request::{read, write};

/// Bytes, or a place whose ending says the type.
fn source(media_type: &'static str, urls: &'static [&'static str]) -> impl Strategy<Value = MediaSource> {
    prop_oneof![
        base64(media_type).prop_map(|source| match source {
            MediaSource::Base64 { media_type, mut data } => {
                data.truncate(data.len() / 4 * 4);
                MediaSource::Base64 { media_type, data }
            }
            other => other,
        }),
        select(urls).prop_map(|url| {
            if url.starts_with("gs:") { MediaSource::FileId(url.into()) } else { MediaSource::Url(url.into()) }
        }),
    ]
}

fn media(media_type: &'static str, urls: &'static [&'static str]) -> impl Strategy<Value = Media> {
    source(media_type, urls).prop_map(|source| Media { source, detail: None, name: None })
}

fn content_part() -> impl Strategy<Value = Part> {
    prop_oneof![
        prose().prop_map(Part::text),
        (media("image/png", &["https://x/a.png", "gs://b/a.webp"]), option::of(select(vec!["low", "high"]))).prop_map(
            |(media, detail)| {
                let detail = detail.map(str::to_owned);
                Part::Image { media: Media { detail, ..media }, cache: None }
            }
        ),
        media("application/pdf", &["https://x/a.pdf?b"]).prop_map(|media| Part::document(media, None)),
        media("audio/wav", &["gs://b/a.mp3"]).prop_map(|media| Part::Audio { media }),
        media("video/mp4", &["https://youtu.be/x", "https://x/a.mov"]).prop_map(|media| Part::Video { media }),
    ]
}

/// Texts or a value first, pictures behind them.
fn result_parts() -> impl Strategy<Value = Vec<Part>> {
    let value = select(vec!["{}", r#"{ "b" : 1.0,"a":[ ] }"#, "[1.50]", "7"]);
    let said = prop_oneof![
        vec(prose().prop_map(Part::text), 0..3),
        value.prop_map(|text| vec![Part::Json(crate::Raw::parse(text).unwrap())]),
    ];
    let seen = vec(media("image/png", &["https://x/a.png"]).prop_map(|media| Part::Image { media, cache: None }), 0..2);
    (said, seen).prop_map(|(said, seen)| [said, seen].concat())
}

fn assistant_part() -> impl Strategy<Value = Part> {
    prop_oneof![
        prose().prop_map(Part::text),
        ("[a-z]{0,3}", "[A-Z]{1,8}").prop_map(|(text, proof)| Part::Thinking(Thinking::Bound { text, proof })),
        (word(), word(), select(OBJECTS)).prop_map(|(id, name, args)| Part::ToolCall(ToolCall::new(id, name, args))),
        media("image/png", &["https://x/a.png"]).prop_map(|media| Part::Image { media, cache: None }),
    ]
}

/// A question, an answer, and results of its calls, each with an id of its own.
fn exchange() -> impl Strategy<Value = Vec<Message>> {
    let results = vec((result_parts(), any::<bool>()), 0..4);
    (vec(content_part(), 1..3), vec(assistant_part(), 1..5), results).prop_map(|(asked, answered, results)| {
        let ids = answered.iter().filter_map(|part| match part {
            Part::ToolCall(call) => Some(call.id.clone()),
            _ => None,
        });
        let results: Vec<_> = ids
            .zip(results)
            .map(|(call_id, (parts, is_error))| Part::ToolResult(ToolResult { call_id, parts, is_error, cache: None }))
            .collect();
        let mut messages = vec![Message::new(Role::User, asked), Message::new(Role::Assistant, joined(answered))];
        messages.extend((!results.is_empty()).then(|| Message::new(Role::User, results)));
        messages
    })
}

/// Texts in a row are one.
fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut whole: Vec<Part> = Vec::new();
    for part in parts {
        match (whole.last_mut(), part) {
            (Some(Part::Text { text, .. }), Part::Text { text: more, .. }) => text.push_str(&more),
            (_, part) => whole.push(part),
        }
    }
    whole
}

/// Messages of the same speaker are one, results first, and calls have ids of their own.
fn whole(messages: Vec<Message>) -> Vec<Message> {
    let mut out: Vec<Message> = Vec::new();
    for mut message in messages {
        match out.last_mut() {
            Some(last) if last.role == message.role => last.parts.append(&mut message.parts),
            _ => out.push(message),
        }
    }
    for message in &mut out {
        message.parts.sort_by_key(|part| !matches!(part, Part::ToolResult(_)));
    }
    out
}

fn distinct(messages: &[Message]) -> bool {
    let mut seen = std::collections::HashSet::new();
    let mut parts = messages.iter().flat_map(|message| &message.parts);
    parts.all(|part| !matches!(part, Part::ToolCall(call) if !seen.insert(call.id.clone())))
}

fn reasoning() -> impl Strategy<Value = Reasoning> {
    let shown = select(vec![(None, Some("auto")), (Some("omitted"), None)]);
    let effort = select(vec!["minimal", "low", "medium", "high", "xhigh"]);
    let how = prop_oneof![
        effort.prop_map(|word| Reasoning { effort: Some(Effort(word.into())), ..Reasoning::default() }),
        (1_u64..9).prop_map(|tokens| Reasoning {
            mode: Some(ReasoningMode::Enabled),
            budget_tokens: Some(tokens),
            ..Reasoning::default()
        }),
        Just(Reasoning { mode: Some(ReasoningMode::Adaptive), ..Reasoning::default() }),
        Just(Reasoning { mode: Some(ReasoningMode::Unsaid), ..Reasoning::default() }),
    ];
    (how, shown).prop_map(|(how, (display, summary))| Reasoning {
        display: display.map(str::to_owned),
        summary: summary.map(str::to_owned),
        ..how
    })
}

fn output() -> impl Strategy<Value = OutputFormat> {
    prop_oneof![
        Just(OutputFormat::Text),
        Just(OutputFormat::JsonObject),
        object().prop_map(|schema| OutputFormat::JsonSchema { name: None, description: None, schema, strict: None }),
    ]
}

/// What this dialect says of a choice: one tool that must be called is that tool, and a free choice among some is strict.
fn spoken(choice: Option<ToolChoice>, tools: &mut [Tool]) -> Option<ToolChoice> {
    let choice = match choice? {
        ToolChoice::Allowed { names, .. } if names.len() < 2 => ToolChoice::Required,
        choice => choice,
    };
    let strict = matches!(choice, ToolChoice::Allowed { required: false, .. });
    for tool in tools {
        tool.strict = strict.then_some(true);
    }
    Some(choice)
}

prop_compose! {
    fn request()(
        system in option::of(vec(prose().prop_map(Part::text), 1..3)),
        exchanges in vec(exchange(), 1..3),
        mut tools in vec(strategies::function(), 1..3),
        choice in option::of(tool_choice()),
        search in any::<bool>(),
        (reasoning, output) in (option::of(reasoning()), output()),
        numbers in [option::of(number()), option::of(number()), option::of(number()), option::of(number())],
        (n, logprobs, ceiling) in (option::of(1_u64..9), option::of(0_u64..5), option::of(any::<u64>())),
        stop in vec(any::<String>(), 0..3),
        metadata in prop::collection::btree_map("[a-z][a-z0-9_-]{0,8}", "[a-z0-9_-]{0,9}", 0..3),
        tier in option::of(select(vec!["default", "priority", "flex"])),
    ) -> Request {
        let system = system.map(|parts| Message::new(Role::System, parts));
        for tool in &mut tools {
            tool.strict = None;
        }
        let tool_choice = spoken(choice, &mut tools);
        let [temperature, top_p, top_k, seed] = numbers;
        Request {
            messages: whole(system.into_iter().chain(exchanges.into_iter().flatten()).collect()),
            tools,
            tool_choice,
            web_search: search.then(SearchTool::default),
            max_output_tokens: ceiling,
            sampling: Sampling { temperature, top_p, top_k, seed, n, ..Sampling::default() },
            stop,
            reasoning,
            output,
            logprobs,
            include_usage: true,
            service_tier: tier.map(str::to_owned),
            metadata: metadata.into_iter().collect(),
            ..Request::default()
        }
    }
}

const TARGET: Target<'static> = Target { model: "gemini-3-pro", ceiling: CeilingField::MaxTokens, extras: true };

proptest! {
    #[test]
    fn what_is_written_reads_back(request in request()) {
        prop_assume!(distinct(&request.messages));
        let written = write(&request, &TARGET).unwrap();
        prop_assert!(written.dropped.is_empty(), "{:?}", written.dropped);
        prop_assert_eq!(read(std::str::from_utf8(&written.body).unwrap()).unwrap(), request);
    }

    #[test]
    fn nothing_panics_on_a_damaged_body(request in request(), at in any::<Index>(), bytes in vec(any::<u8>(), 0..6)) {
        let mut damaged = write(&request, &TARGET).unwrap().body;
        let at = at.index(damaged.len());
        damaged.splice(at..(at + bytes.len() / 2).min(damaged.len()), bytes);
        if let Ok(request) = read(&String::from_utf8_lossy(&damaged)) {
            let _written = write(&request, &TARGET);
        }
    }
}
