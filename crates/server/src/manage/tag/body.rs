//! What the bodies of tags have in common.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::manage::body::{Change, Fields, Later};
use crate::manage::budget::{BudgetId, Held};
use crate::manage::fields::{Description, LimitFields, Name};

#[derive(Deserialize, ToSchema)]
pub(crate) struct WhichTag {
    /// What calls say.
    name: Name,
}

impl WhichTag {
    pub(super) fn checked(self) -> Result<String, ApiError> {
        match self.name.0 {
            name if name.is_empty() => Err(ApiError::unprocessable("name", "must not be empty")),
            name => Ok(name),
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(crate) struct TagFields {
    /// What it is for.
    #[schema(value_type = Option<Description>)]
    #[serde(default)]
    description: Change<Description>,
}

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct TagRequest {
    #[serde(flatten)]
    which: WhichTag,
    #[serde(flatten)]
    own: TagFields,
    #[serde(flatten)]
    budget: BudgetId,
    #[serde(flatten)]
    limits: LimitFields,
}

/// All that is said of a tag.
pub(super) struct TagBody {
    pub(super) name: String,
    pub(super) description: Change<Description>,
    pub(super) held: Held,
}

/// Fields of LiteLLM's tags that this version does not honour.
const LATER: &[Later] = &[("allowed_models", &[]), ("models", &[])];

impl TagBody {
    pub(super) fn read(body: &serde_json::value::RawValue) -> Result<Self, ApiError> {
        let mut fields = Fields::open(body)?;
        let name = fields.take::<WhichTag>()?.checked()?;
        let TagFields { description } = fields.take()?;
        let held = Held::take(&mut fields)?;
        // the names of its models, which LiteLLM does not read either
        fields.ignore(&["model_info"]);
        fields.close(LATER)?;
        Ok(Self { name, description, held })
    }
}
