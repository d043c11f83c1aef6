//! Text that must not be seen: it prints as `…` and cannot be serialised.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A key, a token, a password.
#[derive(Clone, Default)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Whoever calls this hands it to the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The SHA-256 of the text in hex: how virtual keys are stored and named.
    pub fn sha256_hex(&self) -> String {
        use fmt::Write as _;
        Sha256::digest(self.0.as_bytes()).iter().fold(String::with_capacity(64), |mut out, byte| {
            // writing to a String cannot fail
            let _ok = write!(out, "{byte:02x}");
            out
        })
    }

    /// `sk-...abcd`: enough for a person to recognise a key.
    pub fn masked(&self) -> String {
        let tail: String = self.0.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
        format!("sk-...{tail}")
    }
}

/// The master key as it is kept: its SHA-256, so that nothing in the process can show it.
#[derive(Clone, Debug)]
pub struct MasterKey {
    sha256: String,
}

/// Why a master key is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it must have at least {MIN_LENGTH} characters, {MIN_DISTINCT} different ones, and not be an example")]
pub struct WeakKey;

const MIN_LENGTH: usize = 16;
const MIN_DISTINCT: usize = 8;

impl MasterKey {
    /// Takes a key that cannot be guessed.
    pub fn new(key: &Secret) -> Result<Self, WeakKey> {
        let text = key.reveal();
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters.dedup();
        let example = ["1234", "example", "changeme", "password", "your-"].iter().any(|word| text.contains(word));
        let weak = text.chars().count() < MIN_LENGTH
            || letters.len() < MIN_DISTINCT
            || (example && text.len() < 2 * MIN_LENGTH);
        if weak { Err(WeakKey) } else { Ok(Self { sha256: key.sha256_hex() }) }
    }

    /// The key of that digest, as `digest` gave it.
    pub fn of_digest(sha256: impl Into<String>) -> Self {
        Self { sha256: sha256.into() }
    }

    pub fn digest(&self) -> &str {
        &self.sha256
    }

    /// Whether `digest` is this key's SHA-256 in hex. Takes as long wherever they differ.
    pub fn has_digest(&self, digest: &str) -> bool {
        self.sha256.as_bytes().ct_eq(digest.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_prints() {
        let secret = Secret::new("sk-canary");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "… … Some(…)");
    }

    #[test]
    fn hashes_and_compares() {
        let secret = Secret::new("abc");
        assert_eq!(secret.sha256_hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(Secret::new("sk-1234567890").masked(), "sk-...7890");
    }

    #[test]
    fn a_master_key_that_can_be_guessed_is_refused() {
        for weak in ["", "sk-1234", "sk-aaaaaaaaaaaaaaaaaaaa", "sk-example-key-1", "changeme-changeme"] {
            assert_eq!(MasterKey::new(&Secret::new(weak)).unwrap_err(), WeakKey, "{weak}");
        }
        let key = MasterKey::new(&Secret::new("sk-Zk29fjQw8xLm")).unwrap_err();
        assert_eq!(key, WeakKey);
        let key = MasterKey::new(&Secret::new("sk-Zk29fjQw8xLmP4")).unwrap();
        assert!(
            key.has_digest(&Secret::new("sk-Zk29fjQw8xLmP4").sha256_hex())
                && !key.has_digest(&Secret::new("sk-Zk29fjQw8xLmP5").sha256_hex())
        );
        assert!(MasterKey::of_digest(key.digest()).has_digest(&Secret::new("sk-Zk29fjQw8xLmP4").sha256_hex()));
    }
}
