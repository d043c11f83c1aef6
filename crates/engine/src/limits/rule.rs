//! What a limit limits, and of whom.

use super::window::Span;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    Requests,
    /// Tokens, as far as `token_rate_limit_type` counts them.
    Tokens,
    Input,
    Output,
    /// Calls at once.
    Parallel,
}

impl Measure {
    /// LiteLLM's `rate_limit_type`.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Tokens => "tokens",
            Self::Input => "input_tokens",
            Self::Output => "output_tokens",
            Self::Parallel => "max_parallel_requests",
        }
    }

    pub(super) fn is_of_tokens(self) -> bool {
        matches!(self, Self::Tokens | Self::Input | Self::Output)
    }
}

/// Whom a limit is of, in LiteLLM's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Global,
    Organization,
    OrganizationMember,
    Team,
    TeamMember,
    Project,
    User,
    Key,
    EndUser,
    Tag,
    TagPerKey,
    ModelPerKey,
    ModelPerTeam,
    ModelPerOrganization,
    ModelPerProject,
    Deployment,
    /// All deployments of a model together: what is reserved of them is measured by it.
    Model,
    /// The calls of a priority at a model.
    Priority,
    /// A key whose budget is spent and that is slowed for it.
    Throttled,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Organization => "organization",
            Self::OrganizationMember => "organization_member",
            Self::Team => "team",
            Self::TeamMember => "team_member",
            Self::Project => "project",
            Self::User => "user",
            Self::Key => "api_key",
            Self::EndUser => "end_user",
            Self::Tag => "tag",
            Self::TagPerKey => "tag_per_key",
            Self::ModelPerKey => "model_per_key",
            Self::ModelPerTeam => "model_per_team",
            Self::ModelPerOrganization => "model_per_organization",
            Self::ModelPerProject => "model_per_project",
            Self::Deployment => "deployment",
            Self::Model => "model",
            Self::Priority => "priority_model",
            Self::Throttled => "throttled_api_key",
        }
    }

    /// Whether every instance counts it for itself, at its share of the limit.
    pub(super) fn is_local(self) -> bool {
        matches!(self, Self::Model | Self::Priority | Self::Throttled)
    }
}

/// When a limit holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    Always,
    /// While so many per cent of what the model's deployments can take are used; where nobody said what they can take, always.
    FromSaturation(u8),
    /// It only measures.
    Never,
}

/// One limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) measure: Measure,
    pub(crate) span: Span,
    pub(crate) limit: u64,
    pub(crate) holds: Holds,
}

impl Rule {
    pub(crate) fn new(measure: Measure, span: Span, limit: u64) -> Self {
        Self { measure, span, limit, holds: Holds::Always }
    }
}
