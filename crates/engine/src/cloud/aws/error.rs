//! Why a request could not be signed. Messages say what to do and name no account: details stand in the log.

use aws_credential_types::provider::error::CredentialsError;

/// Why there are no credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    #[error(
        "no AWS credentials found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or aws_profile_name, or run where \
         a role is given (ECS, EKS, EC2)"
    )]
    Missing,
    #[error(
        "the AWS credential settings cannot be used: check the profile, the role and its token; the log has the details"
    )]
    Misconfigured,
    #[error(
        "AWS credentials did not arrive in time: check the way to the metadata service and to STS; where there is no \
         metadata service, AWS_EC2_METADATA_DISABLED=true says so"
    )]
    TimedOut,
    #[error("AWS refused or failed to give credentials: check the role and who may assume it; the log has the details")]
    Failed,
    #[error("the AWS credentials have expired and their source gives no newer ones: log in again or renew the source")]
    Expired,
}

/// Why a request is not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    #[error(transparent)]
    Credentials(#[from] CredentialError),
    /// The request, or the credentials, cannot be written in a signature.
    #[error("a request for AWS cannot be signed: {0}")]
    Request(&'static str),
}

impl From<&CredentialsError> for CredentialError {
    fn from(error: &CredentialsError) -> Self {
        match error {
            CredentialsError::CredentialsNotLoaded(_) => Self::Missing,
            CredentialsError::ProviderTimedOut(_) => Self::TimedOut,
            CredentialsError::InvalidConfiguration(_) => Self::Misconfigured,
            _ => Self::Failed,
        }
    }
}
