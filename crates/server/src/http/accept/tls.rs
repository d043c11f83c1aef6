//! The certificate that is served, and looked at again while it is: files are renewed under a running gateway.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, version};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval};
use tokio_rustls::{Accept, TlsAcceptor};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Why a certificate cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{} cannot be read", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{} has no certificate in PEM format: put the server's own first, then those of its issuers", .0.display())]
    NoCertificate(PathBuf),
    #[error("{} is not PEM", path.display())]
    NotPem { path: PathBuf, source: pem::Error },
    #[error("{} and {} do not fit together, or their kind is not known: take the private key that the certificate was made for", certificate.display(), key.display())]
    Unfit { certificate: PathBuf, key: PathBuf, source: rustls::Error },
    #[error("TLS cannot be set up")]
    Setup(#[from] rustls::Error),
}

/// TLS with a certificate that can be exchanged.
pub struct Tls {
    files: Files,
    acceptor: TlsAcceptor,
    served: Arc<Served>,
    again: Notify,
}

#[derive(Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

/// What stood in the files.
#[derive(PartialEq, Eq)]
struct Content {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

#[derive(Debug)]
struct Served(ArcSwap<CertifiedKey>);

impl ResolvesServerCert for Served {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

impl Tls {
    /// Reads the certificate chain and its key, both PEM. TLS 1.2 and 1.3; ALPN offers HTTP/2, then HTTP/1.1.
    pub fn load(certificate: PathBuf, key: PathBuf) -> Result<Self, TlsError> {
        let files = Files { certificate, key };
        let provider = Arc::new(aws_lc_rs::default_provider());
        let first = files.certified(&files.read()?, &provider)?;
        let served = Arc::new(Served(ArcSwap::from_pointee(first)));
        let resolver: Arc<dyn ResolvesServerCert> = Arc::<Served>::clone(&served);
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&version::TLS13, &version::TLS12])?
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { files, acceptor: TlsAcceptor::from(Arc::new(config)), served, again: Notify::new() })
    }

    /// Looks at the files now, not only at the next tick.
    pub fn look_again(&self) {
        self.again.notify_one();
    }

    /// Looks at the files for ever and serves what new connections should see. What cannot be served is logged once, when two
    /// looks found it: certificate and key are not replaced in the same instant.
    pub async fn watch(self: Arc<Self>) {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut served = self.files.look().await.ok();
        let mut seen_before = None;
        let mut complained = false;
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = self.again.notified() => {}
            }
            let content = self.files.look().await;
            if content.as_ref().ok() == served.as_ref() && content.is_ok() {
                (seen_before, complained) = (None, false);
                continue;
            }
            let found = content.and_then(|content| {
                let provider = self.acceptor.config().crypto_provider();
                self.files.certified(&content, provider).map(|key| (content, key))
            });
            match found {
                Ok((content, key)) => {
                    self.served.0.store(Arc::new(key));
                    served = Some(content);
                    (seen_before, complained) = (None, false);
                    tracing::info!("the certificate was reloaded");
                }
                Err(error) => {
                    let says = error.to_string();
                    if seen_before.as_ref() == Some(&says) && !complained {
                        complained = true;
                        let error: &dyn std::error::Error = &error;
                        tracing::error!(error, "the certificate was not reloaded; the last good one stays in force");
                    }
                    seen_before = Some(says);
                }
            }
        }
    }

    pub(super) fn accept<S: AsyncRead + AsyncWrite + Unpin>(&self, io: S) -> Accept<S> {
        self.acceptor.accept(io)
    }
}

impl Files {
    fn read(&self) -> Result<Content, TlsError> {
        let read = |path: &PathBuf| std::fs::read(path).map_err(unreadable(path));
        Ok(Content { certificate: read(&self.certificate)?, key: read(&self.key)? })
    }

    /// The same while calls are served, which a slow disk must not hold up.
    async fn look(&self) -> Result<Content, TlsError> {
        let certificate = tokio::fs::read(&self.certificate).await.map_err(unreadable(&self.certificate))?;
        let key = tokio::fs::read(&self.key).await.map_err(unreadable(&self.key))?;
        Ok(Content { certificate, key })
    }

    fn certified(&self, content: &Content, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
        let not_pem = |path: &PathBuf| {
            let path = path.clone();
            |source| TlsError::NotPem { path, source }
        };
        let chain = CertificateDer::pem_slice_iter(&content.certificate).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(not_pem(&self.certificate))?;
        if chain.is_empty() {
            return Err(TlsError::NoCertificate(self.certificate.clone()));
        }
        let key = PrivateKeyDer::from_pem_slice(&content.key).map_err(not_pem(&self.key))?;
        CertifiedKey::from_der(chain, key, provider).map_err(|source| TlsError::Unfit {
            certificate: self.certificate.clone(),
            key: self.key.clone(),
            source,
        })
    }
}

fn unreadable(path: &Path) -> impl FnOnce(std::io::Error) -> TlsError + use<> {
    let path = path.to_owned();
    |source| TlsError::Unreadable { path, source }
}
