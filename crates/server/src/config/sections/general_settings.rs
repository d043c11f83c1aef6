//! `general_settings`: the gateway itself.

use super::super::known::{GENERAL_SETTINGS, SERVICE_ACCOUNT_SETTINGS};
use super::super::place::Placed;
use super::super::read::Section;
use super::super::secret::Resolved;
use super::alerting::Alerting;
use super::key_management::KeyManagement;
use engine::limits::TokensCounted;
use engine::secret::Secret;

const EMPTY: &str = "is empty: set it, or leave it out";

/// Settings of the gateway.
#[derive(Debug, Clone, Default)]
pub struct GeneralSettings {
    /// The key that may do everything. Only who serves misses a variable that is not set.
    pub master_key: Option<Placed<Resolved>>,
    /// Where keys and spend are kept: `sqlite://…`. It may hold a password.
    pub database_url: Option<Placed<Secret>>,
    /// Connections to PostgreSQL that one instance has at most (`database_connection_pool_limit`).
    pub database_connections: Option<u32>,
    /// The largest body of a request, in bytes. Written as `max_request_size_mb`, in mebibytes.
    pub max_request_bytes: Option<u64>,
    /// Addresses and networks that may ask. None means all.
    pub allowed_ips: Vec<Placed<String>>,
    /// Whether the last address in `X-Forwarded-For` is the one that asks.
    pub use_x_forwarded_for: Option<bool>,
    /// Whether each call must say on whose behalf it is made.
    pub enforce_user_param: Option<bool>,
    /// Whether a user's own budget counts also where its key is a team's.
    pub apply_user_budget_to_team_keys: Option<bool>,
    /// Fields that each call must have.
    pub enforced_params: Vec<Placed<String>>,
    /// Fields that calls with the key of a service must have besides (`service_account_settings.enforced_params`).
    pub enforced_params_of_services: Vec<Placed<String>>,
    /// A header that names the customer of a call.
    pub user_header_name: Option<Placed<String>>,
    /// Whether calls are refused whose clients tag them.
    pub reject_clientside_metadata_tags: Option<bool>,
    /// Calls at once of a key that has no such limit of its own.
    pub max_parallel_requests: Option<u64>,
    /// Calls of the whole gateway at once.
    pub global_max_parallel_requests: Option<u64>,
    /// Which tokens limits of tokens count.
    pub token_rate_limit_type: Option<TokensCounted>,
    /// Whether calls with limits are refused while nobody can say what other instances have admitted.
    pub fail_closed_rate_limit_enforcement: Option<bool>,
    /// Who is told what budgets have reached.
    pub alerting: Alerting,
    /// Where secrets are, besides the environment.
    pub key_management: Option<KeyManagement>,
}

impl GeneralSettings {
    pub(in super::super) fn read(mut section: Section<'_, '_>) -> Self {
        let mut of_services = section.child("service_account_settings");
        let enforced_params_of_services = of_services.texts("enforced_params");
        of_services.finish(&SERVICE_ACCOUNT_SETTINGS);
        let settings = Self {
            master_key: section.with("master_key", |field| match field.secret()? {
                Resolved::Found(key) if key.reveal().is_empty() => Err(field.error(EMPTY)),
                key => Ok(key),
            }),
            database_url: section.with("database_url", |field| match field.scalar()? {
                "" => Err(field.error(EMPTY)),
                text => Ok(Secret::new(text)),
            }),
            database_connections: section
                .whole("database_connection_pool_limit", 1..=1000)
                .and_then(|number| u32::try_from(number).ok()),
            max_request_bytes: section.mebibytes("max_request_size_mb"),
            allowed_ips: section.texts("allowed_ips"),
            use_x_forwarded_for: section.flag("use_x_forwarded_for"),
            enforce_user_param: section.flag("enforce_user_param"),
            apply_user_budget_to_team_keys: section.flag("apply_user_budget_to_team_keys"),
            enforced_params: section.texts("enforced_params"),
            enforced_params_of_services,
            user_header_name: section.text("user_header_name"),
            reject_clientside_metadata_tags: section.flag("reject_clientside_metadata_tags"),
            max_parallel_requests: section.whole("max_parallel_requests", 0..=u64::MAX),
            global_max_parallel_requests: section.whole("global_max_parallel_requests", 0..=u64::MAX),
            token_rate_limit_type: section
                .parsed("token_rate_limit_type", "total, input or output", counted)
                .map(|counted| counted.value),
            fail_closed_rate_limit_enforcement: section.flag("fail_closed_rate_limit_enforcement"),
            alerting: Alerting::read(&mut section),
            key_management: KeyManagement::read(&mut section),
        };
        section.finish(&GENERAL_SETTINGS);
        settings
    }
}

fn counted(word: &str) -> Option<TokensCounted> {
    match word {
        "total" => Some(TokensCounted::Total),
        "input" => Some(TokensCounted::Input),
        "output" => Some(TokensCounted::Output),
        _ => None,
    }
}
