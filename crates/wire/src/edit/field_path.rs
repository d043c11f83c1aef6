//! Fields that a configuration names, cut out of bodies: `top_k`, `reasoning.summary`, `tools[*].strict`.

use std::borrow::Cow;

use bytes::Bytes;

use super::Edits;

/// Without these there is no call, or the gateway no longer knows what it costs and how it is answered.
const NEEDED: &[&str] = &["model", "messages", "input", "stream", "inferenceConfig"];
/// What binds the output, wherever it stands: the hold of a call rests on it.
const CEILINGS: &[&str] = &["max_tokens", "max_completion_tokens", "max_output_tokens", "maxTokens"];

/// Where fields stand in a body, in LiteLLM's spelling: names with dots between them, `[*]` or `[0]` behind a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath {
    written: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Item(usize),
    Items,
}

/// What is wrong with a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldPathError {
    #[error("write names with dots between them, and [*] or [0] behind a list: tools[*].strict")]
    Spelling,
    #[error("end it with the name of a field: items of lists are not dropped")]
    Item,
    #[error("this field cannot be dropped: without it the gateway cannot make the call, or cannot bound what it costs")]
    Needed,
}

impl FieldPath {
    /// The field of that name in the body's own object.
    pub fn field(name: &str) -> Self {
        Self { written: name.to_owned(), steps: vec![Step::Name(name.to_owned())] }
    }

    pub fn parse(written: &str) -> Result<Self, FieldPathError> {
        let mut steps = Vec::new();
        for part in written.split('.') {
            let (name, items) = part.split_at(part.find('[').unwrap_or(part.len()));
            if name.is_empty() || name.contains([']', '*', ' ']) {
                return Err(FieldPathError::Spelling);
            }
            steps.push(Step::Name(name.to_owned()));
            let items = items.strip_suffix(']').map_or(Some(items).filter(|items| items.is_empty()), Some);
            for item in items.ok_or(FieldPathError::Spelling)?.split("][").filter(|item| !item.is_empty()) {
                let item = item.strip_prefix('[').unwrap_or(item);
                let index = || item.parse().map(Step::Item).map_err(|_| FieldPathError::Spelling);
                steps.push(if item == "*" { Step::Items } else { index()? });
            }
        }
        match (steps.as_slice(), steps.last()) {
            ([Step::Name(only)], _) if NEEDED.contains(&only.as_str()) => Err(FieldPathError::Needed),
            (_, Some(Step::Name(last))) if CEILINGS.contains(&last.as_str()) => Err(FieldPathError::Needed),
            (_, Some(Step::Name(_))) => Ok(Self { written: written.to_owned(), steps }),
            _ => Err(FieldPathError::Item),
        }
    }

    /// The path as it was written.
    pub fn written(&self) -> &str {
        &self.written
    }
}

/// `body` without the fields at `paths`, every other byte as it was, and those of the paths that were there. `None` if none
/// was. The body must be JSON.
pub fn cut(body: &Bytes, paths: &[FieldPath]) -> Option<(Bytes, Vec<String>)> {
    let mut walk = Walk { text: body, paths, found: vec![false; paths.len()], edits: Edits::default() };
    let all: Vec<_> = (0..paths.len()).map(|path| (path, 0)).collect();
    walk.value(walk.solid(0), &all);
    let found = paths.iter().zip(&walk.found).filter(|(_, found)| **found);
    let found: Vec<_> = found.map(|(path, _)| path.written.clone()).collect();
    (!found.is_empty()).then(|| (walk.edits.apply(body), found))
}

struct Walk<'a> {
    text: &'a [u8],
    paths: &'a [FieldPath],
    /// Which of the paths were there.
    found: Vec<bool>,
    edits: Edits,
}

/// A path, and its step that comes next.
type Way = (usize, usize);

struct Member {
    from: usize,
    until: usize,
    is_cut: bool,
}

impl Walk<'_> {
    /// Walks over the value at `at`, on whose inside the `ways` go on, and gives its end.
    fn value(&mut self, at: usize, ways: &[Way]) -> usize {
        match self.text.get(at) {
            Some(b'{') if !ways.is_empty() => self.object(at, ways),
            Some(b'[') if !ways.is_empty() => self.list(at, ways),
            _ => end_of(self.text, at),
        }
    }

    fn object(&mut self, at: usize, ways: &[Way]) -> usize {
        let mut members = Vec::new();
        let mut at = self.solid(at + 1);
        while self.text.get(at) == Some(&b'"') {
            let behind_key = end_of(self.text, at);
            let key = key(self.text.get(at..behind_key).unwrap_or_default());
            let value = self.solid(self.solid(behind_key) + 1);
            let (is_cut, further) = self.follow(ways, |step| matches!(step, Step::Name(name) if *name == key));
            let until = if is_cut { end_of(self.text, value) } else { self.value(value, &further) };
            members.push(Member { from: at, until, is_cut });
            at = self.solid(until);
            if self.text.get(at) != Some(&b',') {
                break;
            }
            at = self.solid(at + 1);
        }
        self.cut(&members);
        at + 1
    }

    fn list(&mut self, at: usize, ways: &[Way]) -> usize {
        let mut at = self.solid(at + 1);
        let mut index = 0;
        while self.text.get(at).is_some_and(|byte| *byte != b']') {
            let (_, further) = self.follow(ways, |step| *step == Step::Items || *step == Step::Item(index));
            at = self.value(at, &further);
            at = self.solid(at);
            if self.text.get(at) != Some(&b',') {
                break;
            }
            at = self.solid(at + 1);
            index += 1;
        }
        at + 1
    }

    /// Whether a way ends here, and those that go on.
    fn follow(&mut self, ways: &[Way], goes: impl Fn(&Step) -> bool) -> (bool, Vec<Way>) {
        let (mut ends, mut further) = (false, Vec::new());
        for (path, next) in ways.iter().copied() {
            let steps = self.paths.get(path).map(|path| path.steps.as_slice()).unwrap_or_default();
            if !steps.get(next).is_some_and(&goes) {
                continue;
            }
            if next + 1 == steps.len() {
                ends = true;
                if let Some(found) = self.found.get_mut(path) {
                    *found = true;
                }
            } else {
                further.push((path, next + 1));
            }
        }
        (ends, further)
    }

    /// Cuts members of one object, each with the comma that is then too many.
    fn cut(&mut self, members: &[Member]) {
        let last_kept = members.iter().rposition(|member| !member.is_cut);
        for pair in members.get(..=last_kept.unwrap_or_default()).unwrap_or_default().windows(2) {
            if let [Member { from, is_cut: true, .. }, next] = pair {
                self.edits.replace(*from..next.from, String::new());
            }
        }
        let behind = members.get(last_kept.map_or(0, |at| at + 1)..).unwrap_or_default();
        if let (Some(first), Some(last)) = (behind.first(), behind.last()) {
            let from = last_kept.and_then(|at| members.get(at)).map_or(first.from, |kept| kept.until);
            self.edits.replace(from..last.until, String::new());
        }
    }

    /// The first byte from `at` on that is no space.
    fn solid(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
    }
}

/// The name that stands in quotes.
fn key(quoted: &[u8]) -> Cow<'_, str> {
    let plain = quoted.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or_default();
    if memchr::memchr(b'\\', plain).is_none() {
        return String::from_utf8_lossy(plain);
    }
    serde_json::from_slice::<String>(quoted).map_or(Cow::Borrowed(""), Cow::Owned)
}

/// Behind the value that begins at `at`.
fn end_of(text: &[u8], mut at: usize) -> usize {
    let mut open = 0_usize;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => at = end_of_string(text, at),
            b'{' | b'[' => {
                open += 1;
                at += 1;
                continue;
            }
            b'}' | b']' => {
                open = open.saturating_sub(1);
                at += 1;
            }
            _ if open > 0 => {
                at += 1;
                continue;
            }
            _ => {
                let rest = text.get(at..).unwrap_or_default();
                let word = |byte: &&u8| !matches!(byte, b',' | b'}' | b']') && !byte.is_ascii_whitespace();
                return at + rest.iter().take_while(word).count();
            }
        }
        if open == 0 {
            return at;
        }
    }
    at
}

/// Behind the string whose opening quote stands at `at`.
fn end_of_string(text: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if text.get(at) == Some(&b'"') {
            return at + 1;
        }
        at += 2;
    }
    text.len()
}

#[cfg(test)]
mod tests;
