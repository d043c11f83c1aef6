//! A written request reads back as the same request, and nothing panics on a damaged one.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::anthropic::request::{read, write};
use crate::anthropic::{error, reply};
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
const NUMBERS: &[&str] = &["0", "1.0", "0.70", "1e-3", "12345678901234567890"];

fn source() -> impl Strategy<Value = MediaSource> {
    prop_oneof![
        (word(), word()).prop_map(|(media_type, data)| MediaSource::Base64 { media_type, data }),
        text().prop_map(MediaSource::Url),
        word().prop_map(MediaSource::FileId),
    ]
}

fn text_part() -> impl Strategy<Value = Part> {
    (text(), cache()).prop_map(|(text, cache)| Part::Text { text, citations: Vec::new(), cache })
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
    (location(), option::of(any::<String>()), text(), option::of(text())).prop_map(
        |(location, title, source, quote)| {
            let source = matches!(location, Location::SearchResult { .. }).then_some(source);
            Citation { title, source, quotes: quote.into_iter().collect(), location: Some(location) }
        },
    )
}

fn found() -> impl Strategy<Value = Part> {
    (any::<String>(), any::<String>(), prop::collection::vec(any::<String>(), 0..3), any::<bool>(), cache()).prop_map(
        |(source, title, texts, citations, cache)| {
            Part::SearchResult(SearchResult { source, title, texts, citations, cache })
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
        text_part(),
        (source(), cache()).prop_map(|(source, cache)| {
            let media = Media { source, detail: None, name: None };
            Part::Image { media, cache }
        }),
        (document_source, option::of(text()), option::of(any::<String>()), any::<bool>(), cache()).prop_map(
            |(source, name, context, citations, cache)| {
                let media = Media { source, detail: None, name };
                Part::Document { media, context, citations, cache }
            }
        ),
        found(),
    ]
}

fn result_part() -> impl Strategy<Value = Part> {
    let parts = prop::collection::vec(content_part(), 0..3);
    (word(), parts, any::<bool>(), cache())
        .prop_map(|(call_id, parts, is_error, cache)| Part::ToolResult(ToolResult { call_id, parts, is_error, cache }))
}

fn assistant_part() -> impl Strategy<Value = Part> {
    let cited = (text(), prop::collection::vec(citation(), 0..3), cache())
        .prop_map(|(text, citations, cache)| Part::Text { text, citations, cache });
    prop_oneof![
        cited,
        (any::<String>(), word())
            .prop_map(|(text, signature)| { Part::Thinking(Thinking::Plain { text, signature: Some(signature) }) }),
        any::<String>().prop_map(|data| Part::Thinking(Thinking::Redacted { data })),
        search(),
        (word(), word(), select(OBJECTS), cache()).prop_map(|(id, name, arguments, cache)| {
            Part::ToolCall(ToolCall { id, name, arguments: arguments.to_owned(), cache, ..ToolCall::default() })
        }),
    ]
}

/// A search that Anthropic made.
fn search() -> impl Strategy<Value = Part> {
    let page = (any::<String>(), option::of(text()), option::of(any::<String>()), text())
        .prop_map(|(url, title, age, encrypted)| Page { url, title, age, encrypted: Some(encrypted) });
    let outcome = prop_oneof![
        prop::collection::vec(page, 0..3).prop_map(SearchOutcome::Found),
        Just(SearchOutcome::Failed("unavailable".to_owned())),
    ];
    (any::<u64>(), any::<String>(), option::of(outcome)).prop_map(|(id, query, outcome)| {
        Part::WebSearch(WebSearch { id: format!("srvtoolu_{id}"), query: Some(query), outcome })
    })
}

fn search_tool() -> impl Strategy<Value = SearchTool> {
    let place = (option::of(any::<String>()), option::of(any::<String>())).prop_map(|(city, country)| Place {
        city,
        country,
        ..Place::default()
    });
    let domains = || prop::collection::vec(any::<String>(), 0..3);
    (option::of(any::<u64>()), domains(), domains(), option::of(place), cache()).prop_map(
        |(max_uses, allowed_domains, blocked_domains, place, cache)| SearchTool {
            max_uses,
            allowed_domains,
            blocked_domains,
            place,
            context_size: None,
            cache,
        },
    )
}

/// One exchange: a question with the results of earlier calls first, and an answer.
fn exchange() -> impl Strategy<Value = Vec<Message>> {
    let results = prop::collection::vec(result_part(), 0..3);
    let question = prop::collection::vec(content_part(), 1..3);
    let answer = prop::collection::vec(assistant_part(), 1..4);
    let aside = option::of(prop::collection::vec(text_part(), 1..3));
    (results, question, aside, answer).prop_map(|(results, question, aside, answer)| {
        let mut messages = vec![Message::new(Role::User, [results, question].concat())];
        messages.extend(aside.map(|parts| Message::new(Role::System, parts)));
        messages.push(Message::new(Role::Assistant, answer));
        messages
    })
}

fn tool() -> impl Strategy<Value = Tool> {
    (word(), option::of(any::<String>()), raw(OBJECTS), option::of(any::<bool>()), cache()).prop_map(
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
    let effort = || option::of(word().prop_map(Effort));
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
        word().prop_map(|word| Reasoning {
            mode: Some(ReasoningMode::Unsaid),
            effort: Some(Effort(word)),
            ..Reasoning::default()
        }),
    ]
}

prop_compose! {
    fn request()(
        system in option::of(prop::collection::vec(text_part(), 1..3)),
        exchanges in prop::collection::vec(exchange(), 1..3),
        (tools, web_search) in (prop::collection::vec(tool(), 1..3), option::of(search_tool())),
        choice in option::of(select(vec![ToolChoice::Auto, ToolChoice::Required, ToolChoice::Tool("f".to_owned())])),
        serial in any::<bool>(),
        reasoning in option::of(reasoning()),
        schema in option::of(raw(OBJECTS)),
        sampling in (option::of(raw(NUMBERS)), option::of(raw(NUMBERS)), option::of(raw(NUMBERS))),
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
