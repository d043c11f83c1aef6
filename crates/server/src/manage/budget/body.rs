//! What bodies say of a budget: its own, and those of objects that have one.

use serde::Deserialize;
use store::Limits;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::manage::body::{Change, Fields, Later};
use crate::manage::fields::{LimitFields, Name};
use crate::manage::instant;

#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(crate) struct BudgetId {
    /// Of a new budget: its id, left out: a random one. Of another object: a budget that exists, instead of limits of its own.
    #[schema(value_type = Option<Name>)]
    #[serde(default)]
    pub(super) budget_id: Change<Name>,
}

/// When the window ends, for those who want another moment than the calendar's.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(crate) struct ResetField {
    /// When the window ends.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    budget_reset_at: Change<String>,
}

/// All that a budget says.
#[derive(Clone, Default)]
pub(in crate::manage) struct BudgetBody {
    limits: LimitFields,
    reset: ResetField,
}

/// Fields of LiteLLM's budgets that this version does not honour.
pub(in crate::manage) const LATER: &[Later] =
    &[("allowed_models", &[]), ("temp_budget_expiry", &[]), ("temp_budget_increase", &[])];

impl BudgetBody {
    pub(in crate::manage) fn take(fields: &mut Fields<'_>) -> Result<Self, ApiError> {
        Ok(Self { limits: fields.take()?, reset: fields.take()? })
    }

    /// The same where the calendar alone says when a window ends; clients send that back as they read it.
    pub(in crate::manage) fn take_limits(fields: &mut Fields<'_>) -> Result<Self, ApiError> {
        fields.ignore(&["budget_reset_at"]);
        Ok(Self { limits: fields.take()?, reset: ResetField::default() })
    }

    /// The limits as they are afterwards. `now`, in microseconds UTC, is when windows begin.
    pub(in crate::manage) fn apply(self, limits: &mut Limits, now: i64) -> Result<(), ApiError> {
        self.limits.apply(limits, now)?;
        match self.reset.budget_reset_at {
            Change::Set(text) => {
                let at = instant::first(&text).ok_or("must be a date, or a date and time (ISO 8601)");
                limits.budget_reset_at = Some(at.map_err(|problem| ApiError::invalid("budget_reset_at", problem))?);
            }
            // a window that has a length has an end
            Change::Clear if limits.budget_duration.is_none() => limits.budget_reset_at = None,
            Change::Clear | Change::Keep => {}
        }
        Ok(())
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
    fn a_window_ends_with_the_calendar_unless_something_else_is_said() {
        let day = 24 * 3600 * 1_000_000;
        for (body, end) in [
            (r#"{"budget_duration": "1d"}"#, Some(day)),
            (r#"{"budget_duration": "1d", "budget_reset_at": null}"#, Some(day)),
            (r#"{"budget_duration": "1d", "budget_reset_at": "1970-01-03T00:00:00Z"}"#, Some(2 * day)),
            (r#"{"budget_reset_at": "1970-01-03"}"#, Some(2 * day)),
            (r#"{"max_budget": 1}"#, None),
        ] {
            assert_eq!(limits(body).unwrap().budget_reset_at, end, "{body}");
        }
        for (body, field) in [
            (r#"{"budget_reset_at": "soon"}"#, "budget_reset_at"),
            (r#"{"budget_duration": "soon"}"#, "budget_duration"),
            (r#"{"allowed_models": ["m"]}"#, "allowed_models"),
            (r#"{"max_budgets": 1}"#, "max_budgets"),
        ] {
            assert_eq!(limits(body).err().flatten().as_deref(), Some(field), "{body}");
        }
    }
}
