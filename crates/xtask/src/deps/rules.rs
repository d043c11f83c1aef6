//! deps.toml as types.

use anyhow::{Context, Result};
use cargo_metadata::semver::Version;
use serde::Deserialize;

use crate::repository::Repository;

/// Where the rules are kept.
pub(super) const RULES: &str = "deps.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    pub(super) licences: Licences,
    pub(super) sources: Sources,
    #[serde(rename = "ban")]
    pub(super) bans: Vec<Ban>,
    #[serde(rename = "floor")]
    pub(super) floors: Vec<Floor>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Licences {
    pub(super) allow: Vec<String>,
    pub(super) exceptions: Vec<LicenceException>,
}

/// One crate that may come under one more licence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LicenceException {
    #[serde(rename = "crate")]
    pub(super) name: String,
    pub(super) licence: String,
    #[expect(dead_code, reason = "for the reader of the file, who must write one")]
    pub(super) reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sources {
    pub(super) registries: Vec<String>,
    pub(super) git: Vec<GitSource>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GitSource {
    /// As cargo writes it, up to the `?` or `#`: `git+https://…`.
    pub(super) url: String,
    #[expect(dead_code, reason = "for the reader of the file, who must write one")]
    pub(super) reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ban {
    pub(super) crates: Vec<String>,
    pub(super) scope: Scope,
    pub(super) reason: String,
}

/// How far a ban reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Scope {
    /// No crate of ours names it; others may bring it.
    Direct,
    /// Nobody brings it.
    Any,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Floor {
    #[serde(rename = "crate")]
    pub(super) name: String,
    pub(super) version: Version,
    pub(super) reason: String,
}

impl Rules {
    pub(super) fn read(repository: &Repository) -> Result<Self> {
        let file = repository.file(RULES).context("deps.toml is not among git's files")?;
        Self::parse(&file.text)
    }

    fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).context(RULES)
    }
}

#[cfg(test)]
mod tests {
    use super::{Rules, Scope};
    use crate::deps::spdx;

    const TEXT: &str = include_str!("../../../../deps.toml");

    #[test]
    fn the_rules_of_this_repository_can_be_read() {
        let rules = Rules::parse(TEXT).unwrap();
        assert!(rules.bans.iter().any(|ban| ban.scope == Scope::Direct));
        assert!(rules.licences.allow.iter().all(|licence| spdx::parse(licence).is_ok()));
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(Rules::parse(&TEXT.replace("scope =", "scoop =")).is_err());
    }

    #[test]
    fn every_ban_and_every_floor_has_a_reason() {
        let rules = Rules::parse(TEXT).unwrap();
        assert!(rules.bans.iter().all(|ban| !ban.reason.trim().is_empty()));
        assert!(rules.floors.iter().all(|floor| !floor.reason.trim().is_empty()));
    }
}
