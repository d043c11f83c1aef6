//! Sealing and opening, with salt keys and with a stand-in for KMS.

mod envelope;

use futures_util::FutureExt as _;
use proptest::prelude::*;

use super::{Keys, Vault, VaultError, litellm};
use crate::ids::Ids;
use crate::secret::{Secret, WeakKey};

const FIRST: &str = "Zk29fjQw8xLmP4aB";
const SECOND: &str = "uV7n3TqLw9XcR5dK";
const PLACE: &str = "models/5f0c/params";

fn vault(keys: &[&str]) -> Vault {
    let salt = keys.iter().map(|key| Secret::new(*key)).collect();
    Vault::new(Keys { salt, kms: None }, Ids::default()).unwrap()
}

/// Without KMS nothing is waited for.
fn seal(vault: &Vault, plain: &str, place: &str) -> Result<String, VaultError> {
    vault.seal(&Secret::new(plain), place).now_or_never().unwrap()
}

fn open(vault: &Vault, sealed: &str, place: &str) -> Result<String, VaultError> {
    Ok(vault.open(sealed, place).now_or_never().unwrap()?.reveal().to_owned())
}

proptest! {
    #[test]
    fn what_is_sealed_opens_where_it_belongs(plain in any::<String>(), place in any::<String>(), other in any::<String>()) {
        let vault = vault(&[FIRST]);
        let sealed = seal(&vault, &plain, &place).unwrap();
        prop_assert_eq!(open(&vault, &sealed, &place), Ok(plain));
        if other != place {
            prop_assert_eq!(open(&vault, &sealed, &other), Err(VaultError::Damaged));
        }
    }

    #[test]
    fn anything_else_does_not_open(text in any::<String>(), tail in "[A-Za-z0-9_-]{0,80}") {
        let vault = vault(&[FIRST]);
        prop_assert!(open(&vault, &text, PLACE).is_err());
        let name = vault.salt[0].id.clone();
        prop_assert_eq!(open(&vault, &format!("v1.salt.{name}.{tail}"), PLACE), Err(VaultError::Damaged));
    }
}

/// Made by Python's cryptography, with the nonce 0 to 11.
#[test]
fn the_form_is_fixed() {
    let sealed = "v1.salt.f5a9157965fd2af9.AAECAwQFBgcICQoLvLqQT0n0LdKu-h_PDH9GxJ53oWeYBGyaz6Xm";
    assert_eq!(open(&vault(&[FIRST]), sealed, PLACE).as_deref(), Ok("sk-provider"));
}

#[test]
fn every_change_is_noticed() {
    let vault = vault(&[FIRST]);
    let sealed = seal(&vault, "sk-canary", PLACE).unwrap();
    assert!(!sealed.contains("canary"));
    for at in 0..sealed.len() {
        for bit in 0..7 {
            let mut changed = sealed.clone().into_bytes();
            changed[at] ^= 1 << bit;
            let changed = String::from_utf8(changed).unwrap();
            assert!(open(&vault, &changed, PLACE).is_err(), "{changed}");
        }
        let (cut, _) = sealed.split_at(at);
        assert!(open(&vault, cut, PLACE).is_err(), "cut at {at}");
    }
    for more in ["A", "AAAA", "=", ".", " "] {
        assert!(open(&vault, &format!("{sealed}{more}"), PLACE).is_err(), "{more}");
    }
}

/// The name of a key is authenticated, too: neither it nor the kind can be exchanged with what the place begins with.
#[test]
fn the_parts_do_not_run_together() {
    let vault = vault(&[FIRST]);
    let name = &vault.salt[0].id;
    let sealed = seal(&vault, "plain", "a.b/c").unwrap();
    let (head, text) = sealed.rsplit_once('.').unwrap();
    assert_eq!(head, format!("v1.salt.{name}"));
    for other in [format!("v1.salt.{name}.a.{text}"), format!("{head}..{text}"), format!("v1.kms.{name}.{text}")] {
        assert!(open(&vault, &other, "b/c").is_err() && open(&vault, &other, "a.b/c").is_err(), "{other}");
    }
}

#[test]
fn a_key_can_be_changed() {
    let (old, new) = (vault(&[FIRST]), vault(&[SECOND]));
    let both = vault(&[SECOND, FIRST]);
    let before = seal(&old, "plain", PLACE).unwrap();
    let after = seal(&both, "plain", PLACE).unwrap();
    assert_eq!(open(&both, &before, PLACE).as_deref(), Ok("plain"));
    assert_eq!(open(&both, &after, PLACE).as_deref(), Ok("plain"));
    assert_eq!(open(&new, &after, PLACE).as_deref(), Ok("plain"), "the first one seals");
    for (vault, sealed) in [(&new, &before), (&old, &after)] {
        let refused = open(vault, sealed, PLACE).unwrap_err();
        assert!(matches!(&refused, VaultError::UnknownKey(name) if sealed.contains(&**name)), "{refused}");
    }
}

#[test]
fn the_same_text_is_never_sealed_alike() {
    let vault = vault(&[FIRST]);
    assert_ne!(seal(&vault, "plain", PLACE), seal(&vault, "plain", PLACE));
}

#[test]
fn without_a_key_nothing_is_sealed() {
    let none = vault(&[]);
    let refused = seal(&none, "plain", PLACE).unwrap_err();
    assert_eq!(refused, VaultError::NoKey);
    assert!(refused.to_string().contains("TURNPIKE_SALT_KEY"), "{refused}");
    let sealed = seal(&vault(&[FIRST]), "plain", PLACE).unwrap();
    assert!(matches!(open(&none, &sealed, PLACE), Err(VaultError::UnknownKey(_))));
    assert_eq!(open(&none, "v1.kms.AAAA.AAAA", PLACE), Err(VaultError::NoKms));
    for other in ["", "sk-plain", "v2.salt.a.b", "v1.salt", "v1.other.a.b", "v2:gcm:AAAA"] {
        assert_eq!(open(&none, other, PLACE), Err(VaultError::NotSealed), "{other}");
    }
}

#[test]
fn a_key_that_can_be_guessed_only_opens() {
    let keys = |keys: [&str; 2]| Keys { salt: keys.map(Secret::new).into(), kms: None };
    let refused = Vault::new(keys(["sk-1234", FIRST]), Ids::default()).unwrap_err();
    assert_eq!(refused, VaultError::Weak(WeakKey::TooShort));
    assert!(Vault::new(keys([FIRST, "sk-1234"]), Ids::default()).is_ok());
}

#[test]
fn prints_no_secret() {
    let shown = format!("{:?}", vault(&[FIRST, SECOND]));
    assert!(!shown.contains("Zk29") && !shown.contains("uV7n") && shown.contains("f5a9157965fd2af9"), "{shown}");
}

/// Made by Python's cryptography, as LiteLLM makes them.
#[test]
fn opens_what_litellm_sealed() {
    for (salt_key, sealed, plain) in [
        ("sk-1234", "v2:gcm:AAECAwQFBgcICQoLLB2dIj7DQ8KIV78MFSqA52WCoMCyAj1JwDxmUa_I", "sk-provider-ü"),
        ("sk-1234", "v3:gcm:AAECAwQFBgcICQoLmUiiWPiBNGXmI4id7CChPfOLSCpphOF2nJwo_zbv", "sk-provider-ü"),
        ("a longer salt key", "v2:gcm:AAECAwQFBgcICQoL2ltuzDp3_NKonpzs8JsFlw==", ""),
        ("a longer salt key", "v3:gcm:AAECAwQFBgcICQoLUk4S24CY6hYqrcJmFH1SWA", ""),
    ] {
        let opened = |sealed: &str, key: &str| litellm::open(sealed, &Secret::new(key));
        assert_eq!(opened(sealed, salt_key).unwrap().reveal(), plain, "{sealed}");
        assert_eq!(opened(sealed, "another").unwrap_err(), VaultError::Damaged);
        let other = if sealed.starts_with("v2") { sealed.replace("v2", "v3") } else { sealed.replace("v3", "v2") };
        assert_eq!(opened(&other, salt_key).unwrap_err(), VaultError::Damaged);
        assert_eq!(opened(sealed.split_at(20).0, salt_key).unwrap_err(), VaultError::Damaged);
    }
    let secretbox = litellm::open("8Q2hZ3J0", &Secret::new("sk-1234"));
    assert_eq!(secretbox.unwrap_err(), VaultError::NotSealed);
}
