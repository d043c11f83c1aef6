//! Limits that instances share: how much of each is lent to whom, in one script, so that whatever it looks at stands still meanwhile.
//!
//! All of it may be lost at any time: a flush, an older state put back. Then a new generation begins with nothing counted, and
//! what belonged to the old one is not looked at again.

use redis::{Cmd, ErrorKind, ServerErrorKind, Value};

use super::Redis;
use crate::StoreError;

const SCRIPT: &str = include_str!("limits.lua");
const EPOCH: &str = "turnpike:limits:1:epoch";
const PREFIX: &str = "turnpike:limits:1:";

/// What is asked for of one limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitAsk {
    /// Its name, the same on all instances.
    pub name: String,
    /// How much of it there is.
    pub limit: u64,
    /// Is granted if all that a round needs is there.
    pub need: u64,
    /// Is granted beside it as far as there is any.
    pub want: u64,
    /// What kind of limit it is.
    pub of: LimitAskOf,
}

/// What kinds of limits there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitAskOf {
    /// So much in a window of 120 slots.
    Rate {
        /// A slot in microseconds.
        slot: i64,
        /// What was lent and not used.
        back: u64,
    },
    /// So many at once.
    Places {
        /// For how long a place is leased, in microseconds.
        lease: i64,
        /// The number of the first place that is granted, the others behind it.
        first: u64,
        /// Places whose leases end.
        back: Vec<u64>,
        /// Places whose leases begin anew.
        kept: Vec<u64>,
    },
}

/// Who asks, and what it was told before.
#[derive(Debug, Clone, Copy)]
pub struct LimitRound<'a> {
    /// The caller's name, of which there is no other.
    pub caller: &'a str,
    /// The time in microseconds; `None`: the server's own. Only tests know better.
    pub now: Option<i64>,
    /// The highest beat that the caller was told.
    pub seen: u64,
    /// What a new generation is called, if one begins.
    pub generation: &'a str,
}

/// What was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitAnswer {
    /// Counts rounds; it goes back only where something was lost.
    pub beat: u64,
    /// The generation of all that is counted.
    pub generation: String,
    /// Whether what is needed was there.
    pub all: bool,
    /// In the order of the asks.
    pub granted: Vec<LimitGrant>,
}

/// What was granted of one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitGrant {
    /// So much.
    pub granted: u64,
    /// So much is left.
    pub free: u64,
    /// So many microseconds until there is what was needed.
    pub wait: i64,
}

impl Redis {
    /// Asks for parts of limits. What is needed is granted for all asks or for none.
    pub async fn ask_limits(&self, round: &LimitRound<'_>, asks: &[LimitAsk]) -> Result<LimitAnswer, StoreError> {
        let mut connection = self.commands.clone();
        let hash = if let Some(hash) = self.limits.get() {
            hash
        } else {
            let hash: String = redis::cmd("SCRIPT").arg("LOAD").arg(SCRIPT).query_async(&mut connection).await?;
            self.limits.get_or_init(|| hash)
        };
        let answered: Result<Vec<Value>, _> = command("EVALSHA", hash, round, asks).query_async(&mut connection).await;
        let answered = match answered {
            // a server that was started anew has forgotten it
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                command("EVAL", SCRIPT, round, asks).query_async(&mut connection).await?
            }
            answered => answered?,
        };
        read(&answered, asks.len()).ok_or(StoreError::Unreadable { column: "limits in Redis" })
    }
}

fn command(word: &str, script: &str, round: &LimitRound<'_>, asks: &[LimitAsk]) -> Cmd {
    let mut command = redis::cmd(word);
    command.arg(script).arg(asks.len() + 1).arg(EPOCH);
    for ask in asks {
        command.arg(format!("{PREFIX}{}", ask.name));
    }
    command.arg(round.now.unwrap_or_default()).arg(round.seen).arg(round.generation).arg(round.caller);
    for LimitAsk { limit, need, want, of, .. } in asks {
        match of {
            LimitAskOf::Rate { slot, back } => {
                command.arg("r").arg(limit).arg(slot).arg(need).arg(want).arg(0).arg(back).arg("");
            }
            LimitAskOf::Places { lease, first, back, kept } => {
                command.arg("p").arg(limit).arg(lease).arg(need).arg(want).arg(first).arg(list(back)).arg(list(kept));
            }
        }
    }
    command
}

fn list(numbers: &[u64]) -> String {
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(",")
}

fn read(answered: &[Value], asks: usize) -> Option<LimitAnswer> {
    let (head, rest) = answered.split_at_checked(3)?;
    let [beat, generation, all] = head else { return None };
    let generation = match generation {
        Value::BulkString(bytes) => String::from_utf8(bytes.clone()).ok()?,
        Value::SimpleString(text) => text.clone(),
        _ => return None,
    };
    let grant = |of: &[Value]| {
        let [granted, free, wait] = of else { return None };
        Some(LimitGrant { granted: number(granted)?, free: number(free)?, wait: i64::try_from(number(wait)?).ok()? })
    };
    let granted: Vec<_> = rest.chunks(3).map(grant).collect::<Option<_>>()?;
    let all = number(all)? == 1;
    (granted.len() == asks).then_some(LimitAnswer { beat: number(beat)?, generation, all, granted })
}

fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Int(number) => u64::try_from(*number).ok(),
        _ => None,
    }
}
