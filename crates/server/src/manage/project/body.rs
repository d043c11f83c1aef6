//! What the bodies of projects have in common.

use serde::Deserialize;
use store::projects::ProjectRow;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::manage::body::{Change, Fields, Later};
use crate::manage::budget::Held;
use crate::manage::fields::{Attached, Description, ModelNames, ModelRates, Name, Names, nameable, put_tags};

/// The settings of a project that are its own.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(crate) struct ProjectFields {
    /// What people call it.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    project_alias: Change<Name>,
    /// What it is for.
    #[schema(value_type = Option<Description>)]
    #[serde(default)]
    description: Change<Description>,
    /// Models that its keys may use at most: some of its team's. None means those of the team.
    #[schema(value_type = Option<ModelNames>)]
    #[serde(default)]
    models: Change<ModelNames>,
    /// Whether its keys are refused for now.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    blocked: Change<bool>,
    /// Whatever is to be kept with it; replaced as a whole.
    #[schema(value_type = Option<Object>)]
    #[serde(default)]
    metadata: Change<Attached>,
    /// Tags of its calls.
    #[schema(value_type = Option<Vec<String>>)]
    #[serde(default)]
    tags: Change<Names>,
}

/// All settings of a project.
pub(super) struct ProjectBody {
    own: ProjectFields,
    rates: ModelRates,
    pub(super) held: Held,
}

/// Fields of LiteLLM's projects that this version does not honour.
pub(super) const LATER: &[Later] =
    &[("allowed_models", &[]), ("guardrails", &[]), ("object_permission", &[]), ("policies", &[])];

impl ProjectBody {
    pub(super) fn take(fields: &mut Fields<'_>) -> Result<Self, ApiError> {
        Ok(Self { own: fields.take()?, rates: fields.take()?, held: Held::take(fields)? })
    }

    /// Makes the row what it is afterwards, and hands back what is said of its budget.
    pub(super) fn apply(self, row: &mut ProjectRow) -> Held {
        let ProjectFields { project_alias, description, models, blocked, metadata, tags } = self.own;
        nameable(project_alias).apply(&mut row.project_alias);
        description.apply(&mut row.description);
        models.apply_or_default(&mut row.models);
        blocked.apply_or_default(&mut row.blocked);
        metadata.apply_or_default(&mut row.metadata);
        put_tags(&mut row.metadata, tags);
        self.rates.apply(&mut row.metadata);
        self.held
    }
}
