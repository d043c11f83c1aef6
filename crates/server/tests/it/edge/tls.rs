//! TLS in front of all of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use engine::tasks::Tasks;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use server::http::accept::{Tls, TlsError};
use server::http::edge::Limits;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::kit::{Edge, answer, patient, rest, statuses};
use crate::process::gateway::{Place, finish, until};

const GOOD: &[u8] = b"GET /health/liveliness HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// A folder with a certificate.
pub(crate) struct Certificate {
    folder: TempDir,
}

impl Certificate {
    pub(crate) fn new() -> Self {
        let certificate = Self { folder: tempfile::tempdir().unwrap() };
        certificate.renew();
        certificate
    }

    /// Another one in its place. Returns the key's text.
    fn renew(&self) -> String {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(self.certificate(), made.cert.pem()).unwrap();
        let key = made.signing_key.serialize_pem();
        std::fs::write(self.key(), &key).unwrap();
        key
    }

    pub(crate) fn certificate(&self) -> PathBuf {
        self.folder.path().join("tls.crt")
    }

    pub(crate) fn key(&self) -> PathBuf {
        self.folder.path().join("tls.key")
    }

    fn load(&self) -> Result<Tls, TlsError> {
        Tls::load(self.certificate(), self.key())
    }
}

/// A connection of a client that trusts what stands in `file` and offers `alpn`.
async fn connect(address: std::net::SocketAddr, file: &Path, alpn: &[&str]) -> std::io::Result<TlsStream<TcpStream>> {
    use rustls::pki_types::pem::PemObject as _;
    let mut roots = RootCertStore::empty();
    roots.add(rustls::pki_types::CertificateDer::from_pem_file(file).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
}

#[tokio::test]
async fn alpn_agrees_on_what_is_spoken() {
    let certificate = Certificate::new();
    let edge = Edge::open_with(patient(), Some(Arc::new(certificate.load().unwrap()))).await;
    for (offered, agreed) in [(&["h2", "http/1.1"][..], Some("h2")), (&["http/1.1"], Some("http/1.1")), (&[], None)] {
        let mut stream = connect(edge.address, &certificate.certificate(), offered).await.unwrap();
        let alpn = stream.get_ref().1.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
        assert_eq!(alpn.as_deref(), agreed);
        if agreed == Some("h2") {
            let io = hyper_util::rt::TokioIo::new(stream);
            let executor = hyper_util::rt::TokioExecutor::new();
            let (mut client, connection) = hyper::client::conn::http2::handshake(executor, io).await.unwrap();
            Tasks::default().spawn("client", async move { drop(connection.await) });
            let request = http::Request::get("https://localhost/health/liveliness");
            let request = request.body(http_body_util::Empty::<bytes::Bytes>::new()).unwrap();
            assert_eq!(client.send_request(request).await.unwrap().status(), 200);
        } else {
            stream.write_all(GOOD).await.unwrap();
            assert_eq!(statuses(&answer(&mut stream).await), [200]);
            // what is refused is refused here too
            stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
            assert_eq!(statuses(&rest(&mut stream).await), [400]);
        }
    }
}

#[tokio::test]
async fn a_handshake_that_does_not_come_is_not_waited_for() {
    let certificate = Certificate::new();
    let limits = Limits { first_byte: Duration::from_millis(50), ..patient() };
    let edge = Edge::open_with(limits, Some(Arc::new(certificate.load().unwrap()))).await;
    for said in [&b""[..], b"\x16\x03\x01", b"GET / HTTP/1.1\r\n\r\n"] {
        let mut stream = edge.connect().await;
        stream.write_all(said).await.unwrap();
        rest(&mut stream).await;
    }
    // the first byte behind the handshake shares its deadline
    let mut stream = connect(edge.address, &certificate.certificate(), &[]).await.unwrap();
    drop(
        tokio::time::timeout(super::kit::PATIENCE, tokio::io::AsyncReadExt::read(&mut stream, &mut [0])).await.unwrap(),
    );
}

#[tokio::test]
async fn a_certificate_is_renewed_under_open_connections() {
    let certificate = Certificate::new();
    let tls = Arc::new(certificate.load().unwrap());
    let edge = Edge::open_with(patient(), Some(Arc::clone(&tls))).await;
    Tasks::default().spawn("certificate", Arc::clone(&tls).watch());
    let old = certificate.folder.path().join("old.crt");
    std::fs::copy(certificate.certificate(), &old).unwrap();
    let mut open = connect(edge.address, &old, &[]).await.unwrap();

    // a key that does not fit, and no key at all: the old pair stays
    let key = std::fs::read_to_string(certificate.key()).unwrap();
    let other = rcgen::KeyPair::generate().unwrap().serialize_pem();
    for bad in [other.as_str(), "no key"] {
        std::fs::write(certificate.key(), bad).unwrap();
        tls.look_again();
        tls.look_again();
        connect(edge.address, &old, &[]).await.unwrap();
    }
    std::fs::write(certificate.key(), key).unwrap();

    certificate.renew();
    let renewed = async {
        while connect(edge.address, &certificate.certificate(), &[]).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(super::kit::PATIENCE, renewed).await.expect("the new certificate is not served");
    assert!(connect(edge.address, &old, &[]).await.is_err(), "the old one is served still");
    open.write_all(GOOD).await.unwrap();
    assert_eq!(statuses(&answer(&mut open).await), [200]);
}

#[tokio::test]
async fn a_disk_that_hangs_holds_up_nobody() {
    let certificate = Certificate::new();
    let tls = Arc::new(certificate.load().unwrap());
    let edge = Edge::open_with(patient(), Some(Arc::clone(&tls))).await;
    std::fs::remove_file(certificate.key()).unwrap();
    // a pipe without a writer: whoever reads it waits
    assert!(std::process::Command::new("mkfifo").arg(certificate.key()).status().unwrap().success());
    Tasks::default().spawn("certificate", tls.watch());
    for _ in 0..3 {
        let mut stream = connect(edge.address, &certificate.certificate(), &[]).await.unwrap();
        stream.write_all(GOOD).await.unwrap();
        assert_eq!(statuses(&answer(&mut stream).await), [200]);
    }
    // the reader, if there is one by now, goes on
    let opened = std::fs::File::options().read(true).write(true).open(certificate.key()).unwrap();
    drop((certificate, opened));
}

#[test]
fn what_cannot_be_served_says_what_to_do() {
    let certificate = Certificate::new();
    let other = rcgen::KeyPair::generate().unwrap().serialize_pem();
    std::fs::write(certificate.key(), other).unwrap();
    assert!(certificate.load().err().unwrap().to_string().contains("take the private key"));
    std::fs::write(certificate.key(), "nothing").unwrap();
    assert!(certificate.load().err().unwrap().to_string().contains("is not PEM"));
    std::fs::write(certificate.certificate(), "").unwrap();
    assert!(certificate.load().err().unwrap().to_string().contains("has no certificate"));
    std::fs::remove_file(certificate.certificate()).unwrap();
    assert!(certificate.load().err().unwrap().to_string().contains("cannot be read"));
}

#[tokio::test]
async fn options_go_together() {
    let place = Place::new();
    for (arguments, says) in [
        (&["--tls-cert", "a.pem"][..], "set --tls-key or SSL_KEYFILE_PATH"),
        (&["--tls-key", "a.pem"], "set --tls-cert or SSL_CERTFILE_PATH"),
        (&["--plain-port", "0"], "set --tls-cert and --tls-key"),
        (&["--tls-cert", "a.pem", "--tls-key", "b.pem"], "a.pem cannot be read"),
    ] {
        let mut command = place.serve();
        command.args(arguments);
        let said = crate::process::gateway::refusal(command).await;
        assert!(said.contains(says), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_binary_serves_both_ports() {
    let certificate = Certificate::new();
    let place = Place::new();
    let path = |path: PathBuf| path.to_str().unwrap().to_owned();
    let mut command = place.serve();
    command.args(["--plain-port", "0"]);
    command.env("SSL_CERTFILE_PATH", path(certificate.certificate())).env("SSL_KEYFILE_PATH", path(certificate.key()));
    let said = place.path().join("said");
    command
        .stdout(std::fs::File::create(&said).unwrap())
        .stderr(std::fs::File::create(place.path().join("log")).unwrap());
    let mut child = command.spawn().unwrap();
    let port = |scheme: &str| {
        let text = std::fs::read_to_string(&said).unwrap();
        let (_, rest) = text.split_once(&format!("on {scheme}://127.0.0.1:"))?;
        Some(rest.split_once('\n')?.0.to_owned())
    };
    let (tls, plain) = (until("it listens", || port("https")).await, until("it listens", || port("http")).await);
    let mut codes = Vec::new();
    for arguments in
        [&["--port", &tls, "--tls"][..], &["--port", &plain], &["--port", &tls], &["--port", &plain, "--tls"]]
    {
        let arguments = [&["healthcheck"], arguments].concat();
        codes.push(finish(place.turnpike(&arguments)).await.status.success());
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(codes, [true, true, false, false]);
}
