//! The ports of `turnpike serve`: one, plain or with TLS, and with TLS a plain one beside it if that is wanted.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use engine::tasks::Tasks;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{ServeArguments, TlsArguments};
use crate::http::accept::{self, Door, Front, Tls};

/// Ports that are open and not served yet.
pub(super) struct Listeners {
    main: Door,
    address: SocketAddr,
    plain: Option<(TcpListener, SocketAddr)>,
}

impl Listeners {
    pub(super) async fn open(arguments: &ServeArguments) -> anyhow::Result<Self> {
        let tls = tls(&arguments.tls)?;
        let (listener, address) = bind(&arguments.host, arguments.port).await?;
        let plain = match arguments.tls.plain_port {
            Some(port) => Some(bind(&arguments.host, port).await?),
            None => None,
        };
        Ok(Self { main: Door { listener, tls: tls.map(Arc::new) }, address, plain })
    }

    /// The main port's address.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the plain port beside it.
    pub(super) fn plain_address(&self) -> Option<SocketAddr> {
        self.plain.as_ref().map(|(_, address)| *address)
    }

    pub(super) fn tls(&self) -> Option<&Arc<Tls>> {
        self.main.tls.as_ref()
    }

    /// Serves all ports as `accepting`, until `stop`.
    pub(super) fn serve(self, front: &Front, accepting: &Tasks, stop: &watch::Sender<bool>) {
        if let Some(tls) = self.tls() {
            // not among those that are waited for: it does not end
            Tasks::default().spawn("certificate", Arc::clone(tls).watch());
        }
        let plain = self.plain.map(|(listener, _)| Door { listener, tls: None });
        for door in [Some(self.main), plain].into_iter().flatten() {
            accepting.spawn("accept", accept::serve(door, front.clone(), stop.subscribe()));
        }
    }
}

fn tls(arguments: &TlsArguments) -> anyhow::Result<Option<Tls>> {
    match (&arguments.tls_cert, &arguments.tls_key) {
        (Some(certificate), Some(key)) => {
            Ok(Some(Tls::load(certificate.clone(), key.clone()).context("TLS cannot be served")?))
        }
        (Some(_), None) => {
            bail!("there is a certificate and no key: set --tls-key or SSL_KEYFILE_PATH, or leave both out")
        }
        (None, Some(_)) => {
            bail!("there is a key and no certificate: set --tls-cert or SSL_CERTFILE_PATH, or leave both out")
        }
        (None, None) if arguments.plain_port.is_some() => {
            bail!("--plain-port is for a second port beside TLS: set --tls-cert and --tls-key, or use --port alone")
        }
        (None, None) => Ok(None),
    }
}

async fn bind(host: &str, port: u16) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener =
        TcpListener::bind((host, port)).await.with_context(|| format!("{host}:{port} cannot be listened on"))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}
