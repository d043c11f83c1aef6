//! Budgets that have a name: `/budget/…`.

mod body;
pub(crate) mod delete;
mod held;
pub(crate) mod info;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod settings;
pub(crate) mod update;

pub(in crate::manage) use body::{BudgetBody, BudgetId};
pub(in crate::manage) use held::{Held, limits, own, release, set_limits, views};
