//! The things in answers.

use wire::chat::{
    CallKind, Choice, Citation, Location, Media, MediaSource, Page, Part, Reply, SearchOutcome, StopReason, Thinking,
    ToolCall, WebSearch,
};
use wire::json::Raw;

use super::{Group, Row};

pub(super) const GROUPS: &[Group] = &[
    ("what is said", SAID),
    ("what is thought", THOUGHT),
    ("what it rests on", CITED),
    ("what is made", MADE),
    ("beside it", BESIDE),
    ("why it stopped", STOPPED),
    ("tokens", USED),
];

fn say(reply: &mut Reply, part: Part) {
    reply.choices[0].parts.push(part);
}

fn think(reply: &mut Reply, thinking: Thinking) {
    reply.choices[0].parts.insert(0, Part::Thinking(thinking));
}

fn call(reply: &mut Reply, call: ToolCall) {
    say(reply, Part::ToolCall(call));
}

fn cite(reply: &mut Reply, citation: Citation) {
    let Part::Text { citations, .. } = &mut reply.choices[0].parts[0] else { return };
    citations.push(citation);
}

/// A citation of something at a place in the request.
fn cited(location: Location) -> Citation {
    Citation {
        title: Some("bericht".into()),
        quotes: vec!["wort für wort".into()],
        location: Some(location),
        source: None,
    }
}

fn medium(media_type: &str) -> Media {
    let source = MediaSource::Base64 { media_type: media_type.to_owned(), data: "TUFSS0U=".to_owned() };
    Media { source, detail: None, name: None }
}

fn stop(reply: &mut Reply, reason: StopReason) {
    reply.choices[0].stop = reason;
}

const SAID: &[Row] = &[
    Row::new("text", "servus", |reply| say(reply, Part::text("servus"))),
    Row::new("refusal", "nein", |reply| say(reply, Part::Refusal { text: "nein".into() })),
    Row::new("call of a function: its name", "wetter", |reply| call(reply, ToolCall::new("c37", "wetter", "{}"))),
    Row::new("its arguments", "Ulm", |reply| call(reply, ToolCall::new("c37", "f", r#"{"city":"Ulm"}"#))),
    Row::new("its id", "c37", |reply| call(reply, ToolCall::new("c37", "f", "{}")))
        .left_out("calls have no ids there: results name the call by its name and parameters"),
    Row::new("arguments that are no object", "kaputt", |reply| call(reply, ToolCall::new("c37", "f", "kaputt"))),
    Row::new("call of a custom tool: its input", "*** Begin", |reply| {
        call(reply, ToolCall { kind: CallKind::Custom, ..ToolCall::new("c37", "patch", "*** Begin") });
    }),
    Row::new("its group of tools", "dienst", |reply| {
        call(reply, ToolCall { namespace: Some("dienst".into()), ..ToolCall::new("c37", "f", "{}") });
    })
    .left_out("only clients of Responses declare groups of tools, and so only they are told one"),
    Row::new("second of several answers", "servus", |reply| {
        reply.choices.push(Choice::new(vec![Part::text("servus")], StopReason::End));
    })
    .left_out("these clients cannot ask for several"),
];

const THOUGHT: &[Row] = &[
    Row::new("reasoning", "grübel", |reply| think(reply, Thinking::Plain { text: "grübel".into(), signature: None }))
        .left_out("the language has no place for reasoning"),
    Row::new("signature of a Claude", "ErUBCkYIMarke", |reply| {
        think(reply, Thinking::Plain { text: "grübel".into(), signature: Some("ErUBCkYIMarke".into()) });
    })
    .left_out("it belongs to reasoning, for which the language has no place"),
    Row::new("reasoning that a Claude hides", "EmwKAhgBMark", |reply| {
        think(reply, Thinking::Redacted { data: "EmwKAhgBMark".into() });
    })
    .left_out("the language has no place for reasoning"),
    Row::new("`encrypted_content` of OpenAI's Responses", "gAAAAABpMarke", |reply| {
        let (id, text, data) = (Some("rs_37".into()), "grübel".into(), "gAAAAABpMarke".into());
        think(reply, Thinking::Sealed { id, text, data });
    })
    .left_out("it belongs to reasoning, for which the language has no place"),
    Row::new("`thoughtSignature` of a Gemini", "CiQBcsjaMarke", |reply| {
        think(reply, Thinking::Bound { text: "grübel".into(), proof: "CiQBcsjaMarke".into() });
    })
    .left_out("it belongs to reasoning, for which the language has no place"),
];

const CITED: &[Row] = &[
    Row::new("search that was made: its query", "wo regnet es", |reply| {
        let (id, query) = ("ws_37".into(), Some("wo regnet es".into()));
        say(reply, Part::WebSearch(WebSearch { id, query, outcome: Some(SearchOutcome::Found(vec![])) }));
    })
    .left_out("what it found stands in the text, and in citations where there are any"),
    Row::new("pages that it found", "netz.example", |reply| {
        let page = Page { url: "https://netz.example".into(), title: Some("Netz".into()), ..Page::default() };
        let outcome = Some(SearchOutcome::Found(vec![page]));
        say(reply, Part::WebSearch(WebSearch { id: "ws_37".into(), query: Some("q".into()), outcome }));
    })
    .left_out("what it found stands in the text, and in citations where there are any"),
    Row::new("citation of a page of the web", "netz.example", |reply| {
        cite(reply, cited(Location::Web { url: "https://netz.example".into() }));
    })
    .left_out("the language has text alone"),
    Row::new("citation of letters of a document", "wort für wort", |reply| {
        cite(reply, cited(Location::Characters { document: 0, start: 1, end: 9 }));
    })
    .left_out("the language has text alone"),
    Row::new("citation of pages of a document", "wort für wort", |reply| {
        cite(reply, cited(Location::Pages { document: 0, start: 1, end: 2 }));
    })
    .left_out("the language has text alone"),
    Row::new("citation of pieces of a document", "wort für wort", |reply| {
        cite(reply, cited(Location::Blocks { document: 0, start: 0, end: 1 }));
    })
    .left_out("the language has text alone"),
    Row::new("citation of a search result of the request", "quelle.example", |reply| {
        let location = Location::SearchResult { result: 0, start: 0, end: 1 };
        cite(reply, Citation { source: Some("https://quelle.example".into()), ..cited(location) });
    })
    .left_out("the language has text alone"),
    Row::new("citation of a file in OpenAI's store", "file-37", |reply| {
        cite(reply, Citation { title: Some("bericht".into()), source: Some("file-37".into()), ..Citation::default() });
    })
    .left_out("the language has text alone"),
];

const MADE: &[Row] = &[
    Row::new("picture", "TUFSS0U=", |reply| say(reply, Part::Image { media: medium("image/png"), cache: None })),
    Row::new("sound", "TUFSS0U=", |reply| say(reply, Part::Audio { media: medium("audio/wav") })),
    Row::new("film", "TUFSS0U=", |reply| say(reply, Part::Video { media: medium("video/mp4") })),
    Row::new("document", "TUFSS0U=", |reply| say(reply, Part::document(medium("application/pdf"), None))),
];

const BESIDE: &[Row] = &[
    Row::new("log probabilities", "-0.375", |reply| {
        let token = r#"{"token":"moin","logprob":-0.375,"bytes":[109,111,105,110],"top_logprobs":[]}"#;
        reply.choices[0].logprobs = vec![Raw::parse(token).unwrap()];
    })
    .left_out("their clients cannot ask for any"),
    Row::new("id", "id38", |reply| reply.id = "id38".into()).left_out("the language has none"),
    Row::new("model", "modell", |reply| reply.model = "modell".into()).left_out("the language has none"),
    Row::new("time", "1790000037", |reply| reply.created = Some(1_790_000_037)).left_out("the language has none"),
    Row::new("what a guardrail of Bedrock's found", "waechter", |reply| {
        reply.trace = Raw::parse(r#"{"guardrail":{"actionReason":"waechter"}}"#).ok();
    })
    .left_out("their clients cannot ask for a guardrail"),
    Row::word("tier `default`", &[], |reply| reply.service_tier = Some("default".into()))
        .left_out("the language has none"),
    Row::word("tier `priority`", &[], |reply| reply.service_tier = Some("priority".into()))
        .left_out("the language has none"),
    Row::word("tier `flex`", &[], |reply| reply.service_tier = Some("flex".into()))
        .left_out("the language has none, or not this one"),
    Row::word("tier `batch`", &[], |reply| reply.service_tier = Some("batch".into()))
        .left_out("the language has none, or not this one"),
    Row::word("tier `reserved`", &[], |reply| reply.service_tier = Some("reserved".into()))
        .left_out("the language has none, or not this one"),
];

/// Answers that stopped otherwise.
const OTHERS: &[fn(&mut Reply)] =
    &[|_| {}, |reply| stop(reply, StopReason::Length), |reply| stop(reply, StopReason::ContentFilter)];

const STOPPED: &[Row] = &[
    Row::word("done", OTHERS, |reply| stop(reply, StopReason::End)),
    Row::word("output ceiling", OTHERS, |reply| stop(reply, StopReason::Length)),
    Row::word("stop sequence", OTHERS, |reply| stop(reply, StopReason::StopSequence)),
    Row::new("which one", "ENDE", |reply| {
        stop(reply, StopReason::StopSequence);
        reply.choices[0].stop_sequence = Some("ENDE".into());
    })
    .left_out("the language does not tell it"),
    Row::word("tools wanted", OTHERS, |reply| stop(reply, StopReason::ToolUse)),
    Row::word("content withheld", OTHERS, |reply| stop(reply, StopReason::ContentFilter)),
    Row::word("guardrail stepped in", OTHERS, |reply| stop(reply, StopReason::Guardrail)),
    Row::word("model declined", OTHERS, |reply| stop(reply, StopReason::Refusal)),
    Row::word("paused", OTHERS, |reply| stop(reply, StopReason::Pause)),
    Row::word("context window full", OTHERS, |reply| stop(reply, StopReason::ContextWindow)),
    Row::word("the call is broken", OTHERS, |reply| stop(reply, StopReason::Malformed { tool_use: true })),
    Row::word("the answer is broken", OTHERS, |reply| stop(reply, StopReason::Malformed { tool_use: false })),
    Row::word("a word that nobody knows", OTHERS, |reply| stop(reply, StopReason::Other("marke".into()))),
];

const USED: &[Row] = &[
    Row::new("prompt without what the cache had and took", "37001", |reply| {
        (reply.usage.input, reply.usage.cache_read) = (Some(37_001), Some(7));
    })
    .left_out("it is what the classes of the cache leave of the whole prompt"),
    Row::new("the whole prompt", "37008", |reply| {
        (reply.usage.input, reply.usage.cache_read) = (Some(37_001), Some(7));
    })
    .left_out("it is the sum of the classes"),
    Row::new("generated", "37001", |reply| reply.usage.output = Some(37_001)),
    Row::new("of that, reasoning", "37001", |reply| {
        (reply.usage.output, reply.usage.reasoning) = (Some(90_000), Some(37_001));
    })
    .left_out("it is told among what was generated"),
    Row::new("read from cache", "37001", |reply| reply.usage.cache_read = Some(37_001)),
    Row::new("written to cache, 5 minutes", "37001", |reply| {
        (reply.usage.cache_write_5m, reply.usage.cache_write_1h) = (Some(37_001), Some(100));
    })
    .left_out("what was written is told in one figure, or among the prompt"),
    Row::new("written to cache, 1 hour", "37001", |reply| {
        (reply.usage.cache_write_5m, reply.usage.cache_write_1h) = (Some(100), Some(37_001));
    })
    .left_out("what was written is told in one figure, or among the prompt"),
    Row::new("written to cache, both together", "37101", |reply| {
        (reply.usage.cache_write_5m, reply.usage.cache_write_1h) = (Some(100), Some(37_001));
    })
    .left_out("it is told among the prompt"),
    Row::new("sound in the prompt", "37001", |reply| {
        (reply.usage.input, reply.usage.input_audio) = (Some(90_000), Some(37_001));
    })
    .left_out("it is told among the prompt"),
    Row::new("images in the prompt", "37001", |reply| {
        (reply.usage.input, reply.usage.input_image) = (Some(90_000), Some(37_001));
    })
    .left_out("it is told among the prompt"),
    Row::new("sound in the answer", "37001", |reply| {
        (reply.usage.output, reply.usage.output_audio) = (Some(90_000), Some(37_001));
    })
    .left_out("it is told among what was generated"),
    Row::new("images in the answer", "37001", |reply| {
        (reply.usage.output, reply.usage.output_image) = (Some(90_000), Some(37_001));
    })
    .left_out("it is told among what was generated"),
];
