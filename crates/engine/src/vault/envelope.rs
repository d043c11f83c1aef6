//! Sealing with data keys that AWS KMS wraps.
//!
//! The wrapped data key stands in every value that it sealed, about 250 letters: no table is needed, no row can lose its key,
//! and a copied database is as closed as before. KMS is asked once a data key and process, whether it is to seal or to open.
//!
//! A data key is bound to this gateway by KMS's encryption context, and not to a table: it seals for all of them, and each
//! value is bound to its own place, field and all, by AES-GCM.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::cipher::Cipher;
use super::error::VaultError;
use crate::cloud::aws::Kms;

/// How many values one data key seals.
const SEALS: u32 = 1000;
/// The longest wrapped key that KMS takes, in bytes.
const LONGEST: usize = 6144;
/// How many data keys are remembered. Beyond that all are forgotten: they can be had again.
const MOST: usize = 10_000;

#[derive(Debug)]
pub(super) struct Envelope {
    kms: Kms,
    /// What seals now. Whoever waits for a new one waits here.
    sealing: tokio::sync::Mutex<Option<Sealing>>,
    /// By the hash of the wrapped key.
    opened: Mutex<HashMap<[u8; 32], Slot>>,
}

type Slot = Arc<OnceCell<Arc<Cipher>>>;

#[derive(Debug)]
struct Sealing {
    cipher: Arc<Cipher>,
    wrapped: String,
    left: u32,
}

impl Envelope {
    pub(super) fn new(kms: Kms) -> Self {
        Self { kms, sealing: tokio::sync::Mutex::default(), opened: Mutex::default() }
    }

    /// A data key for one value, and its wrapped form as text.
    pub(super) async fn to_seal(&self) -> Result<(Arc<Cipher>, String), VaultError> {
        let mut sealing = self.sealing.lock().await;
        if let Some(Sealing { cipher, wrapped, left }) = &mut *sealing
            && let Some(less) = left.checked_sub(1)
        {
            *left = less;
            return Ok((Arc::clone(cipher), wrapped.clone()));
        }
        let made = self.kms.data_key().await?;
        let (cipher, wrapped) = (Arc::new(Cipher::new(&made.plain)?), URL_SAFE_NO_PAD.encode(&made.wrapped));
        // what is sealed now is opened soon
        let known = OnceCell::new_with(Some(Arc::clone(&cipher)));
        self.remembered().insert(name(&made.wrapped), Arc::new(known));
        *sealing = Some(Sealing { cipher: Arc::clone(&cipher), wrapped: wrapped.clone(), left: SEALS - 1 });
        Ok((cipher, wrapped))
    }

    /// The data key of that wrapped form. Of many that ask at once one asks KMS; a failure is not remembered here.
    pub(super) async fn to_open(&self, wrapped: &str) -> Result<Arc<Cipher>, VaultError> {
        let wrapped = URL_SAFE_NO_PAD.decode(wrapped).map_err(|_| VaultError::Damaged)?;
        if wrapped.len() > LONGEST {
            return Err(VaultError::Damaged);
        }
        let slot = Arc::clone(self.remembered().entry(name(&wrapped)).or_default());
        let cipher = slot.get_or_try_init(async || match self.kms.unwrap(&wrapped).await {
            Ok(key) => Cipher::new(&key).map(Arc::new),
            Err(error) if error.code() == "InvalidCiphertextException" => Err(VaultError::Damaged),
            Err(error) => Err(error.into()),
        });
        cipher.await.cloned()
    }

    fn remembered(&self) -> parking_lot::MutexGuard<'_, HashMap<[u8; 32], Slot>> {
        let mut opened = self.opened.lock();
        if opened.len() >= MOST {
            opened.clear();
        }
        opened
    }
}

fn name(wrapped: &[u8]) -> [u8; 32] {
    Sha256::digest(wrapped).into()
}
