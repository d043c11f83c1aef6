//! `litellm_settings`: behaviour of all calls.

use std::time::Duration;

use engine::settings::WrittenBudget;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use money::{Nanos, Share};

use super::super::known::LITELLM_SETTINGS;
use super::super::place::Placed;
use super::super::read::Section;
use super::bills::{self, Margin};
use super::budgets;
use super::reservation::Reservation;

/// Settings for all deployments; what a deployment says itself comes first.
#[derive(Debug, Clone, Default)]
pub struct LitellmSettings {
    /// Whether parameters that a provider does not know are left out instead of refused.
    pub drop_params: Option<bool>,
    /// Fields of clients that no provider is sent, by their paths.
    pub additional_drop_params: Vec<Placed<String>>,
    /// Whether a conversation that a provider would refuse is repaired.
    pub modify_params: Option<bool>,
    /// The longest a call may take, in seconds.
    pub request_timeout: Option<Duration>,
    /// How often a failed call is tried again.
    pub num_retries: Option<u32>,
    /// The status of the answer to a call that its budget does not allow, from 400 to 599.
    pub budget_exceeded_status_code: Option<u16>,
    /// Whether calls on behalf of a customer that nobody has made known are refused.
    pub validate_end_user_id_in_db: Option<bool>,
    /// Whether calls to models that have no price are refused.
    pub block_requests_for_models_without_pricing: Option<bool>,
    /// What all calls together may spend in a window; nothing or zero is without limit.
    pub max_budget: Option<Nanos>,
    /// How long that window is.
    pub budget_duration: Option<String>,
    /// What each customer without a budget of its own may spend.
    pub max_end_user_budget: Option<Nanos>,
    /// The budget of each customer without one of its own.
    pub max_end_user_budget_id: Option<String>,
    /// What each new user may spend of whom nobody said else.
    pub max_internal_user_budget: Option<Nanos>,
    /// In which window.
    pub internal_user_budget_duration: Option<String>,
    /// What calls with a tag may cost, by the tag.
    pub tag_budgets: Vec<(Placed<String>, WrittenBudget)>,
    /// Shares of what a model can take.
    pub priority_reservation: Reservation,
    /// To how many per cent of its limits a key is slowed whose budget is spent.
    pub budget_exceeded_throttle_percentage: Option<u8>,
    /// What is taken off the bills of providers, by their names.
    pub cost_discounts: Vec<(Placed<String>, Share)>,
    /// What is put on them, by their names; `global` stands for the others.
    pub cost_margins: Vec<(Placed<String>, Margin)>,
    /// Whose clock days and longer windows of budgets go by.
    pub timezone: Option<TimeZone>,
    /// When a day begins for them.
    pub budget_reset_time: Option<Time>,
}

impl LitellmSettings {
    pub(in super::super) fn read(mut section: Section<'_, '_>) -> Self {
        let status = section.whole("budget_exceeded_status_code", 400..=599);
        let zone = section
            .parsed("timezone", "the name of a time zone, such as Europe/Berlin", |name| TimeZone::get(name).ok());
        let reset_time = section.parsed("budget_reset_time", "a time of day, such as 06:30 or 06:30:00", time_of_day);
        let max_budget = budgets::dollars(&mut section, "max_budget");
        let duration = budgets::duration(&mut section, "budget_duration");
        let of_users = budgets::dollars(&mut section, "max_internal_user_budget");
        let of_users_duration = budgets::duration(&mut section, "internal_user_budget_duration");
        let max_end_user_budget = budgets::dollars(&mut section, "max_end_user_budget");
        let settings = Self {
            drop_params: section.flag("drop_params"),
            additional_drop_params: section.texts("additional_drop_params"),
            modify_params: section.flag("modify_params"),
            request_timeout: section.seconds("request_timeout"),
            num_retries: section.small("num_retries"),
            budget_exceeded_status_code: status.and_then(|status| u16::try_from(status).ok()),
            validate_end_user_id_in_db: section.flag("validate_end_user_id_in_db"),
            block_requests_for_models_without_pricing: section.flag("block_requests_for_models_without_pricing"),
            max_budget: max_budget.filter(|cap| cap.is_positive()),
            budget_duration: duration,
            max_end_user_budget,
            max_end_user_budget_id: section.text("max_end_user_budget_id").map(|id| id.value),
            max_internal_user_budget: of_users,
            internal_user_budget_duration: of_users_duration,
            tag_budgets: budgets::by_name(&mut section, "tag_budget_config"),
            priority_reservation: Reservation::read(&mut section),
            budget_exceeded_throttle_percentage: section
                .whole("budget_exceeded_throttle_percentage", 1..=100)
                .and_then(|percent| u8::try_from(percent).ok()),
            cost_discounts: bills::discounts(&mut section),
            cost_margins: bills::margins(&mut section),
            timezone: zone.map(|zone| zone.value),
            budget_reset_time: reset_time.map(|time| time.value),
        };
        section.finish(&LITELLM_SETTINGS);
        settings
    }
}

/// `HH:MM` or `HH:MM:SS`; nothing is midnight, as LiteLLM has it.
fn time_of_day(text: &str) -> Option<Time> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    match text.len() {
        0 => Some(Time::midnight()),
        5 | 8 if plain => text.parse().ok(),
        _ => None,
    }
}
