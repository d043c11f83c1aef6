//! Turnpike as it is measured: virtual key, budget, hold, journal and ledger on, prices that are not zero.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::ask::{Ask, Language, Pace, http, model};
use crate::client;
use crate::machine::{Lane, Machine};
use crate::program::{Program, Start};

/// One gateway's configuration and data, which outlive its process.
pub(crate) struct Gateway {
    binary: PathBuf,
    folder: PathBuf,
    master: String,
    /// Where what it keeps is; none: in its folder.
    database: Option<String>,
    /// The virtual key of the load.
    pub(crate) key: String,
    /// From the start of the process to the first answer, on an empty data folder, in milliseconds.
    pub(crate) first_start: f64,
}

impl Gateway {
    /// Writes the configuration, starts the gateway once on an empty folder, makes the key and stops it again.
    pub(crate) fn prepare(
        machine: &Machine,
        folder: &Path,
        binary: &Path,
        upstream: SocketAddr,
        database: Option<String>,
    ) -> anyhow::Result<Self> {
        let master = format!("sk-{}", random_digits()?);
        let mut gateway = Self {
            binary: binary.to_owned(),
            folder: folder.to_owned(),
            master,
            database,
            key: String::new(),
            first_start: 0.0,
        };
        std::fs::write(folder.join("config.yaml"), configuration(upstream, &gateway.master))?;
        let master = gateway.master.clone();
        let (program, address, took) = gateway.start(machine, &master)?;
        gateway.first_start = took;
        gateway.key = gateway.generate_key(address, "bench")?;
        program.stop()?;
        Ok(gateway)
    }

    /// Starts it; returns where it listens and how many milliseconds passed until it answered a first call with `key`.
    pub(crate) fn start(&self, machine: &Machine, key: &str) -> anyhow::Result<(Program, SocketAddr, f64)> {
        let words = ["serve", "--host", "127.0.0.1", "--port", "0", "--data-dir", "data", "--config", "config.yaml"];
        let words: Vec<String> =
            [self.binary.display().to_string()].into_iter().chain(words.map(str::to_owned)).collect();
        let variables: Vec<_> = self.database.iter().map(|url| ("DATABASE_URL".to_owned(), url.clone())).collect();
        let start = Start { name: "turnpike", words: &words, variables: &variables, lane: Lane::Tested, input: None };
        let mut program = Program::start(machine, &self.folder, &start)?;
        let address = program.address()?;
        let ask = Ask { client: Language::OpenAi, provider: Language::OpenAi, pace: Pace::AtOnce, stream: false };
        let request = ask.request(address, crate::ask::Whom::Gateway { key });
        while !matches!(client::call(address, &request), Ok((200, _))) {
            program.still_starts()?;
        }
        let took = program.started.elapsed().as_secs_f64() * 1e3;
        Ok((program, address, took))
    }

    /// What the load's key has been charged, in dollars.
    pub(crate) fn spend(&self, address: SocketAddr) -> anyhow::Result<f64> {
        let request =
            format!("GET /key/info HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\r\n", self.key);
        let (status, body) = client::call(address, &request)?;
        let answer: serde_json::Value = serde_json::from_slice(&body)?;
        let spend = answer.pointer("/info/spend").and_then(serde_json::Value::as_f64);
        spend.with_context(|| format!("/key/info answers {status}: {}", String::from_utf8_lossy(&body)))
    }

    /// What administrators say.
    pub(crate) fn master(&self) -> &str {
        &self.master
    }

    /// Where its keys and its ledger are.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.join("data/turnpike.db")
    }

    pub(crate) fn generate_key(&self, address: SocketAddr, alias: &str) -> anyhow::Result<String> {
        let credential = format!("authorization: Bearer {}\r\n", self.master);
        let body = format!(r#"{{"key_alias": "{alias}", "max_budget": 1000000}}"#);
        let (status, body) = client::call(address, &http(address, "/key/generate", &credential, &body))?;
        let answer: serde_json::Value = serde_json::from_slice(&body)?;
        match answer.get("key").and_then(serde_json::Value::as_str) {
            Some(key) if status == 200 => Ok(key.to_owned()),
            _ => bail!("no key was generated ({status}): {}", String::from_utf8_lossy(&body)),
        }
    }
}

/// A model for each provider and pace, all of them the upstream.
fn configuration(upstream: SocketAddr, master: &str) -> String {
    let mut text = "model_list:\n".to_owned();
    for provider in Language::ALL {
        for pace in Pace::ALL {
            let base = format!("http://{upstream}{}", pace.prefix());
            let reached = match provider {
                Language::OpenAi | Language::Responses => format!("api_base: {base}/v1, api_key: sk-upstream"),
                Language::Anthropic | Language::Gemini | Language::Cohere => {
                    format!("api_base: {base}, api_key: sk-upstream")
                }
                Language::Bedrock => format!(
                    "aws_bedrock_runtime_endpoint: {base}, aws_access_key_id: AKIDBENCH, aws_secret_access_key: bench, aws_region_name: us-east-1"
                ),
            };
            let name = model(provider, pace);
            let prices = "input_cost_per_token: 0.000001, output_cost_per_token: 0.000002";
            // writing to a string does not fail
            writeln!(
                text,
                "  - model_name: {name}\n    litellm_params: {{model: {}, {reached}, {prices}}}",
                model_of(provider)
            )
            .ok();
        }
    }
    format!("{text}general_settings:\n  master_key: {master}\nturnpike:\n  shutdown_grace_ms: 1000\n")
}

/// What the configuration calls the model at a provider who speaks this language.
fn model_of(provider: Language) -> &'static str {
    match provider {
        Language::OpenAi => "openai/bench",
        Language::Responses => "openai/responses/bench",
        Language::Anthropic => "anthropic/bench",
        Language::Bedrock => "bedrock/bench",
        Language::Gemini => "gemini/bench",
        Language::Cohere => "cohere/bench",
    }
}

fn random_digits() -> anyhow::Result<String> {
    let mut bytes = [0; 24];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let mut digits = String::new();
    for byte in bytes {
        // writing to a string does not fail
        write!(digits, "{byte:02x}").ok();
    }
    Ok(digits)
}
