//! Notes on the call, which Google keeps in its bills.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::chat::Request;
use crate::openai_chat::request::Dropped;

/// The most letters of a label's name and of its value, and the most labels.
const LENGTH: usize = 63;
const LABELS: usize = 64;

pub(super) struct Labels<'a>(Vec<(&'a str, Cow<'a, str>)>);

impl<'a> Labels<'a> {
    /// The end user is among the labels, the only place for one. Notes that are no labels are named.
    pub(super) fn of(request: &'a Request, dropped: &mut Dropped) -> Self {
        let mut labels: Vec<(&str, Cow<'_, str>)> = Vec::new();
        for (key, value) in &request.metadata {
            let is_name = key.starts_with(|first: char| first.is_ascii_lowercase());
            if labels.len() < LABELS && is_name && fits(key) && fits(value) {
                labels.push((key, Cow::Borrowed(value)));
            } else {
                dropped.name(format!("metadata.{key}"));
            }
        }
        if let Some(user) = request.user.as_deref().filter(|user| !user.is_empty()) {
            if labels.len() < LABELS && labels.iter().all(|(key, _)| *key != "user") {
                labels.push(("user", fitted(user)));
            } else {
                dropped.name("user");
            }
        }
        Self(labels)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Labels<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

fn fits(text: &str) -> bool {
    text.len() <= LENGTH && text.bytes().all(is_letter)
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-')
}

/// `text` where it fits, else as much of it as fits, and a sum of all of it that keeps it apart from others.
fn fitted(text: &str) -> Cow<'_, str> {
    if fits(text) {
        return Cow::Borrowed(text);
    }
    let sum = format!("-{:08x}", crc32fast::hash(text.as_bytes()));
    let lower = text.chars().map(|letter| letter.to_ascii_lowercase());
    let legal = lower.map(|letter| if u8::try_from(letter).is_ok_and(is_letter) { letter } else { '_' });
    Cow::Owned(legal.take(LENGTH - sum.len()).chain(sum.chars()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_have_small_letters() {
        let note = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let metadata = vec![note("team", "red-1"), note("Team", "x"), note("a", "B"), note("1", "x"), note("e", "")];
        let request = Request { metadata, user: Some("Ann@x".into()), ..Request::default() };
        let mut dropped = Dropped::default();
        let labels = Labels::of(&request, &mut dropped);
        insta::assert_snapshot!(serde_json::to_string(&labels).unwrap());
        assert_eq!(dropped.into_paths(), ["metadata.Team", "metadata.a", "metadata.1"]);
        let long = "x".repeat(80);
        assert_eq!(fitted(&long).len(), 63);
        assert_ne!(fitted(&long), fitted(&"x".repeat(81)));
    }
}
