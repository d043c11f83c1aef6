//! A gateway of its own for each test: an empty database, a clock that stands still, the built-in model.
//!
//! What the management API does is tried with both databases, by `on_both!`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use engine::alerts::AlertSettings;
use engine::clock::Clock;
use engine::cloud::aws::Sources;
use engine::ids::Ids;
use engine::limits::LimitSettings;
use engine::models::{Deployment, Models};
use engine::secret::{MasterKey, Secret};
use engine::settings::{Deadlines, Demands, Settings, WrittenBudgets};
use engine::tasks::Tasks;
use engine::vault::{Keys, Vault};
use engine::{Engine, Upstream};
use http::response::Parts;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use server::app::App;
use server::config::Written;
use server::http::edge::Limits;
use server::live::{Live, Reading};
use server::secrets::Secrets;
use store::journal::{Journal, JournalConfig};
use store::{Db, LedgerWriter, migrate};
use tower::ServiceExt as _;

pub(crate) const MASTER: &str = "sk-it-Master0Key-Qx7";
/// 2026-01-01T12:00:00Z.
pub(crate) const NOON: i64 = 1_767_268_800_000_000;

/// Runs each of these functions once with SQLite and once with PostgreSQL, each time with a gateway of its own.
macro_rules! on_both {
    ($($name:ident,)+) => { $(
        mod $name {
            use crate::app::TestApp;

            #[tokio::test]
            async fn sqlite() {
                super::$name(TestApp::sqlite().await).await;
            }

            #[tokio::test]
            async fn postgres() {
                super::$name(TestApp::postgres().await).await;
            }
        }
    )+ };
}
pub(crate) use on_both;

pub(crate) struct TestApp {
    router: Router,
    pub(crate) app: App,
    pub(crate) engine: Arc<Engine>,
    _dir: tempfile::TempDir,
}

impl TestApp {
    /// With SQLite, for whatever does not depend on the database.
    pub(crate) async fn new() -> Self {
        Self::sqlite().await
    }

    pub(crate) async fn with(limits: Limits) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open_path(&dir.path().join("test.db")).await.unwrap();
        Self::on(db, dir, limits).await
    }

    pub(crate) async fn sqlite() -> Self {
        Self::with(Limits::default()).await
    }

    pub(crate) async fn postgres() -> Self {
        let db = Db::open(&testkit::services::database().await).await.unwrap();
        Self::on(db, tempfile::tempdir().unwrap(), Limits::default()).await
    }

    /// `dir` has room for the journal.
    async fn on(db: Db, dir: tempfile::TempDir, limits: Limits) -> Self {
        let clock = Clock::manual(NOON);
        let tasks = Tasks::default();
        migrate::run(&db, NOON).await.unwrap();
        let (journal, _recovery) = Journal::open(&dir.path().join("journal"), JournalConfig::default()).unwrap();
        let journal = Arc::new(journal);
        let (poster, writer) = LedgerWriter::new(db.clone(), Arc::clone(&journal), 64);
        tasks.spawn("ledger", writer.run());
        let settings = settings();
        let upstream = Upstream::new(settings.deadlines.connect).unwrap();
        let ids = Ids::default();
        let engine = Engine::new(engine::Parts {
            settings,
            db,
            redis: None,
            instance: engine::Instance::new("test"),
            journal,
            poster,
            upstream,
            clock,
            ids,
            tasks,
        });
        engine.begin_to_spend().await.unwrap();
        let app = App::new(Arc::clone(&engine), Arc::new(live(engine.db.clone())), None, limits);
        Self { router: server::http::router(app.clone()), app, engine, _dir: dir }
    }

    /// Serves these models from now on.
    pub(crate) fn serve(&self, models: Models) {
        self.engine.reload(Settings { models, ..settings() });
    }

    /// Configuration says this of budgets from now on.
    pub(crate) fn with_budgets(&self, budget: WrittenBudgets) {
        self.engine.reload(Settings { budget, ..settings() });
    }

    /// Serves `fast` by a deployment `d1` whose tokens cost so many dollars each.
    pub(crate) fn serve_priced(&self, usd: &str) {
        let registry = providers::Registry::builtin().unwrap();
        let provider = Arc::new(registry.get("openai").unwrap().clone());
        let mut deployment = Deployment::new("d1", "fast", provider, "fast-1", http::Uri::default());
        let rate = money::Rate::parse_usd_per_token(usd).unwrap();
        deployment.prices = money::Price::new(rate, rate, "config".into()).into();
        self.serve(Models::new(vec![deployment], HashMap::new(), Arc::default()));
    }

    pub(crate) async fn get(&self, key: &str, path: &str) -> (StatusCode, Value) {
        self.send(Request::get(path).header("authorization", format!("Bearer {key}")), String::new()).await
    }

    pub(crate) async fn post(&self, key: &str, path: &str, body: impl ToString) -> (StatusCode, Value) {
        self.send(Request::post(path).header("authorization", format!("Bearer {key}")), body.to_string()).await
    }

    pub(crate) async fn call(&self, key: &str, method: &str, path: &str, body: impl ToString) -> (StatusCode, Value) {
        let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {key}"));
        self.send(request, body.to_string()).await
    }

    pub(crate) async fn send(&self, request: http::request::Builder, body: String) -> (StatusCode, Value) {
        let (head, bytes) = self.answer(request, body).await;
        // an export is a table
        if head.headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/csv")) {
            return (head.status, String::from_utf8(bytes.to_vec()).unwrap().into());
        }
        (head.status, serde_json::from_slice(&bytes).unwrap_or_else(|_| panic!("{bytes:?}")))
    }

    /// Head and body, whatever the body is.
    pub(crate) async fn answer(&self, request: http::request::Builder, body: String) -> (Parts, Bytes) {
        let request = request.body(Body::from(body)).unwrap();
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        (head, body.collect().await.unwrap().to_bytes())
    }

    /// Makes a key and returns its text and its hash.
    pub(crate) async fn generate(&self, body: impl ToString) -> (String, String) {
        let (status, made) = self.post(MASTER, "/key/generate", body).await;
        assert_eq!(status, StatusCode::OK, "{made}");
        (made["key"].as_str().unwrap().to_owned(), made["token"].as_str().unwrap().to_owned())
    }
}

/// The same model as in `settings`, as if a file said so.
fn live(db: Db) -> Live {
    let reading = Reading {
        path: None,
        master: MasterKey::new(&Secret::new(MASTER)).unwrap(),
        registry: providers::Registry::builtin().unwrap(),
        catalog: Arc::default(),
        aws: Sources::default(),
        secrets: Secrets::default(),
    };
    let file = "model_list: [{model_name: echo, litellm_params: {model: echo/echo}, model_info: {id: echo-1}}]";
    let written = Written::parse(file, "test.yaml", &|_| None).unwrap();
    let keys = Keys { salt: vec![Secret::new("it-salt-9fQ2mXw1nR4tYb8uPzQA0kLs")], kms: None };
    Live::new(reading, written, Vault::new(keys, Ids::default()).unwrap(), db)
}

fn settings() -> Settings {
    let registry = providers::Registry::builtin().unwrap();
    let built_in = Arc::new(registry.built_in().unwrap().clone());
    let echo = Deployment::new("echo-1", "echo", built_in, "echo", http::Uri::default());
    Settings {
        models: Models::new(vec![echo], HashMap::new(), Arc::default()),
        master_key: MasterKey::new(&Secret::new(MASTER)).unwrap(),
        deadlines: Deadlines::default(),
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
