//! What is wrong with a configuration: every mistake at once, each with its place.

use std::fmt;

use super::place::Place;

/// One mistake. Messages name keys and variables, never values that may be secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct ConfigError {
    /// Where.
    pub place: Place,
    /// What, in words for the person who wrote the file.
    pub message: String,
}

/// All mistakes of a configuration, in the order of the files and their lines. Shows as one line a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(Vec<ConfigError>);

impl ConfigErrors {
    /// Brings the errors into the order of their lines; files stay in the order in which they came up.
    pub fn new(mut errors: Vec<ConfigError>) -> Self {
        let mut files = Vec::new();
        for error in &errors {
            if !files.contains(&error.place.file) {
                files.push(error.place.file.clone());
            }
        }
        errors.sort_by_key(|error| {
            let file = files.iter().position(|file| *file == error.place.file);
            (file, error.place.line, error.place.column)
        });
        Self(errors)
    }

    /// The mistakes, one by one.
    pub fn iter(&self) -> std::slice::Iter<'_, ConfigError> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a ConfigErrors {
    type Item = &'a ConfigError;
    type IntoIter = std::slice::Iter<'a, ConfigError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}
