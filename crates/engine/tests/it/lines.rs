//! Server-sent events in every form that their standard allows, and some that it does not: each client gets the same of them,
//! in whatever pieces they come. Frames of event streams have their own tests (`events.rs`).

use std::path::Path;

use serde_json::json;
use store::ledger::{AttemptStatus, Provenance};
use testkit::Script;
use wire::Dialect::{self, Anthropic, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use crate::kit::{Got, Kit, group};
use crate::seen::{self, Seen};

const PROVIDERS: [Dialect; 5] = [OpenAiChat, OpenAiResponses, Anthropic, Gemini, Cohere];

/// A stream of the corpus.
fn stream(provider: Dialect) -> String {
    let name = if provider == OpenAiChat { "stream-tools.sse" } else { "stream-agent.sse" };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(provider.name());
    std::fs::read_to_string(folder.join(name)).unwrap()
}

type Form = fn(&str) -> String;

/// The same events, written otherwise.
const FORMS: &[(&str, Form)] = &[
    ("as it is", str::to_owned),
    ("CRLF", |text| text.replace('\n', "\r\n")),
    ("CR", |text| text.replace('\n', "\r")),
    ("line ends of all kinds", |text| {
        let ends = ["\n", "\r\n", "\r"].into_iter().cycle();
        text.split_inclusive("\n\n").zip(ends).map(|(frame, end)| frame.replace('\n', end)).collect()
    }),
    ("no space behind the colon", |text| text.replace("\ndata: ", "\ndata:").replace("\nevent: ", "\nevent:")),
    ("comments", |text| text.replace("\n\n", "\n\n: a comment\n\n:\n\n")),
    ("comments inside", |text| text.replace("\ndata: ", "\n: a comment\ndata: ")),
    ("fields of no use", |text| text.replace("\ndata: ", "\nid: 7\nretry: 9\nx: y\nz\ndata: ")),
    ("data in lines", |text| text.replace(",\"", ",\ndata: \"")),
    ("empty lines", |text| text.replace("\n\n", "\n\n\n\n")),
    ("a mark of its byte order", |text| format!("\u{feff}{text}")),
    ("no last empty line", |text| text.trim_end().to_owned()),
    ("one line end at the end", |text| format!("{}\n", text.trim_end())),
];

async fn ask(kit: &Kit, client: Dialect, provider: Dialect, script: Script) -> (Got, Option<Seen>) {
    let headers = [("content-type".to_owned(), "text/event-stream".to_owned())].into();
    kit.upstream.script(Script { headers, ..script });
    let mut asked = json!({"model": group(provider), "max_tokens": 99, "stream": true,
        "messages": [{"role": "user", "content": "word ".repeat(9000)}]});
    if client == OpenAiChat {
        asked["stream_options"] = json!({"include_usage": true});
    }
    let got = kit.call(client, &asked).await;
    let seen = (client != provider).then(|| seen::read(client, &got));
    (got, seen)
}

#[tokio::test]
async fn events_may_be_written_and_split_in_every_way() {
    let kit = Kit::start().await;
    for provider in PROVIDERS {
        let plain = stream(provider);
        for (name, write) in FORMS {
            let bytes = write(&plain).into_bytes();
            for client in Dialect::SQUARE {
                for size in [None, Some(1), Some(2), Some(3), Some(1000)] {
                    let cell = format!("{name}, in pieces of {size:?}: {client:?} ← {provider:?}");
                    let script = Script { raw_body: Some(bytes.clone()), chunk_bytes: size, ..Script::default() };
                    let (got, seen) = ask(&kit, client, provider, script).await;
                    match seen {
                        Some(seen) => whole(&cell, &seen),
                        None => passes(&cell, &got, &bytes),
                    }
                    let row = kit.rows_of(&got.id).await.pop().unwrap();
                    let told = (row.status, row.provenance, row.tokens.output > 0);
                    assert_eq!(told, (AttemptStatus::Success, Provenance::Final, true), "{cell}: {row:?}");
                }
            }
        }
    }
}

/// The bytes of a text and of arguments, whatever way they took.
fn whole(cell: &str, seen: &Seen) {
    assert!(seen.complete && seen.error.is_null(), "{cell}: {seen:?}");
    assert!(matches!(seen.text.as_str(), "Caf\u{e9}" | "A fern \u{1f331}"), "{cell}: {seen:?}");
    let arguments: Vec<_> = seen.calls.iter().map(|call| call.arguments.as_str()).collect();
    assert_eq!(arguments, [r#"{"a":  1.50}"#], "{cell}: {seen:?}");
}

/// Every byte of an event is the provider's, but for comments before the first one and empty lines between them.
fn passes(cell: &str, got: &Got, bytes: &[u8]) {
    let (got, sent) = (got.text(), String::from_utf8_lossy(bytes));
    let lines = |text: &str| -> Vec<String> {
        let lines = text.trim_start_matches('\u{feff}').split(['\r', '\n']);
        lines.filter(|line| !line.is_empty() && !line.starts_with(':')).map(str::to_owned).collect()
    };
    assert_eq!(lines(&got), lines(&sent), "{cell}");
}

/// What comes behind the ending is not read, an ending said twice included.
#[tokio::test]
async fn an_ending_may_come_twice() {
    let kit = Kit::start().await;
    for provider in PROVIDERS {
        let plain = stream(provider);
        let last = plain.trim_end().rsplit("\n\n").next().unwrap();
        let bytes = format!("{plain}{last}\n\n");
        for client in Dialect::SQUARE {
            let script = Script { raw_body: Some(bytes.clone().into_bytes()), ..Script::default() };
            let (got, seen) = ask(&kit, client, provider, script).await;
            if let Some(seen) = seen {
                whole("twice", &seen);
            }
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            assert_eq!((row.status, row.provenance), (AttemptStatus::Success, Provenance::Final), "{row:?}");
        }
    }
}

/// Bytes that are no text, and an answer that breaks off: no client may take it for a whole one.
#[tokio::test]
async fn what_cannot_be_read_is_an_error() {
    let kit = Kit::start().await;
    for provider in PROVIDERS {
        let plain = stream(provider).into_bytes();
        let spoilt = {
            let at = plain.windows(2).rposition(|two| two == b"1.").unwrap();
            [&plain[..at], b"\xff\xfe", &plain[at + 2..]].concat()
        };
        let broken = [("not text", spoilt), ("half", plain[..plain.len() / 2].to_vec())];
        for (name, bytes) in broken {
            for client in Dialect::SQUARE.into_iter().filter(|client| *client != provider) {
                for size in [None, Some(1), Some(7)] {
                    let cell = format!("{name}, in pieces of {size:?}: {client:?} ← {provider:?}");
                    let script = Script { raw_body: Some(bytes.clone()), chunk_bytes: size, ..Script::default() };
                    let (got, seen) = ask(&kit, client, provider, script).await;
                    let seen = seen.unwrap();
                    assert!(!seen.complete && seen.error["message"].is_string(), "{cell}: {}", got.text());
                    let row = kit.rows_of(&got.id).await.pop().unwrap();
                    assert_eq!(row.status, AttemptStatus::Failure, "{cell}: {row:?}");
                }
            }
        }
    }
    kit.assert_one_row_an_attempt().await;
}
