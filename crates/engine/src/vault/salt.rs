//! Keys that come from a text of the administrator's.

use aws_lc_rs::aead::{AES_256_GCM, UnboundKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};

use super::cipher::Cipher;
use super::error::VaultError;
use crate::secret::Secret;

/// HKDF's salt: it sets what we derive apart from what others make of the same text. Never to be changed.
const PURPOSE: &[u8] = b"turnpike vault v1";

/// A key, and what it is called in what it sealed.
#[derive(Debug)]
pub(super) struct SaltKey {
    pub(super) id: String,
    pub(super) cipher: Cipher,
}

/// The bytes of a key's name.
struct IdLength;

impl KeyType for IdLength {
    fn len(&self) -> usize {
        8
    }
}

impl SaltKey {
    pub(super) fn new(text: &Secret) -> Result<Self, VaultError> {
        let derived = Salt::new(HKDF_SHA256, PURPOSE).extract(text.reveal().as_bytes());
        let library = |Unspecified| VaultError::Library;
        let key: UnboundKey = derived.expand(&[b"AES-256-GCM"], &AES_256_GCM).map_err(library)?.into();
        let mut id = [0; 8];
        derived.expand(&[b"name"], IdLength).and_then(|name| name.fill(&mut id)).map_err(library)?;
        Ok(Self { id: format!("{:016x}", u64::from_be_bytes(id)), cipher: key.into() })
    }
}
