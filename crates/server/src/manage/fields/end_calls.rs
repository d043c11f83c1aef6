//! Whether calls under way end with what they are made with.

use serde::Deserialize;
use utoipa::ToSchema;

/// Of bodies that take something back.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct EndCalls {
    /// Whether calls that are under way end at once, their streams with an error. Otherwise they go on to their end, and only new
    /// ones are refused.
    #[serde(default)]
    pub(crate) end_calls: bool,
}
