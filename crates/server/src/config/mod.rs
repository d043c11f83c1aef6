//! Configuration, first stage: what was written. Files and the environment are read here and nowhere else; what the
//! values mean (which provider, which credential) is decided by the second stage, from the typed values of [`Written`].

pub mod environment;
mod error;
mod findings;
mod include;
pub mod known;
mod place;
mod read;
mod secret;
mod sections;
mod suggest;
mod written;
mod yaml;

#[cfg(test)]
mod tests;

pub use error::{ConfigError, ConfigErrors};
pub use findings::Unsupported;
pub use place::{Place, Placed};
pub use secret::Resolved;
pub use sections::alerting::{Alerting, Way};
pub use sections::aws_params::AwsParams;
pub use sections::general_settings::GeneralSettings;
pub use sections::key_management::KeyManagement;
pub use sections::litellm_params::LitellmParams;
pub use sections::litellm_settings::LitellmSettings;
pub use sections::model_info::ModelInfo;
pub use sections::model_list::ModelEntry;
pub use sections::prices::Figure;
pub use sections::prices::Prices;
pub use sections::router_settings::{GroupAlias, RouterSettings, RoutingStrategy};
pub use sections::turnpike::{Deadlines, KmsKeys, LogLevel, Turnpike};
pub use written::Written;
