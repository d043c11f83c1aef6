//! Text into one tree. The parser stops at the first key that stands twice in a mapping; here such keys are masked and
//! the text is parsed again, so that the rest of the file is checked too.

use std::sync::Arc;

use saphyr::{LoadableYamlNode, MarkedYaml, Marker, ScanError};

use super::super::findings::Findings;
use super::super::place::Mark;
use super::tree::Growing;
use super::{Node, nesting};

/// How many keys that stand twice are reported one by one.
const MASKS: u32 = 100;
/// Masked keys begin with a character from here on (a private range of Unicode that no key uses).
const FIRST_MASK: u32 = 0xE000;
/// What the parser calls a key that stands twice.
const TWICE: &str = "duplicated key in mapping";

/// Reads a file's text. `None` when there is nothing to go on with: the reason is among the findings, or, with no
/// finding, the text holds no document at all.
pub(in super::super) fn read(text: &str, file: &Arc<str>, findings: &mut Findings) -> Option<Node> {
    if let Some(line) = nesting::too_deep(text) {
        findings.error(&Mark { file: Arc::clone(file), line, column: 1 }, "", nesting::MESSAGE);
        return None;
    }
    let mut chars: Vec<char> = text.chars().collect();
    let mut twice: Vec<Marker> = Vec::new();
    loop {
        let source: String = chars.iter().collect();
        match MarkedYaml::load_from_str(&source) {
            Ok(documents) => {
                let mut growing = Growing::new(file, text, &twice, findings);
                return growing.single(&documents);
            }
            Err(error) => {
                let again = error.info() == TWICE && mask(&mut chars, error.marker(), &twice);
                if again {
                    twice.push(*error.marker());
                } else {
                    report(file, &twice, &error, findings);
                    return None;
                }
            }
        }
    }
}

/// Changes the first character of the key at `marker`, so that it is like no other key. False if that is not possible.
fn mask(chars: &mut [char], marker: &Marker, masked: &[Marker]) -> bool {
    let Some(number) = u32::try_from(masked.len()).ok().filter(|number| *number < MASKS) else { return false };
    let quoted = chars.get(marker.index()).is_some_and(|first| matches!(first, '"' | '\''));
    let index = marker.index() + usize::from(quoted);
    match (chars.get_mut(index), char::from_u32(FIRST_MASK + number)) {
        (Some(first), Some(unlike)) if first.is_alphanumeric() || matches!(*first, '_' | '*' | '<') => {
            *first = unlike;
            true
        }
        _ => false,
    }
}

/// After a key that stands twice the text is known to be well formed: what fails then fails because of the masks.
fn report(file: &Arc<str>, twice: &[Marker], error: &ScanError, findings: &mut Findings) {
    let here = |marker: &Marker| mark(file, marker);
    for marker in twice {
        findings.error(&here(marker), "", WRITTEN_TWICE);
    }
    if error.info() == TWICE {
        findings.error(&here(error.marker()), "", WRITTEN_TWICE);
    } else if twice.is_empty() {
        findings.error(&here(error.marker()), "", format!("not valid YAML: {}", error.info()));
    }
}

/// The message about a key that stands twice in one mapping.
pub(super) const WRITTEN_TWICE: &str = "this key is written twice in the same mapping";

/// The parser counts columns from zero.
pub(super) fn mark(file: &Arc<str>, marker: &Marker) -> Mark {
    Mark { file: Arc::clone(file), line: marker.line().max(1), column: marker.col() + 1 }
}
