//! Names and ids as Bedrock allows them. Ids of calls come from the provider that answered the turn before, and need not fit.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::json::Invalid;

/// The most bytes of a call's id and of a tool's name.
const ID: usize = 64;
/// The most bytes of a value of the request's metadata.
const METADATA: usize = 256;
/// The most bytes of a document's name.
const DOCUMENT: usize = 200;

/// The id of a call: itself where it fits, else one made from it, the same for the call and its result.
pub(super) fn call_id(id: &str) -> Cow<'_, str> {
    fitted(id, ID, |byte| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte))
}

/// An end user's id as a value of the request's metadata.
pub(super) fn user(id: &str) -> Cow<'_, str> {
    fitted(id, METADATA, in_metadata)
}

/// Whether an entry of the request's metadata is one that Bedrock takes.
pub(super) fn is_metadata(key: &str, value: &str) -> bool {
    let fits = |text: &str| text.len() <= METADATA && text.bytes().all(in_metadata);
    !key.is_empty() && fits(key) && fits(value)
}

fn in_metadata(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" \t\n\r\x0b\x0c:_@$#=/+,-.".contains(&byte)
}

/// A tool's name. One that does not fit is refused: the model answers with it, and the client knows its tools by it.
pub(super) fn tool_name(name: &str, path: impl FnOnce() -> String) -> Result<&str, Invalid> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    if (1..=ID).contains(&name.len()) && name.bytes().all(allowed) {
        return Ok(name);
    }
    let problem = format!("must be 1 to {ID} letters (a-z, A-Z), digits, _ or - for this provider");
    Err(Invalid::new(path(), problem))
}

/// `text` where it fits, else as much of it as fits, and a digest of all of it that keeps it apart from others.
fn fitted(text: &str, most: usize, allowed: fn(u8) -> bool) -> Cow<'_, str> {
    if !text.is_empty() && text.len() <= most && text.bytes().all(allowed) {
        return Cow::Borrowed(text);
    }
    let digest = format!("-{:016x}", digest(text.as_bytes()));
    let fits = |char: char| u8::try_from(char).is_ok_and(|byte| byte.is_ascii() && allowed(byte));
    let kept = text.chars().map(|char| if fits(char) { char } else { '_' }).take(most.saturating_sub(digest.len()));
    Cow::Owned(kept.chain(digest.chars()).collect())
}

/// FNV-1a: the same on every machine and in every version.
fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The names of a request's documents: Bedrock refuses one that stands twice.
#[derive(Debug, Default)]
pub(super) struct DocumentNames {
    /// How often each name was given; a request may hold any number of documents.
    given: HashMap<String, u32>,
}

impl DocumentNames {
    /// `name` in the letters that Bedrock takes and without the ending that says the format, with a number where it was given
    /// before.
    pub(super) fn of(&mut self, name: Option<&str>, format: &str) -> String {
        let name = plain(name.unwrap_or_default(), format);
        let mut count = self.given.get(&name).copied().unwrap_or(0);
        let free = loop {
            count = count.saturating_add(1);
            let numbered = if count == 1 { name.clone() } else { numbered(&name, count) };
            if !self.given.contains_key(&numbered) {
                break numbered;
            }
        };
        self.given.insert(free.clone(), 1);
        self.given.insert(name, count);
        free
    }
}

fn numbered(name: &str, count: u32) -> String {
    let number = format!(" ({count})");
    let kept: String = name.chars().take(DOCUMENT.saturating_sub(number.len())).collect();
    format!("{}{number}", kept.trim_end())
}

fn plain(name: &str, format: &str) -> String {
    let stem = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.eq_ignore_ascii_case(format) => stem,
        _ => name,
    };
    let allowed = |char: char| char.is_ascii_alphanumeric() || "-()[]".contains(char);
    let spaced: String = stem.chars().map(|char| if allowed(char) { char } else { ' ' }).collect();
    let words: Vec<&str> = spaced.split_ascii_whitespace().collect();
    let kept: String = words.join(" ").chars().take(DOCUMENT).collect();
    match kept.trim_end() {
        "" => "document".to_owned(),
        kept => kept.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_fits_is_kept_and_another_is_replaced_for_good() {
        for kept in ["tooluse_Ab-1", "call.1:2", "a", &"x".repeat(64)] {
            assert_eq!(call_id(kept), kept);
        }
        for (id, expected) in
            [("", "-cbf29ce484222325"), ("call|1", "call_1-9695bc995e60283a"), ("caf\u{e9}", "caf_-48e8823acfa40d89")]
        {
            assert_eq!(call_id(id), expected, "{id}");
        }
        let long = "y".repeat(65);
        assert_eq!(call_id(&long).len(), 64);
        assert_ne!(call_id(&long), call_id(&"y".repeat(66)));
    }

    #[test]
    fn a_user_keeps_its_letters() {
        assert_eq!(user("a b@c.de"), "a b@c.de");
        assert!(user(r#"{"device":"x"}"#).starts_with("__device_:_x__-"));
        assert_eq!(user(&"\u{1f600}".repeat(300)).len(), 256);
    }

    #[test]
    fn documents_have_names_of_their_own() {
        let mut names = DocumentNames::default();
        let long = "l".repeat(300);
        for (name, expected) in [
            (Some("report.pdf"), "report"),
            (Some("report.PDF"), "report (2)"),
            (Some("report (2)"), "report (2) (2)"),
            (Some("report"), "report (3)"),
            (Some("  my_file  v1.2.txt "), "my file v1 2 txt"),
            (Some("[x](y)-z"), "[x](y)-z"),
            (Some("\u{6587}\u{66f8}.pdf"), "document"),
            (None, "document (2)"),
            (Some(&long), &"l".repeat(200)),
            (Some(&long), &format!("{} (2)", "l".repeat(196))),
        ] {
            assert_eq!(names.of(name, "pdf"), expected, "{name:?}");
        }
    }

    #[test]
    fn tools_are_called_by_names_that_fit() {
        let fits = |name: &str| tool_name(name, || "tools[0].name".to_owned()).is_ok();
        assert!(fits("get_weather-2") && fits(&"n".repeat(64)));
        assert!(!fits("") && !fits("a.b") && !fits("n\u{e4}me") && !fits(&"n".repeat(65)));
    }

    #[test]
    fn metadata_is_what_bedrock_takes() {
        assert!(is_metadata("team", "") && is_metadata("a b", "x@y.z/1+2=3,4-5#$"));
        assert!(!is_metadata("", "x") && !is_metadata("k", "{}") && !is_metadata("k", &"x".repeat(257)));
    }
}
