//! `turnpike serve`: start, run, reload on SIGHUP, stop on SIGTERM.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use engine::clock::Clock;
use engine::cloud::aws::Sources;
use engine::ids::Ids;
use engine::settings::Settings;
use engine::tasks::Tasks;
use engine::vault::Vault;
use engine::{Engine, GIVEN_UP_AFTER, Instance, Parts, Upstream, telemetry};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_util::MetricKindMask;
use money::Catalog;
use providers::Registry;
use store::journal::{Journal, JournalConfig};
use store::{Db, LedgerPoster, LedgerWriter, Redis};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::time::{interval, timeout};

use super::database::{self, Opened, Renewal};
use super::listeners::Listeners;
use super::{ServeArguments, StoreArguments, check, first_run, instance, log, migrate, salt};
use crate::app::App;
use crate::config::{Written, environment};
use crate::http::accept::{Front, Tls, raise_descriptors};
use crate::live::{Live, LiveError, Reading};
use crate::meaning::{self, World};
use crate::secrets::Secrets;

/// Rows that may wait for the database before calls wait for them.
const LEDGER_QUEUE: usize = 65_536;
/// How long calls that were told to stop may take to settle, and the ledger to be written.
const LAST_WORDS: Duration = Duration::from_secs(10);
/// How often samples of histograms are folded together, which else pile up until somebody scrapes them.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

/// Seconds, from what the gateway itself adds to the longest answers (LiteLLM's range).
const BUCKETS: &[f64] =
    &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0];

pub(super) fn run(arguments: ServeArguments) -> anyhow::Result<()> {
    let draft = arguments.config.as_deref().map(|path| Written::draft(path, &environment::process()));
    let lines = log::to_stderr(draft.and_then(|draft| draft.turnpike.log_level))
        .context("the log's thread cannot be started")?;
    if let Err(error) = raise_descriptors() {
        tracing::warn!(error = &error as &dyn std::error::Error, "the limit of open files cannot be raised");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(serve(arguments));
    drop(runtime);
    lines.finish();
    served
}

async fn serve(arguments: ServeArguments) -> anyhow::Result<()> {
    let (ids, aws, secrets) = (Ids::default(), Sources::default(), Secrets::default());
    let written = check::load_with(arguments.config.as_deref(), &secrets, &aws).await?;
    if let Some(warning) = check::unsupported(&written.unsupported) {
        tracing::warn!("{warning}");
    }
    let data_dir = migrate::data_dir(arguments.store.data_dir.clone(), &written);
    std::fs::create_dir_all(&data_dir)
        .with_context(|| format!("the data folder {} cannot be made", data_dir.display()))?;
    let (registry, catalog) = (Registry::builtin()?, Arc::new(Catalog::builtin()?));
    let variables = secrets.lookup();
    let world = World { registry: &registry, catalog: Arc::clone(&catalog), environment: &variables, aws: &aws };
    check::master_key_is_there(&written, &world)?;
    let master = first_run::master_key(&written, &variables, arguments.config.is_some(), &data_dir, &ids)?;
    // what the file says is wrong before a database is asked
    meaning::mean(&written, &world, master.key.clone(), Vec::new()).map_err(LiveError::from)?;
    let kept = Kept::open(&arguments.store, &written, &variables, (&data_dir, &aws, &ids)).await?;
    let keys = salt::keys(&written, &variables, &aws, (&data_dir, kept.db.is_shared()), &ids)?;
    let vault = Vault::new(keys, ids.clone()).context("the salt key cannot be used")?;
    let reading = Reading {
        path: arguments.config.clone(),
        master: master.key.clone(),
        registry,
        catalog,
        aws,
        secrets: secrets.clone(),
    };
    let keeps_intents = written.turnpike.budgets.intents_in_database.unwrap_or(false);
    let given_up_after = written.turnpike.budgets.instances_given_up_after.unwrap_or(GIVEN_UP_AFTER);
    let live = Arc::new(Live::new(reading, written, vault, kept.db.clone()));
    let meant = live.meant().await?;
    warn_of_missing_prices(&meant.settings);
    let model = meant.settings.models.groups(None).into_iter().find(|name| !name.contains('*')).map(str::to_owned);

    let engine = Engine::new(Parts {
        upstream: Upstream::new(meant.settings.deadlines.connect)
            .context("the certificate authorities cannot be read")?,
        settings: meant.settings,
        db: kept.db,
        instance: Instance { keeps_intents, given_up_after, name: kept.instance },
        redis: arguments.redis_url.as_deref().map(Redis::open).transpose().context("the Redis URL is wrong")?,
        journal: kept.journal,
        poster: kept.poster,
        clock: Clock::System,
        ids,
        tasks: Tasks::default(),
    });
    let app = App::new(Arc::clone(&engine), Arc::clone(&live), Some(record_metrics()?), meant.limits);
    app.set_accept_unverified_sigv4(meant.accept_unverified_sigv4);
    engine.begin_to_spend().await.context("the database cannot be told of this instance")?;
    engine.in_background("limits", Arc::clone(&engine.limits).follow(engine.clock.clone()));
    engine.follow_others().context("there is no thread to follow other instances on")?;
    if let Some(renewal) = kept.renewal {
        engine.in_background("database password", renewal.run());
    }
    engine.roll_up_in_background();
    engine.in_background("alerts", engine::alerts::keep(Arc::clone(&engine)));
    engine.in_background("settings", Arc::clone(&live).follow(app.clone()));
    engine.in_background("secrets", secrets.follow(app.clone()));
    let listeners = Listeners::open(&arguments).await?;
    // before anybody can know that it runs: the default action of each would be to die
    let signals = Signals::listen()?;
    first_run::greet(&listeners, &master, model.as_deref())?;

    let stop = watch::Sender::new(false);
    let accepting = Tasks::default();
    let tls = listeners.tls().cloned();
    listeners.serve(&Front::new(app.clone(), engine.tasks.clone()), &accepting, &stop);
    let grace = until_stopped(signals, &app, tls.as_deref(), meant.shutdown_grace).await;
    shut_down(&app, &stop, &accepting, grace).await
}

/// Waits for SIGTERM or SIGINT; SIGHUP reads the configuration anew meanwhile. Returns the grace period in force.
async fn until_stopped(mut signals: Signals, app: &App, tls: Option<&Tls>, mut grace: Duration) -> Duration {
    loop {
        tokio::select! {
            _ = signals.terminate.recv() => return grace,
            _ = signals.interrupt.recv() => return grace,
            _ = signals.hang_up.recv() => {
                if let Some(tls) = tls {
                    tls.look_again();
                }
                match reload(app).await {
                    Ok(new) => {
                        grace = new;
                        tracing::info!("the configuration was reloaded");
                    }
                    Err(error) => tracing::error!("the configuration was not reloaded; the last good one stays in force: {error}"),
                }
            }
        }
    }
}

/// Puts the file in force as it is now, and returns the grace period that it sets. The master key stays what it was.
async fn reload(app: &App) -> Result<Duration, LiveError> {
    let written = app.live().reload(app).await?;
    if let Some(warning) = check::unsupported(&written.unsupported) {
        tracing::warn!("{warning}");
    }
    let grace = written.turnpike.shutdown_grace.unwrap_or(meaning::DEFAULT_GRACE);
    warn_of_missing_prices(&app.engine().settings());
    Ok(grace)
}

fn warn_of_missing_prices(settings: &Settings) {
    for deployment in settings.models.deployments().filter(|deployment| !deployment.model.contains('*')) {
        if settings.models.target(deployment, "").prices.is_empty() {
            tracing::warn!(
                model.group = deployment.group,
                model.name = deployment.model,
                "this model has no price: its calls are not charged, and keys with a budget cannot use it"
            );
        }
    }
}

/// Stops accepting, lets calls finish, ends those that do not, writes the ledger.
async fn shut_down(app: &App, stop: &watch::Sender<bool>, accepting: &Tasks, grace: Duration) -> anyhow::Result<()> {
    let engine = app.engine();
    app.set_stopping();
    stop.send_replace(true);
    tracing::info!(running = engine.tasks.running(), "stopping");
    let finished = timeout(grace, async {
        accepting.drained().await;
        engine.tasks.drained().await;
    });
    if finished.await.is_err() {
        tracing::warn!(running = engine.tasks.running(), "the grace period is over: what still runs is ended");
        engine.stop();
        if timeout(LAST_WORDS, engine.tasks.drained()).await.is_err() {
            tracing::error!(
                running = engine.tasks.running(),
                "calls are left; the next start settles them from the journal"
            );
        }
    }
    match timeout(LAST_WORDS, engine.close()).await {
        Ok(closed) => {
            closed.context("the ledger could not be finished; the next start finishes it from the journal")?;
        }
        Err(_late) => tracing::error!("the database does not answer; the next start posts what is in the journal"),
    }
    tracing::info!("stopped");
    Ok(())
}

/// What the process is told from outside.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }
}

/// Database, journal and ledger writer, recovered and running.
struct Kept {
    db: Db,
    renewal: Option<Renewal>,
    journal: Arc<Journal>,
    poster: LedgerPoster,
    /// What this process is called where leases are kept.
    instance: String,
}

impl Kept {
    async fn open(
        store: &StoreArguments,
        written: &Written,
        variables: &(dyn Fn(&str) -> Option<String> + Sync),
        (data_dir, aws, ids): (&Path, &Sources, &Ids),
    ) -> anyhow::Result<Self> {
        let Opened { db, renewal } = database::open(store, written, variables, data_dir, aws).await?;
        store::migrate::run(&db, Clock::System.now()).await.context("the schema could not be brought up to date")?;
        let (journal, recovery) = Journal::open(&data_dir.join("journal"), JournalConfig::default())
            .context("the journal cannot be opened")?;
        let journal = Arc::new(journal);
        let recovered =
            store::commit_recovery(&db, &journal, recovery).await.context("the journal could not be recovered")?;
        if recovered.inserted > 0 {
            tracing::warn!(
                rows = recovered.inserted,
                "attempts that the last run did not finish were posted from the journal"
            );
        }
        let instance = instance::begin(&db, data_dir, ids).await?;
        let (poster, writer) = LedgerWriter::new(db.clone(), Arc::clone(&journal), LEDGER_QUEUE);
        Tasks::default().spawn("ledger", writer.run());
        Ok(Self { db, renewal, journal, poster, instance })
    }
}

fn record_metrics() -> anyhow::Result<PrometheusHandle> {
    // buckets, not quantiles: those of several instances can be added up
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let builder =
        PrometheusBuilder::new().set_buckets_for_metric(seconds, BUCKETS).context("metrics cannot be recorded")?;
    // a budget that is gone is shown no longer
    let builder = builder.idle_timeout(MetricKindMask::GAUGE, Some(telemetry::budgets::SHOWN_FOR));
    let handle = builder.install_recorder().context("metrics cannot be recorded")?;
    telemetry::events::describe();
    let kept = handle.clone();
    Tasks::default().spawn("metrics", async move {
        let mut ticks = interval(METRICS_UPKEEP);
        loop {
            ticks.tick().await;
            kept.run_upkeep();
        }
    });
    Ok(handle)
}
