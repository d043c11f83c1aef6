//! PostgreSQL behind TLS, whose certificate is looked at.

use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use testkit::services::{Certificate, Postgres, PostgresOptions};

use super::gateway::{Place, refusal};

/// An authority of a test's own.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    fn certificate(&self, name: &str) -> Certificate {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let made = params.signed_by(&key, &self.issuer).unwrap();
        Certificate { chain: made.pem(), key: key.serialize_pem() }
    }

    fn file(&self, place: &Place, name: &str) -> PathBuf {
        let file = place.path().join(name);
        std::fs::write(&file, &self.pem).unwrap();
        file
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_server_that_is_meant_is_trusted() {
    let (ours, other) = (Authority::new(), Authority::new());
    let tls = Some(ours.certificate("localhost"));
    let postgres = Postgres::with(PostgresOptions { tls, ..PostgresOptions::default() }).await.unwrap();
    let database = postgres.database().await;
    let place = Place::new();
    let (ca, wrong_ca) = (ours.file(&place, "ca.pem"), other.file(&place, "other.pem"));
    let by_name = database.replace("127.0.0.1", "localhost");
    assert_ne!(by_name, database);
    let at = |url: &str, file: &std::path::Path| format!("{url}?sslmode=verify-full&sslrootcert={}", file.display());

    let place = place.variable("DATABASE_URL", Some(&at(&by_name, &ca)));
    let gateway = place.start().await;
    gateway.client.new_key(1.0).await;
    gateway.stop().await;

    let missing = place.path().join("gone.pem");
    let mut place = place;
    for (url, words) in [
        (at(&by_name, &wrong_ca), "sslrootcert has to be the file"),
        (at(&database, &ca), "the host in the URL has to be a name"),
        (at(&by_name, &missing), "sslrootcert"),
    ] {
        place = place.variable("DATABASE_URL", Some(&url));
        let said = refusal(place.serve()).await;
        assert!(said.contains("the database cannot be opened") && said.contains(words), "{url}: {said}");
        assert!(!said.contains(postgres.url().split(['/', ':', '@']).nth(4).unwrap()), "no password: {said}");
    }
}
