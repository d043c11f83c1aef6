//! Rows of `catalog/providers.toml`: what may be said of a provider that needs no code.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use wire::Dialect;
use wire::dialect::CeilingField;

use crate::provider::{Auth, OnDisconnect, Provider, Transport};

/// What is wrong with the catalogue.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error("the provider catalogue cannot be read")]
    Syntax(#[from] toml::de::Error),
    #[error("provider {provider}: {problem}")]
    Row { provider: String, problem: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    #[serde(default)]
    provider: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// The first half of `provider/model`, in LiteLLM's spelling where LiteLLM has the provider.
    id: String,
    #[serde(default)]
    aliases: Vec<String>,
    title: String,
    /// A name of `wire::Dialect`.
    dialect: String,
    /// Further dialects: a client of one of these is answered in its own.
    #[serde(default)]
    also: Vec<String>,
    /// It takes what of OpenAI's dialects only OpenAI itself is known to take: custom tools, cache breakpoints. It refuses what
    /// OpenAI refuses, too: strict tools whose schemas leave something open.
    #[serde(default)]
    extras: bool,
    /// Left out where every user has another. With `auth = "aws"`, `{region}` stands for the deployment's region.
    base_url: Option<String>,
    #[serde(default)]
    key_env: Vec<String>,
    #[serde(default)]
    base_env: Vec<String>,
    /// `none`, `bearer`, `aws` (a bearer key, else a signature), or the name of the header that holds the key alone.
    auth: String,
    /// The service that requests are signed for, with `auth = "aws"`.
    aws_service: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    forward_headers: Vec<String>,
    #[serde(default)]
    forward_query: Vec<String>,
    /// `max_tokens` for servers that do not know `max_completion_tokens`.
    ceiling: Option<String>,
    /// The tokens at which its servers end a text completion that says no `max_tokens`. Left out: at the end of the window.
    completion_ceiling: Option<u64>,
    /// Seconds to read on after the client left, for providers that bill the whole answer anyway. Left out: cancel.
    drain_seconds: Option<u64>,
}

/// Reads the rows of a catalogue.
pub(crate) fn parse(text: &str) -> Result<Vec<Provider>, CatalogueError> {
    toml::from_str::<Catalogue>(text)?.provider.into_iter().map(Row::into_provider).collect()
}

impl Row {
    fn into_provider(self) -> Result<Provider, CatalogueError> {
        let problem = |problem: String| CatalogueError::Row { provider: self.id.clone(), problem };
        let dialect = |name: &String| Dialect::from_name(name).ok_or_else(|| problem(format!("no dialect {name:?}")));
        let dialects = std::iter::once(&self.dialect).chain(&self.also).map(dialect).collect::<Result<Vec<_>, _>>()?;
        let ceiling = match self.ceiling.as_deref() {
            None => CeilingField::default(),
            Some("max_tokens") => CeilingField::MaxTokens,
            Some("max_completion_tokens") => CeilingField::MaxCompletionTokens,
            Some(other) => return Err(problem(format!("no ceiling field {other:?}"))),
        };
        if self.auth != "aws" && self.base_url.as_deref().is_some_and(|url| url.contains("{region}")) {
            return Err(problem("{region} in base_url needs auth = \"aws\": nobody else says a region".to_owned()));
        }
        Ok(Provider {
            transport: Transport::Http(dialects),
            auth: match self.auth.as_str() {
                "none" => Auth::None,
                "bearer" => Auth::Bearer,
                "aws" => {
                    Auth::Aws { service: self.aws_service.ok_or_else(|| problem("aws needs aws_service".to_owned()))? }
                }
                header => Auth::Header(header.to_owned()),
            },
            on_disconnect: self
                .drain_seconds
                .map_or(OnDisconnect::Cancel, |s| OnDisconnect::Drain(Duration::from_secs(s))),
            id: self.id,
            aliases: self.aliases,
            title: self.title,
            base_url: self.base_url,
            key_env: self.key_env,
            base_env: self.base_env,
            headers: self.headers.into_iter().collect(),
            forward_headers: self.forward_headers,
            forward_query: self.forward_query,
            ceiling,
            completion_ceiling: self.completion_ceiling,
            extras: self.extras,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_in_a_row_names_the_provider() {
        let row = |extra: &str| format!("[[provider]]\nid = \"p\"\ntitle = \"P\"\nauth = \"bearer\"\n{extra}");
        let error = parse(&row("dialect = \"klingon\"")).unwrap_err().to_string();
        assert_eq!(error, "provider p: no dialect \"klingon\"");
        let error = parse(&row("dialect = \"anthropic\"\nceiling = \"x\"")).unwrap_err().to_string();
        assert_eq!(error, "provider p: no ceiling field \"x\"");
        assert!(parse(&row("dialect = \"anthropic\"\nsurprise = 1")).is_err());
        assert!(parse(&row("dialect = \"anthropic\"\nbase_url = \"https://{region}.h\"")).is_err());
    }
}
