//! Data keys of KMS: how often it is asked, and what happens when it does not answer.

use super::{FIRST, PLACE};
use crate::clock::Clock;
use crate::cloud::aws::Kms;
use crate::cloud::aws::tests::stand_in::{Fails, StandIn, access};
use crate::ids::Ids;
use crate::secret::Secret;
use crate::vault::{Keys, Vault, VaultError};

const KEY: &str = "alias/gateway";

/// A process, as it starts.
fn vault(server: &StandIn, keys: &[&str], clock: &Clock) -> Vault {
    let (key, older) = keys.split_first().unwrap();
    let older = older.iter().map(|key| (*key).to_owned()).collect();
    let kms = Kms::new(&access(clock), (*key).to_owned(), older, Some(&server.url)).unwrap();
    Vault::new(Keys { salt: vec![Secret::new(FIRST)], kms: Some(kms) }, Ids::default()).unwrap()
}

async fn seal(vault: &Vault, plain: &str) -> Result<String, VaultError> {
    vault.seal(&Secret::new(plain), PLACE).await
}

async fn open(vault: &Vault, sealed: &str) -> Result<String, VaultError> {
    Ok(vault.open(sealed, PLACE).await?.reveal().to_owned())
}

#[tokio::test]
async fn kms_is_asked_once_a_data_key_and_process() {
    let (server, clock) = (StandIn::start().await, Clock::manual(0));
    let first = vault(&server, &[KEY], &clock);
    let sealed: Vec<_> = futures_util::future::join_all((0..20).map(|_| seal(&first, "plain"))).await;
    for one in &sealed {
        assert_eq!(open(&first, one.as_ref().unwrap()).await.as_deref(), Ok("plain"));
    }
    assert_eq!(server.actions(), ["GenerateDataKey"]);
    assert_eq!(server.asked()[0].body["EncryptionContext"]["application"], "turnpike");

    let again = vault(&server, &[KEY], &clock);
    let opened = futures_util::future::join_all(sealed.iter().map(|one| open(&again, one.as_ref().unwrap()))).await;
    assert!(opened.iter().all(|one| one.as_deref() == Ok("plain")), "{opened:?}");
    assert_eq!(server.actions(), ["GenerateDataKey", "Decrypt"]);
    let shown = format!("{again:?}");
    assert!(shown.contains("Cipher(…)"), "{shown}");
}

#[tokio::test]
async fn a_data_key_seals_a_thousand_values() {
    let (server, clock) = (StandIn::start().await, Clock::manual(0));
    let vault = vault(&server, &[KEY], &clock);
    let mut keys = std::collections::BTreeMap::<String, usize>::new();
    for _value in 0..2001 {
        let sealed = seal(&vault, "").await.unwrap();
        *keys.entry(sealed.split('.').nth(2).unwrap().to_owned()).or_default() += 1;
    }
    assert_eq!(server.asked().len(), 3);
    let mut counts: Vec<_> = keys.into_values().collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 1000, 1000]);
}

#[tokio::test]
async fn every_change_is_noticed() {
    let (server, clock) = (StandIn::start().await, Clock::manual(0));
    let vault = vault(&server, &[KEY], &clock);
    let sealed = seal(&vault, "plain").await.unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone().into_bytes();
        changed[at] ^= 1;
        assert!(open(&vault, &String::from_utf8(changed).unwrap()).await.is_err(), "{at}");
    }
    assert_eq!(vault.open(&sealed, "models/other/params").await.unwrap_err(), VaultError::Damaged);
    let (text, long) = (sealed.rsplit('.').next().unwrap(), "A".repeat(9000));
    let asked = server.asked().len();
    assert_eq!(open(&vault, &format!("v1.kms.{long}.{text}")).await, Err(VaultError::Damaged));
    assert_eq!(server.asked().len(), asked, "KMS would not take it");
}

#[tokio::test]
async fn a_key_can_be_changed() {
    let (server, clock) = (StandIn::start().await, Clock::manual(0));
    let salted = Vault::new(Keys { salt: vec![Secret::new(FIRST)], kms: None }, Ids::default()).unwrap();
    let of_salt = seal(&salted, "salted").await.unwrap();
    let of_first = seal(&vault(&server, &["first"], &clock), "wrapped").await.unwrap();

    let both = vault(&server, &["second", "zeroth", "first"], &clock);
    assert_eq!(open(&both, &of_salt).await.as_deref(), Ok("salted"));
    assert_eq!(open(&both, &of_first).await.as_deref(), Ok("wrapped"));
    assert_eq!(server.actions().len(), 4, "each is tried until one fits");
    let of_second = seal(&both, "new").await.unwrap();

    let second = vault(&server, &["second"], &clock);
    assert_eq!(open(&second, &of_second).await.as_deref(), Ok("new"));
    let refused = open(&second, &of_first).await.unwrap_err();
    assert!(matches!(&refused, VaultError::Kms(error) if error.code() == "IncorrectKeyException"), "{refused}");
    assert!(!refused.may_pass());
    assert_eq!(open(&salted, &of_first).await, Err(VaultError::NoKms));
}

#[tokio::test]
async fn while_kms_does_not_answer_what_is_known_stays_usable() {
    let (server, clock) = (StandIn::start().await, Clock::manual(0));
    let running = vault(&server, &[KEY], &clock);
    let sealed = seal(&running, "plain").await.unwrap();
    server.fails(Fails::With(500, r#"{"__type":"KMSInternalException"}"#.to_owned()));
    assert_eq!(open(&running, &sealed).await.as_deref(), Ok("plain"));
    assert!(seal(&running, "more").await.is_ok());

    let started = vault(&server, &[KEY], &clock);
    for _at_once in 0..10 {
        assert!(open(&started, &sealed).await.unwrap_err().may_pass());
        assert!(seal(&started, "more").await.unwrap_err().may_pass());
    }
    assert_eq!(server.asked().len(), 2, "it is left alone for a moment");
    server.recovers();
    clock.advance(1_000_000);
    assert_eq!(open(&started, &sealed).await.as_deref(), Ok("plain"));
}
