//! What the bodies of organizations have in common.

use serde::Deserialize;
use serde_json::{Map, Value};
use store::organizations::OrganizationRow;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::manage::body::{Change, Later};
use crate::manage::fields::{Attached, ModelNames, Name};

/// The settings of an organization that are its own.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(crate) struct OrganizationFields {
    /// What people call it.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    pub(super) organization_alias: Change<Name>,
    /// Models that all in it may use at most. None means all.
    #[schema(value_type = Option<ModelNames>)]
    #[serde(default)]
    pub(super) models: Change<ModelNames>,
    /// Whatever is to be kept with it.
    #[schema(value_type = Option<Object>)]
    #[serde(default)]
    pub(super) metadata: Change<Attached>,
}

/// Fields of LiteLLM's organizations that this version does not honour.
pub(super) const LATER: &[Later] = &[("allowed_models", &[]), ("object_permission", &[]), ("spend", &["0", "0.0"])];

impl OrganizationFields {
    /// Makes the row what it is afterwards. A null says nothing, as with LiteLLM; metadata are laid over those that there are.
    pub(super) fn merge(self, row: &mut OrganizationRow) {
        let Self { organization_alias, models, metadata } = self;
        if let Some(alias) = organization_alias.set() {
            row.organization_alias = alias.0;
        }
        if let Some(models) = models.set() {
            row.models = models.0;
        }
        if let Some(metadata) = metadata.set() {
            lay_over(&mut row.metadata, metadata.0);
        }
    }

    /// The same where what is said replaces what there is, and a null empties what can be empty.
    pub(super) fn replace(self, row: &mut OrganizationRow) -> Result<(), ApiError> {
        let Self { organization_alias, models, metadata } = self;
        match organization_alias {
            Change::Keep => {}
            Change::Clear => return Err(ApiError::unprocessable("organization_alias", "cannot be null")),
            Change::Set(alias) => row.organization_alias = alias.0,
        }
        match models {
            Change::Keep => {}
            Change::Clear => return Err(ApiError::unprocessable("models", "cannot be null: [] stands for all models")),
            Change::Set(models) => row.models = models.0,
        }
        metadata.apply_or_default(&mut row.metadata);
        Ok(())
    }
}

/// Objects in objects are laid over one another, too.
fn lay_over(below: &mut Map<String, Value>, above: Map<String, Value>) {
    for (name, value) in above {
        match (below.get_mut(&name), value) {
            (Some(Value::Object(below)), Value::Object(above)) => lay_over(below, above),
            (_, value) => {
                below.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn metadata_are_laid_over_one_another() {
        let Value::Object(mut below) = json!({"a": {"x": 1, "y": [1]}, "b": 1, "c": {"z": 1}}) else { panic!() };
        let Value::Object(above) = json!({"a": {"y": [2], "w": null}, "b": {"v": 1}, "c": 2, "d": {}}) else {
            panic!()
        };
        lay_over(&mut below, above);
        let expected = json!({"a": {"x": 1, "y": [2], "w": null}, "b": {"v": 1}, "c": 2, "d": {}});
        assert_eq!(Value::Object(below), expected);
    }
}
