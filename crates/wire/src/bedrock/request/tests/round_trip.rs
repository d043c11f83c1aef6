//! A written request reads back as the same request, and nothing panics on a damaged one.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::bedrock::request::{read, write};
use crate::chat::strategies::{
    self, OBJECTS, cache, function_with_schema, number_to_one, object, prose, reasoning, search_result, text_part, word,
};
use crate::chat::*;
use crate::dialect::{CeilingField, Target};

const TTLS: &[&str] = &["5m", "1h"];

/// Bytes, or an object in S3, of one of `types`.
fn source(types: &'static [&'static str]) -> impl Strategy<Value = MediaSource> {
    let media_type = || select(types).prop_map(str::to_owned);
    prop_oneof![
        (media_type(), word()).prop_map(|(media_type, data)| MediaSource::Base64 { media_type, data }),
        (media_type(), prose(), option::of(word())).prop_map(|(media_type, uri, owner)| MediaSource::S3 {
            media_type,
            uri,
            owner
        }),
    ]
}

fn media(types: &'static [&'static str]) -> impl Strategy<Value = Media> {
    source(types).prop_map(|source| Media { source, detail: None, name: None })
}

fn guarded() -> impl Strategy<Value = Part> {
    let text = (prose(), prop::collection::vec(word(), 0..2));
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
    prop_oneof![
        text_part(TTLS),
        (media(&["image/png", "image/webp"]), cache(TTLS)).prop_map(|(media, cache)| Part::Image { media, cache }),
        (document_source, option::of(prose()), any::<bool>(), cache(TTLS)).prop_map(
            |(source, context, citations, cache)| {
                Part::Document { media: Media { source, detail: None, name: None }, context, citations, cache }
            }
        ),
        media(&["video/mp4", "video/3gpp"]).prop_map(|media| Part::Video { media }),
        search_result(TTLS),
    ]
}

fn result_part() -> impl Strategy<Value = Part> {
    let inner = prop_oneof![
        content_part().prop_map(|mut part| {
            part.cache_mut().map(Option::take);
            part
        }),
        object().prop_map(Part::Json),
    ];
    (word(), prop::collection::vec(inner, 1..3), any::<bool>(), cache(TTLS))
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
    let cited = (prose(), prop::collection::vec(citation(), 0..3), cache(TTLS));
    prop_oneof![
        cited.prop_map(|(text, citations, cache)| Part::Text { text, citations, cache }),
        (any::<String>(), word())
            .prop_map(|(text, signature)| Part::Thinking(Thinking::Plain { text, signature: Some(signature) })),
        "([a-zA-Z0-9+/]{4}){1,3}".prop_map(|data| Part::Thinking(Thinking::Redacted { data })),
        (word(), word(), select(OBJECTS), cache(TTLS)).prop_map(|(id, name, arguments, cache)| {
            Part::ToolCall(ToolCall { id, name, arguments: arguments.to_owned(), cache, ..ToolCall::default() })
        }),
    ]
}

fn asked_part() -> impl Strategy<Value = Part> {
    let audio = media(&["audio/mpeg", "audio/wav"]).prop_map(|media| Part::Audio { media });
    prop_oneof![content_part(), guarded(), audio]
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

fn exchange() -> impl Strategy<Value = Vec<Message>> {
    strategies::exchange(result_part(), asked_part(), text_part(TTLS), assistant_part())
}

prop_compose! {
    fn request()(
        system in option::of(prop::collection::vec(prop_oneof![text_part(TTLS), guarded()], 1..3)),
        exchanges in prop::collection::vec(exchange(), 1..3),
        tools in prop::collection::vec(function_with_schema(TTLS), 1..3),
        choice in option::of(select(vec![ToolChoice::Auto, ToolChoice::Required, ToolChoice::Tool("f".to_owned())])),
        (serial, reasoning) in (any::<bool>(), option::of(reasoning("low|xhigh"))),
        format in option::of((option::of(word()), option::of(any::<String>()), object())),
        sampling in (option::of(number_to_one()), option::of(number_to_one()), option::of(number_to_one())),
        (stop, ceiling) in (prop::collection::vec(any::<String>(), 0..3), option::of(5000_u64..9000)),
        metadata in prop::collection::btree_map(word(), "[a-zA-Z0-9 :_@$#=/+,.-]{0,9}", 0..3),
        guardrail in option::of(object()),
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
