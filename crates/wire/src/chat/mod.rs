//! The common conversation: no dialect's own type. Every dialect is read into it and written from it.

mod event;
mod message;
mod reply;
mod request;
mod uncarried;
mod usage;

pub use event::{Delta, Event, PartStart};
pub use message::{
    CacheMark, Citation, Guarded, Location, Media, MediaSource, Message, Part, Role, SearchResult, Thinking, ToolCall,
    ToolResult,
};
pub use reply::{Choice, Reply, StopReason};
pub use request::{Effort, OutputFormat, Reasoning, ReasoningMode, Request, Sampling, Tool, ToolChoice};
pub use uncarried::uncarried;
pub use usage::Usage;
