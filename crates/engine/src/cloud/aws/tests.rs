//! The signer against botocore and AWS's published examples; the cache with a provider that does as it is told.

mod cache;
mod call;
mod rds;
mod secrets;
mod sign;
pub(crate) mod stand_in;

use super::{Base, Keys, Role, Settings, Source, Sources, Token};
use crate::secret::Secret;

pub(crate) fn keys(secret: &str, token: Option<&str>) -> Keys {
    Keys {
        access_key_id: Secret::new("AKIDEXAMPLE"),
        secret_access_key: Secret::new(secret),
        session_token: token.map(Secret::new),
    }
}

pub(crate) fn settings(source: Source) -> Settings {
    Settings { region: "us-east-1".to_owned(), source, sts_endpoint: None }
}

fn role() -> Role {
    Role { arn: "arn:aws:iam::123456789012:role/caller".to_owned(), session: None }
}

#[tokio::test]
async fn the_same_settings_share_their_credentials() {
    let sources = Sources::default();
    let shared = |one: Source, other: Source| {
        let (one, other) = (sources.cache(settings(one)), sources.cache(settings(other)));
        std::sync::Arc::ptr_eq(&one, &other)
    };
    let of_role = |base| Source::Role { role: role(), base, external_id: None };
    let of_token = |text| Source::WebIdentity { role: role(), token: Token::Text(Secret::new(text)) };
    let profile = |name: &str| Source::Own(Base::Profile(name.to_owned()));
    assert!(shared(Source::Own(Base::Chain), Source::Own(Base::Chain)));
    assert!(shared(of_role(Base::Keys(keys("s", None))), of_role(Base::Keys(keys("s", None)))));
    assert!(shared(of_token("t"), of_token("t")));
    for (one, other) in [
        (profile("a"), profile("b")),
        (of_role(Base::Chain), Source::Own(Base::Chain)),
        (of_role(Base::Keys(keys("s", None))), of_role(Base::Keys(keys("z", None)))),
        (of_role(Base::Keys(keys("s", None))), of_role(Base::Keys(keys("s", Some("t"))))),
        (of_token("t"), of_token("u")),
        (of_token("t"), Source::WebIdentity { role: role(), token: Token::File("t".into()) }),
    ] {
        assert!(!shared(one.clone(), other.clone()), "{one:?} {other:?}");
    }
    let here = sources.cache(settings(Source::Own(Base::Chain)));
    let there = sources.cache(Settings { region: "eu-central-1".to_owned(), ..settings(Source::Own(Base::Chain)) });
    assert!(!std::sync::Arc::ptr_eq(&here, &there));
}

/// A reload makes its deployments before it lets go of the old ones; what nobody uses any more is forgotten.
#[tokio::test]
async fn credentials_live_as_long_as_a_deployment_uses_them() {
    let sources = Sources::default();
    let old = sources.auth("bedrock", settings(Source::Own(Base::Chain)));
    let new = sources.auth("bedrock", settings(Source::Own(Base::Chain)));
    drop(old);
    assert_eq!(sources.caches.lock()[0].strong_count(), 1);
    drop(new);
    let _other = sources.auth("bedrock", settings(Source::Own(Base::Profile("other".to_owned()))));
    assert_eq!(sources.caches.lock().len(), 1);
}

#[tokio::test]
async fn prints_no_secret() {
    let sources = Sources::default();
    let secret = || keys("canary-secret", Some("canary-token"));
    for source in [
        Source::Own(Base::Keys(secret())),
        Source::Role { role: role(), base: Base::Keys(secret()), external_id: None },
        Source::WebIdentity { role: role(), token: Token::Text(Secret::new("canary-jwt")) },
    ] {
        let auth = sources.auth("bedrock", settings(source.clone()));
        let shown = format!("{auth:?} {source:?} {sources:?}");
        assert!(!shown.contains("canary") && !shown.contains("AKID"), "{shown}");
        assert!(shown.contains("us-east-1"), "{shown}");
    }
}
