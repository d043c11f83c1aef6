//! The common conversation: no dialect's own type. Every dialect is read into it and written from it.

mod event;
mod message;
mod origin;
mod repair;
mod reply;
mod request;
pub mod seal;
#[cfg(test)]
pub(crate) mod strategies;
mod tier;
mod uncarried;
mod usage;

pub use event::{Delta, Event, PartStart};
pub use message::{
    CacheMark, CallKind, Citation, Guarded, Location, Media, MediaSource, Message, Page, Part, Role, SearchOutcome,
    SearchResult, Thinking, ToolCall, ToolResult, WebSearch,
};
pub use origin::Origin;
pub use reply::{Choice, Reply, StopReason};
pub use request::{
    CustomFormat, Effort, Namespace, OutputFormat, Place, Reasoning, ReasoningMode, Request, Sampling, SearchTool,
    Tool, ToolChoice, ToolKind,
};
pub use tier::ServiceTier;
pub use uncarried::{FURTHER_CALL, uncarried};
pub use usage::Usage;
