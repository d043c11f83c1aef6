//! Where credentials come from, as configuration says it.

use std::path::PathBuf;

use crate::secret::Secret;

/// What two deployments have to have in common to share their credentials.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The region that signatures are for, and where the security token service is asked; like `us-east-1`.
    pub region: String,
    pub source: Source,
    /// The security token service's URL, in place of the region's. `AWS_ENDPOINT_URL_STS` is honoured without it.
    pub sts_endpoint: Option<String>,
}

/// Where credentials come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    Own(Base),
    /// A role taken on with other credentials.
    Role {
        role: Role,
        base: Base,
        external_id: Option<String>,
    },
    /// A role taken on with somebody else's token.
    WebIdentity {
        role: Role,
        token: Token,
    },
}

/// Credentials that need no others.
#[derive(Clone, Debug, PartialEq)]
pub enum Base {
    /// The standard chain: environment, profile files, web identity, container (ECS, EKS Pod Identity), EC2 metadata.
    Chain,
    Keys(Keys),
    /// A named profile of `~/.aws/config`, and nothing else of the chain.
    Profile(String),
}

/// Access keys. Prints without them.
#[derive(Clone, Debug)]
pub struct Keys {
    pub access_key_id: Secret,
    pub secret_access_key: Secret,
    pub session_token: Option<Secret>,
}

/// A role, and what the session is called in its account's logs.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    pub arn: String,
    pub session: Option<String>,
}

/// An OpenID Connect token.
#[derive(Clone, Debug)]
pub enum Token {
    /// Read anew whenever the role is taken on: whoever keeps the file replaces its content.
    File(PathBuf),
    Text(Secret),
}

impl Keys {
    pub(super) fn credentials(&self) -> aws_credential_types::Credentials {
        let token = self.session_token.as_ref().map(|token| token.reveal().to_owned());
        let (id, secret) = (self.access_key_id.reveal(), self.secret_access_key.reveal());
        aws_credential_types::Credentials::new(id, secret, token, None, "configuration")
    }

    fn texts(&self) -> (&str, &str, Option<&str>) {
        let token = self.session_token.as_ref().map(Secret::reveal);
        (self.access_key_id.reveal(), self.secret_access_key.reveal(), token)
    }
}

impl PartialEq for Keys {
    fn eq(&self, other: &Self) -> bool {
        self.texts() == other.texts()
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File(one), Self::File(other)) => one == other,
            (Self::Text(one), Self::Text(other)) => one.reveal() == other.reveal(),
            _ => false,
        }
    }
}
