//! An attempt as LiteLLM's SpendLogs table has it.

use money::Tokens;
use serde::Serialize;
use serde_json::{Map, Value};
use store::ledger::{LedgerRow, Payer, Told};
use utoipa::ToSchema;

use super::logs::Owners;
use crate::manage::fields::Usd;
use crate::manage::instant;
use crate::manage::operator::{MASTER_KEY, MASTER_USER};

#[derive(Serialize, ToSchema)]
pub(crate) struct SpendLog {
    /// The call's id; `metadata.attempt` tells its attempts apart.
    request_id: String,
    call_type: String,
    /// The key's hash, or `litellm_proxy_master_key`.
    api_key: String,
    /// In US dollars, with what was corrected since; null when nobody has priced the model.
    #[schema(value_type = Option<f64>)]
    spend: Option<Usd>,
    total_tokens: u64,
    /// Cached ones included.
    prompt_tokens: u64,
    completion_tokens: u64,
    #[serde(rename = "startTime")]
    #[schema(format = DateTime)]
    start_time: String,
    #[serde(rename = "endTime")]
    #[schema(format = DateTime)]
    end_time: String,
    /// When the first byte came.
    #[serde(rename = "completionStartTime")]
    #[schema(format = DateTime)]
    completion_start_time: Option<String>,
    request_duration_ms: i64,
    model: String,
    model_id: String,
    model_group: String,
    custom_llm_provider: String,
    /// The key's user.
    user: Option<String>,
    team_id: Option<String>,
    organization_id: Option<String>,
    /// The customer on whose behalf the call was made.
    end_user: Option<String>,
    cache_hit: &'static str,
    /// `success`, `failure`, `cancelled` (the client left) or `unknown` (the gateway ended before the attempt did).
    status: &'static str,
    metadata: SpendMetadata,
    /// Always empty: the ledger holds no text of a client.
    #[schema(value_type = Object)]
    messages: Map<String, Value>,
    /// Always empty, too.
    #[schema(value_type = Object)]
    response: Map<String, Value>,
    request_tags: Vec<String>,
}

/// What LiteLLM has no column for.
#[derive(Serialize, ToSchema)]
pub(crate) struct SpendMetadata {
    user_api_key: String,
    user_api_key_alias: Option<String>,
    user_api_key_user_id: Option<String>,
    user_api_key_team_id: Option<String>,
    user_api_key_org_id: Option<String>,
    user_api_key_project_id: Option<String>,
    litellm_call_id: String,
    /// Which try of the call.
    attempt: u32,
    stream: bool,
    /// Where the token counts come from: `final`, `partial`, `estimated`, `upper_bound` or `none`.
    provenance: &'static str,
    price_version: Option<String>,
    /// The provider's status code.
    http_status: Option<u16>,
    error_kind: Option<String>,
    /// The exact cost.
    cost_nanodollars: Option<i64>,
    /// What of it was added later, as a price was corrected; below zero it was taken off.
    #[serde(skip_serializing_if = "Option::is_none")]
    adjusted_nanodollars: Option<i64>,
    tokens: TokenClasses,
}

/// Tokens by price class.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct TokenClasses {
    /// Prompt tokens that no cache had part in.
    input: u64,
    cache_read: u64,
    cache_write_5m: u64,
    cache_write_1h: u64,
    /// Reasoning included.
    output: u64,
    reasoning: u64,
}

impl SpendLog {
    pub(super) fn new(told: Told, owners: &Owners) -> Self {
        let cost = told.cost();
        let adjusted = (told.adjustments > 0).then(|| told.adjusted.get());
        let row: LedgerRow = told.row;
        let tags = row.detail.map(|detail| detail.tags).unwrap_or_default();
        let owner = row.payer.key_hash.as_ref().and_then(|hash| owners.get(hash));
        let api_key = row.payer.key_hash.as_ref().map_or(MASTER_KEY, |hash| hash.as_str()).to_owned();
        let Payer { user_id, team_id, organization_id, project_id, customer_id, .. } = (*row.payer).clone();
        let (user, alias) = match &row.payer.key_hash {
            None => (Some(MASTER_USER.to_owned()), Some(MASTER_KEY.to_owned())),
            // rows of earlier releases do not say it
            Some(_) => (user_id.or_else(|| owner?.user_id.clone()), owner.and_then(|key| key.key_alias.clone())),
        };
        Self {
            call_type: row.call_type,
            spend: cost.map(Usd),
            total_tokens: row.tokens.total(),
            prompt_tokens: row.tokens.prompt(),
            completion_tokens: row.tokens.output,
            start_time: instant::iso(row.started_at),
            end_time: instant::iso(row.ended_at),
            completion_start_time: row.first_byte_at.map(instant::iso),
            request_duration_ms: row.ended_at.saturating_sub(row.started_at) / 1000,
            model: row.model,
            model_id: row.deployment_id,
            model_group: row.model_group,
            custom_llm_provider: row.provider,
            user: user.clone(),
            team_id: team_id.clone(),
            organization_id: organization_id.clone(),
            end_user: customer_id,
            cache_hit: "False",
            status: row.status.as_str(),
            metadata: SpendMetadata {
                user_api_key: api_key.clone(),
                user_api_key_alias: alias,
                user_api_key_user_id: user,
                user_api_key_team_id: team_id,
                user_api_key_org_id: organization_id,
                user_api_key_project_id: project_id,
                litellm_call_id: row.request_id.clone(),
                attempt: row.attempt,
                stream: row.stream,
                provenance: row.provenance.as_str(),
                price_version: row.price_version,
                http_status: row.http_status,
                error_kind: row.error_kind,
                cost_nanodollars: cost.map(money::Nanos::get),
                adjusted_nanodollars: adjusted,
                tokens: TokenClasses::of(&row.tokens),
            },
            request_id: row.request_id,
            api_key,
            messages: Map::new(),
            response: Map::new(),
            request_tags: tags,
        }
    }
}

impl TokenClasses {
    pub(super) fn of(tokens: &Tokens) -> Self {
        let Tokens { input, cache_read, cache_write_5m, cache_write_1h, output, reasoning } = *tokens;
        Self { input, cache_read, cache_write_5m, cache_write_1h, output, reasoning }
    }
}
