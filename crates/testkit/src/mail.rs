//! A mail server: as much of SMTP as it takes to hand over an e-mail, with a login and STARTTLS where a test wants them.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parking_lot::Mutex;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::server::spawn;
use crate::services::{self, Certificate};

/// What the server wants.
#[derive(Default)]
pub struct MailOptions {
    /// User and password, as whom one has to be known before one sends.
    pub login: Option<(String, String)>,
    /// It says nothing about mail before the connection is TLS with this certificate.
    pub tls: Option<Certificate>,
}

/// An e-mail as it was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub from: String,
    pub to: Vec<String>,
    /// Head and body.
    pub text: String,
}

/// On one port, until dropped.
pub struct MailServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    _running: watch::Sender<()>,
}

struct Shared {
    login: Option<String>,
    tls: Option<TlsAcceptor>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    taken: Vec<Letter>,
    is_busy: bool,
    refused: usize,
}

impl MailServer {
    /// Starts on the current runtime.
    pub async fn start(options: MailOptions) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let login = options.login.map(|(user, password)| STANDARD.encode(format!("\0{user}\0{password}")));
        let tls = options.tls.map(|certificate| services::tls_config(&certificate)).transpose()?;
        let tls = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
        let shared = Arc::new(Shared { login, tls, state: Mutex::default() });
        let (running, stopped) = watch::channel(());
        spawn(accept(listener, Arc::clone(&shared), stopped));
        Ok(Self { address, shared, _running: running })
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Whether it sends everybody away from now on.
    pub fn be_busy(&self, is_busy: bool) {
        self.shared.state.lock().is_busy = is_busy;
    }

    /// What it took, in order.
    pub fn taken(&self) -> Vec<Letter> {
        self.shared.state.lock().taken.clone()
    }

    /// How often it sent somebody away.
    pub fn refused(&self) -> usize {
        self.shared.state.lock().refused
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, mut stopped: watch::Receiver<()>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.changed() => return,
        };
        let Ok((stream, _)) = accepted else { continue };
        let (shared, mut stopped) = (Arc::clone(&shared), stopped.clone());
        spawn(async move {
            // how a connection ends is no matter of the test's
            tokio::select! {
                _ended = talk(&shared, stream) => {}
                _ = stopped.changed() => {}
            }
        });
    }
}

async fn talk(shared: &Shared, stream: TcpStream) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let is_over = Talk { shared, is_private: false }.run(&mut stream).await?;
    let (false, Some(tls)) = (is_over, &shared.tls) else { return Ok(()) };
    let mut stream = BufReader::new(tls.accept(stream.into_inner()).await?);
    Talk { shared, is_private: true }.run(&mut stream).await.map(drop)
}

struct Talk<'a> {
    shared: &'a Shared,
    is_private: bool,
}

impl Talk<'_> {
    /// Whether it is over; else it goes on as TLS.
    async fn run<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: &mut BufReader<S>) -> io::Result<bool> {
        if self.send_away() {
            say(stream, "421 busy").await?;
            return Ok(true);
        }
        if !self.is_private {
            say(stream, "220 testkit").await?;
        }
        let mut is_known = self.shared.login.is_none();
        let mut letter = Letter { from: String::new(), to: Vec::new(), text: String::new() };
        let mut line = String::new();
        while read(stream, &mut line).await? {
            let must_be_private = self.shared.tls.is_some() && !self.is_private;
            let (verb, rest) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
            let answer = match verb.to_ascii_uppercase().as_str() {
                "EHLO" if must_be_private => "250-testkit\r\n250 STARTTLS",
                "EHLO" => "250-testkit\r\n250 AUTH PLAIN",
                "STARTTLS" if must_be_private => {
                    say(stream, "220 go on").await?;
                    return Ok(false);
                }
                "QUIT" => {
                    say(stream, "221 bye").await?;
                    return Ok(true);
                }
                _ if must_be_private => "530 STARTTLS first",
                "AUTH" => {
                    is_known = self.shared.login.as_deref() == rest.strip_prefix("PLAIN ");
                    if is_known { "235 known" } else { "535 unknown" }
                }
                _ if !is_known => "530 AUTH first",
                "MAIL" => {
                    rest.clone_into(&mut letter.from);
                    "250 ok"
                }
                "RCPT" => {
                    letter.to.push(rest.trim_start_matches("TO:").trim_matches(['<', '>']).to_owned());
                    "250 ok"
                }
                "DATA" => {
                    say(stream, "354 go on").await?;
                    letter.text = text(stream).await?;
                    self.shared.state.lock().taken.push(letter.clone());
                    letter.to.clear();
                    "250 taken"
                }
                _ => "502 unknown",
            };
            say(stream, answer).await?;
        }
        Ok(true)
    }

    fn send_away(&self) -> bool {
        let mut state = self.shared.state.lock();
        state.refused += usize::from(state.is_busy);
        state.is_busy
    }
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, line: &str) -> io::Result<()> {
    stream.write_all(format!("{line}\r\n").as_bytes()).await?;
    stream.flush().await
}

/// The next line; whether there is one.
async fn read<S: AsyncRead + Unpin>(stream: &mut BufReader<S>, line: &mut String) -> io::Result<bool> {
    line.clear();
    Ok(stream.read_line(line).await? > 0)
}

/// Up to the line with a dot.
async fn text<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> io::Result<String> {
    let (mut text, mut line) = (String::new(), String::new());
    while read(stream, &mut line).await? && line != ".\r\n" {
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
    Ok(text)
}
