//! What must not be readable in the database is sealed here: credentials of providers, parameters of models.
//!
//! A sealed value is text in four parts, `v1.<kind>.<key>.<sealed>`; whatever of it is binary is base64url without padding.
//!
//! | kind | key | by |
//! |---|---|---|
//! | `salt` | 16 hex digits that name the key and do not give it away | AES-256-GCM; key and name are derived from a salt key (`salt.rs`) |
//! | `kms` | a data key, wrapped by AWS KMS | AES-256-GCM with the data key (`envelope.rs`) |
//!
//! The last part is nonce (12 bytes), ciphertext, tag (16 bytes). Authenticated with it are the parts before it and what the
//! value is bound to, `table/row/field`: copied to another row, or under the name of another key, it does not open. An
//! **older value of the same field** does open: only a copy of the database can say which is the newest.
//!
//! Nonces are random. That bounds what one key may seal at 2^32 values: no salt key comes near it, and a data key seals a
//! thousand.
//!
//! Keys are changed by putting a new one before the old one, which from then on only opens. With KMS configured salt keys only
//! open, too. `litellm.rs` opens what LiteLLM sealed, for an importer.

mod cipher;
mod envelope;
mod error;
pub mod litellm;
mod salt;

#[cfg(test)]
mod tests;

use crate::cloud::aws::Kms;
use crate::ids::Ids;
use crate::secret::Secret;
use cipher::Cipher;
use envelope::Envelope;
use salt::SaltKey;

pub use error::VaultError;

const VERSION: &str = "v1";

/// With what is sealed and opened.
#[derive(Debug, Default)]
pub struct Keys {
    /// The first one seals, unless KMS does; all open.
    pub salt: Vec<Secret>,
    pub kms: Option<Kms>,
}

/// Seals and opens. Without keys it does neither, and says which are missing.
#[derive(Debug)]
pub struct Vault {
    salt: Vec<SaltKey>,
    envelope: Option<Envelope>,
    ids: Ids,
}

impl Vault {
    /// Asks nobody. A salt key that would seal must not be easy to guess: whoever has a copy of the database can try many.
    pub fn new(keys: Keys, ids: Ids) -> Result<Self, VaultError> {
        if let Some(first) = keys.salt.first().filter(|_| keys.kms.is_none()) {
            first.check_strength()?;
        }
        let salt = keys.salt.iter().map(SaltKey::new).collect::<Result<_, _>>()?;
        Ok(Self { salt, envelope: keys.kms.map(Envelope::new), ids })
    }

    /// `plain` as it may be stored at `bound_to`, say `models/5f0c/params`. Waits for KMS about once in a thousand values,
    /// and never without it.
    pub async fn seal(&self, plain: &Secret, bound_to: &str) -> Result<String, VaultError> {
        let nonce = self.ids.nonce()?;
        if let Some(envelope) = &self.envelope {
            let (cipher, wrapped) = envelope.to_seal().await?;
            return write("kms", &wrapped, &cipher, nonce, plain, bound_to);
        }
        let key = self.salt.first().ok_or(VaultError::NoKey)?;
        write("salt", &key.id, &key.cipher, nonce, plain, bound_to)
    }

    /// What was sealed for the same place. Waits for KMS once a data key and process.
    pub async fn open(&self, sealed: &str, bound_to: &str) -> Result<Secret, VaultError> {
        let mut parts = sealed.splitn(4, '.');
        let (version, kind, key, text) = (parts.next(), parts.next(), parts.next(), parts.next());
        let (Some(VERSION), Some(kind), Some(key), Some(text)) = (version, kind, key, text) else {
            return Err(VaultError::NotSealed);
        };
        let authenticated = authenticated(kind, key, bound_to);
        match kind {
            "salt" => {
                let unknown = || VaultError::UnknownKey(key.chars().take(16).collect());
                let key = self.salt.iter().find(|known| known.id == key).ok_or_else(unknown)?;
                key.cipher.open(text, &authenticated)
            }
            "kms" => {
                let envelope = self.envelope.as_ref().ok_or(VaultError::NoKms)?;
                envelope.to_open(key).await?.open(text, &authenticated)
            }
            _ => Err(VaultError::NotSealed),
        }
    }
}

fn write(
    kind: &str,
    key: &str,
    cipher: &Cipher,
    nonce: [u8; 12],
    plain: &Secret,
    bound_to: &str,
) -> Result<String, VaultError> {
    let text = cipher.seal(nonce, plain, &authenticated(kind, key, bound_to))?;
    Ok(format!("{VERSION}.{kind}.{key}.{text}"))
}

/// No part before the place has a dot, so two different ones are never written alike.
fn authenticated(kind: &str, key: &str, bound_to: &str) -> String {
    format!("{VERSION}.{kind}.{key}.{bound_to}")
}
