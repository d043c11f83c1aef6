//! How a deployment at AWS signs: the region, and where its credentials come from.

use engine::cloud::aws::{AwsAuth, Base, Keys, Role, Settings, Source, Token};
use engine::secret::Secret;
use providers::{Auth, Provider, in_region, locate};
use wire::Dialect;

use super::World;
use crate::config::{AwsParams, ConfigError, LitellmParams, ModelEntry, Place, Placed, Resolved, Written};

/// Where the region may stand, besides the entry: LiteLLM's variable, then those of AWS's own tools.
const REGION: [&str; 3] = ["AWS_REGION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION"];

/// Where a deployment is, and what signs its requests.
pub(super) struct Deployed {
    /// The model's name at the provider, of which the entry's may be more.
    pub(super) model: String,
    /// The dialect that its name asks for.
    pub(super) only: Option<Dialect>,
    region: Option<String>,
    pub(super) auth: Option<AwsAuth>,
}

impl Deployed {
    /// `template` with the region in its place.
    pub(super) fn address(&self, template: &str) -> String {
        self.region.as_ref().map_or_else(|| template.to_owned(), |region| in_region(template, region))
    }
}

/// What the entry of a deployment says of AWS; of another provider's it says nothing. A region is needed for the address,
/// unless the entry has one of its own, and for a signature, unless there is a key.
pub(super) fn deployed(
    provider: &Provider,
    model: &str,
    entry: &ModelEntry,
    (own_address, has_key): (bool, bool),
    written: &Written,
    world: &World<'_>,
) -> Result<Deployed, ConfigError> {
    let Auth::Aws { service } = &provider.auth else {
        return Ok(Deployed { model: model.to_owned(), only: None, region: None, auth: None });
    };
    let params = &entry.litellm_params;
    let located = locate(model).map_err(|error| params.model.error(error.to_string()))?;
    let (model, only) = (located.model.to_owned(), located.only);
    if own_address && has_key {
        return Ok(Deployed { model, only, region: None, auth: None });
    }
    let region = region(params, located.region, written, world)?;
    let auth = if has_key { None } else { Some(auth(params, service, region.clone(), written, world)?) };
    Ok(Deployed { model, only, region: Some(region), auth })
}

/// What signs this deployment's requests for `service`, the name in AWS's signature scope. Loads nothing.
pub(super) fn auth(
    params: &LitellmParams,
    service: &str,
    region: String,
    written: &Written,
    world: &World<'_>,
) -> Result<AwsAuth, ConfigError> {
    let variable = |name: &str| written.variable(name, world.environment);
    let source = source(&params.aws, &variable)?;
    let sts_endpoint = params.aws.sts_endpoint.as_ref().map(url).transpose()?;
    Ok(world.aws.auth(service, Settings { region, source, sts_endpoint }))
}

/// The entry's region, else the one that its model names, else the environment's. It becomes part of a host, so it is looked
/// at.
pub(super) fn region(
    params: &LitellmParams,
    named: Option<&str>,
    written: &Written,
    world: &World<'_>,
) -> Result<String, ConfigError> {
    if let Some(region) = &params.aws.region_name {
        let wrong = || region.error("not a region: expected something like us-east-1");
        return usable(&region.value).ok_or_else(wrong);
    }
    if let Some(region) = named {
        return Ok(region.to_owned());
    }
    for name in REGION {
        if let Some(region) = written.variable(name, world.environment) {
            let wrong = || params.model.error(format!("the variable {name} does not hold a region like us-east-1"));
            return usable(region.reveal()).ok_or_else(wrong);
        }
    }
    Err(params.model.error("needs a region: set aws_region_name, or the variable AWS_REGION"))
}

/// As whom, and in which region, one of AWS's own services is asked, as `place` wants it.
pub(crate) fn of_service(
    aws: &AwsParams,
    place: &Place,
    written: &Written,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Settings, ConfigError> {
    let variable = |name: &str| written.variable(name, environment);
    let region = match &aws.region_name {
        Some(region) => {
            usable(&region.value).ok_or_else(|| region.error("not a region: expected something like us-east-1"))?
        }
        None => REGION.iter().find_map(|name| usable(variable(name)?.reveal())).ok_or_else(|| ConfigError {
            place: place.clone(),
            message: "needs a region: set the variable AWS_REGION".to_owned(),
        })?,
    };
    let source = source(aws, &variable)?;
    let sts_endpoint = aws.sts_endpoint.as_ref().map(url).transpose()?;
    Ok(Settings { region, source, sts_endpoint })
}

/// The environment's region, where it has a usable one.
pub(super) fn region_of_environment(written: &Written, world: &World<'_>) -> Option<String> {
    REGION.iter().find_map(|name| usable(written.variable(name, world.environment)?.reveal()))
}

fn usable(region: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    region.bytes().all(fits).then(|| region.to_owned())
}

fn source(aws: &AwsParams, variable: &dyn Fn(&str) -> Option<Secret>) -> Result<Source, ConfigError> {
    let Some(arn) = &aws.role_name else { return base(aws, variable).map(Source::Own) };
    if !arn.value.starts_with("arn:") {
        return Err(arn.error("expected the ARN of a role, like arn:aws:iam::123456789012:role/NAME"));
    }
    let session = aws.session_name.as_ref().map(|session| session.value.clone());
    let role = Role { arn: arn.value.clone(), session };
    if let Some(token) = &aws.web_identity_token {
        return Ok(Source::WebIdentity { role, token: self::token(token, variable)? });
    }
    let external_id = aws.external_id.as_ref().map(|id| id.value.clone());
    Ok(Source::Role { role, base: base(aws, variable)?, external_id })
}

/// The entry's own keys or profile; then keys among the variables, which the file may set and the chain would not see; then
/// the chain.
fn base(aws: &AwsParams, variable: &dyn Fn(&str) -> Option<Secret>) -> Result<Base, ConfigError> {
    if let (Some(id), Some(secret)) = (&aws.access_key_id, &aws.secret_access_key) {
        let session_token = aws.session_token.as_ref().map(found).transpose()?;
        return Ok(Base::Keys(Keys { access_key_id: found(id)?, secret_access_key: found(secret)?, session_token }));
    }
    if let Some(profile) = &aws.profile_name {
        return Ok(Base::Profile(profile.value.clone()));
    }
    let keys = variable("AWS_ACCESS_KEY_ID").zip(variable("AWS_SECRET_ACCESS_KEY"));
    Ok(keys.map_or(Base::Chain, |(access_key_id, secret_access_key)| {
        Base::Keys(Keys { access_key_id, secret_access_key, session_token: variable("AWS_SESSION_TOKEN") })
    }))
}

/// LiteLLM's spellings. Its `oidc/` sources that ask another cloud are not here yet.
fn token(written: &Placed<Resolved>, variable: &dyn Fn(&str) -> Option<Secret>) -> Result<Token, ConfigError> {
    let secret = found(written)?;
    let set = |name: &str| variable(name).ok_or_else(|| written.error(not_set(name)));
    let wrong_path = || written.error("expected the path of a token from the root, like oidc/file//var/run/token");
    let file = |path: &str| path.starts_with('/').then(|| Token::File(path.into())).ok_or_else(wrong_path);
    let text = secret.reveal();
    let Some(reference) = text.strip_prefix("oidc/") else {
        return if text.starts_with('/') { file(text) } else { Ok(Token::Text(secret)) };
    };
    match reference.split_once('/') {
        Some(("file", path)) => file(path),
        Some(("env", name)) => set(name).map(Token::Text),
        Some(("env_path", name)) => file(set(name)?.reveal()),
        _ => Err(written.error("expected a token, its path, oidc/file/PATH, oidc/env/NAME or oidc/env_path/NAME")),
    }
}

fn found(written: &Placed<Resolved>) -> Result<Secret, ConfigError> {
    match &written.value {
        Resolved::Found(secret) => Ok(secret.clone()),
        Resolved::Missing { name } => Err(written.error(not_set(name))),
    }
}

fn not_set(name: &str) -> String {
    format!("the environment variable {name} is not set")
}

fn url(written: &Placed<String>) -> Result<String, ConfigError> {
    let parsed: Option<http::Uri> = written.value.parse().ok();
    let usable = |uri: &http::Uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some();
    let wrong = || written.error("must be like https://host");
    parsed.filter(usable).map(|_| written.value.clone()).ok_or_else(wrong)
}
