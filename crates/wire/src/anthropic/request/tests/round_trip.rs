//! A written request reads back as the same request, and nothing panics on a damaged one.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::anthropic::request::{read, write};
use crate::anthropic::{error, reply};
use crate::chat::strategies::{
    self, OBJECTS, cache, function_with_schema, number, number_to_one, object, prose, reasoning, search_result,
    search_tool, text_part, word,
};
use crate::chat::*;
use crate::dialect::{CeilingField, Target};

const TTLS: &[&str] = &["5m", "1h"];

fn source() -> impl Strategy<Value = MediaSource> {
    prop_oneof![
        (word(), word()).prop_map(|(media_type, data)| MediaSource::Base64 { media_type, data }),
        prose().prop_map(MediaSource::Url),
        word().prop_map(MediaSource::FileId),
    ]
}

fn location() -> impl Strategy<Value = Location> {
    let range = || (0_u64..9, any::<u64>(), any::<u64>());
    prop_oneof![
        range().prop_map(|(document, start, end)| Location::Characters { document, start, end }),
        range().prop_map(|(document, start, end)| Location::Pages { document, start, end }),
        range().prop_map(|(document, start, end)| Location::Blocks { document, start, end }),
        range().prop_map(|(result, start, end)| Location::SearchResult { result, start, end }),
    ]
}

fn citation() -> impl Strategy<Value = Citation> {
    (location(), option::of(any::<String>()), prose(), option::of(prose())).prop_map(
        |(location, title, source, quote)| {
            let source = matches!(location, Location::SearchResult { .. }).then_some(source);
            Citation { title, source, quotes: quote.into_iter().collect(), location: Some(location) }
        },
    )
}

fn content_part() -> impl Strategy<Value = Part> {
    let document_source = prop_oneof![
        source(),
        any::<String>().prop_map(MediaSource::Text),
        prop::collection::vec(any::<String>(), 0..3).prop_map(MediaSource::Texts),
    ];
    prop_oneof![
        text_part(TTLS),
        (source(), cache(TTLS)).prop_map(|(source, cache)| {
            let media = Media { source, detail: None, name: None };
            Part::Image { media, cache }
        }),
        (document_source, option::of(prose()), option::of(any::<String>()), any::<bool>(), cache(TTLS)).prop_map(
            |(source, name, context, citations, cache)| {
                let media = Media { source, detail: None, name };
                Part::Document { media, context, citations, cache }
            }
        ),
        search_result(TTLS),
    ]
}

fn result_part() -> impl Strategy<Value = Part> {
    let parts = prop::collection::vec(content_part(), 0..3);
    (word(), parts, any::<bool>(), cache(TTLS))
        .prop_map(|(call_id, parts, is_error, cache)| Part::ToolResult(ToolResult { call_id, parts, is_error, cache }))
}

fn assistant_part() -> impl Strategy<Value = Part> {
    let cited = (prose(), prop::collection::vec(citation(), 0..3), cache(TTLS))
        .prop_map(|(text, citations, cache)| Part::Text { text, citations, cache });
    prop_oneof![
        cited,
        (any::<String>(), word())
            .prop_map(|(text, signature)| { Part::Thinking(Thinking::Plain { text, signature: Some(signature) }) }),
        any::<String>().prop_map(|data| Part::Thinking(Thinking::Redacted { data })),
        search(),
        (word(), word(), select(OBJECTS), cache(TTLS)).prop_map(|(id, name, arguments, cache)| {
            Part::ToolCall(ToolCall { id, name, arguments: arguments.to_owned(), cache, ..ToolCall::default() })
        }),
    ]
}

/// A search that Anthropic made.
fn search() -> impl Strategy<Value = Part> {
    let page = (any::<String>(), option::of(prose()), option::of(any::<String>()), prose())
        .prop_map(|(url, title, age, encrypted)| Page { url, title, age, encrypted: Some(encrypted) });
    let outcome = prop_oneof![
        prop::collection::vec(page, 0..3).prop_map(SearchOutcome::Found),
        Just(SearchOutcome::Failed("unavailable".to_owned())),
    ];
    (any::<u64>(), any::<String>(), option::of(outcome)).prop_map(|(id, query, outcome)| {
        Part::WebSearch(WebSearch { id: format!("srvtoolu_{id}"), query: Some(query), outcome })
    })
}

fn web_search() -> impl Strategy<Value = SearchTool> {
    (search_tool(), cache(TTLS)).prop_map(|(tool, cache)| SearchTool { context_size: None, cache, ..tool })
}

fn exchange() -> impl Strategy<Value = Vec<Message>> {
    strategies::exchange(result_part(), content_part(), text_part(TTLS), assistant_part())
}

prop_compose! {
    fn request()(
        system in option::of(prop::collection::vec(text_part(TTLS), 1..3)),
        exchanges in prop::collection::vec(exchange(), 1..3),
        (tools, web_search) in (prop::collection::vec(function_with_schema(TTLS), 1..3), option::of(web_search())),
        choice in option::of(select(vec![ToolChoice::Auto, ToolChoice::Required, ToolChoice::Tool("f".to_owned())])),
        serial in any::<bool>(),
        reasoning in option::of(reasoning(word())),
        schema in option::of(object()),
        sampling in (option::of(number_to_one()), option::of(number()), option::of(number())),
        stop in prop::collection::vec(any::<String>(), 0..3),
        stream in any::<bool>(),
        user in option::of(any::<String>()),
        tier in option::of(select(vec!["auto", "default"])),
    ) -> Request {
        let system = system.map(|parts| Message::new(Role::System, parts));
        Request {
            model: "claude-x".to_owned(),
            messages: system.into_iter().chain(exchanges.into_iter().flatten()).collect(),
            tools,
            web_search,
            parallel_tools: (serial && choice.is_some()).then_some(false),
            tool_choice: choice,
            max_output_tokens: Some(8192),
            sampling: Sampling { temperature: sampling.0, top_p: sampling.1, top_k: sampling.2, ..Sampling::default() },
            stop,
            reasoning,
            output: schema.map_or(OutputFormat::Text, |schema| OutputFormat::JsonSchema { name: None, description: None, schema, strict: None }),
            stream,
            include_usage: true,
            user,
            service_tier: tier.map(str::to_owned),
            metadata: Vec::new(),
            guardrail: None,
            unmapped: Vec::new(), ..Request::default() }
    }
}

const TARGET: Target<'static> = Target { model: "claude-x", ceiling: CeilingField::MaxTokens, extras: true };

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
        let text = String::from_utf8_lossy(&damaged);
        if let Ok(request) = read(&text) {
            let _written = write(&request, &TARGET);
        }
        let _answer = reply::read(&text);
        reply::scan_usage(&text);
        error::read(500, &damaged);
    }
}
