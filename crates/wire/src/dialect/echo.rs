//! What of a request its answer says again.

use std::sync::Arc;

use crate::openai_responses;

/// What of a request its answer says again; most dialects say nothing again. Cheap to copy.
#[derive(Clone, Debug, Default)]
pub enum Echo {
    #[default]
    None,
    Responses(Arc<openai_responses::Echo>),
}

impl Echo {
    /// The settings that a Responses answer repeats; those of an empty request where there are none.
    pub(crate) fn responses(&self) -> Arc<openai_responses::Echo> {
        match self {
            Self::Responses(echo) => Arc::clone(echo),
            Self::None => Arc::default(),
        }
    }
}
