//! The built-in model: it answers with what it was told, so that a first request works on a fresh machine.

use wire::Raw;
use wire::chat::{Choice, Part, Reply, Request, Role, StopReason, Usage};
use wire::dialect::CeilingField;
use wire::embeddings::{self, Vector};

use crate::provider::{Auth, OnDisconnect, Provider, Transport};

pub(crate) fn provider() -> Provider {
    Provider {
        id: "echo".to_owned(),
        aliases: Vec::new(),
        title: "Echo (built in)".to_owned(),
        transport: Transport::Local { answer, embed },
        extras: true,
        base_url: None,
        key_env: Vec::new(),
        base_env: Vec::new(),
        auth: Auth::None,
        headers: Vec::new(),
        forward_headers: Vec::new(),
        forward_query: Vec::new(),
        ceiling: CeilingField::default(),
        completion_ceiling: None,
        on_disconnect: OnDisconnect::Cancel,
    }
}

/// Repeats the last thing that the user said. A word counts as a token, and the output ceiling holds.
fn answer(request: &Request) -> Reply {
    let said = request.messages.iter().rev().find(|message| message.role == Role::User).map(|m| text(&m.parts));
    let said = said.filter(|text| !text.is_empty()).unwrap_or_else(|| "(nothing to echo)".to_owned());
    let input = request.messages.iter().map(|message| words(&text(&message.parts))).sum::<u64>().max(1);
    let ceiling = request.max_output_tokens.unwrap_or(u64::MAX);
    let cut = words(&said) > ceiling;
    let said = if cut { first_words(&said, ceiling) } else { said };
    Reply {
        id: String::new(),
        model: request.model.clone(),
        created: None,
        usage: Usage { input: Some(input), output: Some(words(&said).max(1)), ..Usage::default() },
        choices: vec![Choice {
            logprobs: Vec::new(),
            parts: vec![Part::text(said)],
            stop: if cut { StopReason::Length } else { StopReason::End },
            stop_sequence: None,
        }],
        service_tier: None,
        trace: None,
    }
}

/// As many numbers as are asked for, else this many.
const DIMENSIONS: usize = 8;
const MOST_DIMENSIONS: usize = 4096;
/// And no more in one answer: it is made while others wait.
const MOST_NUMBERS: usize = 1 << 16;

/// Vectors of length 1 that count bytes, so that texts with the same letters are near each other. A word counts as a token.
fn embed(request: &embeddings::Request) -> embeddings::Reply {
    let dimensions = request.dimensions.and_then(|count| usize::try_from(count).ok()).unwrap_or(DIMENSIONS);
    let share = MOST_NUMBERS / request.inputs.len().max(1);
    let dimensions = dimensions.min(share).clamp(1, MOST_DIMENSIONS);
    let (mut vectors, mut input) = (Vec::new(), 0);
    for one in &request.inputs {
        let (bytes, tokens): (Vec<usize>, u64) = match one {
            embeddings::Input::Text(text) => (text.bytes().map(usize::from).collect(), words(text)),
            embeddings::Input::Tokens(tokens) => {
                (tokens.iter().map(|token| usize::try_from(*token).unwrap_or_default()).collect(), tokens.len() as u64)
            }
        };
        input += tokens.max(1);
        vectors.extend(direction(&bytes, dimensions));
    }
    let usage = Usage { input: Some(input), output: Some(0), ..Usage::default() };
    embeddings::Reply { model: request.model.clone(), vectors, usage }
}

/// The vector of length 1 whose numbers say how many of `bytes` fall to each.
fn direction(bytes: &[usize], dimensions: usize) -> Option<Vector> {
    let mut counts = vec![0_u16; dimensions];
    for byte in bytes {
        if let Some(count) = counts.get_mut(byte % dimensions) {
            *count = count.saturating_add(1);
        }
    }
    if let (true, Some(first)) = (bytes.is_empty(), counts.first_mut()) {
        *first = 1;
    }
    let length = counts.iter().map(|count| f32::from(*count).powi(2)).sum::<f32>().sqrt();
    Raw::of(&counts.into_iter().map(|count| f32::from(count) / length).collect::<Vec<_>>()).ok().map(Vector::List)
}

fn text(parts: &[Part]) -> String {
    let texts = parts.iter().filter_map(|part| match part {
        Part::Text { text, .. } => Some(text.clone()),
        Part::ToolResult(result) => Some(text(&result.parts)),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

fn words(text: &str) -> u64 {
    text.split_whitespace().count() as u64
}

fn first_words(text: &str, count: u64) -> String {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    text.split_whitespace().take(count).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::chat::Message;

    fn ask(said: &str, ceiling: Option<u64>) -> Reply {
        let messages = vec![Message::new(Role::User, vec![Part::text(said)])];
        answer(&Request { messages, max_output_tokens: ceiling, ..Request::default() })
    }

    #[test]
    fn says_what_it_was_told_and_counts_words() {
        let reply = ask("hello there", None);
        assert_eq!(reply.choices[0].parts, [Part::text("hello there")]);
        assert_eq!((reply.usage.input, reply.usage.output), (Some(2), Some(2)));
    }

    #[test]
    fn keeps_to_the_ceiling() {
        let reply = ask("one two three", Some(2));
        assert_eq!(reply.choices[0].parts, [Part::text("one two")]);
        assert_eq!(reply.choices[0].stop, StopReason::Length);
    }

    #[test]
    fn vectors_are_as_long_as_asked_and_not_longer_than_one_answer_bears() {
        for (inputs, asked, expected) in
            [(1, None, DIMENSIONS), (1, Some(5), 5), (1, Some(1 << 40), 4096), (1000, Some(4096), 65)]
        {
            let inputs = vec![embeddings::Input::Text("a b".to_owned()); inputs];
            let reply = embed(&embeddings::Request { inputs, dimensions: asked, ..embeddings::Request::default() });
            let Vector::List(first) = &reply.vectors[0] else { panic!("{asked:?}") };
            assert_eq!(first.get().split(',').count(), expected, "{asked:?}");
        }
    }
}
