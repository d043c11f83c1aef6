//! A request, read from a client of this dialect and written for a provider of it.

pub(crate) mod data_url;
mod harmless;
mod read;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod tests;
mod write;

pub use read::{declares_functions, read};
pub(crate) use read::{include_usage, json_schema, metadata, openai_fields, sampling, stop, user};
pub use write::write;
pub(crate) use write::{
    Breakpoint, Dropped, FAILED, JsonSchema, StreamOptions, effort_word, name_wishes, openai, pairs, said,
    service_tier, strict,
};
