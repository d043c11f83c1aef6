//! Texts, bounded: rows are read for calls and shown in lists, and no one of them may make that dear.

use std::collections::BTreeMap;

use money::window::Period;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::manage::body::Change;

const LONGEST_NAME: usize = 255;
const LONGEST_DESCRIPTION: usize = 4 << 10;
const MOST_NAMES: usize = 1_000;
const LONGEST_MODEL: usize = 256;

/// An id, an alias or another name.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, max_length = 255)]
pub(crate) struct Name(pub(in crate::manage) String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.chars().count() > LONGEST_NAME {
            return Err(D::Error::custom(format!("must have at most {LONGEST_NAME} characters")));
        }
        if text.contains('\0') {
            return Err(D::Error::custom("must not contain the character NUL"));
        }
        Ok(Self(text))
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

/// LiteLLM's clients send an empty text where they mean none.
pub(in crate::manage) fn nameable(name: Change<Name>) -> Change<Name> {
    match name {
        Change::Set(name) if name.0.is_empty() => Change::Clear,
        name => name,
    }
}

/// What something is for, in at most 4,096 bytes.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(value_type = String)]
pub(crate) struct Description(String);

impl<'de> Deserialize<'de> for Description {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.len() > LONGEST_DESCRIPTION {
            return Err(D::Error::custom(format!("must have at most {LONGEST_DESCRIPTION} bytes")));
        }
        if text.contains('\0') {
            return Err(D::Error::custom("must not contain the character NUL"));
        }
        Ok(Self(text))
    }
}

impl From<Description> for String {
    fn from(description: Description) -> Self {
        description.0
    }
}

/// A list of such names.
#[derive(Clone, Debug, Default, PartialEq, Eq, ToSchema)]
#[schema(value_type = Vec<String>, max_items = 1000)]
pub(crate) struct Names(pub(in crate::manage) Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<Name>::deserialize(deserializer)?;
        if names.len() > MOST_NAMES {
            return Err(D::Error::custom(format!("must have at most {MOST_NAMES} elements")));
        }
        Ok(Self(names.into_iter().map(String::from).collect()))
    }
}

impl From<Names> for Vec<String> {
    fn from(names: Names) -> Self {
        names.0
    }
}

/// Models that may be used: names of model groups, patterns with one `*`, access groups, or LiteLLM's words
/// `all-proxy-models`, `all-team-models` and `no-default-models`.
#[derive(Clone, Debug, Default, PartialEq, Eq, ToSchema)]
#[schema(value_type = Vec<String>, max_items = 1000)]
pub(crate) struct ModelNames(pub(in crate::manage) Vec<String>);

impl<'de> Deserialize<'de> for ModelNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Names::deserialize(deserializer)?.0;
        if names.iter().any(|name| name.len() > LONGEST_MODEL) {
            return Err(D::Error::custom(format!("must be names of at most {LONGEST_MODEL} bytes")));
        }
        Ok(Self(names))
    }
}

impl From<ModelNames> for Vec<String> {
    fn from(names: ModelNames) -> Self {
        names.0
    }
}

/// Other names for model groups, by name: as many and as long as [`ModelNames`].
#[derive(Clone, Debug, Default, PartialEq, Eq, ToSchema)]
#[schema(value_type = BTreeMap<String, String>)]
pub(crate) struct Aliases(BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Aliases {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let aliases = BTreeMap::<String, String>::deserialize(deserializer)?;
        if aliases.len() > MOST_NAMES {
            return Err(D::Error::custom(format!("must be at most {MOST_NAMES} names")));
        }
        if aliases.iter().flat_map(|(alias, name)| [alias, name]).any(|name| name.len() > LONGEST_MODEL) {
            return Err(D::Error::custom(format!("must be names of at most {LONGEST_MODEL} bytes")));
        }
        Ok(Self(aliases))
    }
}

impl From<Aliases> for BTreeMap<String, String> {
    fn from(aliases: Aliases) -> Self {
        aliases.0
    }
}

/// A duration like `30s`, `15m`, `24h`, `7d`, `2w`, `1mo`, that is longer than nothing.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, example = "30d")]
pub(crate) struct DurationText(pub(in crate::manage) String);

impl<'de> Deserialize<'de> for DurationText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Period::parse(&text).map_err(D::Error::custom)?;
        Ok(Self(text))
    }
}

impl From<DurationText> for String {
    fn from(duration: DurationText) -> Self {
        duration.0
    }
}
