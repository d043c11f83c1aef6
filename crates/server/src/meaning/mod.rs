//! Configuration, second stage: what was written → what is meant. Providers, credentials, prices and defaults are decided
//! here; the engine sees nothing of how a configuration is spelt.

mod alerts;
mod aws;
mod deployment;
mod price;
mod table;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use engine::cloud::aws::Sources;
use engine::limits::{LimitSettings, Priorities};
use engine::models::{Alias, Deployment, Models};
use engine::secret::MasterKey;
use engine::settings::{self, Settings};
use money::Catalog;
use money::window::Calendar;
use providers::Registry;

use crate::config::{ConfigError, ConfigErrors, Placed, Written};
use crate::http::edge::{Addresses, Limits};

pub(crate) use aws::of_service;
pub(crate) use table::table;

/// What every configuration is read against.
pub struct World<'a> {
    pub registry: &'a Registry,
    pub catalog: Arc<Catalog>,
    pub environment: &'a dyn Fn(&str) -> Option<String>,
    /// Where deployments at AWS have their credentials from.
    pub aws: &'a Sources,
}

const DEFAULT_RETRIES: u32 = 2;
/// LiteLLM's status for a spent budget.
const BUDGET_EXCEEDED: u16 = 422;
/// The output ceiling against a budget where neither client nor model has one.
const DEFAULT_OUTPUT_TOKENS: u64 = 4096;
/// LiteLLM's share of calls whose priority has none, in thousandths, and from how many per cent of a model's capacity on shares hold.
const DEFAULT_SHARE: u16 = 250;
const SATURATION: u8 = 80;
pub(crate) const DEFAULT_GRACE: Duration = Duration::from_secs(110);

/// A configuration that can be run.
#[derive(Debug)]
pub struct Meant {
    pub settings: Settings,
    pub limits: Limits,
    pub accept_unverified_sigv4: bool,
    pub shutdown_grace: Duration,
}

/// Decides what `written` means; `added` are deployments that stand elsewhere.
pub fn mean(
    written: &Written,
    world: &World<'_>,
    master_key: MasterKey,
    added: Vec<Deployment>,
) -> Result<Meant, ConfigErrors> {
    let mut errors = Vec::new();
    let mut deployments = Vec::new();
    for entry in &written.model_list {
        match deployment::deployment(entry, written, world, deployments.len()) {
            Ok(deployment) => deployments.push(deployment),
            Err(error) => errors.push(error),
        }
    }
    if deployments.is_empty() && errors.is_empty() {
        deployments = deployment::built_in(written, world);
    }
    deployments.extend(added);
    let aliases = aliases(written, &deployments, &mut errors);
    let addresses = addresses(written, &mut errors);
    let alerts = alerts::alerts(written, world, &mut errors);
    errors.extend(price::unknown_providers(written, world.registry));
    if !errors.is_empty() {
        return Err(ConfigErrors::new(errors));
    }
    let (router, litellm) = (&written.router_settings, &written.litellm_settings);
    Ok(Meant {
        settings: Settings {
            models: Models::new(deployments, aliases, Arc::clone(&world.catalog)),
            master_key,
            deadlines: deadlines(written),
            retries: router.num_retries.or(litellm.num_retries).unwrap_or(DEFAULT_RETRIES),
            drop_params: litellm.drop_params.unwrap_or(false),
            block_unpriced: litellm.block_requests_for_models_without_pricing.unwrap_or(false),
            budget_exceeded_status: litellm.budget_exceeded_status_code.unwrap_or(BUDGET_EXCEEDED),
            default_output_tokens: DEFAULT_OUTPUT_TOKENS,
            calendar: calendar(written),
            budget: budgets(written, world.registry),
            demands: demands(written),
            limits: call_limits(written),
            alerts,
        },
        limits: Limits { addresses, ..limits(written) },
        accept_unverified_sigv4: written.turnpike.accept_unverified_sigv4.unwrap_or(false),
        shutdown_grace: written.turnpike.shutdown_grace.unwrap_or(DEFAULT_GRACE),
    })
}

/// What the one model of `read` means in the configuration `written`.
pub(crate) fn one(read: &Written, written: &Written, world: &World<'_>) -> Result<Deployment, ConfigErrors> {
    let meant = read.model_list.first().map(|entry| deployment::deployment(entry, written, world, 0));
    match meant {
        Some(Ok(deployment)) => Ok(deployment),
        Some(Err(error)) => Err(ConfigErrors::new(vec![error])),
        None => Err(ConfigErrors::new(Vec::new())),
    }
}

fn deadlines(written: &Written) -> settings::Deadlines {
    let default = settings::Deadlines::default();
    let ours = &written.turnpike.deadlines;
    let theirs = written.router_settings.timeout.or(written.litellm_settings.request_timeout);
    settings::Deadlines {
        connect: ours.connect.unwrap_or(default.connect),
        first_byte: ours.first_byte.unwrap_or(default.first_byte),
        between_events: ours.between_events.unwrap_or(default.between_events),
        total: ours.total.or(theirs).unwrap_or(default.total),
    }
}

fn calendar(written: &Written) -> Calendar {
    let (default, litellm, ours) = (Calendar::default(), &written.litellm_settings, &written.turnpike.budgets);
    Calendar {
        zone: litellm.timezone.clone().unwrap_or(default.zone),
        day_begins: litellm.budget_reset_time.unwrap_or(default.day_begins),
        week_begins: ours.week_begins.unwrap_or(default.week_begins),
        year_begins: ours.fiscal_year_begins.unwrap_or(default.year_begins),
    }
}

fn budgets(written: &Written, registry: &Registry) -> settings::WrittenBudgets {
    let litellm = &written.litellm_settings;
    let of_providers = written.router_settings.provider_budgets.iter().filter_map(|(name, budget)| {
        let provider = registry.iter().find(|provider| price::is_called(provider, &name.value))?;
        Some((provider.id.clone(), budget.clone()))
    });
    let of_tags = litellm.tag_budgets.iter().map(|(name, budget)| (name.value.clone(), budget.clone()));
    settings::WrittenBudgets {
        cap: litellm.max_budget,
        duration: litellm.budget_duration.clone(),
        lowers_ceilings: written.turnpike.budgets.lower_ceilings.unwrap_or(true),
        of_users_on_teams: written.general_settings.apply_user_budget_to_team_keys.unwrap_or(false),
        of_customers_id: litellm.max_end_user_budget_id.clone(),
        of_customers: litellm.max_end_user_budget,
        of_users: litellm.max_internal_user_budget,
        of_users_duration: litellm.internal_user_budget_duration.clone(),
        of_providers: of_providers.collect(),
        of_tags: of_tags.collect(),
    }
}

fn demands(written: &Written) -> settings::Demands {
    let general = &written.general_settings;
    let names = |fields: &[Placed<String>]| fields.iter().map(|field| field.value.clone()).collect();
    settings::Demands {
        user: general.enforce_user_param.unwrap_or(false),
        params: names(&general.enforced_params),
        of_services: names(&general.enforced_params_of_services),
        known_customers: written.litellm_settings.validate_end_user_id_in_db.unwrap_or(false),
        no_client_tags: general.reject_clientside_metadata_tags.unwrap_or(false),
        customer_header: general.user_header_name.as_ref().map(|name| name.value.to_ascii_lowercase()),
    }
}

fn call_limits(written: &Written) -> LimitSettings {
    let (general, litellm) = (&written.general_settings, &written.litellm_settings);
    let reservation = &litellm.priority_reservation;
    let priorities = || Priorities {
        shares: reservation.shares.iter().cloned().collect(),
        default_share: reservation.default_share.unwrap_or(DEFAULT_SHARE),
        saturation: reservation.saturation.map_or(SATURATION, |share| u8::try_from(share / 10).unwrap_or(100)),
    };
    LimitSettings {
        counted: general.token_rate_limit_type.unwrap_or_default(),
        global_parallel: general.global_max_parallel_requests,
        parallel_per_key: general.max_parallel_requests,
        priorities: (!reservation.shares.is_empty()).then(priorities),
        throttle_percent: litellm.budget_exceeded_throttle_percentage,
        fail_closed: general.fail_closed_rate_limit_enforcement.unwrap_or(false),
    }
}

/// An address that cannot be read lets nobody in, so it is an error and not left out.
fn addresses(written: &Written, errors: &mut Vec<ConfigError>) -> Addresses {
    let general = &written.general_settings;
    let mut networks = Vec::with_capacity(general.allowed_ips.len());
    for written in &general.allowed_ips {
        match Addresses::network(&written.value) {
            Some(network) => networks.push(network),
            None => errors.push(written.error("expected an address or a network, such as 203.0.113.7 or 10.0.0.0/8")),
        }
    }
    Addresses { networks, forwarded: general.use_x_forwarded_for.unwrap_or(false) }
}

fn limits(written: &Written) -> Limits {
    let (default, ours) = (Limits::default(), &written.turnpike.limits);
    let number = |written: Option<u64>, default: usize| {
        written.map_or(default, |number| usize::try_from(number).unwrap_or(usize::MAX))
    };
    let body_bytes = written.turnpike.max_body_bytes.or(written.general_settings.max_request_bytes);
    Limits {
        first_byte: ours.first_byte.unwrap_or(default.first_byte),
        headers: ours.headers.unwrap_or(default.headers),
        idle: ours.idle.unwrap_or(default.idle),
        body: ours.body.unwrap_or(default.body),
        body_pause: ours.body_pause.unwrap_or(default.body_pause),
        body_bytes_per_second: ours.body_bytes_per_second.unwrap_or(default.body_bytes_per_second),
        write_stall: ours.write_stall.unwrap_or(default.write_stall),
        connections: number(ours.connections, default.connections),
        connections_per_ip: number(ours.connections_per_ip, default.connections_per_ip),
        count_private: ours.connections_per_ip.is_some(),
        body_bytes: number(body_bytes, default.body_bytes),
        management_body_bytes: number(ours.management_body_bytes, default.management_body_bytes),
        body_bytes_in_flight: number(ours.body_bytes_in_flight, default.body_bytes_in_flight),
        addresses: default.addresses,
    }
}

fn aliases(written: &Written, deployments: &[Deployment], errors: &mut Vec<ConfigError>) -> HashMap<String, Alias> {
    let mut aliases = HashMap::new();
    for alias in &written.router_settings.model_group_alias {
        let group = &alias.model.value;
        if !deployments.iter().any(|deployment| deployment.group == *group) {
            errors.push(alias.model.error(format!("there is no model_name {group:?} in model_list")));
        }
        aliases.insert(alias.alias.clone(), Alias { group: group.clone(), hidden: alias.hidden });
    }
    aliases
}

#[cfg(test)]
mod tests;
