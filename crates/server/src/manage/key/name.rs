//! How a request names a key: by the key itself or by its hash.

use engine::secret::Secret;
use store::{KeyHash, StoreError};

use crate::http::error::ApiError;

/// The hash that `given` stands for. What is neither a key nor a hash names no key at all.
pub(in crate::manage) fn hash_of(given: &str) -> Option<KeyHash> {
    if given.starts_with("sk-") {
        return KeyHash::parse(&Secret::new(given).sha256_hex()).ok();
    }
    KeyHash::parse(given).ok()
}

/// The one answer about a key that is not there and about a key of somebody else.
pub(super) fn missing() -> ApiError {
    StoreError::NotFound { what: "key" }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_keys_and_hashes() {
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash_of(hash).unwrap().as_str(), hash);
        assert_eq!(hash_of("sk-a").unwrap().as_str().len(), 64);
        for given in ["", "abc", "SK-a", &hash.to_uppercase(), hash.trim_start_matches('b')] {
            assert!(hash_of(given).is_none(), "{given}");
        }
    }
}
