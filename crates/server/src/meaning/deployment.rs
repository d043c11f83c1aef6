//! One entry of `model_list` → one deployment.

use std::sync::Arc;

use engine::models::{AsWritten, Deployment};
use engine::secret::Secret;
use http::Uri;
use providers::{Auth, Provider, in_region};
use wire::Dialect;
use wire::edit::FieldPath;

use super::{World, aws, price};
use crate::config::{ConfigError, ModelEntry, Place, Placed, Resolved, Written};

/// Weights are kept as whole numbers of this part.
const WEIGHT_UNIT: f64 = 1000.0;
/// No deployment needs a larger share than this; the weights of a group add up without overflow.
const MOST_WEIGHT: f64 = 1e12;

/// What an entry means, or why it cannot be meant.
pub(super) fn deployment(
    entry: &ModelEntry,
    written: &Written,
    world: &World<'_>,
    number: usize,
) -> Result<Deployment, ConfigError> {
    let (params, info) = (&entry.litellm_params, &entry.model_info);
    let (provider, model) = provider(&params.model, params.custom_llm_provider.as_ref(), world)?;
    let written_base = params.aws.bedrock_runtime_endpoint.as_ref().or(params.api_base.as_ref());
    let base = written_base.map(|base| base.value.clone()).or_else(|| base_of(provider, written, world));
    let own_address = base.is_some();
    let key = key(entry, provider, own_address, written, world)?;
    let at = aws::deployed(provider, &model, entry, (own_address, key.is_some()), written, world)?;
    let (dialects, at_provider) = spoken(provider, &at.model, params.use_chat_completions_api);
    let dialects = at.only.map_or(dialects, |only| vec![only]);
    let endpoint = |dialect: Dialect| {
        let no_address = || params.model.error(format!("{} has no address of its own: set api_base", provider.title));
        let url = provider.chat_url(dialect, base.as_deref()).ok_or_else(no_address)?;
        Ok((dialect, check_url(&at.address(&url), written_base, &params.model.place)?))
    };
    let endpoints = dialects.into_iter().map(endpoint).collect::<Result<Vec<_>, ConfigError>>()?;
    let base_model = info.base_model.as_ref().map(|base| base.value.clone());
    let mut headers: Vec<_> = params
        .headers
        .iter()
        .map(|(name, value)| (name.value.to_ascii_lowercase(), value.reveal().to_owned()))
        .collect();
    if let Some(organization) = &params.organization {
        headers.push(("openai-organization".to_owned(), organization.clone()));
    }
    Ok(Deployment {
        id: info
            .id
            .as_ref()
            .map_or_else(|| id(entry, endpoints.first().map(|(_, url)| url), number), |id| id.value.clone()),
        group: entry.model_name.value.clone(),
        provider: Arc::new(provider.clone()),
        model: params.model_id.as_ref().map_or_else(|| at_provider.to_owned(), |id| id.value.clone()),
        endpoints,
        key,
        aws: at.auth,
        headers,
        prices: price::prices(entry)?,
        terms: price::terms(written, provider),
        max_input_tokens: info.max_input_tokens,
        max_output_tokens: info.max_output_tokens.or(info.max_tokens),
        base_model: base_model.or_else(|| params.model_id.as_ref().map(|_| at_provider.to_owned())),
        weight: weight(params.weight),
        capacity: params.capacity,
        usual_of_key: params.usual_of_key,
        budget: params.budget.clone(),
        drop_params: params.drop_params,
        drop_fields: drop_fields(entry, written)?,
        modify_params: written.litellm_settings.modify_params.unwrap_or(false),
        timeout: params.timeout,
        stream_timeout: params.stream_timeout.or(written.router_settings.stream_timeout),
        access_groups: info.access_groups.iter().map(|group| group.value.clone()).collect(),
        team: None,
        written: Arc::new(as_written(entry)),
    })
}

fn as_written(entry: &ModelEntry) -> AsWritten {
    let (params, info) = &entry.as_json;
    let object = |json: &Secret| serde_json::from_str(json.reveal()).unwrap_or_default();
    AsWritten { params: object(params), info: object(info), is_added: false }
}

/// The models of a gateway that has none configured: the one that is built in, and all of every provider whose key stands
/// in the environment.
pub(super) fn built_in(written: &Written, world: &World<'_>) -> Vec<Deployment> {
    // whatever agents send, the first call on a fresh machine gets an answer
    let local = world.registry.built_in().map(|provider| Deployment {
        drop_params: Some(true),
        ..plain(provider, &provider.id, &provider.id, Vec::new(), None)
    });
    let others = world.registry.iter().filter_map(|provider| {
        let key = provider.key_env.iter().find_map(|name| written.variable(name, world.environment))?;
        let base = base_of(provider, written, world);
        let endpoint = |dialect: &Dialect| {
            let url = provider.chat_url(*dialect, base.as_deref())?;
            // without a region there is no address
            let url = match aws::region_of_environment(written, world) {
                Some(region) => in_region(&url, &region).parse().ok()?,
                None => url.parse().ok()?,
            };
            Some((*dialect, url))
        };
        let endpoints = provider.dialects().iter().map(endpoint).collect::<Option<Vec<_>>>()?;
        let group = format!("{}/*", provider.id);
        let terms = price::terms(written, provider);
        Some(Deployment { terms, ..plain(provider, &group, "*", endpoints, Some(key)) })
    });
    local.into_iter().chain(others).collect()
}

fn plain(
    provider: &Provider,
    group: &str,
    model: &str,
    endpoints: Vec<(Dialect, Uri)>,
    key: Option<Secret>,
) -> Deployment {
    let url = endpoints.first().map(|(_, url)| url.clone()).unwrap_or_default();
    let id = Secret::new(format!("{group} {url}")).sha256_hex();
    let weight = weight(None);
    Deployment { key, weight, endpoints, ..Deployment::new(id, group, Arc::new(provider.clone()), model, url) }
}

/// The dialects that a deployment is spoken to in, and the model without the word that chose them. LiteLLM's spellings:
/// `responses/` in front of an OpenAI model asks for Responses whatever the client speaks, `use_chat_completions_api` never
/// for it.
fn spoken<'m>(provider: &Provider, model: &'m str, chat_only: Option<bool>) -> (Vec<Dialect>, &'m str) {
    let dialects = provider.dialects();
    if let (Some(bare), Some(Dialect::OpenAiChat)) = (model.strip_prefix("responses/"), dialects.first()) {
        return (vec![Dialect::OpenAiResponses], bare);
    }
    let wanted = |dialect: &&Dialect| chat_only != Some(true) || **dialect != Dialect::OpenAiResponses;
    (dialects.iter().filter(wanted).copied().collect(), model)
}

/// What is never sent to it: what all deployments leave out, and what only this one does.
fn drop_fields(entry: &ModelEntry, written: &Written) -> Result<Vec<FieldPath>, ConfigError> {
    let all =
        written.litellm_settings.additional_drop_params.iter().chain(&entry.litellm_params.additional_drop_params);
    let mut paths = Vec::<FieldPath>::new();
    for text in all {
        let path = FieldPath::parse(&text.value).map_err(|error| text.error(error.to_string()))?;
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// The provider and its name for the model: `provider/model`, `custom_llm_provider`, or a bare name: that of a provider that
/// answers here, or one that the catalogue knows.
fn provider<'w>(
    model: &Placed<String>,
    custom: Option<&Placed<String>>,
    world: &'w World<'_>,
) -> Result<(&'w Provider, String), ConfigError> {
    let name = model.value.as_str();
    if let Some(custom) = custom {
        let provider = world.registry.get(&custom.value).ok_or_else(|| custom.error(unknown(&custom.value, world)))?;
        let bare = name.strip_prefix(&format!("{}/", custom.value)).unwrap_or(name);
        return Ok((provider, bare.to_owned()));
    }
    if let Some((provider, bare)) = world.registry.split(name) {
        return Ok((provider, bare.to_owned()));
    }
    if let Some(local) = world.registry.local(name) {
        return Ok((local, local.id.clone()));
    }
    let inferred = world.registry.iter().find(|provider| world.catalog.find(&provider.id, name).is_some());
    inferred.map(|provider| (provider, name.to_owned())).ok_or_else(|| match name.split_once('/') {
        Some((prefix, _)) => model.error(unknown(prefix, world)),
        None => model.error("which provider? Write it as provider/model"),
    })
}

fn unknown(name: &str, world: &World<'_>) -> String {
    let known: Vec<_> = world.registry.iter().map(|provider| provider.id.as_str()).collect();
    format!("there is no provider {name:?}; there are {}", known.join(", "))
}

fn base_of(provider: &Provider, written: &Written, world: &World<'_>) -> Option<String> {
    let base = provider.base_env.iter().find_map(|name| written.variable(name, world.environment));
    base.map(|base| base.reveal().to_owned())
}

fn check_url(url: &str, base: Option<&Placed<String>>, model: &Place) -> Result<Uri, ConfigError> {
    let parsed: Option<Uri> = url.parse().ok();
    let usable = |uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some();
    if let Some(uri) = parsed.filter(usable) {
        return Ok(uri);
    }
    let message = "the provider's base URL must be like https://host/v1";
    Err(base
        .map_or_else(|| ConfigError { place: model.clone(), message: message.to_owned() }, |base| base.error(message)))
}

/// The credential: the entry's, else the provider's usual variable. A server at an address of one's own may need none.
fn key(
    entry: &ModelEntry,
    provider: &Provider,
    own_address: bool,
    written: &Written,
    world: &World<'_>,
) -> Result<Option<Secret>, ConfigError> {
    if provider.auth == Auth::None {
        return Ok(None);
    }
    let params = &entry.litellm_params;
    let signs = matches!(provider.auth, Auth::Aws { .. });
    if let Some(key) = &params.api_key {
        return match &key.value {
            Resolved::Found(secret) => Ok(Some(secret.clone())),
            Resolved::Missing { name } => Err(key.error(format!("the environment variable {name} is not set"))),
        };
    }
    // what the entry says of its own comes before what the environment says for all
    if signs && params.aws.has_credentials() {
        return Ok(None);
    }
    let usual = provider.key_env.iter().find_map(|name| written.variable(name, world.environment));
    match usual {
        Some(secret) => Ok(Some(secret)),
        None if own_address || signs => Ok(None),
        None => {
            let variable =
                provider.key_env.first().map_or_else(String::new, |name| format!(", or the variable {name}"));
            Err(params.model.error(format!("{} needs a key: set api_key{variable}", provider.title)))
        }
    }
}

/// A deployment's id: the same as long as its entry stays what and where it is.
fn id(entry: &ModelEntry, url: Option<&Uri>, number: usize) -> String {
    let url = url.cloned().unwrap_or_default();
    let params = &entry.litellm_params;
    Secret::new(format!("{} {} {url} {number}", entry.model_name.value, params.model.value)).sha256_hex()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a weight is a small number, not money")]
fn weight(written: Option<f64>) -> u64 {
    // what is more than nothing stays more than nothing
    (written.unwrap_or(1.0) * WEIGHT_UNIT).min(MOST_WEIGHT).ceil() as u64
}
