//! What of a request its answer says again.

use std::sync::Arc;

use crate::{cohere, openai_responses};

/// What of a request its answer says again; most dialects say nothing again. Cheap to copy.
#[derive(Clone, Debug, Default)]
pub enum Echo {
    #[default]
    None,
    /// OpenAI's chat asked with the old functions, of which its answers say again how they are called.
    Functions,
    Responses(Arc<openai_responses::Echo>),
    Cohere(Arc<cohere::Echo>),
    CohereV1(Arc<cohere::v1::Echo>),
}

impl Echo {
    /// Whether calls are told in the form of the old functions.
    pub(crate) fn has_functions(&self) -> bool {
        matches!(self, Self::Functions)
    }

    /// The settings that a Responses answer repeats; those of an empty request where there are none.
    pub(crate) fn responses(&self) -> Arc<openai_responses::Echo> {
        match self {
            Self::Responses(echo) => Arc::clone(echo),
            _ => Arc::default(),
        }
    }

    /// The documents that citations name.
    pub(crate) fn cohere(&self) -> Arc<cohere::Echo> {
        match self {
            Self::Cohere(echo) => Arc::clone(echo),
            _ => Arc::default(),
        }
    }

    /// Likewise, and the history that a client of the first version wants back.
    pub(crate) fn cohere_v1(&self) -> Arc<cohere::v1::Echo> {
        match self {
            Self::CohereV1(echo) => Arc::clone(echo),
            _ => Arc::default(),
        }
    }
}
