//! The square: every client dialect × every provider dialect × {whole, stream} × what a conversation can hold. One table; a
//! cell asserts what must be true of the meaning, not of the bytes. Where a cell cannot hold by nature its check says why.

mod asks;
mod checks;
mod conversations;
mod errors;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;
use store::ledger::{AttemptStatus, LedgerRow, Provenance};
use testkit::{Counts, Script, Served, Stop};
use wire::Dialect;

use crate::kit::{CLAUDE, GPT, Got, Kit, PROVIDER_KEY, group, price};
use crate::seen::{self, Seen};

struct Case {
    name: &'static str,
    /// The fields that the client sends beside model and stream.
    ask: fn(Dialect) -> Value,
    script: fn() -> Script,
    check: fn(&Cell),
}

/// One call and all that is known of it.
struct Cell {
    client: Dialect,
    provider: Dialect,
    stream: bool,
    got: Got,
    seen: Seen,
    /// Nothing where the gateway refused.
    served: Option<Served>,
    row: Option<LedgerRow>,
}

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { name: "text", ask: asks::text, script: Script::default, check: checks::text },
    Case { name: "text beyond ASCII", ask: asks::unicode, script: Script::default, check: checks::unicode },
    Case { name: "system, sampling, stop", ask: asks::options, script: Script::default, check: checks::options },
    Case { name: "tool", ask: asks::tool, script: Script::default, check: checks::tool },
    Case { name: "forced tool", ask: asks::forced_tool, script: Script::default, check: checks::forced_tool },
    Case { name: "parallel tools", ask: asks::tools, script: Script::default, check: checks::tools },
    Case { name: "arguments in odd pieces", ask: asks::tool, script: || Script { chunk_bytes: Some(3), ..Script::default() }, check: checks::tool },
    Case { name: "image in the body", ask: asks::image_data, script: Script::default, check: checks::image_data },
    Case { name: "image elsewhere", ask: asks::image_url, script: Script::default, check: checks::image_url },
    Case { name: "stop: length", ask: asks::text, script: || stop(Stop::Length), check: checks::length },
    Case { name: "stop: sequence", ask: asks::options, script: || stop(Stop::Sequence), check: checks::sequence },
    Case { name: "stop: filter", ask: asks::text, script: || stop(Stop::Filter), check: checks::filter },
    Case { name: "usage classes", ask: asks::text, script: counted, check: checks::usage },
    Case { name: "thinking", ask: asks::thinking, script: Script::default, check: checks::thinking },
    Case { name: "structured output", ask: asks::schema, script: Script::default, check: checks::schema },
];

const DROPPING: &[Case] = &[
    Case { name: "cache marks", ask: asks::cache_marks, script: Script::default, check: checks::cache_marks },
    Case { name: "seed, top_k", ask: asks::unsayable, script: Script::default, check: checks::unsayable },
];

fn stop(stop: Stop) -> Script {
    Script { stop: Some(stop), ..Script::default() }
}

/// Counts in which every class differs from every other and from every sum.
fn counted() -> Script {
    let counts = Counts { input: 1000, output: 57, cache_read: 300, cache_write: 20 };
    Script { counts: Some(counts), ..Script::default() }
}

#[tokio::test]
async fn what_is_said_arrives_in_every_cell() {
    let kit = Kit::start().await;
    run(&kit, CASES).await;
}

#[tokio::test]
async fn what_cannot_be_said_is_dropped_and_named() {
    let kit = Kit::with(|setup| setup.settings.drop_params = true).await;
    run(&kit, DROPPING).await;
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_by_name() {
    let kit = Kit::start().await;
    let mut failed = Vec::new();
    for case in DROPPING {
        for (client, provider, stream) in cells() {
            if client == provider {
                continue;
            }
            let cell = call(&kit, case, client, provider, stream).await;
            note(&mut failed, case, &cell, checks::refused_or_whole);
        }
    }
    assert_eq!(failed, Vec::<String>::new());
}

async fn run(kit: &Kit, cases: &[Case]) {
    let mut failed = Vec::new();
    for case in cases {
        for (client, provider, stream) in cells() {
            let cell = call(kit, case, client, provider, stream).await;
            note(&mut failed, case, &cell, |cell| {
                cell.holds();
                (case.check)(cell);
            });
        }
    }
    assert_eq!(failed, Vec::<String>::new());
    kit.assert_one_row_an_attempt().await;
}

/// Runs a check and keeps the name of the cell where it fails; the panic has said why.
fn note(failed: &mut Vec<String>, case: &Case, cell: &Cell, check: impl FnOnce(&Cell)) {
    if catch_unwind(AssertUnwindSafe(|| check(cell))).is_err() {
        let form = if cell.stream { "stream" } else { "whole" };
        let (got, sent) = (cell.got.text(), cell.served.as_ref().map(Served::json));
        failed.push(format!("{}: {:?} ← {:?}, {form}: {got} for {sent:?}", case.name, cell.client, cell.provider));
    }
}

pub(crate) fn cells() -> impl Iterator<Item = (Dialect, Dialect, bool)> {
    let pairs = Dialect::ALL.into_iter().flat_map(|client| Dialect::ALL.map(|provider| (client, provider)));
    pairs.flat_map(|(client, provider)| [false, true].map(|stream| (client, provider, stream)))
}

async fn call(kit: &Kit, case: &Case, client: Dialect, provider: Dialect, stream: bool) -> Cell {
    if kit.upstream.scripts_waiting() == 0 {
        kit.upstream.script((case.script)());
    }
    let body = addressed((case.ask)(client), client, provider, stream);
    let got = kit.call(client, &body).await;
    let row = kit.rows_of(&got.id).await.pop();
    let trace = format!("{}-1", got.id);
    let log = kit.upstream.wait_for_ended(0).await.unwrap();
    let served = log.into_iter().find(|served| served.header("x-turnpike-attempt") == Some(&trace));
    Cell { client, provider, stream, seen: seen::read(client, &got), got, served, row }
}

/// The body with the model's name, and the wish for a stream and its usage.
fn addressed(mut body: Value, client: Dialect, provider: Dialect, stream: bool) -> Value {
    body["model"] = group(provider).into();
    if stream {
        body["stream"] = true.into();
        if client == Dialect::OpenAiChat {
            body["stream_options"] = serde_json::json!({"include_usage": true});
        }
    }
    body
}

impl Cell {
    /// The body as the provider got it.
    fn sent(&self) -> Value {
        self.served.as_ref().expect("the provider was asked").json()
    }

    fn crosses(&self) -> bool {
        self.client != self.provider
    }

    /// True of every answer that came to its end.
    fn holds(&self) {
        let (served, row) = (self.served.as_ref().unwrap(), self.row.as_ref().unwrap());
        assert_eq!((self.got.status, self.got.stream), (200, self.stream), "{}", self.got.text());
        assert!(self.seen.complete && self.seen.error.is_null(), "{:?}", self.seen);
        let (model, header, key) = match self.provider {
            Dialect::OpenAiChat => (GPT, "authorization", format!("Bearer {PROVIDER_KEY}")),
            Dialect::Anthropic => (CLAUDE, "x-api-key", PROVIDER_KEY.to_owned()),
        };
        assert_eq!(served.model.as_deref(), Some(format!("{model}-model").as_str()));
        assert_eq!(served.header(header), Some(key.as_str()));
        assert_eq!((row.status, row.provenance), (AttemptStatus::Success, Provenance::Final));
        assert_eq!(row.cost, Some(price().cost(&row.tokens)));
        assert_eq!((row.tokens.prompt(), row.tokens.output), self.measured(), "{:?}", served.usage_json);
        assert_eq!(self.got.header("x-litellm-call-id"), Some(self.got.id.as_str()));
    }

    /// Prompt tokens of all classes and generated ones, as the upstream counted them.
    fn measured(&self) -> (u64, u64) {
        let counts = self.served.as_ref().unwrap().measured;
        let prompt = match self.provider {
            Dialect::OpenAiChat => counts.input,
            Dialect::Anthropic => counts.input + counts.cache_read + counts.cache_write,
        };
        (prompt, counts.output)
    }
}
