//! Why a request could not be signed, and why a service did not do what it was asked. Messages say what to do and name no
//! account: details stand in the log.

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

/// Why one of AWS's services did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    #[error(transparent)]
    Sign(#[from] SignError),
    #[error("the endpoint of AWS's {service} must be like https://host, and its region like us-east-1")]
    Endpoint { service: &'static str },
    #[error("AWS's {service} cannot be reached: check the way there, or its VPC endpoint")]
    Unreachable { service: &'static str },
    #[error("AWS's {service} did not answer in time: check the way there, or its VPC endpoint")]
    TimedOut { service: &'static str },
    #[error("AWS's {service} gave an answer that cannot be read: check that its endpoint is AWS's")]
    Unreadable { service: &'static str },
    #[error(transparent)]
    Refused(Box<Refusal>),
}

/// An error that AWS answered. It prints without AWS's words, which name accounts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "AWS's {service} answered {action} with {status} {code}: check the name, and that the role may do this; the log has \
     the details"
)]
pub struct Refusal {
    pub service: &'static str,
    pub action: &'static str,
    pub status: u16,
    /// Like `AccessDeniedException`; empty where AWS gave none.
    pub code: String,
    pub message: String,
}

impl CallError {
    /// Whether it says nothing of what was asked for, so that the same call may succeed later.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Sign(SignError::Credentials(_)) | Self::Unreachable { .. } | Self::TimedOut { .. } => true,
            Self::Sign(SignError::Request(_)) | Self::Endpoint { .. } | Self::Unreadable { .. } => false,
            Self::Refused(refusal) => refusal.may_pass(),
        }
    }

    /// AWS's word for it.
    pub(crate) fn code(&self) -> &str {
        if let Self::Refused(refusal) = self { &refusal.code } else { "" }
    }
}

impl Refusal {
    /// AWS's faults, too many calls (which are 400 here), and credentials or a clock that are behind.
    fn may_pass(&self) -> bool {
        const PASSING: [&str; 9] = [
            "ThrottlingException",
            "Throttling",
            "TooManyRequestsException",
            "RequestLimitExceeded",
            "LimitExceededException",
            "ExpiredTokenException",
            "UnrecognizedClientException",
            "InvalidSignatureException",
            "RequestExpired",
        ];
        self.status >= 500 || self.status == 429 || PASSING.contains(&self.code.as_str())
    }
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
