//! `turnpike healthcheck`: one plain request to the liveness probe.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned};

const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn run(port: u16, tls: bool) -> anyhow::Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let stream = TcpStream::connect_timeout(&address, PATIENCE).context("nobody listens")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let status = if tls {
        let name = ServerName::IpAddress(Ipv4Addr::LOCALHOST.into());
        ask(StreamOwned::new(ClientConnection::new(Arc::new(client()?), name)?, stream))?
    } else {
        ask(stream)?
    };
    ensure!(status == "200", "the gateway answered {status}");
    Ok(())
}

fn ask(mut stream: impl Read + Write) -> anyhow::Result<String> {
    stream
        .write_all(b"GET /health/liveliness HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .context("no answer")?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer).context("no answer")?;
    Ok(answer.split(' ').nth(1).unwrap_or_default().to_owned())
}

fn client() -> anyhow::Result<ClientConfig> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    Ok(config.dangerous().with_custom_certificate_verifier(Arc::new(Loopback(provider))).with_no_client_auth())
}

/// Takes any certificate: it is made for the gateway's public name, the request has nothing secret in it, and who could
/// answer in the gateway's place on its own loopback could do worse.
#[derive(Debug)]
struct Loopback(Arc<CryptoProvider>);

impl ServerCertVerifier for Loopback {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _issuers: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
