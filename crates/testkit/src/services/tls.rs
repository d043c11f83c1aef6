//! Certificates for servers, and TLS before one whose build has none.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::server::spawn;

/// What a server proves its name with, both as PEM.
#[derive(Clone)]
pub struct Certificate {
    /// The server's own certificate, then those of its issuers.
    pub chain: String,
    /// Its private key.
    pub key: String,
}

/// A port that speaks TLS and hands on what it hears to another, which does not.
pub(super) struct Terminator {
    address: SocketAddr,
    _running: watch::Sender<()>,
}

impl Terminator {
    /// Starts before `target`, on the current runtime, and ends when dropped.
    pub(super) async fn start(target: SocketAddr, certificate: &Certificate) -> io::Result<Self> {
        let acceptor = TlsAcceptor::from(Arc::new(config(certificate)?));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (running, stopped) = watch::channel(());
        spawn(accept(listener, acceptor, target, stopped));
        Ok(Self { address, _running: running })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

pub(crate) fn config(certificate: &Certificate) -> io::Result<ServerConfig> {
    let chain = CertificateDer::pem_slice_iter(certificate.chain.as_bytes()).collect::<Result<_, _>>();
    let chain = chain.map_err(io::Error::other)?;
    let key = PrivateKeyDer::from_pem_slice(certificate.key.as_bytes()).map_err(io::Error::other)?;
    ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(io::Error::other)
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, target: SocketAddr, mut stopped: watch::Receiver<()>) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            Some(_) = open.join_next() => {}
            accepted = listener.accept() => if let Ok((client, _)) = accepted {
                open.spawn(hand_on(client, acceptor.clone(), target));
            },
        }
    }
}

/// A connection that breaks is the client's to notice.
async fn hand_on(client: TcpStream, acceptor: TlsAcceptor, target: SocketAddr) -> io::Result<()> {
    let mut client = acceptor.accept(client).await?;
    let mut server = TcpStream::connect(target).await?;
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}
