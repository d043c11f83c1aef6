//! AWS KMS: data keys, made and unwrapped under a key that never leaves it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::call::{Access, Service, region_of};
use super::error::CallError;

const SERVICE: &str = "kms";

/// A key of KMS and, where it was changed, those before it.
#[derive(Debug)]
pub struct Kms {
    service: Service,
    key: String,
    older: Vec<String>,
}

/// A new key of 256 bits, as it is used and as it is kept. It does not print.
pub(crate) struct DataKey {
    pub(crate) plain: [u8; 32],
    pub(crate) wrapped: Vec<u8>,
}

/// What every data key of ours is bound to: a key's policy can allow its use for this and nothing else
/// (`kms:EncryptionContext:application`), and CloudTrail shows it. Never to be changed: what it wrapped needs it.
#[derive(Serialize)]
struct Context {
    application: &'static str,
}

const CONTEXT: Context = Context { application: "turnpike" };

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GenerateDataKey<'a> {
    key_id: &'a str,
    key_spec: &'static str,
    encryption_context: Context,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Decrypt<'a> {
    key_id: &'a str,
    ciphertext_blob: &'a str,
    encryption_context: Context,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Generated {
    plaintext: String,
    ciphertext_blob: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Decrypted {
    plaintext: String,
}

impl Kms {
    /// `key` wraps new data keys, `older` ones only unwrap: ids, ARNs or `alias/…`. All are in one region, that of
    /// `key`'s ARN, else of `access`; `endpoint` is a URL in place of AWS's own.
    pub fn new(access: &Access, key: String, older: Vec<String>, endpoint: Option<&str>) -> Result<Self, CallError> {
        let region = region_of(&key, SERVICE).unwrap_or(&access.settings.region);
        let service = Service::new(access, SERVICE, region, endpoint)?;
        Ok(Self { service, key, older })
    }

    pub(crate) async fn data_key(&self) -> Result<DataKey, CallError> {
        let asked = GenerateDataKey { key_id: &self.key, key_spec: "AES_256", encryption_context: CONTEXT };
        let made: Generated = self.service.call("TrentService.GenerateDataKey", &asked).await?;
        let wrapped = STANDARD.decode(&made.ciphertext_blob).map_err(|_| unreadable())?;
        Ok(DataKey { plain: key(&made.plaintext)?, wrapped })
    }

    /// The key is named although KMS would find it: so nobody can have a data key of their own unwrapped under a key of
    /// theirs.
    pub(crate) async fn unwrap(&self, wrapped: &[u8]) -> Result<[u8; 32], CallError> {
        let blob = STANDARD.encode(wrapped);
        let mut outcome = self.decrypt(&self.key, &blob).await;
        for older in &self.older {
            match &outcome {
                // the latter where the role may use an older key only
                Err(error) if matches!(error.code(), "IncorrectKeyException" | "AccessDeniedException") => {
                    outcome = self.decrypt(older, &blob).await;
                }
                _ => break,
            }
        }
        outcome
    }

    async fn decrypt(&self, key_id: &str, ciphertext_blob: &str) -> Result<[u8; 32], CallError> {
        let asked = Decrypt { key_id, ciphertext_blob, encryption_context: CONTEXT };
        let opened: Decrypted = self.service.call("TrentService.Decrypt", &asked).await?;
        key(&opened.plaintext)
    }
}

fn key(plaintext: &str) -> Result<[u8; 32], CallError> {
    STANDARD.decode(plaintext).ok().and_then(|key| key.try_into().ok()).ok_or_else(unreadable)
}

fn unreadable() -> CallError {
    CallError::Unreadable { service: SERVICE }
}
