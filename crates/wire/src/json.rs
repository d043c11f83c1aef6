//! JSON that keeps what it was given: raw values, and objects whose unread fields can be named.

mod fields;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

pub(crate) use fields::Key;

use crate::error::{LONGEST_PATH, cut};

/// The most bytes of what is wrong with a field.
const LONGEST_PROBLEM: usize = 512;

/// A JSON value as the text that came: numbers keep their digits, objects their order and spacing.
#[derive(Clone)]
pub struct Raw(Box<RawValue>);

impl Raw {
    /// Takes text that must be one JSON value.
    pub fn parse(text: impl Into<String>) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text.into()).map(Self)
    }

    /// The JSON form of `value`.
    pub fn of(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::value::to_raw_value(value).map(Self)
    }

    /// The text, as it came.
    pub fn get(&self) -> &str {
        self.0.get()
    }
}

impl From<&RawValue> for Raw {
    fn from(value: &RawValue) -> Self {
        Self(value.to_owned())
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// What is wrong with a document, and where: `messages[2].content: must be a string`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct Invalid {
    pub path: String,
    pub problem: String,
}

impl Invalid {
    /// Both are cut where they are long: they may repeat what the document says.
    pub fn new(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { path: cut(path.into(), LONGEST_PATH), problem: cut(problem.into(), LONGEST_PROBLEM) }
    }
}

/// One JSON object, read field by field. What is left unread is known, so nothing is lost in silence.
///
/// `null` counts as absent, as SDKs send it for fields that were not set. A duplicated field is refused, and so are more
/// fields than anybody means.
#[derive(Debug)]
pub struct Object<'a> {
    path: String,
    fields: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> Object<'a> {
    /// Reads `text`, found at `path` (empty for the root), as an object.
    pub fn parse(text: &'a str, path: impl Into<String>) -> Result<Self, Invalid> {
        let path = path.into();
        match fields::read(text) {
            Ok(fields) => Ok(Self { path, fields }),
            Err(problem) => {
                let place = if path.is_empty() { "body".to_owned() } else { path };
                Err(Invalid::new(place, problem.to_string()))
            }
        }
    }

    /// Gives fields the name that `spelling` has for theirs, if it has another one. A field that stands there under both is
    /// refused.
    pub(crate) fn respell(mut self, spelling: fn(&str) -> Option<String>) -> Result<Self, Invalid> {
        let mut changed = false;
        for (name, _) in &mut self.fields {
            if let Some(other) = spelling(name) {
                *name = Cow::Owned(other);
                changed = true;
            }
        }
        if !changed {
            return Ok(self);
        }
        match fields::twice(self.names().collect()) {
            Some(name) => Err(self.invalid(name, "stands twice, in two spellings")),
            None => Ok(self),
        }
    }

    /// The path of a field of this object.
    pub fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The path of this object itself.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// An error about the field `key`.
    pub fn invalid(&self, key: &str, problem: impl Into<String>) -> Invalid {
        Invalid::new(self.path_of(key), problem)
    }

    /// Takes a field as it came; `null` is absent.
    pub fn take(&mut self, key: &str) -> Option<&'a RawValue> {
        self.take_nullable(key).filter(|value| value.get() != "null")
    }

    /// Takes a field as it came, `null` included.
    pub fn take_nullable(&mut self, key: &str) -> Option<&'a RawValue> {
        let at = self.fields.iter().position(|(name, _)| name == key)?;
        Some(self.fields.swap_remove(at).1)
    }

    /// Looks at a field without taking it.
    pub fn peek(&self, key: &str) -> Option<&'a RawValue> {
        self.fields.iter().find(|(name, _)| name == key).map(|(_, value)| *value).filter(|value| value.get() != "null")
    }

    pub fn take_raw(&mut self, key: &str) -> Option<Raw> {
        self.take(key).map(Raw::from)
    }

    pub fn take_string(&mut self, key: &str) -> Result<Option<String>, Invalid> {
        self.typed(key, "must be a string")
    }

    pub fn require_string(&mut self, key: &str) -> Result<String, Invalid> {
        self.take_string(key)?.ok_or_else(|| self.invalid(key, "is required"))
    }

    pub fn take_bool(&mut self, key: &str) -> Result<Option<bool>, Invalid> {
        self.typed(key, "must be true or false")
    }

    pub fn take_u64(&mut self, key: &str) -> Result<Option<u64>, Invalid> {
        self.typed(key, "must be a whole number, not negative")
    }

    pub fn take_strings(&mut self, key: &str) -> Result<Option<Vec<String>>, Invalid> {
        self.typed(key, "must be a list of strings")
    }

    /// Takes a field that must be a number and keeps its digits.
    pub fn take_number(&mut self, key: &str) -> Result<Option<Raw>, Invalid> {
        match self.take(key) {
            Some(value) if value.get().starts_with(|c: char| c == '-' || c.is_ascii_digit()) => Ok(Some(value.into())),
            Some(_) => Err(self.invalid(key, "must be a number")),
            None => Ok(None),
        }
    }

    pub fn take_object(&mut self, key: &str) -> Result<Option<Object<'a>>, Invalid> {
        let path = self.path_of(key);
        self.take(key).map(|value| Object::parse(value.get(), path)).transpose()
    }

    /// Takes a list; each element comes with its path.
    pub fn take_list(&mut self, key: &str) -> Result<Option<Vec<(String, &'a RawValue)>>, Invalid> {
        let path = self.path_of(key);
        self.take(key).map(|value| list(value, &path)).transpose()
    }

    /// The names of the fields that nobody took.
    pub fn names(&self) -> impl Iterator<Item = &str> + '_ {
        self.fields.iter().map(|(name, _)| name.as_ref())
    }

    /// The paths of the fields that nobody took.
    pub fn unread(&self) -> impl Iterator<Item = String> + '_ {
        self.fields.iter().filter(|(_, value)| value.get() != "null").map(|(name, _)| self.path_of(name))
    }

    fn typed<T: Deserialize<'a>>(&mut self, key: &str, problem: &str) -> Result<Option<T>, Invalid> {
        match self.take(key) {
            Some(value) => serde_json::from_str(value.get()).map(Some).map_err(|_| self.invalid(key, problem)),
            None => Ok(None),
        }
    }
}

/// The elements of a JSON array, each with its path.
pub fn list<'a>(value: &'a RawValue, path: &str) -> Result<Vec<(String, &'a RawValue)>, Invalid> {
    let elements: Vec<&'a RawValue> =
        serde_json::from_str(value.get()).map_err(|_| Invalid::new(path, "must be a list"))?;
    Ok(elements.into_iter().enumerate().map(|(i, element)| (format!("{path}[{i}]"), element)).collect())
}

/// The `usage` of a whole answer, without reading the rest of it.
pub(crate) fn usage_of(body: &str) -> Option<&RawValue> {
    served(body)?.usage
}

/// What stands in an answer about what it costs.
#[derive(Deserialize)]
pub(crate) struct Served<'a> {
    #[serde(borrow)]
    pub(crate) usage: Option<&'a RawValue>,
    /// As what it was served, in OpenAI's APIs.
    #[serde(borrow)]
    pub(crate) service_tier: Option<&'a RawValue>,
    /// The same in Bedrock's.
    #[serde(borrow, rename = "serviceTier")]
    pub(crate) bedrock_tier: Option<&'a RawValue>,
}

pub(crate) fn served(body: &str) -> Option<Served<'_>> {
    serde_json::from_str(body).ok()
}

/// Whether a raw value is a string, an object, …: the first byte of JSON tells.
pub fn is_string(value: &RawValue) -> bool {
    value.get().starts_with('"')
}

pub fn is_list(value: &RawValue) -> bool {
    value.get().starts_with('[')
}

pub fn is_object(value: &RawValue) -> bool {
    value.get().starts_with('{')
}

/// Whether what stands in a field says something: SDKs take `error` for an error by this.
pub fn is_truthy(value: &str) -> bool {
    let bare: String = value.split_ascii_whitespace().collect();
    !matches!(bare.as_str(), "null" | "false" | "\"\"" | "{}" | "[]" | "0")
}

/// The place of a value that borrows from `text`.
pub(crate) fn span_of(text: &str, value: &RawValue) -> Range<usize> {
    let start = (value.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    start..start + value.get().len()
}

/// The text of a JSON string.
pub fn string(value: &RawValue, path: &str) -> Result<String, Invalid> {
    serde_json::from_str(value.get()).map_err(|_| Invalid::new(path, "must be a string"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_fields_and_names_the_rest() {
        let mut object = Object::parse(r#"{"a":1.50,"b":null,"c":"x","d":{"e":[1,2]}}"#, "").unwrap();
        assert_eq!(object.take_number("a").unwrap().unwrap().get(), "1.50");
        assert_eq!(object.take_string("b").unwrap(), None);
        let mut d = object.take_object("d").unwrap().unwrap();
        assert_eq!(d.take_list("e").unwrap().unwrap()[1].0, "d.e[1]");
        assert_eq!(object.unread().collect::<Vec<_>>(), ["c"]);
    }

    #[test]
    fn names_the_place_of_a_mistake() {
        let mut object = Object::parse(r#"{"n":-1,"s":3}"#, "messages[0]").unwrap();
        assert_eq!(object.take_u64("n").unwrap_err().path, "messages[0].n");
        assert_eq!(object.take_string("s").unwrap_err().to_string(), "messages[0].s: must be a string");
        assert_eq!(object.require_string("t").unwrap_err().problem, "is required");
    }

    #[test]
    fn what_it_repeats_is_cut() {
        let word = "w".repeat(1 << 20);
        let mistake = Invalid::new(format!("a.{word}"), format!("is no '{word}'"));
        assert_eq!((mistake.path.len(), mistake.problem.len()), (LONGEST_PATH, LONGEST_PROBLEM));
    }

    #[test]
    fn refuses_a_field_that_stands_twice_however_it_is_spelt() {
        for text in [r#"{"a":1,"a":2}"#, r#"{"a":1,"\u0061":2}"#] {
            assert_eq!(
                Object::parse(text, "").unwrap_err().to_string(),
                "body: the field \"a\" stands twice",
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_more_fields_than_anybody_means() {
        let object = |count: usize| {
            let fields: Vec<_> = (0..count).map(|n| format!("\"k{n}\":{n}")).collect();
            format!("{{{}}}", fields.join(","))
        };
        assert_eq!(Object::parse(&object(4_096), "a").unwrap().unread().count(), 4_096);
        for count in [4_097, 60_000] {
            let refused = Object::parse(&object(count), "a").unwrap_err();
            assert_eq!(refused, Invalid::new("a", "has more than 4096 fields"), "{count}");
        }
    }
}
