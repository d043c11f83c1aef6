//! Licence expressions: identifiers with AND, OR, WITH and brackets. `/` is the old spelling of OR.

use std::collections::VecDeque;

/// A licence expression, read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Licence {
    /// An identifier, with its exception if it has one: `Apache-2.0 WITH LLVM-exception`.
    One(String),
    All(Vec<Licence>),
    Any(Vec<Licence>),
}

impl Licence {
    /// Whether licences that are `allowed` suffice.
    pub(super) fn is_met(&self, allowed: &impl Fn(&str) -> bool) -> bool {
        match self {
            Self::One(name) => allowed(name),
            Self::All(parts) => parts.iter().all(|part| part.is_met(allowed)),
            Self::Any(parts) => parts.iter().any(|part| part.is_met(allowed)),
        }
    }
}

/// Reads an expression. The error says what is wrong with it.
pub(super) fn parse(text: &str) -> Result<Licence, String> {
    let spaced = text.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words: VecDeque<&str> = spaced.split_whitespace().collect();
    let licence = any(&mut words)?;
    match words.front() {
        None => Ok(licence),
        Some(word) => Err(format!("`{word}` was not expected")),
    }
}

fn any(words: &mut VecDeque<&str>) -> Result<Licence, String> {
    let mut parts = vec![all(words)?];
    while take(words, "OR") {
        parts.push(all(words)?);
    }
    Ok(single(parts, Licence::Any))
}

fn all(words: &mut VecDeque<&str>) -> Result<Licence, String> {
    let mut parts = vec![one(words)?];
    while take(words, "AND") {
        parts.push(one(words)?);
    }
    Ok(single(parts, Licence::All))
}

fn one(words: &mut VecDeque<&str>) -> Result<Licence, String> {
    if take(words, "(") {
        let inner = any(words)?;
        return if take(words, ")") { Ok(inner) } else { Err("a bracket is open".to_owned()) };
    }
    let name = identifier(words)?;
    if take(words, "WITH") {
        return Ok(Licence::One(format!("{name} WITH {}", identifier(words)?)));
    }
    Ok(Licence::One(name))
}

fn identifier(words: &mut VecDeque<&str>) -> Result<String, String> {
    match words.pop_front() {
        Some(word) if !["AND", "OR", "WITH", "(", ")"].contains(&word) => Ok(word.to_owned()),
        Some(word) => Err(format!("`{word}` stands where a licence should")),
        None => Err("a licence is missing at the end".to_owned()),
    }
}

fn take(words: &mut VecDeque<&str>, word: &str) -> bool {
    let found = words.front() == Some(&word);
    if found {
        words.pop_front();
    }
    found
}

fn single(mut parts: Vec<Licence>, many: fn(Vec<Licence>) -> Licence) -> Licence {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => many(parts.into_iter().chain(last).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn met(expression: &str) -> bool {
        parse(expression)
            .unwrap()
            .is_met(&|name| ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].contains(&name))
    }

    #[test]
    fn expressions_are_met_by_what_is_allowed() {
        for expression in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT AND Apache-2.0",
            "MIT/Apache-2.0",
            "BSL-1.0 / MIT",
            "Apache-2.0 WITH LLVM-exception",
            "(GPL-3.0 OR MIT) AND Apache-2.0",
            "GPL-3.0 AND ISC OR MIT",
        ] {
            assert!(met(expression), "{expression}");
        }
    }

    #[test]
    fn expressions_are_not_met_by_less() {
        for expression in [
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "GPL-3.0/LGPL-3.0",
            "MIT WITH x",
            "(GPL-3.0 OR ISC) AND MIT",
            "MIT AND (ISC OR GPL-3.0)",
            "mit",
        ] {
            assert!(!met(expression), "{expression}");
        }
    }

    #[test]
    fn what_is_no_expression_is_an_error() {
        for expression in ["", "MIT OR", "AND MIT", "(MIT", "MIT)", "MIT Apache-2.0", "MIT WITH"] {
            assert!(parse(expression).is_err(), "{expression}");
        }
    }
}
