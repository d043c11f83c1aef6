//! Where a client finds each thing of an answer in its own language, whole and in streams: tried, and written down for the book.
//!
//! A row is an answer with a thing and one without. Both are written for every client; where they differ is where it stands.

mod book;
mod leaves;
mod rows;
mod streams;

use wire::Dialect;
use wire::chat::{Choice, Part, Reply, StopReason, Usage};
use wire::dialect::Style;

pub(crate) use self::book::section;
use self::leaves::Leaves;

/// One thing in an answer.
struct Row {
    what: &'static str,
    put: fn(&mut Reply),
    /// By which it is found. Empty where it shows by what changes.
    mark: &'static str,
    /// Answers that it must differ from, where that is not the plain one.
    others: &'static [fn(&mut Reply)],
    /// Why clients do without it where their language has no place for it.
    left_out: &'static str,
}

impl Row {
    const fn new(what: &'static str, mark: &'static str, put: fn(&mut Reply)) -> Self {
        Self { what, put, mark, others: &[], left_out: "" }
    }

    /// A thing that shows by what changes, be it from other answers than the plain one.
    const fn word(what: &'static str, others: &'static [fn(&mut Reply)], put: fn(&mut Reply)) -> Self {
        Self { what, put, mark: "", others, left_out: "" }
    }

    const fn left_out(self, why: &'static str) -> Self {
        Self { left_out: why, ..self }
    }
}

type Group = (&'static str, &'static [Row]);

const CLIENTS: [(&str, Dialect); 9] = [
    ("OpenAI chat", Dialect::OpenAiChat),
    ("OpenAI Responses", Dialect::OpenAiResponses),
    ("Anthropic", Dialect::Anthropic),
    ("Bedrock's Converse", Dialect::Bedrock),
    ("Bedrock's InvokeModel", Dialect::BedrockInvoke),
    ("Gemini", Dialect::Gemini),
    ("Cohere", Dialect::Cohere),
    ("Cohere's first version", Dialect::CohereV1),
    ("OpenAI completions (old)", Dialect::OpenAiCompletions),
];

/// Where something stands for a client.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Shown {
    /// In these fields.
    At(Vec<String>),
    /// By these words.
    Words(Vec<String>),
    /// A sentence stands in its place.
    Sentence,
    LeftOut,
}

fn answer(change: fn(&mut Reply)) -> Reply {
    let usage = Usage { input: Some(11), output: Some(22), ..Usage::default() };
    let mut reply = Reply {
        id: "id37".into(),
        model: "m".into(),
        created: Some(37),
        choices: vec![Choice::new(vec![Part::text("moin")], StopReason::End)],
        usage,
        service_tier: None,
        trace: None,
    };
    change(&mut reply);
    reply
}

fn written(dialect: Dialect, reply: &Reply) -> Leaves {
    let body = dialect.write_reply(reply, &Style::default(), 0);
    Leaves::of(&serde_json::from_slice(&body).unwrap())
}

fn shown(row: &Row, dialect: Dialect) -> Shown {
    let with = written(dialect, &answer(row.put));
    let plain: fn(&mut Reply) = |_| {};
    let others = if row.others.is_empty() { &[plain] } else { row.others };
    let words = || others.iter().flat_map(|other| with.changed_from(&written(dialect, &answer(*other))));
    let mut found: Vec<String> = if row.mark.is_empty() { words().collect() } else { with.places_of(row.mark) };
    found.dedup();
    match (row.mark.is_empty(), found.is_empty()) {
        (_, true) if with.has_sentence() => Shown::Sentence,
        (_, true) => Shown::LeftOut,
        (true, false) => Shown::Words(leaves::once(found)),
        (false, false) => Shown::At(leaves::once(found)),
    }
}

#[test]
fn nothing_is_left_out_without_a_reason() {
    let mut wrong = Vec::new();
    for row in rows::GROUPS.iter().flat_map(|(_, rows)| *rows) {
        for (title, dialect) in CLIENTS {
            if shown(row, dialect) == Shown::LeftOut && row.left_out.is_empty() {
                wrong.push(format!("{} for {title}", row.what));
            }
        }
        let plain = written(Dialect::Anthropic, &answer(|_| {}));
        assert!(row.mark.is_empty() || plain.places_of(row.mark).is_empty(), "{} proves nothing", row.mark);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
