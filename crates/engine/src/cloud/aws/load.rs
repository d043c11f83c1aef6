//! One load of credentials, by aws-config's chain and the security token service.

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, SharedCredentialsProvider, future};
use tokio::sync::OnceCell;

use super::source::{Base, Role, Settings, Source, Token};

/// What a session is called where nobody names it.
const SESSION: &str = "turnpike";

/// Makes its provider at the first load, so that a start asks nobody. The provider stays: some remember tokens.
#[derive(Debug)]
pub(super) struct Loader {
    settings: Settings,
    provider: OnceCell<SharedCredentialsProvider>,
}

impl Loader {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, provider: OnceCell::new() }
    }

    async fn load(&self) -> provider::Result {
        let provider = self.provider.get_or_init(|| provider(&self.settings)).await;
        provider.provide_credentials().await
    }
}

impl ProvideCredentials for Loader {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.load())
    }
}

async fn provider(settings: &Settings) -> SharedCredentialsProvider {
    let region = Region::new(settings.region.clone());
    match &settings.source {
        Source::Own(base) => own(base, &region).await,
        Source::Role { role, base, external_id } => {
            let config = sts(settings, &region).await;
            let mut builder = AssumeRoleProvider::builder(&role.arn).configure(&config).session_name(session(role));
            if let Some(id) = external_id {
                builder = builder.external_id(id);
            }
            SharedCredentialsProvider::new(builder.build_from_provider(own(base, &region).await).await)
        }
        Source::WebIdentity { role, token } => {
            let client = aws_sdk_sts::Client::new(&sts(settings, &region).await);
            SharedCredentialsProvider::new(WebIdentity { client, role: role.clone(), token: token.clone() })
        }
    }
}

async fn own(base: &Base, region: &Region) -> SharedCredentialsProvider {
    match base {
        Base::Keys(keys) => SharedCredentialsProvider::new(keys.credentials()),
        Base::Profile(name) => {
            let config = ProviderConfig::without_region().with_region(Some(region.clone()));
            let profile = ProfileFileCredentialsProvider::builder().configure(&config).profile_name(name);
            SharedCredentialsProvider::new(profile.build())
        }
        Base::Chain => {
            let chain = DefaultCredentialsChain::builder().region(region.clone());
            SharedCredentialsProvider::new(chain.build().await)
        }
    }
}

/// How the security token service is reached. A region that is given here is not asked for at the metadata service.
async fn sts(settings: &Settings, region: &Region) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).region(region.clone()).no_credentials();
    if let Some(url) = &settings.sts_endpoint {
        loader = loader.endpoint_url(url);
    }
    loader.load().await
}

fn session(role: &Role) -> &str {
    role.session.as_deref().unwrap_or(SESSION)
}

/// A role taken on with a token. aws-config has this for files only.
#[derive(Debug)]
struct WebIdentity {
    client: aws_sdk_sts::Client,
    role: Role,
    token: Token,
}

impl WebIdentity {
    async fn load(&self) -> provider::Result {
        let token = match &self.token {
            Token::File(path) => {
                tokio::fs::read_to_string(path).await.map_err(CredentialsError::invalid_configuration)?
            }
            Token::Text(token) => token.reveal().to_owned(),
        };
        let request = self.client.assume_role_with_web_identity().web_identity_token(token.trim());
        let answer = request.role_arn(&self.role.arn).role_session_name(session(&self.role)).send().await;
        let answer = answer.map_err(CredentialsError::provider_error)?;
        let found = answer.credentials.ok_or_else(|| CredentialsError::unhandled("STS gave no credentials"))?;
        let until = found.expiration.try_into().map_err(CredentialsError::unhandled)?;
        let (id, secret, session) = (found.access_key_id, found.secret_access_key, found.session_token);
        Ok(Credentials::new(id, secret, Some(session), Some(until), "web identity"))
    }
}

impl ProvideCredentials for WebIdentity {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.load())
    }
}
