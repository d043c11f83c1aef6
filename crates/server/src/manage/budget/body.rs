//! What bodies say of a budget: its own, and those of objects that have one.

use serde::Deserialize;
use store::Limits;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::manage::body::{Change, Fields, Later};
use crate::manage::fields::{LimitFields, Name};

#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(crate) struct BudgetId {
    /// Of a new budget: its id, left out: a random one. Of another object: a budget that exists, instead of limits of its own.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    pub(super) budget_id: Change<Name>,
}

/// All that a budget says.
#[derive(Clone, Default)]
pub(in crate::manage) struct BudgetBody(LimitFields);

/// Fields of LiteLLM's budgets that this version does not honour.
pub(in crate::manage) const LATER: &[Later] = &[("allowed_models", &[])];

impl BudgetBody {
    /// When a window ends is said by the calendar alone; clients send that back as they read it.
    pub(in crate::manage) fn take(fields: &mut Fields<'_>) -> Result<Self, ApiError> {
        fields.ignore(&["budget_reset_at"]);
        Ok(Self(fields.take()?))
    }

    /// The limits as they are afterwards. `now`, in microseconds UTC, is when windows begin.
    pub(in crate::manage) fn apply(self, limits: &mut Limits, now: i64) -> Result<(), ApiError> {
        self.0.apply(limits, now)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    fn limits(body: &str) -> Result<Limits, Option<String>> {
        let raw: Box<RawValue> = serde_json::from_str(body).unwrap();
        let mut limits = Limits::default();
        let mut read = || {
            let mut fields = Fields::open(&raw)?;
            let body = BudgetBody::take(&mut fields)?;
            fields.close(LATER)?;
            body.apply(&mut limits, 0)
        };
        read().map_err(|error: ApiError| error.reply.param)?;
        Ok(limits)
    }

    #[test]
    fn reads_what_a_budget_says_and_names_what_is_wrong() {
        let said = limits(r#"{"budget_duration": "1d", "max_budget": 1, "budget_reset_at": "2020-01-01"}"#).unwrap();
        assert_eq!((said.budget_duration.as_deref(), said.max_budget.is_some()), (Some("1d"), true));
        for (body, field) in [
            (r#"{"budget_duration": "soon"}"#, "budget_duration"),
            (r#"{"allowed_models": ["m"]}"#, "allowed_models"),
            (r#"{"max_budgets": 1}"#, "max_budgets"),
        ] {
            assert_eq!(limits(body).err().flatten().as_deref(), Some(field), "{body}");
        }
    }
}
