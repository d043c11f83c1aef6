//! AES-256-GCM over text.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::error::Unspecified;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::error::VaultError;
use crate::secret::Secret;

/// A key, ready for use.
pub(super) struct Cipher(LessSafeKey);

impl Cipher {
    pub(super) fn new(key: &[u8; 32]) -> Result<Self, VaultError> {
        UnboundKey::new(&AES_256_GCM, key).map(Self::from).map_err(|Unspecified| VaultError::Library)
    }

    /// Nonce, ciphertext and tag in base64url. `nonce` was never used before with this key.
    pub(super) fn seal(&self, nonce: [u8; NONCE_LEN], plain: &Secret, bound: &str) -> Result<String, VaultError> {
        let mut text = plain.reveal().as_bytes().to_vec();
        let sealed = self.0.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound), &mut text);
        sealed.map_err(|Unspecified| VaultError::Library)?;
        Ok(URL_SAFE_NO_PAD.encode([&nonce[..], &text].concat()))
    }

    pub(super) fn open(&self, sealed: &str, bound: &str) -> Result<Secret, VaultError> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| VaultError::Damaged)?;
        self.open_bytes(sealed, bound.as_bytes())
    }

    /// `sealed` is nonce, ciphertext and tag.
    pub(super) fn open_bytes(&self, mut sealed: Vec<u8>, bound: &[u8]) -> Result<Secret, VaultError> {
        let (nonce, text) = sealed.split_first_chunk_mut::<NONCE_LEN>().ok_or(VaultError::Damaged)?;
        let opened = self.0.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(bound), text);
        let plain = opened.map_err(|Unspecified| VaultError::Damaged)?;
        std::str::from_utf8(plain).map(Secret::new).map_err(|_| VaultError::Damaged)
    }
}

impl From<UnboundKey> for Cipher {
    fn from(key: UnboundKey) -> Self {
        Self(LessSafeKey::new(key))
    }
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cipher(…)")
    }
}
