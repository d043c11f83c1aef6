//! Bodies in the shape that SDKs and agents send and providers answer, with members that nobody knows yet, odd spacing, escapes
//! and big numbers: on the same dialect they arrive byte for byte, requests but for the model's name.
//!
//! `tests/corpus/<dialect>/`: `request-*.json` with `MODEL` in the place of the model's name where the body has it, `reply-*.json`, `stream-*.sse`; the
//! events of a Bedrock stream, which is not text, a line each in `stream-*.events`.

use std::path::{Path, PathBuf};

use engine::secret::Secret;
use serde_json::json;
use store::ledger::{AttemptStatus, Provenance};
use testkit::Script;
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use crate::frames;
use crate::kit::{Kit, MASTER, group, not_of_the_square, outside};
use crate::seen;

/// The files of a kind, with their bytes.
fn files(dialect: Dialect, kind: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(dialect.name());
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.file_name().unwrap().to_str().unwrap().starts_with(kind));
    paths.sort();
    assert!(!paths.is_empty(), "no {kind} in {}", folder.display());
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

#[tokio::test]
async fn requests_arrive_as_they_were_sent() {
    let kit = Kit::start().await;
    let master = Secret::new(MASTER);
    for dialect in Dialect::SQUARE {
        for (path, bytes) in files(dialect, "request-") {
            let text = String::from_utf8(bytes).unwrap();
            let count = kit.upstream.count();
            let got = match dialect {
                OpenAiChat | OpenAiResponses | Anthropic | Cohere => {
                    kit.call_as(&master, dialect, text.replace("MODEL", group(dialect))).await
                }
                Bedrock | Gemini => kit.call_at(&master, dialect, group(dialect), false, text.clone()).await,
                outside!() => not_of_the_square(),
            };
            let served = kit.upstream.wait_for_ended(count + 1).await.unwrap().pop().unwrap();
            assert_eq!(got.status, 200, "{}: {}", path.display(), got.text());
            let expected = text.replace("MODEL", &format!("{}-model", group(dialect)));
            assert_eq!(served.body, expected, "{}", path.display());
            assert_eq!(got.header("x-turnpike-dropped"), None, "{}", path.display());
        }
    }
}

/// The row counts what the answer says.
#[tokio::test]
async fn replies_and_streams_arrive_as_they_were_sent() {
    let kit = Kit::start().await;
    for dialect in Dialect::SQUARE {
        for (stream, kind) in [(false, "reply-"), (true, "stream-")] {
            for (path, bytes) in files(dialect, kind) {
                for size in [None, Some(1), Some(61)] {
                    let bytes = if dialect == Bedrock && stream { events(&bytes) } else { bytes.clone() };
                    let script = Script { chunk_bytes: size, ..answer(dialect, stream, bytes.clone()) };
                    kit.upstream.script(script);
                    let got = kit.call(dialect, &asked(dialect, stream)).await;
                    assert_eq!((got.status, got.stream), (200, stream), "{}: {}", path.display(), got.text());
                    assert_eq!(got.text(), String::from_utf8_lossy(&bytes), "{}", path.display());
                    assert_eq!(got.body, bytes, "{}", path.display());
                    let row = kit.rows_of(&got.id).await.pop().unwrap();
                    let told = (row.status, row.provenance, row.error_kind.is_none());
                    assert_eq!(told, (AttemptStatus::Success, Provenance::Final, true), "{}: {row:?}", path.display());
                    assert!(row.tokens.prompt() > 0 && row.tokens.output > 0, "{}: {row:?}", path.display());
                    let strange = bytes.windows(9).any(|word| word == b"brand_new" || word == b"brandNewB");
                    assert!(strange || seen::read(dialect, &got).complete, "{}", path.display());
                }
            }
        }
    }
}

/// So long a prompt that it may have cost what the answers say.
fn asked(dialect: Dialect, stream: bool) -> serde_json::Value {
    let mut asked = json!({"model": group(dialect), "max_tokens": 99, "stream": stream,
        "messages": [{"role": "user", "content": "word ".repeat(9000)}]});
    if dialect == OpenAiChat && stream {
        asked["stream_options"] = json!({"include_usage": true});
    }
    asked
}

fn answer(dialect: Dialect, stream: bool, body: Vec<u8>) -> Script {
    let kind = match (stream, dialect) {
        (false, _) => "application/json",
        (true, Bedrock) => "application/vnd.amazon.eventstream",
        (true, _) => "text/event-stream",
    };
    let headers = [("content-type".to_owned(), kind.to_owned())].into();
    Script { headers, raw_body: Some(body), ..Script::default() }
}

/// Each line is an event's name and its payload.
fn events(lines: &[u8]) -> Vec<u8> {
    let lines = std::str::from_utf8(lines).unwrap().lines().map(|line| line.split_once(' ').unwrap());
    let headers = |name| [(":event-type", name), (":content-type", "application/json"), (":message-type", "event")];
    lines.flat_map(|(name, payload)| frames::frame(&headers(name), payload.as_bytes())).collect()
}
