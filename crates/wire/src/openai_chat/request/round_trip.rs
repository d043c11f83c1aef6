//! Whatever can be said in this dialect comes back as it was; whatever comes in, nothing panics.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::{read, write};
use crate::chat::strategies::{
    base64, cache, custom_tool, function, kept_to, number, object, output, prose, search_tool, text_part, tool_choice,
    word,
};
use crate::chat::{
    CallKind, Effort, Media, MediaSource, Message, Part, Reasoning, Request, Role, Sampling, SearchTool, Thinking,
    ToolCall, ToolResult,
};
use crate::dialect::{CeilingField, Target};

/// The lifetimes that OpenAI and the conversation have in common.
const TTLS: &[&str] = &["12h"];

fn text() -> impl Strategy<Value = Part> {
    text_part(TTLS)
}

fn media(source: impl Strategy<Value = MediaSource>) -> impl Strategy<Value = Media> {
    source.prop_map(|source| Media { source, detail: None, name: None })
}

fn user_part() -> impl Strategy<Value = Part> {
    let url = word().prop_map(|word| MediaSource::Url(format!("https://{word}")));
    let image = (media(prop_oneof![base64("image/png"), url]), option::of(word()), cache(TTLS))
        .prop_map(|(media, detail, cache)| Part::Image { media: Media { detail, ..media }, cache });
    let file = (media(base64("application/pdf")), word(), cache(TTLS))
        .prop_map(|(media, name, cache)| Part::document(Media { name: Some(name), ..media }, cache));
    let audio = media(base64("audio/mpeg")).prop_map(|media| Part::Audio { media });
    prop_oneof![text(), image, file, audio]
}

fn assistant() -> impl Strategy<Value = Vec<Part>> {
    let thinking = prose().prop_map(|text| Part::Thinking(Thinking::Plain { text, signature: None }));
    let refusal = prose().prop_map(|text| Part::Refusal { text });
    let kind = prop_oneof![Just(CallKind::Function), Just(CallKind::Custom)];
    let call = (word(), word(), prose(), kind).prop_map(|(id, name, arguments, kind)| {
        Part::ToolCall(ToolCall { kind, ..ToolCall::new(id, name, arguments) })
    });
    (option::of(thinking), vec(text(), 0..3), option::of(refusal), vec(call, 0..3)).prop_map(
        |(thinking, texts, refusal, calls)| thinking.into_iter().chain(texts).chain(refusal).chain(calls).collect(),
    )
}

fn results() -> impl Strategy<Value = Vec<Part>> {
    let result = (word(), vec(text(), 1..3))
        .prop_map(|(call_id, parts)| Part::ToolResult(ToolResult { call_id, parts, is_error: false, cache: None }));
    vec(result, 1..3)
}

/// A turn, followed by results of tools or not; two turns of results never follow each other, nor with
/// instructions between them, as they would be one.
fn turns() -> impl Strategy<Value = Vec<Message>> {
    let said = prop_oneof![
        (Just(Role::System), vec(text(), 1..3)),
        (Just(Role::Developer), vec(text(), 1..3)),
        (Just(Role::User), vec(user_part(), 1..4)),
        (Just(Role::Assistant), assistant()),
    ];
    let turn = (said, option::of(word()), option::of(results())).prop_map(|((role, parts), name, results)| {
        let answers = matches!(role, Role::User | Role::Assistant);
        let results = results.filter(|_| answers).map(|parts| Message::new(Role::User, parts));
        std::iter::once(Message { name, ..Message::new(role, parts) }).chain(results).collect::<Vec<_>>()
    });
    vec(turn, 1..4).prop_map(|turns| turns.concat())
}

fn search() -> impl Strategy<Value = SearchTool> {
    search_tool().prop_map(|SearchTool { place, context_size, .. }| SearchTool {
        place,
        context_size,
        ..SearchTool::default()
    })
}

fn sampling() -> impl Strategy<Value = Sampling> {
    (option::of(number()), option::of(number()), option::of(number()), option::of(number()), option::of(any::<u64>()))
        .prop_map(|(temperature, top_p, presence_penalty, seed, n)| Sampling {
            temperature,
            top_p,
            top_k: None,
            frequency_penalty: presence_penalty.clone(),
            presence_penalty,
            seed,
            n,
        })
}

fn request() -> impl Strategy<Value = Request> {
    let shape = (
        turns(),
        vec(prop_oneof![function().prop_map(kept_to), custom_tool()], 0..3),
        option::of(tool_choice()),
        output(),
        sampling(),
    );
    let rest =
        (option::of(any::<bool>()), option::of(any::<u64>()), vec(prose(), 0..3), option::of(word()), any::<bool>());
    let openai = (option::of(search()), option::of(0_u64..9), option::of(object()));
    (shape, rest, openai).prop_map(
        |(
            (messages, tools, tool_choice, output, sampling),
            (parallel, ceiling, stop, text, stream),
            (web_search, logprobs, options),
        )| Request {
            web_search,
            logprobs,
            verbosity: text.clone(),
            openai: options.into_iter().map(|options| ("prompt_cache_options", options)).collect(),
            metadata: text.iter().map(|word| (word.clone(), format!("{word}\""))).collect(),
            model: "m".into(),
            messages,
            tools,
            tool_choice,
            parallel_tools: parallel,
            single_call: false,
            max_output_tokens: ceiling,
            sampling,
            stop,
            reasoning: text.clone().map(|word| Reasoning { effort: Some(Effort(word)), ..Reasoning::default() }),
            output,
            stream,
            include_usage: stream,
            user: text.clone(),
            service_tier: text,
            guardrail: None,
            ..Request::default()
        },
    )
}

proptest! {
    #[test]
    fn a_written_request_reads_the_same(request in request(), old in any::<bool>()) {
        let ceiling = if old { CeilingField::MaxTokens } else { CeilingField::MaxCompletionTokens };
        let written = write(&request, &Target { model: "m", ceiling, extras: true }).unwrap();
        prop_assert_eq!(&written.dropped, &Vec::<String>::new());
        prop_assert_eq!(read(std::str::from_utf8(&written.body).unwrap()).unwrap(), request);
    }

    #[test]
    fn mutated_requests_do_not_panic(request in request(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut body = write(&request, &Target { model: "m", ceiling: CeilingField::MaxTokens, extras: true }).unwrap().body;
        let at = at.index(body.len());
        if cut { body.truncate(at) } else { body[at] = byte }
        let body = String::from_utf8_lossy(&body);
        drop(read(&body));
        drop(crate::openai_chat::reply::read(&body));
        crate::openai_chat::reply::scan_usage(&body);
        drop(crate::openai_chat::error::read(400, body.as_bytes()));
    }
}
