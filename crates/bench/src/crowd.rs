//! The same calls with one key in the database and with a million of them: what is looked up, and what is charged, must not
//! depend on how many there are.

use std::path::Path;

use anyhow::Context as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};

use crate::ask::{Ask, Language, Pace, Whom};
use crate::figures::Run;
use crate::gateway::Gateway;
use crate::load::{Plan, Shape};
use crate::program::{Program, pause};
use crate::session::{IDLE, Session};
use crate::target::{GATEWAY, Kind, Target};

/// One caller, of one key.
pub(crate) const ONE: &str = "keys-1";
/// One caller, of a million keys.
pub(crate) const MILLION: &str = "keys-1000000";
/// A thousand callers who take turns, of a million keys.
pub(crate) const CALLERS: &str = "callers-1000";

const KEYS: u32 = 1_000_000;
const CALLING: usize = 1_000;
/// Short turns, so that both meet the same neighbours of this machine.
const ROUNDS: u32 = 5;
const SHAPE: Shape = Shape::Closed { connections: 64, warm_ms: 200, run_ms: 800 };

/// Two gateways that differ in their databases.
pub(crate) struct Crowd {
    one: Gateway,
    million: Gateway,
    /// Keys among the million.
    callers: Vec<String>,
}

impl Session {
    pub(crate) fn crowd(&mut self, repetition: u32, tell: &dyn Fn(&str)) -> anyhow::Result<()> {
        if ![ONE, MILLION, CALLERS].iter().any(|name| self.takes(name)) {
            return Ok(());
        }
        let crowd = match self.crowd.take() {
            Some(crowd) => crowd,
            None => self.gather(tell)?,
        };
        let started = [&crowd.one, &crowd.million].map(|gateway| self.started(gateway));
        let [one, million] = started;
        let (one, million) = (one?, million?);
        pause(IDLE)?;
        for round in 0..ROUNDS {
            tell(&format!("repetition {}: one key and a million, round {}", repetition + 1, round + 1));
            let asked = [(ONE, &one, &[][..]), (MILLION, &million, &[]), (CALLERS, &million, &crowd.callers)];
            for (name, target, callers) in asked {
                let run = self.call_by_turns(repetition * ROUNDS + round, name, target, callers)?;
                self.runs.0.push(run);
            }
        }
        for program in [one.program, million.program].into_iter().flatten() {
            program.stop()?;
        }
        self.crowd = Some(crowd);
        Ok(())
    }

    /// Prepares both gateways, and fills the database of one.
    fn gather(&self, tell: &dyn Fn(&str)) -> anyhow::Result<Crowd> {
        tell("a million keys");
        let one = self.another_gateway("one")?;
        let million = self.another_gateway("million")?;
        let (program, address, _took) = million.start(&self.machine, &million.key)?;
        let callers = (0..CALLING).map(|number| million.generate_key(address, &format!("caller-{number}")));
        let callers = callers.collect::<anyhow::Result<_>>()?;
        program.stop()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(fill(&million.database())).context("the database cannot be filled")?;
        Ok(Crowd { one, million, callers })
    }

    fn started(&self, gateway: &Gateway) -> anyhow::Result<Target> {
        let (program, address, _took): (Program, _, _) = gateway.start(&self.machine, &gateway.key)?;
        let kind = Kind::Gateway { key: gateway.key.clone() };
        Ok(Target { name: GATEWAY.to_owned(), address, program: Some(program), kind })
    }

    fn call_by_turns(&self, repetition: u32, name: &str, target: &Target, callers: &[String]) -> anyhow::Result<Run> {
        let ask = Ask { client: Language::OpenAi, provider: Language::OpenAi, pace: Pace::AtOnce, stream: false };
        let mut requests: Vec<_> =
            callers.iter().map(|key| ask.request(target.address, Whom::Gateway { key })).collect();
        requests.extend(target.request(ask).filter(|_| callers.is_empty()));
        let plan = Plan { address: target.address, requests, expect: ask.expect(), shape: SHAPE, watch: target.pid() };
        self.measure(repetition, name, 1, target, &plan)
    }
}

/// Copies the key of the load until there are a million, each with a hash of its own.
async fn fill(database: &Path) -> anyhow::Result<()> {
    let mut db: SqliteConnection = SqliteConnectOptions::new().filename(database).connect().await?;
    let columns = sqlx::query("SELECT name FROM pragma_table_info('keys')").fetch_all(&mut db).await?;
    let columns = columns.iter().map(|row| row.try_get::<String, _>(0)).collect::<Result<Vec<_>, _>>()?;
    let value = |column: &String| match column.as_str() {
        "hash" => "lower(hex(randomblob(32)))".to_owned(),
        "key_alias" => "'one-of-many-' || number".to_owned(),
        other => format!("keys.{other}"),
    };
    let values: Vec<_> = columns.iter().map(value).collect();
    let copy = format!(
        "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {KEYS})
         INSERT INTO keys ({}) SELECT {} FROM numbers, keys WHERE keys.key_alias = 'bench'",
        columns.join(", "),
        values.join(", ")
    );
    sqlx::query(AssertSqlSafe(copy)).execute(&mut db).await?;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut db).await?;
    db.close().await?;
    Ok(())
}
