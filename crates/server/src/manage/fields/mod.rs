//! Fields that several nouns have, as requests write them and answers show them.

mod attached;
mod end_calls;
mod exact;
mod limits;
mod masked;
mod text;
mod usd;
mod view;

pub(super) use attached::{
    ATTACHED, Attached, Attachments, LimitType, ModelRates, put_flag, put_limit_type, put_numbers, put_tags,
};
pub(super) use end_calls::EndCalls;
pub(super) use limits::{BudgetMode, LimitFields, ModelLimitFields};
pub(super) use masked::{is_masked, masked};
pub(super) use text::{Aliases, Description, DurationText, ModelNames, Name, Names, nameable};
pub(super) use usd::{Cap, Usd};
pub(super) use view::{BudgetView, LimitsView, ModelLimitsView, StampsView};
