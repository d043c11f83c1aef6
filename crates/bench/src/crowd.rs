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

/// One caller with the only key, and the same caller with one of a million.
pub(crate) const CALLER: [&str; 2] = ["keys-1", "keys-1000000"];
/// A thousand callers who take turns, with the only keys and with a thousand of a million.
pub(crate) const CALLERS: [&str; 2] = ["callers-1000", "callers-1000-of-1000000"];

const KEYS: u32 = 1_000_000;
const CALLING: usize = 1_000;
/// Short turns, so that both meet the same neighbours of this machine.
const ROUNDS: u32 = 5;
const SHAPE: Shape = Shape::Closed { connections: 64, warm_ms: 200, run_ms: 800 };

/// Gateways that differ in their databases: one key, a thousand, a million.
pub(crate) struct Crowd {
    one: Gateway,
    thousand: Peopled,
    million: Peopled,
}

/// A gateway and the keys of those who call it.
struct Peopled {
    gateway: Gateway,
    callers: Vec<String>,
}

impl Session {
    pub(crate) fn crowd(&mut self, repetition: u32, tell: &dyn Fn(&str)) -> anyhow::Result<()> {
        if !CALLER.iter().chain(&CALLERS).any(|name| self.takes(name)) {
            return Ok(());
        }
        let crowd = match self.crowd.take() {
            Some(crowd) => crowd,
            None => self.gather(tell)?,
        };
        let (one, thousand) = (self.started(&crowd.one)?, self.started(&crowd.thousand.gateway)?);
        let million = self.started(&crowd.million.gateway)?;
        pause(IDLE)?;
        for round in 0..ROUNDS {
            tell(&format!("repetition {}: one key and a million, round {}", repetition + 1, round + 1));
            let (few, many) = (&crowd.thousand.callers, &crowd.million.callers);
            for (name, target, callers) in [
                (CALLER[0], &one, &[][..]),
                (CALLER[1], &million, &[]),
                (CALLERS[0], &thousand, few),
                (CALLERS[1], &million, many),
            ] {
                let run = self.call_by_turns(repetition * ROUNDS + round, name, target, callers)?;
                self.runs.0.push(run);
            }
        }
        for program in [one, thousand, million].into_iter().filter_map(|target| target.program) {
            program.stop()?;
        }
        self.crowd = Some(crowd);
        Ok(())
    }

    /// Prepares the gateways, and fills the database of one.
    fn gather(&self, tell: &dyn Fn(&str)) -> anyhow::Result<Crowd> {
        tell("a million keys");
        let one = self.another_gateway("one")?;
        let (thousand, million) = (self.peopled("thousand")?, self.peopled("million")?);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(fill(&million.gateway.database())).context("the database cannot be filled")?;
        Ok(Crowd { one, thousand, million })
    }

    fn peopled(&self, name: &str) -> anyhow::Result<Peopled> {
        let gateway = self.another_gateway(name)?;
        let (program, address, _took) = gateway.start(&self.machine, &gateway.key)?;
        let callers = (0..CALLING).map(|number| gateway.generate_key(address, &format!("caller-{number}")));
        let callers = callers.collect::<anyhow::Result<_>>()?;
        program.stop()?;
        Ok(Peopled { gateway, callers })
    }

    pub(crate) fn started(&self, gateway: &Gateway) -> anyhow::Result<Target> {
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
