//! The square: every client dialect × every provider dialect × {whole, stream} × what a conversation can hold. One table; a
//! cell asserts what must be true of the meaning, not of the bytes. Where a cell cannot hold by nature its check says why.

mod answers;
pub(crate) mod asks;
mod cases;
mod checks;
mod cited;
mod conversations;
pub(crate) mod ends;
mod errors;
mod proofs;
mod turns;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;
use store::ledger::{AttemptStatus, LedgerRow, Provenance};
use testkit::Served;
use wire::Dialect;

use self::cases::{Case, Lost, TABLES};
use crate::kit::{Got, Kit, PROVIDER_KEY, group, not_of_the_square, price};
use crate::seen::{self, Seen};

/// One call and all that is known of it.
pub(crate) struct Cell {
    client: Dialect,
    provider: Dialect,
    stream: bool,
    pub(crate) got: Got,
    pub(crate) seen: Seen,
    /// Nothing where the gateway refused.
    pub(crate) served: Option<Served>,
    pub(crate) row: Option<LedgerRow>,
}

#[tokio::test]
async fn what_is_said_arrives_or_is_refused_by_name() {
    run(false, |case, cell| match case.lost(cell) {
        Lost::Nothing => {
            cell.holds();
            (case.check)(cell);
        }
        Lost::Named(name) | Lost::Refused(name) => cell.refused(name),
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_said_is_dropped_and_named() {
    run(true, |case, cell| match case.lost(cell) {
        Lost::Nothing => assert_eq!(cell.got.header("x-turnpike-dropped"), None),
        Lost::Named(name) => {
            cell.holds();
            let named = cell.got.header("x-turnpike-dropped").unwrap_or_default();
            assert!(named.contains(name), "{named}");
        }
        Lost::Refused(name) => cell.refused(name),
    })
    .await;
}

/// Every case, each in an engine of its own.
async fn run(drop_params: bool, check: fn(&Case, &Cell)) {
    let mut failed = Vec::new();
    for case in TABLES.iter().copied().flatten() {
        let kit = Kit::with(|setup| setup.settings.drop_params = drop_params).await;
        for (client, provider, stream) in
            cells(&Dialect::SQUARE).filter(|(client, provider, _)| case.holds_for(*client, *provider))
        {
            let cell = call(&kit, case, client, provider, stream).await;
            note(&mut failed, case.name, &cell, |cell| check(case, cell));
        }
        kit.assert_one_row_an_attempt().await;
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

/// Runs a check and keeps the name of the cell where it fails; the panic has said why.
fn note(failed: &mut Vec<String>, case: &str, cell: &Cell, check: impl FnOnce(&Cell)) {
    if catch_unwind(AssertUnwindSafe(|| check(cell))).is_err() {
        let form = if cell.stream { "stream" } else { "whole" };
        let (got, sent) = (cell.got.text(), cell.served.as_ref().map(Served::json));
        failed.push(format!("{case}: {:?} ← {:?}, {form}: {got} for {sent:?}", cell.client, cell.provider));
    }
}

/// Each of these clients at each provider of the square, whole and streamed.
pub(crate) fn cells(clients: &[Dialect]) -> impl Iterator<Item = (Dialect, Dialect, bool)> {
    let pairs = clients.iter().flat_map(|client| Dialect::SQUARE.map(|provider| (*client, provider)));
    pairs.flat_map(|(client, provider)| [false, true].map(|stream| (client, provider, stream)))
}

async fn call(kit: &Kit, case: &Case, client: Dialect, provider: Dialect, stream: bool) -> Cell {
    if kit.upstream.scripts_waiting() == 0 {
        kit.upstream.script((case.script)());
    }
    let body = addressed((case.ask)(client), client, provider, stream);
    ask(kit, &body, client, provider, stream).await
}

/// The answer to a body in the plain form that names the model.
pub(crate) async fn ask(kit: &Kit, body: &Value, client: Dialect, provider: Dialect, stream: bool) -> Cell {
    let got = kit.call(client, body).await;
    let row = kit.rows_of(&got.id).await.pop();
    let trace = format!("{}-1", got.id);
    let log = kit.upstream.wait_for_ended(0).await.unwrap();
    let served = log.into_iter().find(|served| served.header("x-turnpike-attempt") == Some(&trace));
    Cell { client, provider, stream, seen: seen::read(client, &got), got, served, row }
}

/// The body with the model's name, and the wish for a stream and its usage.
pub(crate) fn addressed(mut body: Value, client: Dialect, provider: Dialect, stream: bool) -> Value {
    body["model"] = group(provider).into();
    if stream {
        body["stream"] = true.into();
        if client.usage_is_wished_for() {
            body["stream_options"] = serde_json::json!({"include_usage": true});
        }
    }
    body
}

impl Case {
    fn holds_for(&self, client: Dialect, provider: Dialect) -> bool {
        self.clients.contains(&client) && !(self.only_across && client == provider)
    }

    fn lost(&self, cell: &Cell) -> Lost {
        if cell.crosses() { (self.lost)(cell.client, cell.provider) } else { Lost::Nothing }
    }
}

impl Cell {
    /// The body as the provider got it.
    pub(crate) fn sent(&self) -> Value {
        self.served.as_ref().expect("the provider was asked").json()
    }

    fn crosses(&self) -> bool {
        self.client != self.provider
    }

    /// True of every call that never left.
    pub(crate) fn refused(&self, name: &str) {
        assert_eq!(self.got.status, 400, "{}", self.got.text());
        let said = self.seen.error["message"].as_str().unwrap();
        assert!(said.contains(name), "{said}");
        assert!(self.served.is_none() && self.row.is_none());
    }

    /// True of every answer that came to its end.
    pub(crate) fn holds(&self) {
        let (served, row) = (self.served.as_ref().unwrap(), self.row.as_ref().unwrap());
        assert_eq!((self.got.status, self.got.stream), (200, self.stream), "{}", self.got.text());
        assert!(self.seen.complete && self.seen.error.is_null(), "{:?}", self.seen);
        let (header, key) = match self.provider {
            Dialect::OpenAiChat
            | Dialect::OpenAiCompletions
            | Dialect::OpenAiResponses
            | Dialect::Bedrock
            | Dialect::Cohere => ("authorization", format!("Bearer {PROVIDER_KEY}")),
            Dialect::Anthropic => ("x-api-key", PROVIDER_KEY.to_owned()),
            Dialect::Gemini => ("x-goog-api-key", PROVIDER_KEY.to_owned()),
            Dialect::BedrockInvoke | Dialect::CohereV1 => not_of_the_square(),
        };
        assert_eq!(served.model.as_deref(), Some(format!("{}-model", group(self.provider)).as_str()));
        assert_eq!((served.stream, served.header(header)), (self.stream, Some(key.as_str())));
        assert_eq!((row.status, row.provenance), (AttemptStatus::Success, Provenance::Final));
        assert_eq!(row.cost, Some(price().cost(&row.tokens.into())));
        assert_eq!((row.tokens.prompt(), row.tokens.output), self.measured(), "{:?}", served.usage_json);
        assert_eq!(self.got.header("x-litellm-call-id"), Some(self.got.id.as_str()));
        let named = matches!(self.client, Dialect::Bedrock | Dialect::BedrockInvoke).then_some(self.got.id.as_str());
        assert_eq!(self.got.header("x-amzn-requestid"), named);
    }

    /// Prompt tokens of all classes and generated ones, as the upstream counted them.
    fn measured(&self) -> (u64, u64) {
        let counts = self.served.as_ref().unwrap().measured;
        let prompt = match self.provider {
            Dialect::OpenAiChat
            | Dialect::OpenAiCompletions
            | Dialect::OpenAiResponses
            | Dialect::Gemini
            | Dialect::Cohere => counts.input,
            Dialect::Anthropic | Dialect::Bedrock => counts.input + counts.cache_read + counts.cache_write,
            Dialect::BedrockInvoke | Dialect::CohereV1 => not_of_the_square(),
        };
        (prompt, counts.output)
    }
}
