//! Where something was written: file, line, column and the path of keys that leads there.

use std::fmt;
use std::sync::Arc;

use super::error::ConfigError;

/// A position in a file, without the path of keys. Lines and columns count from one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) file: Arc<str>,
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Mark {
    /// The file as a whole: for a file that cannot be read there is no line to name.
    pub(super) fn whole_file(file: &Arc<str>) -> Self {
        Self { file: Arc::clone(file), line: 0, column: 0 }
    }

    pub(super) fn at(&self, path: &str) -> Place {
        Place { file: Arc::clone(&self.file), path: path.to_owned(), line: self.line, column: self.column }
    }
}

/// Where a value was written. Shows as `config.yaml:12:5: model_list[0].model_name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as it was named on the command line or in `include`.
    pub file: Arc<str>,
    /// The keys that lead to the value: `model_list[2].litellm_params.model`. Empty for the file as a whole.
    pub path: String,
    /// Counted from one; zero when the file as a whole is meant.
    pub line: usize,
    /// Counted from one, in characters; zero when the file as a whole is meant.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        if self.path.is_empty() { Ok(()) } else { write!(f, ": {}", self.path) }
    }
}

/// A value and where it was written, so that the second stage can point at it too.
#[derive(Debug, Clone)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

impl<T> Placed<T> {
    /// An error about this value.
    pub fn error(&self, message: impl Into<String>) -> ConfigError {
        ConfigError { place: self.place.clone(), message: message.into() }
    }
}

/// `parent` followed by `key`; a key that is more than a plain word is quoted.
pub(super) fn join(parent: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if !plain {
        format!("{parent}[{key:?}]")
    } else if parent.is_empty() {
        key.to_owned()
    } else {
        format!("{parent}.{key}")
    }
}

/// `parent` followed by the index of a list item.
pub(super) fn join_index(parent: &str, index: usize) -> String {
    format!("{parent}[{index}]")
}
