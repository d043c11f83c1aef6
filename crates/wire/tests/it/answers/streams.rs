//! The same answers as streams.

use serde_json::Value;
use wire::Dialect;
use wire::chat::{Delta, Event, Part, PartStart, Reply, Thinking};
use wire::dialect::Style;
use wire::frame::Framing;

use super::leaves::Leaves;
use super::{CLIENTS, Row, Shown, answer, rows, shown};

/// What a translated stream does not say, though the whole answer does: no event of the conversation has it.
const LESS: &[&str] = &["tier `default`", "tier `priority`", "tier `flex`", "tier `batch`", "tier `reserved`"];

/// A whole answer as the events that readers make of one.
fn events(reply: &Reply) -> Vec<Event> {
    let (id, model, created) = (reply.id.clone(), reply.model.clone(), reply.created);
    let mut events = vec![Event::Start { id, model, created }];
    for (choice, answer) in (0..).zip(&reply.choices) {
        let mut tokens = answer.logprobs.clone();
        for (part, value) in (0..).zip(&answer.parts) {
            let (kind, deltas) = pieces(value);
            let said = matches!(kind, PartStart::Text);
            events.push(Event::PartStart { choice, part, kind });
            if said && !tokens.is_empty() {
                events.push(Event::Logprobs { choice, part, tokens: std::mem::take(&mut tokens) });
            }
            events.extend(deltas.into_iter().map(|delta| Event::Delta { choice, part, delta }));
            if let Part::Text { citations, .. } = value {
                let citations = citations.iter().cloned();
                events.extend(citations.map(|citation| Event::Citation { choice, part, citation }));
            }
            events.push(Event::PartEnd { choice, part });
        }
        let (reason, sequence) = (answer.stop.clone(), answer.stop_sequence.clone());
        events.push(Event::Stop { choice, reason, sequence });
    }
    events.push(Event::Usage(reply.usage));
    events.extend(reply.trace.clone().map(Event::Trace));
    events.push(Event::End);
    events
}

fn pieces(part: &Part) -> (PartStart, Vec<Delta>) {
    match part {
        Part::Text { text, .. } => (PartStart::Text, vec![Delta::Text(text.clone())]),
        Part::Refusal { text } => (PartStart::Refusal, vec![Delta::Text(text.clone())]),
        Part::Thinking(Thinking::Redacted { data }) => (PartStart::RedactedThinking { data: data.clone() }, vec![]),
        Part::Thinking(Thinking::Plain { text, signature }) => {
            let proof = signature.clone().map(Delta::Signature);
            (PartStart::Thinking, [Some(Delta::Thinking(text.clone())), proof].into_iter().flatten().collect())
        }
        Part::Thinking(Thinking::Sealed { id, text, data }) => {
            let seal = Delta::Sealed { id: id.clone(), data: data.clone() };
            (PartStart::Thinking, vec![Delta::Thinking(text.clone()), seal])
        }
        Part::Thinking(Thinking::Bound { text, proof }) => {
            (PartStart::Thinking, vec![Delta::Thinking(text.clone()), Delta::Bound(proof.clone())])
        }
        Part::ToolCall(call) => {
            let (id, name, namespace) = (call.id.clone(), call.name.clone(), call.namespace.clone());
            let start = PartStart::ToolCall { id, name, namespace, kind: call.kind };
            (start, vec![Delta::Arguments(call.arguments.clone())])
        }
        whole => (PartStart::Whole(Box::new(whole.clone())), vec![]),
    }
}

fn streamed(dialect: Dialect, reply: &Reply) -> Leaves {
    let (mut writer, mut bytes) =
        (dialect.stream_writer(Style { include_usage: true, ..Style::default() }), Vec::new());
    for event in events(reply) {
        writer.write(&event, 0, &mut bytes);
    }
    let mut leaves = Leaves::default();
    let texts = if matches!(dialect, Dialect::Bedrock | Dialect::BedrockInvoke) {
        payloads(&bytes)
    } else {
        // server-sent events, or a line of JSON each
        let lines = String::from_utf8(bytes).unwrap();
        lines.lines().map(|line| line.trim_start_matches("data: ").to_owned()).collect()
    };
    for (at, text) in texts.iter().enumerate() {
        if let Ok(value) = serde_json::from_str::<Value>(text) {
            leaves.append(at, &value);
        }
    }
    leaves
}

fn payloads(bytes: &[u8]) -> Vec<String> {
    let mut reader = Framing::EventStream.reader(1 << 20);
    reader.push(bytes);
    let mut texts = Vec::new();
    while let Some(frame) = reader.next_frame().unwrap() {
        texts.push(frame.data().unwrap().into_owned());
    }
    texts
}

fn says_as_much(row: &Row, dialect: Dialect) -> bool {
    let stream = streamed(dialect, &answer(row.put));
    match shown(row, dialect) {
        Shown::At(_) => stream.has(row.mark),
        Shown::Words(words) => words.iter().all(|word| stream.has(word)),
        Shown::Sentence => stream.has_sentence(),
        Shown::LeftOut => true,
    }
}

#[test]
fn a_stream_says_what_the_whole_answer_says() {
    let mut less = Vec::new();
    for row in rows::GROUPS.iter().flat_map(|(_, rows)| *rows) {
        let clients = CLIENTS.iter().filter(|(_, dialect)| !says_as_much(row, *dialect));
        less.extend(clients.map(|(title, _)| (row.what, *title)));
    }
    let unexplained: Vec<_> = less.iter().filter(|(what, _)| !LESS.contains(what)).collect();
    assert!(unexplained.is_empty(), "{unexplained:?}");
    assert!(LESS.iter().all(|known| less.iter().any(|(what, _)| what == known)), "{less:?}");
}
