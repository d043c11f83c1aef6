//! Other gateways that are measured beside, as `bench/peers.toml` describes them.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use crate::ask::{Ask, Language, Pace, http};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Peers {
    #[serde(default)]
    peer: Vec<Peer>,
}

/// One peer. `{upstream}` in a word of the command or in a variable becomes the upstream's host and port.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Peer {
    pub(crate) name: String,
    command: Vec<String>,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    /// Where it listens, on 127.0.0.1.
    port: u16,
    /// Where it takes OpenAI chat completions.
    path: String,
    /// Lines such as `authorization: Bearer sk-…`.
    #[serde(default)]
    headers: Vec<String>,
    /// A request; `{stream}` in it becomes `,"stream":true` or nothing.
    body: String,
    /// The path that answers 200 as soon as it is ready.
    ready_url: String,
}

/// Reads the file; none is no peers.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<Peer>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).context(path.display().to_string()),
    };
    Ok(toml::from_str::<Peers>(&text).with_context(|| path.display().to_string())?.peer)
}

impl Peer {
    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    pub(crate) fn words(&self, upstream: SocketAddr) -> Vec<String> {
        self.command.iter().map(|word| fill(word, upstream)).collect()
    }

    pub(crate) fn variables(&self, upstream: SocketAddr) -> Vec<(String, String)> {
        self.environment.iter().map(|(name, value)| (name.clone(), fill(value, upstream))).collect()
    }

    pub(crate) fn ready(&self) -> String {
        format!("GET {} HTTP/1.1\r\nhost: {}\r\n\r\n", self.ready_url, self.address())
    }

    /// Its request for a question, if it is one that peers are asked.
    pub(crate) fn request(&self, ask: Ask) -> Option<String> {
        let asked = ask.client == Language::OpenAi && ask.provider == Language::OpenAi && ask.pace == Pace::AtOnce;
        let headers: String = self.headers.iter().flat_map(|line| [line.as_str(), "\r\n"]).collect();
        let body = self.body.replace("{stream}", if ask.stream { r#","stream":true"# } else { "" });
        asked.then(|| http(self.address(), &self.path, &headers, &body))
    }
}

fn fill(text: &str, upstream: SocketAddr) -> String {
    text.replace("{upstream}", &upstream.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_is_a_table() {
        let text = r#"
            [[peer]]
            name = "other"
            command = ["other", "--upstream", "http://{upstream}/v1"]
            environment = { UPSTREAM = "{upstream}" }
            port = 4100
            path = "/v1/chat/completions"
            headers = ["authorization: Bearer sk-other"]
            body = '{"model":"m"{stream}}'
            ready_url = "/health"
        "#;
        let peers: Peers = toml::from_str(text).unwrap();
        let upstream = SocketAddr::from(([127, 0, 0, 1], 4010));
        assert_eq!(peers.peer[0].words(upstream)[2], "http://127.0.0.1:4010/v1");
        assert_eq!(peers.peer[0].variables(upstream), [("UPSTREAM".to_owned(), "127.0.0.1:4010".to_owned())]);
        let ask = |provider, stream| Ask { client: Language::OpenAi, provider, pace: Pace::AtOnce, stream };
        assert!(
            peers.peer[0].request(ask(Language::OpenAi, true)).unwrap().ends_with(r#"{"model":"m","stream":true}"#)
        );
        assert!(peers.peer[0].request(ask(Language::OpenAi, false)).unwrap().ends_with(r#"{"model":"m"}"#));
        assert_eq!(peers.peer[0].request(ask(Language::Bedrock, false)), None);
    }

    #[test]
    fn the_file_of_the_repository_enables_nobody() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench/peers.toml");
        assert!(path.exists());
        assert_eq!(read(&path).unwrap().len(), 0);
    }
}
