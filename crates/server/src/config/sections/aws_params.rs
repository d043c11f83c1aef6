//! The keys of `litellm_params` that say how a deployment at AWS is reached, and as whom.

use super::super::error::ConfigError;
use super::super::place::{Place, Placed};
use super::super::read::Section;
use super::super::secret::Resolved;

/// Without any credential here, AWS's standard chain is used: environment, profile files, the container's or machine's role.
#[derive(Debug, Clone, Default)]
pub struct AwsParams {
    /// Access keys; one needs the other.
    pub access_key_id: Option<Placed<Resolved>>,
    pub secret_access_key: Option<Placed<Resolved>>,
    /// What temporary keys have besides.
    pub session_token: Option<Placed<Resolved>>,
    /// The region of the endpoint and of signatures, like `us-east-1`.
    pub region_name: Option<Placed<String>>,
    /// A profile of `~/.aws/config`.
    pub profile_name: Option<Placed<String>>,
    /// The ARN of a role to take on: with the keys, profile or chain, or with a web identity token.
    pub role_name: Option<Placed<String>>,
    /// What the session is called in the logs of the role's account.
    pub session_name: Option<Placed<String>>,
    /// What the role's owner asks for besides.
    pub external_id: Option<Placed<String>>,
    /// An OpenID Connect token, or where it is: a path, `oidc/file/PATH`, `oidc/env/NAME` or `oidc/env_path/NAME`.
    pub web_identity_token: Option<Placed<Resolved>>,
    /// The URL of the security token service, in place of the region's.
    pub sts_endpoint: Option<Placed<String>>,
    /// The URL of bedrock-runtime, in place of the region's.
    pub bedrock_runtime_endpoint: Option<Placed<String>>,
}

impl AwsParams {
    /// The keys of a deployment.
    pub(super) fn read(section: &mut Section<'_, '_>) -> Self {
        let bedrock_runtime_endpoint = section.text("aws_bedrock_runtime_endpoint");
        Self { bedrock_runtime_endpoint, ..Self::read_access(section) }
    }

    /// Those of them that say as whom and where AWS is asked.
    pub(super) fn read_access(section: &mut Section<'_, '_>) -> Self {
        let params = Self {
            access_key_id: section.secret("aws_access_key_id"),
            secret_access_key: section.secret("aws_secret_access_key"),
            session_token: section.secret("aws_session_token"),
            region_name: section.text("aws_region_name"),
            profile_name: section.text("aws_profile_name"),
            role_name: section.text("aws_role_name"),
            session_name: section.text("aws_session_name"),
            external_id: section.text("aws_external_id"),
            web_identity_token: section.secret("aws_web_identity_token"),
            sts_endpoint: section.text("aws_sts_endpoint"),
            bedrock_runtime_endpoint: None,
        };
        params.check(section);
        params
    }

    /// Whether the entry says whose credentials sign.
    pub fn has_credentials(&self) -> bool {
        self.access_key_id.is_some() || self.profile_name.is_some() || self.role_name.is_some()
    }

    /// Combinations that cannot be meant: half a credential, two of them, and what nobody would use.
    fn check(&self, section: &mut Section<'_, '_>) {
        let mut needs = |key: Option<&Place>, fulfilled: bool, message: &str| {
            if let Some(place) = key.filter(|_| !fulfilled) {
                section.findings.errors.push(ConfigError { place: place.clone(), message: message.to_owned() });
            }
        };
        let (id, secret, role) =
            (at(self.access_key_id.as_ref()), at(self.secret_access_key.as_ref()), self.role_name.is_some());
        let (web, profile) = (at(self.web_identity_token.as_ref()), at(self.profile_name.as_ref()));
        needs(id, secret.is_some(), "needs aws_secret_access_key beside it");
        needs(secret, id.is_some(), "needs aws_access_key_id beside it");
        needs(
            at(self.session_token.as_ref()),
            id.is_some(),
            "needs aws_access_key_id and aws_secret_access_key beside it",
        );
        needs(profile, id.is_none(), "stands beside aws_access_key_id: keep one of them");
        needs(
            web,
            id.is_none() && profile.is_none(),
            "is a credential itself: leave out the keys or the profile beside it",
        );
        for key in [web, at(self.session_name.as_ref()), at(self.external_id.as_ref()), at(self.sts_endpoint.as_ref())]
        {
            needs(key, role, "needs aws_role_name beside it");
        }
        needs(
            at(self.external_id.as_ref()),
            web.is_none(),
            "is not asked for with aws_web_identity_token: leave it out",
        );
    }
}

fn at<T>(value: Option<&Placed<T>>) -> Option<&Place> {
    value.map(|value| &value.place)
}
