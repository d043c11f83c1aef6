//! Opens what LiteLLM sealed, so that an importer can seal it anew: `v2:gcm:` and `v3:gcm:`, AES-256-GCM bound to nothing.
//!
//! The key is made of `LITELLM_SALT_KEY`, where that was not set of LiteLLM's master key. Values without such a prefix are
//! NaCl's secretbox, LiteLLM's older form, which no library of the house has: `litellm-proxy encryption migrate` writes them
//! anew as AES-256-GCM.

use aws_lc_rs::aead::{AES_256_GCM, UnboundKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use sha2::{Digest, Sha256};

use super::cipher::Cipher;
use super::error::VaultError;
use crate::secret::Secret;

/// LiteLLM pads; what was copied about may have lost that.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What LiteLLM sealed with `salt_key`; `NotSealed` for a value without one of the two prefixes.
pub fn open(sealed: &str, salt_key: &Secret) -> Result<Secret, VaultError> {
    let salt_key = salt_key.reveal().as_bytes();
    let (cipher, sealed) = if let Some(sealed) = sealed.strip_prefix("v3:gcm:") {
        (hkdf(salt_key)?, sealed)
    } else if let Some(sealed) = sealed.strip_prefix("v2:gcm:") {
        (Cipher::new(&Sha256::digest(salt_key).into())?, sealed)
    } else {
        return Err(VaultError::NotSealed);
    };
    cipher.open_bytes(BASE64.decode(sealed).map_err(|_| VaultError::Damaged)?, b"")
}

fn hkdf(salt_key: &[u8]) -> Result<Cipher, VaultError> {
    let derived = Salt::none(HKDF_SHA256).extract(salt_key);
    let key = derived.expand(&[b"litellm-at-rest-v3"], &AES_256_GCM).map_err(|Unspecified| VaultError::Library)?;
    Ok(UnboundKey::from(key).into())
}
