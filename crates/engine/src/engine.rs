//! Everything that calls share, built once.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use std::{io, thread};

use arc_swap::ArcSwap;
use money::window::Window;
use store::balances;
use store::journal::Journal;
use store::{Db, LedgerPoster, News, Redis, StoreError, Touched};
use tokio::runtime;
use tokio::sync::{Notify, Semaphore, oneshot, watch};
use wire::ErrorReply;

use crate::alerts::{AlertSettings, Alerts};
use crate::budgets::Budgets;
use crate::call::{Answer, Call};
use crate::clock::Clock;
use crate::directory::Directory;
use crate::endings::Endings;
use crate::ids::Ids;
use crate::intents::Intents;
use crate::limits::{LimitSettings, Limits};
use crate::models::{Deployment, Listed};
use crate::pipeline::{self, Remembered, Wanted};
use crate::principal::Principal;
use crate::rollups;
use crate::secret::Secret;
use crate::settings::{Deadlines, Demands, Settings, WrittenBudgets};
use crate::tasks::Tasks;
use crate::upstream::Upstream;

/// What this process is to the others that share its database.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Its name where leases are kept; no other process was ever called so.
    pub name: String,
    /// Every intent is put into the database before its attempt is dispatched: then nothing is lost with the data folder.
    pub keeps_intents: bool,
    /// Whoever has shown no sign of life for so long is given up by the others.
    pub given_up_after: Duration,
}

impl Instance {
    /// One of that name, with a journal on its disk only.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), keeps_intents: false, given_up_after: GIVEN_UP_AFTER }
    }
}

/// What an engine is made of; tests replace parts.
#[derive(Debug)]
pub struct Parts {
    pub settings: Settings,
    pub db: Db,
    /// Where instances tell each other what has changed.
    pub redis: Option<Redis>,
    pub instance: Instance,
    pub journal: Arc<Journal>,
    pub poster: LedgerPoster,
    pub upstream: Upstream,
    pub clock: Clock,
    pub ids: Ids,
    pub tasks: Tasks,
}

/// Streams that are read on behind clients that left, at once: beyond that leaving must not cost the gateway more than staying.
const MOST_DRAINS: usize = 256;
/// See [`Instance::given_up_after`].
pub const GIVEN_UP_AFTER: Duration = Duration::from_mins(2);
/// For so long a deployment that is tried may take to answer (LiteLLM's `HEALTH_CHECK_TIMEOUT_SECONDS`).
const PROBED_FOR: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub struct Engine {
    settings: ArcSwap<Settings>,
    pub db: Db,
    redis: Option<Redis>,
    pub directory: Arc<Directory>,
    pub budgets: Arc<Budgets>,
    pub limits: Arc<Limits>,
    pub clock: Clock,
    pub ids: Ids,
    pub tasks: Tasks,
    pub poster: LedgerPoster,
    /// Told when a provider does not take the credential that it was given: there may be a newer one.
    pub refused_credential: Notify,
    pub(crate) journal: Arc<Journal>,
    /// Where intents are kept beside the journal, if they are.
    pub(crate) intents: Option<Arc<Intents>>,
    pub(crate) upstream: Upstream,
    /// One permit a stream that is read on without a client.
    pub(crate) drains: Semaphore,
    pub(crate) endings: Arc<Endings>,
    pub(crate) governed: Remembered,
    pub(crate) alerts: Alerts,
    /// Whether nothing is to be done in the background any more.
    closing: watch::Sender<bool>,
}

impl Engine {
    pub fn new(parts: Parts) -> Arc<Self> {
        let endings = Arc::<Endings>::default();
        let intents = parts.instance.keeps_intents.then(|| Arc::new(Intents::new(parts.db.clone())));
        let budgets =
            Arc::new(Budgets::new(parts.db.clone(), parts.poster.clone(), parts.clock.clone(), &parts.instance));
        Arc::new(Self {
            settings: ArcSwap::from_pointee(parts.settings),
            directory: Arc::new(Directory::new(parts.db.clone(), parts.clock.clone(), Arc::clone(&endings))),
            limits: Arc::new(Limits::new(
                parts.redis.clone(),
                budgets.instances.clone(),
                parts.instance.name,
                &parts.clock,
            )),
            budgets,
            db: parts.db,
            redis: parts.redis,
            clock: parts.clock,
            ids: parts.ids,
            tasks: parts.tasks,
            poster: parts.poster,
            refused_credential: Notify::new(),
            journal: parts.journal,
            intents,
            upstream: parts.upstream,
            drains: Semaphore::new(MOST_DRAINS),
            endings,
            governed: Remembered::default(),
            alerts: Alerts::default(),
            closing: watch::Sender::new(false),
        })
    }

    /// The window of budgets of this length that now is in.
    pub fn window(&self, duration: Option<&str>) -> Window {
        self.budgets.windows.of(duration, self.clock.now(), &self.settings.load().calendar)
    }

    /// The configuration as it is now. A call keeps what it got here to its end.
    pub fn settings(&self) -> Arc<Settings> {
        self.settings.load_full()
    }

    /// Calls that begin from now on see `settings`.
    pub fn reload(&self, settings: Settings) {
        self.settings.store(Arc::new(settings));
    }

    /// Runs a call of an authenticated caller in a task of its own and returns when its answer begins. Dropping the future, or the answer's stream,
    /// means that the client has left: the call is still settled.
    pub async fn serve(self: &Arc<Self>, principal: Principal, call: Call) -> Answer {
        self.serve_by(self.settings(), principal, call).await
    }

    /// Makes a call to a deployment that may be none of the configuration's, and to no other. It runs as every call does and is
    /// in the ledger as the master key's: nobody who tries whether a deployment answers is charged for it.
    pub async fn probe(self: &Arc<Self>, deployment: Deployment, call: Call) -> Answer {
        let settings = self.settings();
        let deadlines = Deadlines { total: settings.deadlines.total.min(PROBED_FOR), ..settings.deadlines };
        let alone = Settings {
            models: settings.models.alone(deployment),
            master_key: settings.master_key.clone(),
            deadlines,
            retries: 0,
            drop_params: true,
            block_unpriced: false,
            budget_exceeded_status: settings.budget_exceeded_status,
            default_output_tokens: settings.default_output_tokens,
            calendar: settings.calendar.clone(),
            budget: WrittenBudgets::default(),
            // a probe is nobody's call
            demands: Demands::default(),
            limits: LimitSettings::default(),
            alerts: AlertSettings::default(),
        };
        self.serve_by(Arc::new(alone), Principal::master(), call).await
    }

    async fn serve_by(self: &Arc<Self>, settings: Arc<Settings>, principal: Principal, call: Call) -> Answer {
        let (client, answer) = oneshot::channel();
        let (dialect, id) = (call.dialect, call.id.clone());
        // boxed here, so that its thousands of bytes are not moved on the way into the task
        self.tasks.spawn("exchange", Box::pin(pipeline::serve(Arc::clone(self), settings, principal, call, client)));
        answer.await.unwrap_or_else(|_| pipeline::lost(dialect, &id))
    }

    /// Tells how many tokens the request of a call would be, without making it: nothing is held, charged or recorded.
    pub async fn count(&self, principal: Principal, call: Call) -> Answer {
        Box::pin(pipeline::count(self, &principal, call)).await
    }

    /// The models that there are for a caller.
    pub async fn list_models(&self, principal: &Principal, wanted: &Wanted) -> Result<Vec<Listed>, ErrorReply> {
        pipeline::list(self, principal, wanted).await
    }

    /// Finds out who holds `credential` and asks for `path`. Nothing of a call is read before this.
    pub async fn identify(&self, credential: Option<&Secret>, path: &str) -> Result<Principal, ErrorReply> {
        pipeline::identify(self, &self.settings(), credential, path).await
    }

    /// To be told of what a change has touched, once it is committed: this instance obeys it from the next call on.
    pub fn changed(&self, touched: &[Touched]) {
        self.directory.forget(touched);
        let Some(redis) = self.redis.clone() else { return };
        let news = News::of(touched);
        self.tasks.spawn("news", async move {
            if let Err(error) = redis.tell(&news).await {
                tracing::debug!(error = &error as &dyn std::error::Error, "a change was not pushed to other instances");
            }
        });
    }

    /// Follows what other instances change, until the engine is closed. On a thread of its own: among the tasks of a gateway
    /// that has more to do than it can, each step would wait for a turn, and what was revoked would be obeyed late.
    pub fn follow_others(&self) -> io::Result<()> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let (directory, redis, mut closing) =
            (Arc::clone(&self.directory), self.redis.clone(), self.closing.subscribe());
        let follow = async move {
            let listen = async {
                match redis {
                    Some(redis) => Arc::clone(&directory).listen(redis).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                () = Arc::clone(&directory).follow() => {}
                () = listen => {}
                // the sender is gone with the engine, which is the same
                _ = closing.wait_for(|closing| *closing) => {}
            }
        };
        thread::Builder::new().name("others".to_owned()).spawn(move || runtime.block_on(follow)).map(drop)
    }

    /// Sums up hours of the ledger that are over, until the engine is closed.
    pub fn roll_up_in_background(&self) {
        self.in_background("rollups", rollups::keep(self.db.clone(), self.clock.clone()));
    }

    /// Runs something that no call waits for, until the engine is closed.
    pub fn in_background(&self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let mut closing = self.closing.subscribe();
        // not among the tasks that a shutdown waits for
        Tasks::default().spawn(name, async move {
            tokio::select! {
                () = work => {}
                // the sender is gone with the engine, which is the same
                _ = closing.wait_for(|closing| *closing) => {}
            }
        });
    }

    /// Ends every call that is still under way: its client gets an error, its cost is settled.
    pub fn stop(&self) {
        self.endings.stop();
    }

    /// Says to the other instances that there is this one, and looks after what it takes out of budgets.
    pub async fn begin_to_spend(&self) -> Result<(), StoreError> {
        balances::register(&self.db, &self.budgets.instance(), self.intents.is_some(), self.clock.now()).await?;
        self.in_background("leases", Arc::clone(&self.budgets).look_after());
        Ok(())
    }

    /// Waits until the ledger has every row that was posted, and leaves the journal empty; what was taken out of budgets and not
    /// spent goes back. Called once nothing runs any more.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.closing.send_replace(true);
        self.poster.flushed().await?;
        self.journal.tidy();
        self.alerts.told().await;
        for name in self.budgets.names() {
            balances::close(&self.db, &name).await?;
        }
        self.db.close().await;
        Ok(())
    }
}
