//! An engine in a folder of its own, over one scripted upstream that plays every provider.

mod got;
pub(crate) mod plain;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ::money::{Catalog, Nanos, Price, Rate};
use bytes::Bytes;
use engine::alerts::AlertSettings;
use engine::call::{Answer, Call, Task};
use engine::clock::Clock;
use engine::ids::Ids;
use engine::limits::LimitSettings;
use engine::models::{Deployment, Models};
use engine::secret::{MasterKey, Secret};
use engine::settings::{Deadlines, Demands, Settings, WrittenBudgets};
use engine::tasks::Tasks;
use engine::{Engine, Parts, Principal};
use http::Uri;
use providers::Registry;
use serde_json::Value;
use store::balances::BalanceId;
use store::journal::{Journal, JournalConfig};
use store::keys::KeyRow;
use store::ledger::{self, LedgerFilter, LedgerRow};
use store::{Actor, Db, KeyHash, LedgerWriter, Limits, Page, Scope, Stamps, Transaction};
use tempfile::TempDir;
use testkit::{Served, Upstream};
use tokio::task::JoinSet;
use wire::Dialect;
use wire::envelope::Address;

pub(crate) use got::{Got, collect, drain};

pub(crate) const MASTER: &str = "sk-Zk29fjQw8xLmP4vTnR";
/// What the gateway's own credential at the providers is.
pub(crate) const PROVIDER_KEY: &str = "sk-of-the-gateway-itself";
pub(crate) const CLAUDE: &str = "anthropic";
pub(crate) const GPT: &str = "openai";
pub(crate) const BEDROCK: &str = "bedrock";
pub(crate) const COHERE: &str = "cohere";
/// A Claude on Bedrock, which clients of InvokeModel reach with their own bodies.
pub(crate) const INVOKE: &str = "invoke";
/// OpenAI by text completions only.
pub(crate) const COMPLETIONS: &str = "completions";
/// Of the generation that wants proofs of its calls.
pub(crate) const GEMINI: &str = "gemini-3";
/// OpenAI, spoken to in Responses only.
pub(crate) const RESPONSES: &str = "responses";
/// OpenAI as its row has it: spoken to in the client's dialect where that is one of its two.
pub(crate) const BOTH: &str = "both";

/// What a test may change before the engine is built.
pub(crate) struct Setup {
    /// Where the upstream is.
    pub(crate) base: String,
    pub(crate) deployments: Vec<Deployment>,
    pub(crate) settings: Settings,
    pub(crate) journal: JournalConfig,
    pub(crate) catalog: Catalog,
    pub(crate) clock: Clock,
}

pub(crate) struct Kit {
    pub(crate) upstream: Upstream,
    pub(crate) engine: Arc<Engine>,
    pub(crate) db: Db,
    _ledger: JoinSet<()>,
    _dir: TempDir,
}

/// The dialects outside the square, as a pattern: a table of the square has one arm for them, and the compiler asks every table for
/// the next one that joins it.
macro_rules! outside {
    () => {
        wire::Dialect::OpenAiCompletions | wire::Dialect::BedrockInvoke | wire::Dialect::CohereV1
    };
}
pub(crate) use outside;

/// What a table says of them.
pub(crate) fn not_of_the_square() -> ! {
    panic!("this table is of the dialects of the square; the others have files of their own");
}

/// The group that a provider of `dialect` serves, for clients of the square in no other dialect.
pub(crate) fn group(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::OpenAiChat => GPT,
        Dialect::OpenAiResponses => RESPONSES,
        Dialect::Anthropic => CLAUDE,
        Dialect::Bedrock => BEDROCK,
        Dialect::Gemini => GEMINI,
        Dialect::Cohere => COHERE,
        Dialect::BedrockInvoke => INVOKE,
        Dialect::OpenAiCompletions => COMPLETIONS,
        Dialect::CohereV1 => panic!("only clients speak it"),
    }
}

/// A dollar a million tokens in, two out: 1,000 and 2,000 nano-dollars a token.
pub(crate) fn price() -> Price {
    let rate = |usd| Rate::parse_usd_per_token(usd).unwrap();
    Price::new(rate("1e-6"), rate("2e-6"), "test".into())
}

/// The deployment of the group of that name at the upstream.
pub(crate) fn deployment(group: &str, base: &str) -> Deployment {
    let dialects: &[Dialect] = match group {
        GPT => &[Dialect::OpenAiChat],
        RESPONSES => &[Dialect::OpenAiResponses],
        BOTH => &[Dialect::OpenAiChat, Dialect::OpenAiResponses],
        CLAUDE => &[Dialect::Anthropic],
        BEDROCK => &[Dialect::Bedrock],
        GEMINI => &[Dialect::Gemini],
        COHERE => &[Dialect::Cohere],
        INVOKE => &[Dialect::Bedrock, Dialect::BedrockInvoke],
        COMPLETIONS => &[Dialect::OpenAiCompletions],
        other => panic!("no provider plays {other}"),
    };
    let row = match group {
        RESPONSES | BOTH => GPT,
        GEMINI => "gemini",
        INVOKE => BEDROCK,
        COMPLETIONS => "text-completion-openai",
        other => other,
    };
    // what a body for Claude goes to
    let maker = if group == INVOKE { "anthropic.claude-" } else { "" };
    let provider = Registry::builtin().unwrap().get(row).unwrap().clone();
    let url = |dialect| provider.chat_url(dialect, Some(base)).unwrap().parse::<Uri>().unwrap();
    let endpoints: Vec<_> = dialects.iter().map(|dialect| (*dialect, url(*dialect))).collect();
    let (id, model, first) = (format!("{group}-1"), format!("{maker}{group}-model"), endpoints[0].1.clone());
    Deployment {
        endpoints,
        key: Some(Secret::new(PROVIDER_KEY)),
        prices: price().into(),
        ..Deployment::new(id, group, Arc::new(provider), model, first)
    }
}

fn settings() -> Settings {
    let seconds = Duration::from_secs;
    Settings {
        models: Models::default(),
        master_key: MasterKey::new(&Secret::new(MASTER)).unwrap(),
        deadlines: Deadlines {
            connect: seconds(2),
            first_byte: seconds(10),
            between_events: seconds(10),
            total: seconds(30),
        },
        retries: 0,
        drop_params: false,
        block_unpriced: false,
        budget_exceeded_status: 422,
        default_output_tokens: 4096,
        calendar: money::window::Calendar::default(),
        budget: WrittenBudgets::default(),
        demands: Demands::default(),
        limits: LimitSettings::default(),
        alerts: AlertSettings::default(),
    }
}

impl Kit {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// An engine after `change`: to begin with it has one deployment of each group, and tries nothing twice.
    pub(crate) async fn with(change: impl FnOnce(&mut Setup)) -> Self {
        let upstream = Upstream::start().await;
        let base = upstream.base_url();
        let groups = [GPT, CLAUDE, BEDROCK, GEMINI, COHERE, RESPONSES, BOTH, INVOKE, COMPLETIONS];
        let deployments = groups.map(|group| deployment(group, &base)).into();
        let (journal, catalog) = (JournalConfig::default(), Catalog::default());
        let clock = Clock::System;
        let mut setup = Setup { base, deployments, settings: settings(), journal, catalog, clock };
        change(&mut setup);
        let Setup { deployments, mut settings, journal, catalog, clock, .. } = setup;
        settings.models = Models::new(deployments, HashMap::new(), Arc::new(catalog));

        let dir = tempfile::tempdir().unwrap();
        let db = Db::open_path(&dir.path().join("store.db")).await.unwrap();
        store::migrate::run(&db, 1).await.unwrap();
        let (journal, recovery) = Journal::open(&dir.path().join("journal"), journal).unwrap();
        let journal = Arc::new(journal);
        store::commit_recovery(&db, &journal, recovery).await.unwrap();
        let (poster, writer) = LedgerWriter::new(db.clone(), Arc::clone(&journal), 1024);
        let mut ledger = JoinSet::new();
        ledger.spawn(writer.run());
        let engine = Engine::new(Parts {
            upstream: engine::Upstream::new(settings.deadlines.connect).unwrap(),
            settings,
            db: db.clone(),
            redis: None,
            instance: engine::Instance::new("test"),
            journal,
            poster,
            clock,
            ids: Ids::default(),
            tasks: Tasks::default(),
        });
        engine.begin_to_spend().await.unwrap();
        Self { upstream, engine, db, _ledger: ledger, _dir: dir }
    }

    /// What of its budget a key has neither spent nor holds.
    pub(crate) async fn left(&self, key: &Secret) -> i64 {
        self.engine.poster.flushed().await.unwrap();
        let row = self.key_row(key).await;
        let balance = BalanceId { account: row.account(), starts_at: 0, ends_at: i64::MAX };
        let held = self.engine.budgets.held(&balance).get();
        row.limits.max_budget.unwrap().get() - row.spend.get() - held
    }

    /// A virtual key with that budget in nano-dollars.
    pub(crate) async fn key(&self, budget: Option<i64>) -> Secret {
        let limits = Limits { max_budget: budget.map(Nanos::new), ..Limits::default() };
        self.key_with(|row| row.limits = limits).await
    }

    /// A virtual key as `change` makes it.
    pub(crate) async fn key_with(&self, change: impl FnOnce(&mut KeyRow)) -> Secret {
        let secret = Secret::new(self.engine.ids.virtual_key().unwrap());
        let actor = Actor { id: "test".to_owned(), changed_by: None, at: 1 };
        let mut row = KeyRow::new(hash(&secret), secret.masked(), Stamps::new(&actor));
        change(&mut row);
        let mut transaction = Transaction::begin(&self.db, actor).await.unwrap();
        transaction.insert(&row).await.unwrap();
        transaction.commit().await.unwrap();
        secret
    }

    pub(crate) async fn key_row(&self, key: &Secret) -> KeyRow {
        store::find(&self.db, &Scope::Gateway, &[hash(key).as_str()]).await.unwrap().unwrap()
    }

    /// A call and who makes it. `body` is in the plain form.
    pub(crate) async fn prepare(&self, key: &Secret, dialect: Dialect, body: impl Into<Bytes>) -> (Principal, Call) {
        let (address, body) = plain::addressed(dialect, body.into());
        self.prepare_raw(key, dialect, address, body).await
    }

    /// The same with `body` as it is to go out.
    pub(crate) async fn prepare_raw(
        &self,
        key: &Secret,
        dialect: Dialect,
        address: Option<Address>,
        body: Bytes,
    ) -> (Principal, Call) {
        let principal = self.engine.identify(Some(key), "/").await.unwrap();
        let call = Call {
            dialect,
            task: Task::default(),
            address,
            body,
            headers: http::HeaderMap::new(),
            query: None,
            call_type: "acompletion",
            id: self.engine.ids.call(self.engine.clock.now()),
        };
        (principal, call)
    }

    /// A call with the master key, read to its end.
    pub(crate) async fn call(&self, dialect: Dialect, body: &Value) -> Got {
        self.call_as(&Secret::new(MASTER), dialect, body.to_string()).await
    }

    pub(crate) async fn call_as(&self, key: &Secret, dialect: Dialect, body: impl Into<Bytes>) -> Got {
        let (principal, call) = self.prepare(key, dialect, body).await;
        let id = call.id.clone();
        collect(id, self.engine.serve(principal, call).await).await
    }

    /// A call to the URL of that model, for dialects whose bodies do not name it, with the body byte for byte.
    pub(crate) async fn call_at(
        &self,
        key: &Secret,
        dialect: Dialect,
        model: &str,
        stream: bool,
        body: impl Into<Bytes>,
    ) -> Got {
        let address = Address { model: model.to_owned(), stream };
        let (principal, call) = self.prepare_raw(key, dialect, Some(address), body.into()).await;
        let id = call.id.clone();
        collect(id, self.engine.serve(principal, call).await).await
    }

    /// A call of a Bedrock client to that model.
    pub(crate) async fn converse(&self, key: &Secret, model: &str, stream: bool, body: impl Into<Bytes>) -> Got {
        self.call_at(key, Dialect::Bedrock, model, stream, body).await
    }

    /// Begins a call with the master key and returns its id and its answer, unread.
    pub(crate) async fn begin(&self, dialect: Dialect, body: &Value) -> (String, Answer) {
        let (principal, call) = self.prepare(&Secret::new(MASTER), dialect, body.to_string()).await;
        (call.id.clone(), self.engine.serve(principal, call).await)
    }

    /// Every row, when nothing runs any more; attempts of a call in their order.
    pub(crate) async fn rows(&self) -> Vec<LedgerRow> {
        self.engine.tasks.drained().await;
        self.posted(LedgerFilter::default()).await
    }

    async fn posted(&self, filter: LedgerFilter) -> Vec<LedgerRow> {
        self.engine.poster.flushed().await.unwrap();
        let all = Page { number: 1, size: 10_000 };
        let (mut rows, total) = ledger::list(&self.db, &Scope::Gateway, &filter, all).await.unwrap();
        assert_eq!(rows.len() as u64, total, "a test with more rows than a page");
        rows.sort_by_key(|row| (row.started_at, row.request_id.clone(), row.attempt));
        rows
    }

    /// The rows of a call whose answer has ended: its attempts are settled by then.
    pub(crate) async fn rows_of(&self, id: &str) -> Vec<LedgerRow> {
        self.posted(LedgerFilter { request_id: Some(id.to_owned()), ..LedgerFilter::default() }).await
    }

    /// I-01: each request that the upstream saw has one row, and each row that says it was dispatched a request.
    pub(crate) async fn assert_one_row_an_attempt(&self) -> Vec<LedgerRow> {
        let rows = self.rows().await;
        let mut seen: Vec<String> = self.upstream.served().iter().map(attempt_of).collect();
        let mut posted: Vec<String> = rows.iter().map(|row| format!("{}-{}", row.request_id, row.attempt)).collect();
        seen.sort();
        posted.sort();
        assert_eq!(posted, seen, "rows and what the upstream saw");
        rows
    }
}

pub(crate) fn attempt_of(served: &Served) -> String {
    served.header("x-turnpike-attempt").unwrap_or_default().to_owned()
}

pub(crate) fn hash(key: &Secret) -> KeyHash {
    KeyHash::parse(&key.sha256_hex()).unwrap()
}
