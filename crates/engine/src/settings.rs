//! What the engine is told by configuration. A new snapshot replaces the old one whole; a call keeps the one it began with.

use std::collections::BTreeMap;
use std::time::Duration;

use money::Nanos;
use money::window::Calendar;

use crate::alerts::AlertSettings;
use crate::limits::LimitSettings;
use crate::models::Models;
use crate::secret::MasterKey;

#[derive(Debug)]
pub struct Settings {
    pub models: Models,
    pub master_key: MasterKey,
    pub deadlines: Deadlines,
    /// Further attempts after the first, over all deployments of a group.
    pub retries: u32,
    /// Drop what cannot be carried across dialects instead of refusing it.
    pub drop_params: bool,
    /// Refuse every call to a model that nobody priced, not only those that count against a budget.
    pub block_unpriced: bool,
    /// The status that a spent budget answers with (LiteLLM's `budget_exceeded_status_code`).
    pub budget_exceeded_status: u16,
    /// The output ceiling of a call against a budget when neither the client nor the model has one.
    pub default_output_tokens: u64,
    /// What windows of budgets and limits are cut by.
    pub calendar: Calendar,
    /// Budgets that stand in the configuration.
    pub budget: WrittenBudgets,
    pub demands: Demands,
    pub limits: LimitSettings,
    pub alerts: AlertSettings,
}

/// One budget that stands in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenBudget {
    pub cap: Nanos,
    /// How long its window is; none: it never ends.
    pub duration: Option<String>,
}

/// Budgets that stand in the configuration, not in rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenBudgets {
    /// What all calls together may spend in a window.
    pub cap: Option<Nanos>,
    /// How long that window is.
    pub duration: Option<String>,
    /// A call that a budget does not allow whole is asked with a lower ceiling, instead of refused.
    pub lowers_ceilings: bool,
    /// A user's own budget counts also for keys of a team (LiteLLM's `apply_user_budget_to_team_keys`).
    pub of_users_on_teams: bool,
    /// The budget of customers that have none: one with a name (`max_end_user_budget_id`),
    pub of_customers_id: Option<String>,
    /// else an amount for ever (`max_end_user_budget`).
    pub of_customers: Option<Nanos>,
    /// What new users get of whom nobody says else (`max_internal_user_budget`), and in which window
    /// (`internal_user_budget_duration`).
    pub of_users: Option<Nanos>,
    pub of_users_duration: Option<String>,
    /// What may be spent at providers, by their ids (`provider_budget_config`).
    pub of_providers: BTreeMap<String, WrittenBudget>,
    /// What calls with a tag may cost (`tag_budget_config`).
    pub of_tags: BTreeMap<String, WrittenBudget>,
}

impl Default for WrittenBudgets {
    fn default() -> Self {
        Self {
            cap: None,
            duration: None,
            lowers_ceilings: true,
            of_users_on_teams: false,
            of_customers_id: None,
            of_customers: None,
            of_users: None,
            of_users_duration: None,
            of_providers: BTreeMap::new(),
            of_tags: BTreeMap::new(),
        }
    }
}

/// What calls must say of themselves, whoever makes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demands {
    /// Each names the user on whose behalf it is made.
    pub user: bool,
    /// Fields that each has: names with dots between them.
    pub params: Vec<String>,
    /// Fields that those have besides that are made with the key of a service.
    pub of_services: Vec<String>,
    /// A customer that nobody has made known is refused.
    pub known_customers: bool,
    /// Clients do not tag their calls (LiteLLM's `reject_clientside_metadata_tags`).
    pub no_client_tags: bool,
    /// A further header that names the customer.
    pub customer_header: Option<String>,
}

/// How long each phase of an attempt may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// Until the connection stands.
    pub connect: Duration,
    /// From sending the request to the head of the answer.
    pub first_byte: Duration,
    /// Between two pieces of a stream.
    pub between_events: Duration,
    /// All attempts of a call together.
    pub total: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_mins(10),
            between_events: Duration::from_mins(5),
            total: Duration::from_mins(100),
        }
    }
}
