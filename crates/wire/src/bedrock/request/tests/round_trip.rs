//! A written request reads back as the same request, and nothing panics on a damaged one.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::bedrock::request::{read, write};
use crate::chat::*;
use crate::dialect::{CeilingField, Target};
use crate::json::Raw;

fn text() -> impl Strategy<Value = String> {
    any::<String>().prop_filter("empty texts are left out", |text| !text.is_empty())
}

fn word() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9_]{1,8}"
}

fn cache() -> impl Strategy<Value = Option<CacheMark>> {
    let ttl = option::of(select(vec!["5m".to_owned(), "1h".to_owned()]));
    option::of(ttl.prop_map(|ttl| CacheMark { ttl }))
}

fn raw(texts: &'static [&'static str]) -> impl Strategy<Value = Raw> {
    select(texts).prop_map(|text| Raw::parse(text).unwrap())
}

const OBJECTS: &[&str] = &["{}", "{ \"a\":1.0}", "{\"n\":1e400,\"u\":\"\\u00e9\"}", "{\"a\":\n[1, {}]}"];
const NUMBERS: &[&str] = &["0", "1.0", "0.70", "1e-3"];

/// Bytes, or an object in S3, of one of `types`.
fn source(types: &'static [&'static str]) -> impl Strategy<Value = MediaSource> {
    let media_type = || select(types).prop_map(str::to_owned);
    prop_oneof![
        (media_type(), word()).prop_map(|(media_type, data)| MediaSource::Base64 { media_type, data }),
        (media_type(), text(), option::of(word())).prop_map(|(media_type, uri, owner)| MediaSource::S3 {
            media_type,
            uri,
            owner
        }),
    ]
}

fn media(types: &'static [&'static str]) -> impl Strategy<Value = Media> {
    source(types).prop_map(|source| Media { source, detail: None, name: None })
}

fn text_part() -> impl Strategy<Value = Part> {
    (text(), cache()).prop_map(|(text, cache)| Part::Text { text, citations: Vec::new(), cache })
}

fn guarded() -> impl Strategy<Value = Part> {
    let text = (text(), prop::collection::vec(word(), 0..2));
    prop_oneof![
        text.prop_map(|(text, qualifiers)| Part::Guarded(Guarded::Text { text, qualifiers })),
        (select(vec!["image/png", "image/jpeg"]), word()).prop_map(|(media_type, data)| {
            let source = MediaSource::Base64 { media_type: media_type.to_owned(), data };
            Part::Guarded(Guarded::Image { media: Media { source, detail: None, name: None } })
        }),
    ]
}

/// A part that may stand in a message and in a tool's result. Names of documents are set later: each may stand once.
fn content_part() -> impl Strategy<Value = Part> {
    let document_source = prop_oneof![
        source(&["application/pdf", "text/csv", "text/markdown"]),
        any::<String>().prop_map(MediaSource::Text),
        prop::collection::vec(any::<String>(), 0..3).prop_map(MediaSource::Texts),
    ];
    let search = (text(), any::<String>(), prop::collection::vec(any::<String>(), 0..3), any::<bool>(), cache());
    prop_oneof![
        text_part(),
        (media(&["image/png", "image/webp"]), cache()).prop_map(|(media, cache)| Part::Image { media, cache }),
        (document_source, option::of(text()), any::<bool>(), cache()).prop_map(
            |(source, context, citations, cache)| {
                Part::Document { media: Media { source, detail: None, name: None }, context, citations, cache }
            }
        ),
        media(&["video/mp4", "video/3gpp"]).prop_map(|media| Part::Video { media }),
        search.prop_map(|(source, title, texts, citations, cache)| {
            Part::SearchResult(SearchResult { source, title, texts, citations, cache })
        }),
    ]
}

fn result_part() -> impl Strategy<Value = Part> {
    let inner = prop_oneof![
        content_part().prop_map(|mut part| {
            part.cache_mut().map(Option::take);
            part
        }),
        raw(OBJECTS).prop_map(Part::Json),
    ];
    (word(), prop::collection::vec(inner, 1..3), any::<bool>(), cache())
        .prop_map(|(call_id, parts, is_error, cache)| Part::ToolResult(ToolResult { call_id, parts, is_error, cache }))
}

fn citation() -> impl Strategy<Value = Citation> {
    let location = prop_oneof![
        any::<String>().prop_map(|url| Location::Web { url }),
        any::<(u64, u64, u64)>().prop_map(|(document, start, end)| Location::Pages { document, start, end }),
        any::<(u64, u64, u64)>().prop_map(|(result, start, end)| Location::SearchResult { result, start, end }),
    ];
    let quotes = prop::collection::vec(any::<String>(), 0..2);
    (option::of(any::<String>()), option::of(any::<String>()), quotes, option::of(location))
        .prop_map(|(title, source, quotes, location)| Citation { title, source, quotes, location })
}

fn assistant_part() -> impl Strategy<Value = Part> {
    let cited = (text(), prop::collection::vec(citation(), 0..3), cache());
    prop_oneof![
        cited.prop_map(|(text, citations, cache)| Part::Text { text, citations, cache }),
        (any::<String>(), word())
            .prop_map(|(text, signature)| Part::Thinking(Thinking::Plain { text, signature: Some(signature) })),
        "([a-zA-Z0-9+/]{4}){1,3}".prop_map(|data| Part::Thinking(Thinking::Redacted { data })),
        (word(), word(), select(OBJECTS), cache()).prop_map(|(id, name, arguments, cache)| {
            Part::ToolCall(ToolCall { id, name, arguments: arguments.to_owned(), cache, ..ToolCall::default() })
        }),
    ]
}

/// One exchange: a question with the results of earlier calls first, an aside, and an answer.
fn exchange() -> impl Strategy<Value = Vec<Message>> {
    let asked = prop_oneof![
        content_part(),
        guarded(),
        media(&["audio/mpeg", "audio/wav"]).prop_map(|media| Part::Audio { media })
    ];
    let results = prop::collection::vec(result_part(), 0..3);
    let question = prop::collection::vec(asked, 1..3);
    let answer = prop::collection::vec(assistant_part(), 1..4);
    let aside = option::of(prop::collection::vec(text_part(), 1..3));
    (results, question, aside, answer).prop_map(|(results, question, aside, answer)| {
        let mut messages = vec![Message::new(Role::User, [results, question].concat())];
        messages.extend(aside.map(|parts| Message::new(Role::System, parts)));
        messages.push(Message::new(Role::Assistant, answer));
        messages
    })
}

/// Gives every document a name of its own.
fn name_documents(parts: &mut [Part], count: &mut usize) {
    for part in parts {
        match part {
            Part::Document { media, .. } => {
                media.name = Some(format!("Document [{count}]"));
                *count += 1;
            }
            Part::ToolResult(result) => name_documents(&mut result.parts, count),
            _ => {}
        }
    }
}

fn tool() -> impl Strategy<Value = Tool> {
    (word(), option::of(text()), raw(OBJECTS), option::of(any::<bool>()), cache()).prop_map(
        |(name, description, schema, strict, cache)| Tool {
            name,
            description,
            schema: Some(schema),
            strict,
            cache,
            ..Tool::default()
        },
    )
}

fn reasoning() -> impl Strategy<Value = Reasoning> {
    let effort = || option::of(select(vec!["low", "xhigh"]).prop_map(|word| Effort(word.to_owned())));
    let display = || option::of(word());
    prop_oneof![
        (effort(), display(), 1024_u64..5000).prop_map(|(effort, display, budget)| Reasoning {
            mode: Some(ReasoningMode::Enabled),
            effort,
            budget_tokens: Some(budget),
            display,
            ..Reasoning::default()
        }),
        (effort(), display()).prop_map(|(effort, display)| Reasoning {
            mode: Some(ReasoningMode::Adaptive),
            effort,
            budget_tokens: None,
            display,
            ..Reasoning::default()
        }),
        effort().prop_map(|effort| Reasoning { mode: Some(ReasoningMode::Disabled), effort, ..Reasoning::default() }),
        Just(Reasoning {
            mode: Some(ReasoningMode::Unsaid),
            effort: Some(Effort("high".to_owned())),
            ..Reasoning::default()
        }),
    ]
}

prop_compose! {
    fn request()(
        system in option::of(prop::collection::vec(prop_oneof![text_part(), guarded()], 1..3)),
        exchanges in prop::collection::vec(exchange(), 1..3),
        tools in prop::collection::vec(tool(), 1..3),
        choice in option::of(select(vec![ToolChoice::Auto, ToolChoice::Required, ToolChoice::Tool("f".to_owned())])),
        (serial, reasoning) in (any::<bool>(), option::of(reasoning())),
        format in option::of((option::of(word()), option::of(any::<String>()), raw(OBJECTS))),
        sampling in (option::of(raw(NUMBERS)), option::of(raw(NUMBERS)), option::of(raw(NUMBERS))),
        (stop, ceiling) in (prop::collection::vec(any::<String>(), 0..3), option::of(5000_u64..9000)),
        metadata in prop::collection::btree_map(word(), "[a-zA-Z0-9 :_@$#=/+,.-]{0,9}", 0..3),
        guardrail in option::of(raw(OBJECTS)),
        tier in option::of(select(vec!["default", "priority", "flex", "reserved"])),
    ) -> Request {
        let system = system.map(|parts| Message::new(Role::System, parts));
        let mut messages: Vec<_> = system.into_iter().chain(exchanges.into_iter().flatten()).collect();
        let mut count = 0;
        for message in &mut messages {
            name_documents(&mut message.parts, &mut count);
        }
        Request {
            messages,
            tools,
            parallel_tools: (serial && choice.is_some()).then_some(false),
            tool_choice: choice,
            max_output_tokens: ceiling,
            sampling: Sampling { temperature: sampling.0, top_p: sampling.1, top_k: sampling.2, ..Sampling::default() },
            stop,
            reasoning,
            output: format.map_or(OutputFormat::Text, |(name, description, schema)| {
                OutputFormat::JsonSchema { name, description, schema, strict: None }
            }),
            include_usage: true,
            service_tier: tier.map(str::to_owned),
            metadata: metadata.into_iter().collect(),
            guardrail,
            ..Request::default()
        }
    }
}

const TARGET: Target<'static> = Target { model: "anthropic.claude-x", ceiling: CeilingField::MaxTokens, extras: true };

proptest! {
    #[test]
    fn what_is_written_reads_back(request in request()) {
        let written = write(&request, &TARGET).unwrap();
        prop_assert!(written.dropped.is_empty(), "{:?}", written.dropped);
        prop_assert_eq!(read(std::str::from_utf8(&written.body).unwrap()).unwrap(), request);
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
