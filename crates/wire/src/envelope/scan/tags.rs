//! What a client tags its call with: in a field of its own, or in `metadata`, as LiteLLM has it.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::{EnvelopeError, Tags};
use super::typed;

#[derive(Deserialize)]
struct Metadata {
    tags: Vec<String>,
}

/// Reads `tags`.
pub(super) fn in_field(value: &RawValue, tags: &mut Tags) -> Result<(), EnvelopeError> {
    tags.have_a_field = true;
    add("tags", typed("tags", "a list of texts", value)?, tags)
}

/// Reads `metadata.tags`. A value of another type is the provider's business.
pub(super) fn in_metadata(value: &RawValue, tags: &mut Tags) -> Result<(), EnvelopeError> {
    let Ok(Metadata { tags: names }) = serde_json::from_str(value.get()) else { return Ok(()) };
    tags.are_in_metadata = true;
    add("metadata.tags", names, tags)
}

fn add(field: &'static str, names: Vec<String>, tags: &mut Tags) -> Result<(), EnvelopeError> {
    // no database holds it, so no row could be found or written
    if names.iter().any(|name| name.contains('\0')) {
        return Err(EnvelopeError::WrongType { field, expected: "without NUL characters" });
    }
    tags.names.extend(names);
    Ok(())
}
