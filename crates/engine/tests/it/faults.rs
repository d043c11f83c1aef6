//! Providers that fail in every way: the client is told in its own dialect and never sees a clean ending that was none, each
//! attempt has its row, and another deployment is tried only while nothing has reached the client.

use std::time::Duration;

use futures_util::StreamExt as _;
use serde_json::json;
use store::ledger::{AttemptStatus, LedgerRow, Provenance};
use testkit::{Script, When};
use wire::Dialect::{self, OpenAiChat};

use crate::kit::{GPT, Got, Kit, Setup, deployment, group};
use crate::seen::{self, Seen};

/// Which answers a fault spoils.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    Both,
    Streams,
    Wholes,
}

struct Fault {
    name: String,
    of: Of,
    script: Script,
    /// The provider's dialect, where the others have nothing to leave out.
    only: Option<Dialect>,
    /// No client can have seen anything of it.
    early: bool,
}

fn fault(name: impl Into<String>, of: Of, early: bool, script: Script) -> Fault {
    Fault { name: name.into(), of, script, only: None, early }
}

fn header(name: &str, value: &str) -> Script {
    Script { headers: [(name.to_owned(), value.to_owned())].into(), ..Script::default() }
}

fn raw(body: &[u8]) -> Script {
    Script { raw_body: Some(body.to_vec()), ..Script::default() }
}

fn faults() -> Vec<Fault> {
    let script = Script::default;
    let mut faults = vec![
        fault("hang up", Of::Both, true, Script { hang_up: true, ..script() }),
        fault("late head", Of::Both, true, Script { delay_ms: 60_000, ..script() }),
        fault("late first event", Of::Both, true, Script { first_byte_ms: 60_000, ..script() }),
        fault("encoded", Of::Both, true, header("content-encoding", "gzip")),
        fault("a page", Of::Streams, true, header("content-type", "text/html")),
        fault("status 302", Of::Both, true, Script { status: Some(302), ..header("location", "http://127.0.0.1:9/") }),
        fault("not JSON", Of::Wholes, true, raw(b"<html>")),
        fault("not text", Of::Wholes, true, raw(b"{\"a\":\"\xff\xfe\"}")),
        fault("two documents", Of::Wholes, true, raw(b"{}{}")),
        fault("nested", Of::Wholes, true, raw(format!("{}{}", "[".repeat(129), "]".repeat(129)).as_bytes())),
        fault("empty", Of::Both, true, Script { end_after_bytes: Some(0), ..script() }),
        fault("endless line", Of::Streams, true, raw(&[b'x'; 1_100_000])),
        fault("no ending", Of::Streams, false, Script { omit_terminal: true, ..script() }),
        Fault {
            only: Some(Dialect::Bedrock),
            ..fault("no metadata", Of::Streams, false, Script { omit_metadata: true, ..script() })
        },
        fault("neither", Of::Streams, false, Script { omit_terminal: true, omit_metadata: true, ..script() }),
        fault("broken JSON", Of::Wholes, true, Script { malformed_after: Some(0), ..script() }),
    ];
    // 1500 is between the two line ends of an event of the first dialect
    for bytes in [0, 1, 20, 200, 700, 1499, 1500, 1501] {
        let early = bytes < 10;
        let cut = Script { cut_after_bytes: Some(bytes), ..script() };
        let end = Script { end_after_bytes: Some(bytes), ..script() };
        let stall = Script { stall_after_bytes: Some(bytes), ..script() };
        faults.push(fault(format!("cut after {bytes}"), Of::Both, early, cut));
        faults.push(fault(format!("end after {bytes}"), Of::Both, early, end));
        faults.push(fault(format!("stall after {bytes}"), Of::Both, early, stall));
    }
    faults
}

fn impatient(setup: &mut Setup) {
    setup.settings.deadlines.first_byte = Duration::from_millis(800);
    setup.settings.deadlines.between_events = Duration::from_millis(800);
}

/// A fault in one cell of the square.
struct Cell {
    name: String,
    client: Dialect,
    provider: Dialect,
    stream: bool,
    fault: Fault,
}

impl Cell {
    /// Asks for more words than any cut lets through. The cell's name leads its script to it, and to its first attempt only.
    async fn ask(&self, kit: &Kit, model: &str) -> (Got, Seen) {
        let when = When { body_contains: Some(self.name.clone()), ..When::default() };
        kit.upstream.script(Script { when, ..self.fault.script.clone() });
        let prompt = format!("[[long:400]] {}", self.name);
        let body = json!({"model": model, "max_tokens": 2000, "stream": self.stream,
            "messages": [{"role": "user", "content": prompt}]});
        let got = kit.call(self.client, &body).await;
        let seen = seen::read(self.client, &got);
        (got, seen)
    }
}

/// Runs `check` in every cell, some at a time: most of them wait for a deadline.
async fn each(check: impl AsyncFn(&Cell)) {
    let mut cells = Vec::new();
    for (client, provider, stream) in crate::square::cells(&Dialect::SQUARE) {
        let spoilt = |fault: &Fault| {
            fault.of != if stream { Of::Wholes } else { Of::Streams } && fault.only.is_none_or(|only| only == provider)
        };
        cells.extend(faults().into_iter().filter(spoilt).map(|fault| {
            let name = format!("{}: {client:?} to {provider:?}, stream {stream}.", fault.name);
            Cell { name, client, provider, stream, fault }
        }));
    }
    futures_util::stream::iter(&cells).for_each_concurrent(24, async |cell| check(cell).await).await;
}

#[tokio::test]
async fn the_client_is_told_and_the_attempt_has_its_row() {
    let kit = Kit::with(impatient).await;
    each(async |cell| {
        let (got, seen) = cell.ask(&kit, group(cell.provider)).await;
        let name = &cell.name;
        failed(name, &got, &seen);
        assert!(!(cell.fault.early && got.stream), "{name}: {}", got.text());
        let rows = kit.rows_of(&got.id).await;
        let [row] = &rows[..] else { panic!("{name}: {rows:?}") };
        settled(name, row);
    })
    .await;
    kit.assert_one_row_an_attempt().await;
}

fn failed(cell: &str, got: &Got, seen: &Seen) {
    assert!(!seen.complete, "{cell}: {}", got.text());
    // Gemini's word for the type
    let has_type = ["type", "status"].iter().any(|word| seen.error[word].is_string());
    assert!(seen.error["message"].is_string() && has_type, "{cell}: {}", got.text());
    assert_ne!(seen.error["type"], "not JSON", "{cell}: {}", got.text());
    assert!(got.stream == (got.status == 200), "{cell}: {}", got.status);
}

fn settled(cell: &str, row: &LedgerRow) {
    assert_eq!(row.status, AttemptStatus::Failure, "{cell}: {row:?}");
    assert!(row.error_kind.is_some(), "{cell}: {row:?}");
    // only a status that says so proves that nothing was billed
    let free = row.http_status.is_some_and(|status| status != 200);
    let expected: &[Provenance] =
        if free { &[Provenance::None] } else { &[Provenance::Partial, Provenance::Estimated] };
    assert!(expected.contains(&row.provenance), "{cell}: {row:?}");
    assert_eq!(row.tokens.prompt() == 0, free, "{cell}: {row:?}");
}

#[tokio::test]
async fn another_deployment_is_tried_only_before_the_first_byte() {
    let kit = Kit::with(|setup| {
        impatient(setup);
        setup.settings.retries = 1;
        let base = setup.base.clone();
        for provider in Dialect::SQUARE.map(group) {
            for (at, weight) in [(1, 1), (2, 0)] {
                let mut member = deployment(provider, &base);
                member.id = format!("{provider}-{at}");
                member.group = format!("two-{provider}");
                member.weight = weight;
                setup.deployments.push(member);
            }
        }
    })
    .await;
    each(async |cell| {
        let group = group(cell.provider);
        let (got, seen) = cell.ask(&kit, &format!("two-{group}")).await;
        let name = &cell.name;
        let rows = kit.rows_of(&got.id).await;
        settled(name, &rows[0]);
        if seen.complete {
            let [_, row] = &rows[..] else { panic!("{name}: {rows:?}") };
            assert_eq!((row.status, row.provenance), (AttemptStatus::Success, Provenance::Final), "{name}");
            assert_eq!(row.deployment_id, format!("{group}-2"), "{name}");
            assert_eq!(got.header("x-litellm-model-id"), Some(row.deployment_id.as_str()), "{name}");
            assert_eq!(seen.text.split(' ').count(), 400, "{name}");
        } else {
            failed(name, &got, &seen);
            assert!(got.stream && !cell.fault.early && rows.len() == 1, "{name}: {rows:?}");
        }
    })
    .await;
    kit.assert_one_row_an_attempt().await;
}

/// A frame that is no JSON. On the same dialect it is the provider's byte like every other: it goes on, and the client's
/// own parser stumbles over it. Across dialects it cannot be said, so it is an error.
#[tokio::test]
async fn a_broken_frame() {
    let kit = Kit::start().await;
    for client in Dialect::ALL {
        for provider in Dialect::SQUARE {
            kit.upstream.script(Script { malformed_after: Some(4), ..Script::default() });
            let body = json!({"model": group(provider), "max_tokens": 2000, "stream": true,
                "messages": [{"role": "user", "content": "[[long:40]]"}]});
            let got = kit.call(client, &body).await;
            if client == provider {
                assert!(got.text().contains("{\"broken\": "), "{}", got.text());
            } else {
                failed("broken frame", &got, &seen::read(client, &got));
            }
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// Nobody listens: nothing was sent, so nothing is charged.
#[tokio::test]
async fn a_provider_that_cannot_be_reached_costs_nothing() {
    let kit = Kit::with(|setup| {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        setup.deployments = vec![deployment(GPT, &format!("http://127.0.0.1:{port}"))];
    })
    .await;
    let got = kit.call(OpenAiChat, &json!({"model": GPT, "messages": [{"role": "user", "content": "x"}]})).await;
    assert_eq!(got.status, 502, "{}", got.text());
    let row = kit.rows().await.pop().unwrap();
    assert_eq!((row.provenance, row.tokens.prompt(), row.http_status), (Provenance::None, 0, None));
}

/// A failure that passes is tried again at the same place, as often as configured and after the pause that was asked for.
#[tokio::test]
async fn tries_again_at_the_same_deployment() {
    for (times, retries, status) in [(1, 1, 200), (2, 2, 200), (2, 1, 429), (1, 0, 429)] {
        let kit = Kit::with(|setup| setup.settings.retries = retries).await;
        let body = json!({"model": GPT, "messages": [{"role": "user", "content": format!("[[flaky:k:{times}:429]]")}]});
        let got = kit.call(OpenAiChat, &body).await;
        assert_eq!(got.status, status, "{times} {retries}");
        let rows = kit.assert_one_row_an_attempt().await;
        assert_eq!(rows.len(), usize::try_from(times.min(retries) + 1).unwrap());
    }
}

/// A server that accepts and never shakes hands: nothing was sent, so nothing is charged, and the deadline of connecting holds.
#[tokio::test]
async fn a_handshake_that_stalls_is_given_up() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let kit = Kit::with(|setup| {
        setup.settings.deadlines.connect = Duration::from_millis(100);
        setup.deployments[0].endpoints[0].1 = format!("https://{address}/v1/chat/completions").parse().unwrap();
    })
    .await;
    let asked = json!({"model": GPT, "messages": [{"role": "user", "content": "x"}]});
    let got = tokio::time::timeout(Duration::from_secs(5), kit.call(OpenAiChat, &asked)).await.unwrap();
    let row = kit.rows().await.pop().unwrap();
    assert_eq!((got.status, row.provenance, row.cost.unwrap().get()), (502, Provenance::None, 0), "{got:?}");
}
