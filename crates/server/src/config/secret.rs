//! A secret that the file names, which may be missing.

use engine::secret::Secret;

/// A secret as it was written, or the name of the variable that should have held it. Whether that is a mistake depends
/// on who needs the secret, which this stage does not know.
#[derive(Debug, Clone)]
pub enum Resolved {
    /// The secret is there.
    Found(Secret),
    /// The file says `os.environ/NAME` and the environment has no such variable, or an empty one.
    Missing {
        /// The variable.
        name: String,
    },
}

impl Resolved {
    /// The secret, if it is there.
    pub fn found(&self) -> Option<&Secret> {
        match self {
            Self::Found(secret) => Some(secret),
            Self::Missing { .. } => None,
        }
    }
}
