//! A scripted upstream that speaks the providers' languages, and its own log of what it served.
//!
//! It shares no code with the gateway's codecs: what it writes is a second opinion on the wire, and its log is the
//! oracle that the ledger is checked against. What it answers is decided by markers in the last user turn
//! (`[[say:hello]]`, `[[error:429]]`, ...; the list is at the top of `markers.rs`) and by a [`Script`], pushed by a
//! test or written into the prompt as `[[script:{...}]]`. A [`FaultProxy`] harms what is below HTTP: the connections, and
//! [`Aws`] keeps secrets and keys, [`Hook`] and [`MailServer`] take alerts. [`services`] has PostgreSQL and Redis.

mod aws;
mod body;
pub mod canned;
mod control;
mod counts;
mod decide;
mod dialect;
mod event_stream;
mod faults;
mod frame_fault;
mod hook;
mod instance;
mod json;
mod log;
mod mail;
mod markers;
mod plan;
mod proxy;
mod read;
mod route;
mod rules;
mod script;
mod served;
mod server;
mod service;
pub mod services;
mod shared;
mod sse_style;
mod turn;
mod upstream;
mod write;

pub use aws::Aws;
pub use counts::Counts;
pub use dialect::Dialect;
pub use frame_fault::{FrameFault, FrameFaultKind};
pub use hook::Hook;
pub use log::TimedOut;
pub use mail::{Letter, MailOptions, MailServer};
pub use proxy::{Accept, Break, BreakKind, Fault, FaultProxy, Traffic, Way};
pub use script::{Classes, Script, Stop, UsageMode, When};
pub use served::{Auth, Served, State};
pub use sse_style::{LineEnd, SseStyle};
pub use upstream::{Options, Upstream};
