//! `model_list[].litellm_params`: which model, where, with which credential, and how calls to it behave.

use std::time::Duration;

use super::super::known::{LITELLM_PARAMS, REQUEST_DEFAULTS};
use super::super::place::Placed;
use super::super::read::Section;
use engine::limits::{Capacity, UsualOfKey};
use engine::secret::Secret;
use engine::settings::WrittenBudget;

use super::super::secret::Resolved;
use super::aws_params::AwsParams;
use super::budgets;
use super::prices::Prices;

/// How a deployment is called.
#[derive(Debug, Clone)]
pub struct LitellmParams {
    /// `provider/model`, or the bare name of a well-known model. May end in `*` if `model_name` has one too.
    pub model: Placed<String>,
    /// The credential. Without it the provider's usual variable is used.
    pub api_key: Option<Placed<Resolved>>,
    /// The URL of the provider, in place of its usual one. `base_url` is the same.
    pub api_base: Option<Placed<String>>,
    /// The version of the provider's API, where it has one. Read, not sent yet.
    pub api_version: Option<String>,
    /// The provider, where `model` does not name it.
    pub custom_llm_provider: Option<Placed<String>>,
    /// The organization that OpenAI bills.
    pub organization: Option<String>,
    /// Headers to send along; `extra_headers` and `headers` taken together. Values may be credentials.
    pub headers: Vec<(Placed<String>, Secret)>,
    /// The longest wait for the beginning of an answer, in seconds.
    pub timeout: Option<Duration>,
    /// The longest a streamed call may take to begin, in seconds.
    pub stream_timeout: Option<Duration>,
    /// How often a failed call is tried again at this deployment. Read, not followed yet.
    pub max_retries: Option<u32>,
    /// How often a failed call of the group is tried again. Read, not followed yet.
    pub num_retries: Option<u32>,
    /// This deployment's share of the calls of its group, against the weights of the others.
    pub weight: Option<f64>,
    /// Deployments with a lower order are used first. Read, not followed yet.
    pub order: Option<u32>,
    /// What the deployment can take.
    pub capacity: Capacity,
    /// What each key has of its model (`default_api_key_rpm_limit`, `default_api_key_tpm_limit`).
    pub usual_of_key: UsualOfKey,
    /// What may be spent at it.
    pub budget: Option<WrittenBudget>,
    /// What calls at AWS are signed with, and where they go.
    pub aws: AwsParams,
    /// The name or ARN that the provider is called with, where `model` is only what prices and limits go by: an inference
    /// profile's, a provisioned or imported model's.
    pub model_id: Option<Placed<String>>,
    /// Whether parameters that the provider does not know are left out instead of refused.
    pub drop_params: Option<bool>,
    /// Fields of clients that it is not sent, by their paths: `top_k`, `tools[*].strict`.
    pub additional_drop_params: Vec<Placed<String>>,
    /// Never speak OpenAI's Responses to it.
    pub use_chat_completions_api: Option<bool>,
    /// Prices that stand here.
    pub prices: Prices,
    /// Parameters for requests that do not set them (`temperature`, `max_tokens`, …), values as JSON. Read, not applied yet.
    pub defaults: Vec<(String, String)>,
}

impl LitellmParams {
    /// `None` if there is no model; that is reported.
    pub(super) fn read(mut section: Section<'_, '_>) -> Option<Self> {
        let model = model(&mut section);
        let params = Self {
            model: model.clone().unwrap_or(Placed { value: String::new(), place: section.place() }),
            api_key: section.secret("api_key"),
            api_base: api_base(&mut section),
            api_version: section.text("api_version").map(|version| version.value),
            custom_llm_provider: section.text("custom_llm_provider"),
            organization: section.text("organization").map(|organization| organization.value),
            headers: headers(&mut section),
            timeout: section.seconds("timeout"),
            stream_timeout: section.seconds("stream_timeout"),
            max_retries: section.small("max_retries"),
            num_retries: section.small("num_retries"),
            weight: section.weight("weight"),
            order: section.small("order"),
            capacity: capacity(&mut section),
            usual_of_key: UsualOfKey {
                rpm: section.whole("default_api_key_rpm_limit", 0..=u64::MAX),
                tpm: section.whole("default_api_key_tpm_limit", 0..=u64::MAX),
            },
            budget: budget(&mut section),
            aws: AwsParams::read(&mut section),
            model_id: section.text("model_id"),
            drop_params: section.flag("drop_params"),
            additional_drop_params: section.texts("additional_drop_params"),
            use_chat_completions_api: section.flag("use_chat_completions_api"),
            prices: Prices::read(&mut section),
            defaults: defaults(&mut section),
        };
        section.finish(&LITELLM_PARAMS);
        model.map(|_| params)
    }
}

fn budget(section: &mut Section<'_, '_>) -> Option<WrittenBudget> {
    let (cap, duration) = (budgets::dollars(section, "max_budget"), budgets::duration(section, "budget_duration"));
    if cap.is_none() && duration.is_some() {
        section.error("budget_duration needs max_budget beside it");
    }
    cap.map(|cap| WrittenBudget { cap, duration })
}

fn capacity(section: &mut Section<'_, '_>) -> Capacity {
    let mut number = |key| section.whole(key, 0..=u64::MAX);
    Capacity {
        rpm: number("rpm"),
        rpd: number("rpd"),
        tpm: number("tpm"),
        tpd: number("tpd"),
        itpm: number("itpm"),
        otpm: number("otpm"),
        parallel: number("max_parallel_requests"),
    }
}

fn model(section: &mut Section<'_, '_>) -> Option<Placed<String>> {
    let Some(model) = section.text("model") else {
        section.error("model is missing: write provider/model");
        return None;
    };
    match model.value.split_once('/') {
        Some(("", _)) => section.findings.errors.push(model.error("names no provider before the /")),
        Some((_, "")) => section.findings.errors.push(model.error("names no model after the provider")),
        _ => {}
    }
    Some(model)
}

/// Both names of the URL; if both are written they have to agree.
fn api_base(section: &mut Section<'_, '_>) -> Option<Placed<String>> {
    let api_base = section.text("api_base");
    let base_url = section.text("base_url");
    if let (Some(one), Some(other)) = (&api_base, &base_url)
        && one.value != other.value
    {
        section.findings.errors.push(other.error("says something else than api_base, which is the same setting"));
    }
    api_base.or(base_url)
}

fn headers(section: &mut Section<'_, '_>) -> Vec<(Placed<String>, Secret)> {
    let mut headers = Vec::<(Placed<String>, Secret)>::new();
    let entries = section.entries("extra_headers").into_iter().chain(section.entries("headers"));
    let entries: Vec<_> = entries.collect();
    for (name, field) in entries {
        let value = match field.scalar() {
            Ok(_) if !is_header_name(name) => Err(field.error("not the name of a header")),
            Ok(_) if headers.iter().any(|(known, _)| known.value.eq_ignore_ascii_case(name)) => {
                Err(field.error("this header is set twice"))
            }
            Ok(text) if text.contains(|c: char| c.is_control() && c != '\t') => {
                Err(field.error("the value of a header is one line of text"))
            }
            read => read,
        };
        match value {
            Ok(text) => headers.push((Placed { value: name.to_owned(), place: field.place() }, Secret::new(text))),
            Err(error) => section.findings.errors.push(error),
        }
    }
    headers
}

fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn defaults(section: &mut Section<'_, '_>) -> Vec<(String, String)> {
    let fields = section.others(|key| REQUEST_DEFAULTS.split_ascii_whitespace().any(|known| known == key));
    let mut defaults = Vec::with_capacity(fields.len());
    for (key, field) in fields {
        match field.json() {
            Ok(json) => defaults.push((key.to_owned(), json)),
            Err(error) => section.findings.errors.push(error),
        }
    }
    defaults
}
