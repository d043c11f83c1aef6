//! Text that must not be seen: it prints as `…` and cannot be serialised.

use std::collections::BTreeSet;
use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A key, a token, a password.
#[derive(Clone, Default)]
pub struct Secret(String);

/// Secrets come in with requests; none goes out.
impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

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

    /// Whether it can be guessed, as far as its looks say so.
    pub fn check_strength(&self) -> Result<(), WeakKey> {
        let text = self.reveal();
        if text.chars().count() < MIN_LENGTH {
            return Err(WeakKey::TooShort);
        }
        let different: BTreeSet<char> = text.chars().collect();
        if different.len() < MIN_DISTINCT {
            return Err(WeakKey::TooUniform);
        }
        let small = text.to_ascii_lowercase();
        EXAMPLES.iter().find(|word| small.contains(**word)).map_or(Ok(()), |word| Err(WeakKey::Example(word)))
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

/// Why a key is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakKey {
    #[error("it has fewer than {MIN_LENGTH} characters")]
    TooShort,
    #[error("it has fewer than {MIN_DISTINCT} different characters")]
    TooUniform,
    #[error("it looks like an example: {0:?} stands in it")]
    Example(&'static str),
}

const MIN_LENGTH: usize = 16;
const MIN_DISTINCT: usize = 8;
/// What stands in keys that are copied from somewhere, in small letters. By chance none of it does: digits alone would.
const EXAMPLES: &[&str] =
    &["sk-1234-", "sk-1234_", "sk-12345678", "changeme", "change-me", "example", "password", "your-key", "your-master"];

impl MasterKey {
    /// Takes a key that cannot be guessed.
    pub fn new(key: &Secret) -> Result<Self, WeakKey> {
        key.check_strength()?;
        Ok(Self { sha256: key.sha256_hex() })
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
        for (weak, why) in [
            ("", WeakKey::TooShort),
            ("sk-1234", WeakKey::TooShort),
            ("sk-Zk29fjQw8xLm", WeakKey::TooShort),
            ("sk-aaaaaaaaaaaaaaaaaaaa", WeakKey::TooUniform),
            ("sk-1234sk-1234sk-1234", WeakKey::TooUniform),
            ("sk-1234567890abcdef", WeakKey::Example("sk-12345678")),
            ("sk-1234-for-development", WeakKey::Example("sk-1234-")),
            ("sk-example-key-1", WeakKey::Example("example")),
            ("ChangeMe-ChangeMe-ChangeMe-ChangeMe-1", WeakKey::Example("changeme")),
        ] {
            assert_eq!(MasterKey::new(&Secret::new(weak)).unwrap_err(), why, "{weak}");
        }
        for strong in ["9f1234e07c5b6a8d", "c0ffee1234567890abcdef1234567890abcdef1234567890", "sk-1234aB77xYq0LmNop"] {
            assert!(MasterKey::new(&Secret::new(strong)).is_ok(), "{strong}");
        }
        let key = MasterKey::new(&Secret::new("sk-Zk29fjQw8xLmP4")).unwrap();
        assert!(
            key.has_digest(&Secret::new("sk-Zk29fjQw8xLmP4").sha256_hex())
                && !key.has_digest(&Secret::new("sk-Zk29fjQw8xLmP5").sha256_hex())
        );
        assert!(MasterKey::of_digest(key.digest()).has_digest(&Secret::new("sk-Zk29fjQw8xLmP4").sha256_hex()));
    }
}
