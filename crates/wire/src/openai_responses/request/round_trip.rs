//! Whatever can be said in this dialect comes back as it was; whatever comes in, nothing panics.
//!
//! Less what the form of it settles: messages of one speaker that this dialect cannot tell from one (an assistant's, and what
//! a user says behind results of tools), empty messages and texts, that a tool failed (it is told in words), a switch `strict`
//! that nobody set, lifetimes of cache marks that OpenAI does not have, cache marks of whole results, and what of a search
//! only its own provider reads.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::{read, write};
use crate::chat::strategies::{
    base64, cache, custom_tool, function, kept_to, number, object, output, prose, search_tool, text_part, tool_choice,
    word,
};
use crate::chat::{
    CallKind, Effort, Media, MediaSource, Message, Namespace, Page, Part, Reasoning, Request, Role, Sampling,
    SearchOutcome, Thinking, Tool, ToolCall, ToolResult, WebSearch,
};
use crate::dialect::{CeilingField, Target};
use crate::json::Raw;

const TARGET: Target<'_> = Target { model: "m", ceiling: CeilingField::MaxOutputTokens, extras: true };

const TTLS: &[&str] = &["12h"];

fn text() -> impl Strategy<Value = Part> {
    text_part(TTLS)
}

fn elsewhere() -> impl Strategy<Value = MediaSource> {
    prop_oneof![
        word().prop_map(|word| MediaSource::Url(format!("https://{word}"))),
        word().prop_map(MediaSource::FileId)
    ]
}

/// What may stand in a result too.
fn shown() -> impl Strategy<Value = Part> {
    let image = (prop_oneof![base64("image/png"), elsewhere()], option::of(word()), cache(TTLS)).prop_map(
        |(source, detail, cache)| Part::Image {
            media: Media { source, detail: detail.filter(|word| word != "auto"), name: None },
            cache,
        },
    );
    let file = (prop_oneof![base64("application/pdf"), elsewhere()], word(), cache(TTLS))
        .prop_map(|(source, name, cache)| Part::document(Media { source, detail: None, name: Some(name) }, cache));
    prop_oneof![text(), image, file]
}

fn user_part() -> impl Strategy<Value = Part> {
    let audio =
        base64("audio/mpeg").prop_map(|source| Part::Audio { media: Media { source, detail: None, name: None } });
    prop_oneof![4 => shown(), 1 => audio]
}

fn answer_part() -> impl Strategy<Value = Part> {
    let sealed = (option::of(word()), option::of(prose()), word())
        .prop_map(|(id, text, data)| Part::Thinking(Thinking::Sealed { id, text: text.unwrap_or_default(), data }));
    let refusal = prose().prop_map(|text| Part::Refusal { text });
    let call = (word(), word(), option::of(word()), any::<bool>(), prose()).prop_map(
        |(id, name, namespace, is_custom, arguments)| {
            let kind = if is_custom { CallKind::Custom } else { CallKind::Function };
            Part::ToolCall(ToolCall { id, name, namespace, kind, arguments, cache: None })
        },
    );
    let page = word().prop_map(|url| Page { url, ..Page::default() });
    let outcome =
        prop_oneof![vec(page, 0..3).prop_map(SearchOutcome::Found), Just(SearchOutcome::Failed("failed".to_owned()))];
    let search = (word(), option::of(prose()), option::of(outcome))
        .prop_map(|(id, query, outcome)| Part::WebSearch(WebSearch { id: format!("ws_{id}"), query, outcome }));
    prop_oneof![prose().prop_map(Part::text), sealed, refusal, call, search]
}

/// Results, then what the user says.
fn user() -> impl Strategy<Value = Vec<Part>> {
    let result = (word(), vec(shown(), 0..3))
        .prop_map(|(call_id, parts)| Part::ToolResult(ToolResult { call_id, parts, is_error: false, cache: None }));
    let results = vec(result, 1..3);
    prop_oneof![
        vec(user_part(), 1..4),
        (results, vec(user_part(), 0..3)).prop_map(|(results, said)| results.into_iter().chain(said).collect())
    ]
}

fn is_result(message: &Message) -> bool {
    message.parts.iter().all(|part| matches!(part, Part::ToolResult(_)))
}

/// Whether `next` would not be read as a message of its own; between results there may be instructions.
fn joins(before: &[Message], next: &Message) -> bool {
    let instructs = |message: &&Message| matches!(message.role, Role::System | Role::Developer);
    let turn = before.iter().rev().find(|message| !instructs(message));
    match (before.last().map(|last| last.role), next.role) {
        (Some(Role::Assistant), Role::Assistant) => true,
        (Some(Role::User), Role::User) => turn.is_some_and(is_result),
        (_, Role::User) => {
            let is_results = |message: &Message| message.role == Role::User && is_result(message);
            matches!(next.parts.first(), Some(Part::ToolResult(_))) && turn.is_some_and(is_results)
        }
        _ => false,
    }
}

fn turns() -> impl Strategy<Value = Vec<Message>> {
    let said = prop_oneof![
        (Just(Role::System), vec(text(), 1..3)),
        (Just(Role::Developer), vec(text(), 1..3)),
        (Just(Role::User), user()),
        (Just(Role::Assistant), vec(answer_part(), 1..5)),
    ];
    vec(said.prop_map(|(role, parts)| Message::new(role, parts)), 1..6).prop_map(|turns| {
        let mut kept: Vec<Message> = Vec::new();
        for turn in turns {
            if !joins(&kept, &turn) {
                kept.push(turn);
            }
        }
        kept
    })
}

fn tool() -> impl Strategy<Value = Tool> {
    let function =
        (function(), any::<bool>()).prop_map(|(tool, strict)| kept_to(Tool { strict: Some(strict), ..tool }));
    prop_oneof![function, custom_tool()]
}

/// Tools, those of one namespace behind each other. No two are the same, as they would be one.
fn tools() -> impl Strategy<Value = Vec<Tool>> {
    (vec(tool(), 0..3), vec(tool(), 0..3), option::of(prose())).prop_map(|(plain, grouped, description)| {
        let namespace = Namespace { name: "group".into(), description };
        let grouped = grouped.into_iter().map(|tool| Tool { namespace: Some(namespace.clone().into()), ..tool });
        let numbered = |(number, tool): (usize, Tool)| Tool { name: format!("{}{number}", tool.name), ..tool };
        plain.into_iter().chain(grouped).enumerate().map(numbered).collect()
    })
}

fn openai() -> impl Strategy<Value = Vec<(&'static str, Raw)>> {
    (option::of(object()), any::<bool>()).prop_map(|(options, store)| {
        let store = store.then(|| ("store", Raw::parse("true").unwrap()));
        options.map(|options| ("prompt_cache_options", options)).into_iter().chain(store).collect()
    })
}

fn request() -> impl Strategy<Value = Request> {
    let tools = (tools(), option::of(search_tool()), option::of(tool_choice()), option::of(any::<bool>()));
    let settings = (option::of(number()), option::of(any::<u64>()), option::of(any::<u64>()), any::<bool>());
    let words = (option::of(word()), option::of(word()));
    (turns(), tools, output(), settings, words, openai()).prop_map(
        |(messages, tools, output, (number, ceiling, logprobs, stream), (text, other), openai)| {
            let (tools, web_search, tool_choice, parallel_tools) = tools;
            let reasoning =
                Reasoning { effort: text.clone().map(Effort), summary: other.clone(), ..Reasoning::default() };
            Request {
                model: "m".into(),
                messages,
                tools,
                web_search,
                tool_choice,
                parallel_tools,
                max_output_tokens: ceiling,
                sampling: Sampling { temperature: number.clone(), top_p: number, ..Sampling::default() },
                reasoning: (reasoning != Reasoning::default()).then_some(reasoning),
                output,
                verbosity: other.clone(),
                logprobs,
                stream,
                include_usage: true,
                user: text.clone(),
                service_tier: other,
                metadata: text.iter().map(|word| (word.clone(), format!("{word}\""))).collect(),
                openai,
                ..Request::default()
            }
        },
    )
}

proptest! {
    #[test]
    fn a_written_request_reads_the_same(request in request()) {
        let written = write(&request, &TARGET).unwrap();
        prop_assert_eq!(&written.dropped, &Vec::<String>::new());
        prop_assert_eq!(read(std::str::from_utf8(&written.body).unwrap()).unwrap(), request);
    }

    #[test]
    fn mutated_requests_do_not_panic(request in request(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut body = write(&request, &TARGET).unwrap().body;
        let at = at.index(body.len());
        if cut { body.truncate(at) } else { body[at] = byte }
        let body = String::from_utf8_lossy(&body);
        drop(read(&body));
        drop(crate::openai_responses::Echo::of(&body));
    }
}
