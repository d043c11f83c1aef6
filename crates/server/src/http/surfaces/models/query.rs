//! What clients ask about the list of models, by LiteLLM's parameters. Those that nobody knows are passed over: SDKs add their own.

use engine::{AccessGroupNames, Wanted};
use http::Uri;

use crate::http::error::ApiError;
use crate::manage::params::{Params, not_yet};

/// LiteLLM's kinds of fallbacks.
const FALLBACKS: &[&str] = &["general", "context_window", "content_policy"];

/// The query of a list.
pub(super) struct Query {
    pub(super) wanted: Wanted,
    /// Whether each model says what is known beside.
    pub(super) metadata: bool,
}

impl Query {
    pub(super) fn of(uri: &Uri) -> Result<Self, ApiError> {
        let mut params = Params::of(uri)?;
        if params.flag("healthy_only", false)? {
            return Err(not_yet("healthy_only"));
        }
        let kind = params.text("fallback_type")?;
        if kind.is_some_and(|kind| !FALLBACKS.contains(&kind.as_str())) {
            return Err(ApiError::invalid("fallback_type", format!("must be one of {}", FALLBACKS.join(", "))));
        }
        let everything = match params.text("scope")?.as_deref() {
            None => false,
            Some("expand") => true,
            Some(_) => return Err(ApiError::invalid("scope", "must be expand, or left out")),
        };
        let beside = params.flag("include_model_access_groups", false)?;
        let access_groups = match (params.flag("only_model_access_groups", false)?, beside) {
            (true, _) => AccessGroupNames::Only,
            (false, true) => AccessGroupNames::Beside,
            (false, false) => AccessGroupNames::Left,
        };
        Ok(Self {
            wanted: Wanted {
                team: params.text("team_id")?,
                everything,
                patterns: params.flag("return_wildcard_routes", false)?,
                access_groups,
            },
            metadata: params.flag("include_metadata", false)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Query, Option<String>> {
        let uri = format!("/v1/models?{query}").parse().unwrap();
        Query::of(&uri).map_err(|error| error.reply.param)
    }

    #[test]
    fn bad_values_of_known_parameters_are_refused_by_name() {
        for (query, named) in [
            ("healthy_only=true", "healthy_only"),
            ("healthy_only=2", "healthy_only"),
            ("fallback_type=any", "fallback_type"),
            ("scope=all", "scope"),
            ("return_wildcard_routes=yes", "return_wildcard_routes"),
            ("team_id=a&team_id=b", "team_id"),
        ] {
            assert_eq!(read(query).err().flatten().as_deref(), Some(named), "{query}");
        }
        for query in ["healthy_only=false", "scope=", "limit=x&key=a&key=b", "fallback_type=general"] {
            assert!(read(query).is_ok(), "{query}");
        }
    }

    #[test]
    fn only_access_groups_wins_over_beside() {
        for (query, expected) in [
            ("", AccessGroupNames::Left),
            ("include_model_access_groups=true", AccessGroupNames::Beside),
            ("only_model_access_groups=1", AccessGroupNames::Only),
            ("include_model_access_groups=True&only_model_access_groups=True", AccessGroupNames::Only),
        ] {
            assert_eq!(read(query).ok().unwrap().wanted.access_groups, expected, "{query}");
        }
    }
}
