//! Daily activity as LiteLLM writes it: a result a day, broken down by whatever was used. What the ledger does not tell is empty.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use store::Page;
use store::ledger::{Activity, Entity};
use utoipa::ToSchema;

use crate::manage::fields::Usd;
use crate::manage::instant;
use crate::manage::operator::MASTER_KEY;

/// Sums a day, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DailyActivityResponse {
    results: Vec<Day>,
    metadata: Totals,
}

/// A day. A page may end within one, which goes on on the next page.
#[derive(Debug, Serialize, ToSchema)]
struct Day {
    #[schema(format = Date)]
    date: String,
    metrics: Metrics,
    breakdown: Breakdown,
}

/// Sums. What is always 0 does not exist in this version.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
struct Metrics {
    /// In US dollars.
    #[schema(value_type = f64)]
    spend: Usd,
    flat_cost: u64,
    ptu_hours: u64,
    prompt_tokens: u64,
    completion_tokens: u64,
    cache_read_input_tokens: u64,
    cache_creation_input_tokens: u64,
    compression_saved_tokens: u64,
    compression_savings_spend: u64,
    prompt_caching_savings_spend: u64,
    gateway_injected_caching_savings_spend: u64,
    autorouter_savings_spend: u64,
    total_tokens: u64,
    successful_requests: u64,
    failed_requests: u64,
    /// Attempts: a call that was tried twice counts twice.
    api_requests: u64,
    total_response_time_ms: u64,
    timed_requests: u64,
}

#[derive(Debug, Default, Serialize, ToSchema)]
struct Breakdown {
    mcp_servers: BTreeMap<String, Part>,
    /// By the model that was called.
    models: BTreeMap<String, Part>,
    /// By the name that was asked for.
    model_groups: BTreeMap<String, Part>,
    providers: BTreeMap<String, Part>,
    endpoints: BTreeMap<String, Part>,
    /// By hash.
    api_keys: BTreeMap<String, KeyPart>,
    /// By the id of what the route is about.
    entities: BTreeMap<String, Part>,
    guardrails: BTreeMap<String, Part>,
}

#[derive(Debug, Default, Serialize, ToSchema)]
struct Part {
    metrics: Metrics,
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
    /// By hash.
    api_key_breakdown: BTreeMap<String, KeyPart>,
}

#[derive(Debug, Default, Serialize, ToSchema)]
struct KeyPart {
    metrics: Metrics,
    metadata: KeyMetadata,
}

/// The key as it is now.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
struct KeyMetadata {
    key_alias: Option<String>,
    team_id: Option<String>,
    user_id: Option<String>,
    user_email: Option<String>,
    key_exists: bool,
}

/// The sums of this page, which add up over all pages.
#[derive(Debug, Serialize, ToSchema)]
struct Totals {
    #[schema(value_type = f64)]
    total_spend: Usd,
    total_flat_cost: u64,
    total_ptu_hours: u64,
    total_prompt_tokens: u64,
    total_completion_tokens: u64,
    total_tokens: u64,
    total_api_requests: u64,
    total_successful_requests: u64,
    total_failed_requests: u64,
    total_cache_read_input_tokens: u64,
    total_cache_creation_input_tokens: u64,
    total_compression_saved_tokens: u64,
    total_compression_savings_spend: u64,
    total_prompt_caching_savings_spend: u64,
    total_gateway_injected_caching_savings_spend: u64,
    total_autorouter_savings_spend: u64,
    total_response_time_ms: u64,
    total_timed_requests: u64,
    page: u32,
    total_pages: u64,
    has_more: bool,
    /// Keys are not cut: always null.
    api_key_limit: Option<u64>,
    /// How many keys there are on this page.
    total_api_keys: usize,
}

impl DailyActivityResponse {
    /// Of rows in the order of their days.
    pub(super) fn new(entity: Entity, rows: &[Activity], page: Page, total: u64) -> Self {
        let mut all = Metrics::default();
        for row in rows {
            all.add(row);
        }
        let mut keys: Vec<_> = rows.iter().map(|row| &row.key_hash).collect();
        keys.sort();
        keys.dedup();
        let total_pages = total.div_ceil(u64::from(page.size));
        Self {
            results: rows.chunk_by(|a, b| a.day == b.day).map(|rows| Day::new(entity, rows)).collect(),
            metadata: Totals::new(all, page.number, total_pages, keys.len()),
        }
    }

    pub(super) fn has_more(&self) -> bool {
        self.metadata.has_more
    }
}

impl Day {
    fn new(entity: Entity, rows: &[Activity]) -> Self {
        let (mut metrics, mut breakdown) = (Metrics::default(), Breakdown::default());
        for row in rows {
            let key = row.key_hash.as_ref().map_or(MASTER_KEY, |hash| hash.as_str());
            let whose = row.entity.clone().unwrap_or_default();
            metrics.add(row);
            let Breakdown { models, model_groups, providers, entities, api_keys, .. } = &mut breakdown;
            api_keys.entry(key.to_owned()).or_default().add(row);
            for (parts, name) in [(models, &row.model), (model_groups, &row.model_group), (providers, &row.provider)] {
                parts.entry(name.clone()).or_default().add(row, key);
            }
            let part = entities.entry(whose).or_default();
            part.add(row, key);
            part.metadata = metadata(entity, row);
        }
        let date = instant::day(rows.first().map_or(0, |row| row.day));
        Self { date, metrics, breakdown }
    }
}

fn metadata(entity: Entity, row: &Activity) -> Map<String, Value> {
    let (name, email) = (&row.entity_name, &row.entity_email);
    let known = match entity {
        Entity::User => json!({"user_alias": name, "user_email": email}),
        Entity::Team => json!({"team_alias": name}),
        Entity::Organization => json!({"organization_alias": name}),
        Entity::Customer => json!({"alias": name}),
        Entity::Tag => json!({}),
    };
    known.as_object().cloned().unwrap_or_default()
}

impl Part {
    fn add(&mut self, row: &Activity, key: &str) {
        self.metrics.add(row);
        self.api_key_breakdown.entry(key.to_owned()).or_default().add(row);
    }
}

impl KeyPart {
    fn add(&mut self, row: &Activity) {
        self.metrics.add(row);
        self.metadata = match row.key.clone() {
            Some(key) => KeyMetadata {
                key_alias: key.key_alias,
                team_id: key.team_id,
                user_id: key.user_id,
                user_email: key.user_email,
                key_exists: true,
            },
            None => KeyMetadata { key_exists: row.key_hash.is_none(), ..KeyMetadata::default() },
        };
    }
}

impl Metrics {
    fn add(&mut self, row: &Activity) {
        let Activity { tokens, attempts, successes, .. } = row;
        self.spend = Usd(self.spend.0.saturating_add(row.cost));
        self.prompt_tokens += tokens.prompt();
        self.completion_tokens += tokens.output;
        self.cache_read_input_tokens += tokens.cache_read;
        self.cache_creation_input_tokens += tokens.cache_write_5m.saturating_add(tokens.cache_write_1h);
        self.total_tokens += tokens.total();
        self.successful_requests += successes;
        self.failed_requests += attempts.saturating_sub(*successes);
        self.api_requests += attempts;
        self.total_response_time_ms += row.took / 1000;
        self.timed_requests += attempts;
    }
}

impl Totals {
    fn new(metrics: Metrics, page: u32, total_pages: u64, total_api_keys: usize) -> Self {
        Self {
            total_spend: metrics.spend,
            total_flat_cost: metrics.flat_cost,
            total_ptu_hours: metrics.ptu_hours,
            total_prompt_tokens: metrics.prompt_tokens,
            total_completion_tokens: metrics.completion_tokens,
            total_tokens: metrics.total_tokens,
            total_api_requests: metrics.api_requests,
            total_successful_requests: metrics.successful_requests,
            total_failed_requests: metrics.failed_requests,
            total_cache_read_input_tokens: metrics.cache_read_input_tokens,
            total_cache_creation_input_tokens: metrics.cache_creation_input_tokens,
            total_compression_saved_tokens: metrics.compression_saved_tokens,
            total_compression_savings_spend: metrics.compression_savings_spend,
            total_prompt_caching_savings_spend: metrics.prompt_caching_savings_spend,
            total_gateway_injected_caching_savings_spend: metrics.gateway_injected_caching_savings_spend,
            total_autorouter_savings_spend: metrics.autorouter_savings_spend,
            total_response_time_ms: metrics.total_response_time_ms,
            total_timed_requests: metrics.timed_requests,
            page,
            total_pages,
            has_more: u64::from(page) < total_pages,
            api_key_limit: None,
            total_api_keys,
        }
    }
}
