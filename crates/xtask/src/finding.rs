//! What a check has to say: findings, one line each, and notes on what it could not look at.

use std::fmt;

/// One thing to mend. Sorts by place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) path: String,
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) rule: &'static str,
    /// What is wrong and what to do about it.
    pub(crate) advice: String,
}

impl Finding {
    pub(crate) fn new(path: &str, line: usize, rule: &'static str, advice: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule, advice: advice.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.advice)
    }
}

/// All that one command found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// How much was looked at, in words: "120 files".
    pub(crate) checked: String,
    pub(crate) findings: Vec<Finding>,
    /// What was not looked at, and why.
    pub(crate) notes: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::Finding;

    #[test]
    fn a_finding_is_one_line_an_editor_can_jump_to() {
        let finding = Finding::new("crates/a/src/lib.rs", 7, "header", "say what it is for");
        assert_eq!(finding.to_string(), "crates/a/src/lib.rs:7: header: say what it is for");
    }
}
