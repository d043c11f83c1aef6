//! What tests of whole requests and streams make up conversations from. Each dialect takes what it can carry.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::json::Raw;

/// A name, an id, a word of a list that a provider may make longer.
pub(crate) fn word() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9_]{1,8}"
}

/// What is said: never empty, and with what JSON and lines must escape.
pub(crate) fn prose() -> impl Strategy<Value = String> {
    "[\\PC\n\"\\\\]{1,20}"
}

pub(crate) fn base64(media_type: &'static str) -> impl Strategy<Value = MediaSource> {
    "[A-Za-z0-9+/]{0,12}".prop_map(move |data| MediaSource::Base64 { media_type: media_type.to_owned(), data })
}

/// One of these JSON texts.
pub(crate) fn raw(texts: &'static [&'static str]) -> impl Strategy<Value = Raw> {
    select(texts).prop_map(|text| Raw::parse(text).unwrap())
}

pub(crate) fn number() -> impl Strategy<Value = Raw> {
    raw(&["0", "1.0", "0.70", "-2e-3", "123456789012345678901234567890"])
}

/// A number that ends at 1, as temperatures do elsewhere than at OpenAI and Google.
pub(crate) fn number_to_one() -> impl Strategy<Value = Raw> {
    raw(&["0", "1.0", "0.70", "1e-3"])
}

/// The texts of [`object`].
pub(crate) const OBJECTS: &[&str] = &[
    "{}",
    "{ \"b\" : 1.0,\"a\":[ ] }",
    "{\"type\":\"object\",\"required\":[\"x\"]}",
    "{\"n\":1e400,\"u\":\"\\u00e9\"}",
    "{\"a\":\n[1, {}]}",
];

pub(crate) fn object() -> impl Strategy<Value = Raw> {
    raw(OBJECTS)
}

/// A mark or none, without a lifetime or with one of these.
pub(crate) fn cache(ttls: &'static [&'static str]) -> impl Strategy<Value = Option<CacheMark>> {
    option::of(option::of(select(ttls)).prop_map(|ttl| CacheMark { ttl: ttl.map(str::to_owned) }))
}

pub(crate) fn text_part(ttls: &'static [&'static str]) -> impl Strategy<Value = Part> {
    (prose(), cache(ttls)).prop_map(|(text, cache)| Part::Text { text, citations: Vec::new(), cache })
}

/// What a tool of the client found, to be cited.
pub(crate) fn search_result(ttls: &'static [&'static str]) -> impl Strategy<Value = Part> {
    (prose(), any::<String>(), vec(any::<String>(), 0..3), any::<bool>(), cache(ttls)).prop_map(
        |(source, title, texts, citations, cache)| {
            Part::SearchResult(SearchResult { source, title, texts, citations, cache })
        },
    )
}

/// A question with the results of earlier calls first, an aside of the system or none, and an answer.
pub(crate) fn exchange(
    result: impl Strategy<Value = Part>,
    asked: impl Strategy<Value = Part>,
    aside: impl Strategy<Value = Part>,
    answered: impl Strategy<Value = Part>,
) -> impl Strategy<Value = Vec<Message>> {
    (vec(result, 0..3), vec(asked, 1..3), option::of(vec(aside, 1..3)), vec(answered, 1..4)).prop_map(
        |(results, question, aside, answer)| {
            let mut messages = vec![Message::new(Role::User, [results, question].concat())];
            messages.extend(aside.map(|parts| Message::new(Role::System, parts)));
            messages.push(Message::new(Role::Assistant, answer));
            messages
        },
    )
}

pub(crate) fn function() -> impl Strategy<Value = Tool> {
    (word(), option::of(prose()), option::of(object()), option::of(any::<bool>()))
        .prop_map(|(name, description, schema, strict)| Tool { name, description, schema, strict, ..Tool::default() })
}

/// The tool with a schema that every provider can keep to, where it is to.
pub(crate) fn kept_to(tool: Tool) -> Tool {
    let closed = r#"{"type":"object","properties":{"a":{}},"required":["a"],"additionalProperties": false}"#;
    if tool.strict == Some(true) { Tool { schema: Raw::parse(closed).ok(), ..tool } } else { tool }
}

/// A function with a schema, as Anthropic requires one.
pub(crate) fn function_with_schema(ttls: &'static [&'static str]) -> impl Strategy<Value = Tool> {
    let tool = (function(), object(), cache(ttls));
    tool.prop_map(|(tool, schema, cache)| kept_to(Tool { schema: Some(schema), cache, ..tool }))
}

pub(crate) fn custom_tool() -> impl Strategy<Value = Tool> {
    let grammar = (word(), prose()).prop_map(|(syntax, definition)| CustomFormat::Grammar { syntax, definition });
    let format = prop_oneof![Just(CustomFormat::Text), grammar];
    (word(), option::of(prose()), format).prop_map(|(name, description, format)| Tool {
        name,
        description,
        kind: ToolKind::Custom { format },
        ..Tool::default()
    })
}

/// With everything that a search may be told, but for a mark.
pub(crate) fn search_tool() -> impl Strategy<Value = SearchTool> {
    let said = || option::of(prose());
    let place = (said(), said(), said(), said()).prop_map(|(city, region, country, timezone)| Place {
        city,
        region,
        country,
        timezone,
    });
    let domains = || vec(prose(), 0..3);
    (option::of(any::<u64>()), domains(), domains(), option::of(place), option::of(word())).prop_map(
        |(max_uses, allowed_domains, blocked_domains, place, context_size)| SearchTool {
            max_uses,
            allowed_domains,
            blocked_domains,
            place,
            context_size,
            cache: None,
        },
    )
}

pub(crate) fn tool_choice() -> impl Strategy<Value = ToolChoice> {
    prop_oneof![
        Just(ToolChoice::Auto),
        Just(ToolChoice::Required),
        Just(ToolChoice::None),
        word().prop_map(ToolChoice::Tool),
        (any::<bool>(), vec(word(), 0..3)).prop_map(|(required, names)| ToolChoice::Allowed { required, names }),
    ]
}

/// The forms of OpenAI's dialects, where a schema has a name.
pub(crate) fn output() -> impl Strategy<Value = OutputFormat> {
    let schema = (word(), option::of(prose()), object(), option::of(any::<bool>())).prop_map(
        |(name, description, schema, strict)| OutputFormat::JsonSchema {
            name: Some(name),
            description,
            schema,
            strict,
        },
    );
    prop_oneof![Just(OutputFormat::Text), Just(OutputFormat::JsonObject), schema]
}

/// What Anthropic's models may be told of thinking, with efforts of these words.
pub(crate) fn reasoning(words: impl Strategy<Value = String>) -> impl Strategy<Value = Reasoning> {
    use ReasoningMode::{Adaptive, Disabled, Enabled, Unsaid};
    let mode = select(vec![Enabled, Adaptive, Disabled, Unsaid]);
    (mode, words, any::<bool>(), option::of(word()), 1024_u64..5000).prop_map(
        |(mode, effort, has_effort, display, budget)| Reasoning {
            mode: Some(mode),
            effort: (has_effort || mode == Unsaid).then_some(Effort(effort)),
            budget_tokens: (mode == Enabled).then_some(budget),
            display: display.filter(|_| matches!(mode, Enabled | Adaptive)),
            ..Reasoning::default()
        },
    )
}

/// What a part says in a stream, in pieces.
pub(crate) fn deltas(of: fn(String) -> Delta) -> impl Strategy<Value = Vec<Delta>> {
    vec(prose().prop_map(of), 1..4)
}
