//! `turnpike`: settings that LiteLLM does not have.

use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Weekday;
use money::Decimal;
use money::window::YearBegins;

use super::super::known::{ALERTS, BUDGETS, DEADLINES, KMS, LIMITS, TURNPIKE};
use super::super::place::Placed;
use super::super::read::Section;

/// Our own settings.
#[derive(Debug, Clone, Default)]
pub struct Turnpike {
    /// How long a call may wait for its provider.
    pub deadlines: Deadlines,
    /// How long a client may take, and how much of the process it may have.
    pub limits: Limits,
    /// How long calls that are under way may go on when the gateway is told to stop, in milliseconds
    /// (`shutdown_grace_ms`). Zero ends them at once.
    pub shutdown_grace: Option<Duration>,
    /// The largest body of a request, in bytes. Comes before `general_settings.max_request_size_mb`.
    pub max_body_bytes: Option<u64>,
    /// Whether the access key id of an AWS signature that nobody has verified counts as a virtual key.
    pub accept_unverified_sigv4: Option<bool>,
    /// Where years and weeks of budgets begin.
    pub budgets: Budgets,
    /// From where on, and to whom, what budgets have reached is told.
    pub alerts: Alerts,
    /// How much is logged.
    pub log_level: Option<LogLevel>,
    /// The folder for what the gateway keeps on disk.
    pub data_dir: Option<PathBuf>,
    /// Keys of AWS KMS that seal what must not be readable in the database, in place of a salt key.
    pub kms: Option<KmsKeys>,
    /// How often secrets are read anew, in milliseconds (`secret_refresh_ms`).
    pub secret_refresh: Option<Duration>,
}

/// `turnpike.kms`. Keys are ids, ARNs or `alias/…`, all of one region.
#[derive(Debug, Clone)]
pub struct KmsKeys {
    /// The key that seals.
    pub key_id: Placed<String>,
    /// Those before it, which only open.
    pub older_key_ids: Vec<String>,
}

/// `turnpike.deadlines`. Each is written in milliseconds, with `_ms` after its name, and is more than zero.
#[derive(Debug, Clone, Default)]
pub struct Deadlines {
    /// To open a connection to a provider.
    pub connect: Option<Duration>,
    /// From the end of the request to the first byte of the answer.
    pub first_byte: Option<Duration>,
    /// Between two events of a streamed answer.
    pub between_events: Option<Duration>,
    /// For the whole call.
    pub total: Option<Duration>,
}

/// `turnpike.limits`. Times are written in milliseconds and are more than zero.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// From a new connection to its first byte (`first_byte_ms`).
    pub first_byte: Option<Duration>,
    /// From the first byte of a request to the end of its headers (`headers_ms`).
    pub headers: Option<Duration>,
    /// How long a connection without a request stays open (`idle_ms`).
    pub idle: Option<Duration>,
    /// For a body, before its pace counts (`body_ms`).
    pub body: Option<Duration>,
    /// Between two pieces of a body (`body_pause_ms`).
    pub body_pause: Option<Duration>,
    /// The pace of a body in bytes a second (`min_body_bytes_per_second`).
    pub body_bytes_per_second: Option<u64>,
    /// How long an answer waits for a client that does not read it (`write_stall_ms`).
    pub write_stall: Option<Duration>,
    /// Open connections (`max_connections`).
    pub connections: Option<u64>,
    /// Open connections of one address (`max_connections_per_ip`). Written, it also holds for private addresses.
    pub connections_per_ip: Option<u64>,
    /// The largest body of the management API, in bytes (`max_management_body_bytes`).
    pub management_body_bytes: Option<u64>,
    /// All bodies at once, in bytes (`max_body_bytes_in_flight`).
    pub body_bytes_in_flight: Option<u64>,
}

/// `turnpike.budgets`.
#[derive(Debug, Clone, Default)]
pub struct Budgets {
    /// The first day of a year, and with it of each month.
    pub fiscal_year_begins: Option<YearBegins>,
    /// The first day of a week.
    pub week_begins: Option<Weekday>,
    /// Whether a call that a budget does not allow whole is asked with a lower ceiling, instead of refused.
    pub lower_ceilings: Option<bool>,
    /// Whether what is dispatched is put into the database before, not only into the journal.
    pub intents_in_database: Option<bool>,
    /// How long an instance may show no sign of life before the others give it up.
    pub instances_given_up_after: Option<Duration>,
}

/// `turnpike.alerts`.
#[derive(Debug, Clone, Default)]
pub struct Alerts {
    /// Shares of a cap, in thousandths; none written: the usual ones.
    pub thresholds: Option<Vec<u16>>,
    /// Addresses that are told of every budget.
    pub email_to: Vec<Placed<String>>,
}

/// `turnpike.log_level`, from the least to the most that is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// What failed.
    Error,
    /// And what looks wrong.
    Warn,
    /// And what happened.
    Info,
    /// And why.
    Debug,
    /// And everything else.
    Trace,
}

impl Turnpike {
    pub(in super::super) fn read(mut section: Section<'_, '_>) -> Self {
        let deadlines = Deadlines::read(section.child("deadlines"));
        let limits = Limits::read(section.child("limits"));
        let budgets = Budgets::read(section.child("budgets"));
        let alerts = Alerts::read(section.child("alerts"));
        let kms = KmsKeys::read(section.child("kms"));
        let level = section.parsed("log_level", "error, warn, info, debug or trace", LogLevel::named);
        let turnpike = Self {
            deadlines,
            limits,
            budgets,
            alerts,
            shutdown_grace: section.milliseconds("shutdown_grace_ms", 0),
            max_body_bytes: section.whole("max_body_bytes", 1..=u64::MAX),
            accept_unverified_sigv4: section.flag("accept_unverified_sigv4"),
            log_level: level.map(|level| level.value),
            data_dir: section.text("data_dir").map(|folder| folder.value.into()),
            kms,
            secret_refresh: section.milliseconds("secret_refresh_ms", 1),
        };
        section.finish(&TURNPIKE);
        turnpike
    }
}

impl KmsKeys {
    fn read(mut section: Section<'_, '_>) -> Option<Self> {
        let key_id = section.text("key_id");
        let older_key_ids: Vec<_> = section.texts("older_key_ids").into_iter().map(|key| key.value).collect();
        if key_id.is_none() && !older_key_ids.is_empty() {
            section.error("older_key_ids needs key_id beside it: older keys only open");
        }
        section.finish(&KMS);
        key_id.map(|key_id| Self { key_id, older_key_ids })
    }
}

impl Deadlines {
    fn read(mut section: Section<'_, '_>) -> Self {
        let deadlines = Self {
            connect: section.milliseconds("connect_ms", 1),
            first_byte: section.milliseconds("first_byte_ms", 1),
            between_events: section.milliseconds("between_events_ms", 1),
            total: section.milliseconds("total_ms", 1),
        };
        section.finish(&DEADLINES);
        deadlines
    }
}

impl Limits {
    fn read(mut section: Section<'_, '_>) -> Self {
        let limits = Self {
            first_byte: section.milliseconds("first_byte_ms", 1),
            headers: section.milliseconds("headers_ms", 1),
            idle: section.milliseconds("idle_ms", 1),
            body: section.milliseconds("body_ms", 1),
            body_pause: section.milliseconds("body_pause_ms", 1),
            body_bytes_per_second: section.whole("min_body_bytes_per_second", 1..=u64::MAX),
            write_stall: section.milliseconds("write_stall_ms", 1),
            connections: section.whole("max_connections", 1..=u64::MAX),
            connections_per_ip: section.whole("max_connections_per_ip", 1..=u64::MAX),
            management_body_bytes: section.whole("max_management_body_bytes", 1..=u64::MAX),
            body_bytes_in_flight: section.whole("max_body_bytes_in_flight", 1..=u64::MAX),
        };
        section.finish(&LIMITS);
        limits
    }
}

impl Budgets {
    fn read(mut section: Section<'_, '_>) -> Self {
        let year = "month and day, such as 04-01; the day from 01 to 28";
        let year = section.parsed("fiscal_year_begins", year, YearBegins::parse);
        let week = section.parsed("week_begins", "a day of the week, such as monday", weekday);
        let lower_ceilings = section.flag("lower_ceilings");
        let intents_in_database = section.flag("intents_in_database");
        let instances_given_up_after = section.seconds("instances_given_up_after");
        section.finish(&BUDGETS);
        Self {
            fiscal_year_begins: year.map(|year| year.value),
            week_begins: week.map(|week| week.value),
            lower_ceilings,
            intents_in_database,
            instances_given_up_after,
        }
    }
}

impl Alerts {
    fn read(mut section: Section<'_, '_>) -> Self {
        let is_written = section.field("thresholds").is_some();
        let mut thresholds = Vec::new();
        for field in section.list("thresholds") {
            match field.scalar().map(share) {
                Ok(Some(share)) => thresholds.push(share),
                Ok(None) => section.findings.errors.push(field.error("expected a share between 0 and 1, such as 0.8")),
                Err(error) => section.findings.errors.push(error),
            }
        }
        thresholds.sort_unstable();
        thresholds.dedup();
        let email_to = section.texts("email_to");
        section.finish(&ALERTS);
        Self { thresholds: is_written.then_some(thresholds), email_to }
    }
}

/// In thousandths: more than nothing and less than all, which counts in any case.
fn share(text: &str) -> Option<u16> {
    let share = Decimal::from_str_exact(text.trim()).ok()?.checked_mul(Decimal::ONE_THOUSAND)?;
    let thousandths = u16::try_from(share).ok().filter(|_| share.fract().is_zero())?;
    (1..1000).contains(&thousandths).then_some(thousandths)
}

fn weekday(name: &str) -> Option<Weekday> {
    match name.to_ascii_lowercase().as_str() {
        "monday" => Some(Weekday::Monday),
        "tuesday" => Some(Weekday::Tuesday),
        "wednesday" => Some(Weekday::Wednesday),
        "thursday" => Some(Weekday::Thursday),
        "friday" => Some(Weekday::Friday),
        "saturday" => Some(Weekday::Saturday),
        "sunday" => Some(Weekday::Sunday),
        _ => None,
    }
}

impl LogLevel {
    /// The word for it, as it is written in a configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }

    fn named(name: &str) -> Option<Self> {
        match name {
            "error" => Some(Self::Error),
            "warn" => Some(Self::Warn),
            "info" => Some(Self::Info),
            "debug" => Some(Self::Debug),
            "trace" => Some(Self::Trace),
            _ => None,
        }
    }
}
