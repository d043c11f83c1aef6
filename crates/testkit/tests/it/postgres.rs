//! A PostgreSQL of a test's own, over its real protocol.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use testkit::services::{Certificate, Postgres, PostgresOptions, query};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

const PATIENCE: Duration = Duration::from_mins(1);

/// The one value that comes back.
async fn value(url: &str, statement: &str) -> String {
    let rows = query(url, statement).await.unwrap();
    rows[0][0].clone().unwrap()
}

pub(crate) fn certificate() -> Certificate {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    Certificate { chain: made.cert.pem(), key: made.signing_key.serialize_pem() }
}

/// A client that trusts that certificate alone.
pub(crate) fn trusting(certificate: &Certificate) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(certificate.chain.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    TlsConnector::from(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

pub(crate) fn localhost() -> ServerName<'static> {
    ServerName::try_from("localhost").unwrap()
}

fn runs(process: u32) -> bool {
    std::path::Path::new(&format!("/proc/{process}")).exists()
}

#[tokio::test]
async fn databases_are_empty_and_each_its_own() {
    let server = Postgres::start().await;
    let (one, other) = (server.database().await, server.database().await);
    assert_ne!(one, other);
    query(&one, "CREATE TABLE things (name text, count int); INSERT INTO things VALUES ('a', 1), ('b', NULL)")
        .await
        .unwrap();
    let rows = query(&one, "SELECT name, count FROM things ORDER BY name").await.unwrap();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(rows, [vec![text("a"), text("1")], vec![text("b"), None]]);
    let refusal = query(&other, "SELECT 1 FROM things").await.unwrap_err().to_string();
    assert!(refusal.contains("42P01"), "{refusal}");

    assert_eq!(value(&one, "SHOW max_connections").await, "500");
    assert_eq!(value(&one, "SHOW fsync").await, "off");
    let stranger = format!("postgres://postgres:wrong@{}/postgres", server.address());
    let refusal = query(&stranger, "SELECT 1").await.unwrap_err().to_string();
    assert!(refusal.contains("28P01"), "{refusal}");

    let process = server.process_id().unwrap();
    drop(server);
    assert!(!runs(process));
}

#[tokio::test]
async fn it_comes_back_with_its_data_after_a_restart_and_after_a_crash() {
    let mut server = Postgres::start().await;
    let (address, database) = (server.address(), server.database().await);
    query(&database, "CREATE TABLE kept (number int); INSERT INTO kept VALUES (1)").await.unwrap();

    server.restart().await.unwrap();
    assert_eq!(value(&database, "SELECT max(number) FROM kept").await, "1");

    query(&database, "INSERT INTO kept VALUES (2)").await.unwrap();
    let process = server.process_id().unwrap();
    server.kill();
    assert!(!runs(process) && server.process_id().is_none());
    query(&database, "SELECT 1").await.unwrap_err();

    server.restart().await.unwrap();
    assert_eq!(value(&database, "SELECT max(number) FROM kept").await, "2");
    assert_eq!(server.address(), address);

    // killed and never started again, it leaves nothing either
    server.kill();
}

#[tokio::test]
async fn a_frozen_server_answers_when_it_goes_on() {
    let server = Postgres::start().await;
    server.freeze();
    let url = server.url();
    let mut asked = Box::pin(query(&url, "SELECT 7"));
    timeout(Duration::from_millis(200), &mut asked).await.unwrap_err();
    server.thaw();
    assert_eq!(timeout(PATIENCE, asked).await.unwrap().unwrap()[0][0].as_deref(), Some("7"));
    server.freeze();
    // ends all the same
}

#[tokio::test]
async fn options_reach_the_server() {
    let certificate = certificate();
    let options = PostgresOptions {
        max_connections: 20,
        durable: true,
        tls: Some(certificate.clone()),
        settings: vec![("application_name".to_owned(), "it's a test".to_owned())],
    };
    let server = Postgres::with(options).await.unwrap();
    let shown = "SELECT concat_ws('|', current_setting('max_connections'), current_setting('fsync'),
        current_setting('full_page_writes'), current_setting('application_name'))";
    assert_eq!(value(&server.url(), shown).await, "20|on|on|it's a test");

    // https://www.postgresql.org/docs/17/protocol-flow.html#PROTOCOL-FLOW-SSL
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(&[0, 0, 0, 8, 4, 210, 22, 47]).await.unwrap();
    assert_eq!(stream.read_u8().await.unwrap(), b'S');
    trusting(&certificate).connect(localhost(), stream).await.unwrap();
}

#[tokio::test]
async fn a_setting_that_does_not_exist_is_told_with_the_servers_words() {
    let settings = vec![("no_such_thing".to_owned(), "1".to_owned())];
    let refused = Postgres::with(PostgresOptions { settings, ..PostgresOptions::default() }).await;
    let error = refused.err().unwrap().to_string();
    assert!(error.contains("no_such_thing"), "{error}");
}

/// A panic unwinds and drops what the test holds.
#[test]
fn a_test_that_panics_leaves_no_server() {
    let (tell, told) = std::sync::mpsc::channel();
    let test = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Postgres::start().await;
            tell.send(server.process_id().unwrap()).unwrap();
            panic!("on purpose");
        });
    });
    let process = told.recv().unwrap();
    test.join().unwrap_err();
    assert!(!runs(process));
}
