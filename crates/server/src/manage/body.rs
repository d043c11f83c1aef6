//! Bodies, read group by group: whatever is wrong, the error names the field, and what nobody took is refused by name.

use std::cell::Cell;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::Value;
use serde_json::value::RawValue;
use wire::json::Object;
use wire::{ErrorKind, ErrorReply};

use crate::http::error::ApiError;

/// What a request does to a field that may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Change<T> {
    /// The field was not named.
    #[default]
    Keep,
    /// The field was named with null.
    Clear,
    /// The field was given a value.
    Set(T),
}

impl<T> Change<T> {
    /// The value, if there is one.
    pub(super) fn set(self) -> Option<T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// The field as it is afterwards.
    pub(super) fn apply<U: From<T>>(self, field: &mut Option<U>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value.into()),
        }
    }

    /// The same for a field that is never empty: null is its empty value.
    pub(super) fn apply_or_default<U: From<T> + Default>(self, field: &mut U) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = U::default(),
            Self::Set(value) => *field = value.into(),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| value.map_or(Self::Clear, Self::Set))
    }
}

/// A field that LiteLLM has and this version does not honour, and the values besides null, `{}` and `[]` that ask for
/// nothing: LiteLLM's default, and `false` for what is off anyway.
pub(super) type Later = (&'static str, &'static [&'static str]);

/// Fields in which admins of organizations have to say to LiteLLM's gate where they lead. Here the object says it.
pub(super) const ORGANIZATIONS: &[&str] = &["organization_id", "organizations"];

/// The fields of a body that nobody has taken yet.
pub(super) struct Fields<'a> {
    object: Object<'a>,
    /// All that were there.
    named: Vec<String>,
}

impl<'a> Fields<'a> {
    pub(super) fn open(body: &'a RawValue) -> Result<Self, ApiError> {
        let object = Object::parse(body.get(), "").map_err(|wrong| ApiError::invalid("request_body", wrong.problem))?;
        let named = object.names().map(str::to_owned).collect();
        Ok(Self { object, named })
    }

    /// Takes the fields that `T`, a struct, knows.
    pub(super) fn take<T: Deserialize<'a>>(&mut self) -> Result<T, ApiError> {
        let taken = names_of::<T>().iter().filter_map(|name| Some((*name, self.object.take_nullable(name)?)));
        let reading = Cell::new("");
        let fields = Taken { fields: taken.collect::<Vec<_>>().into_iter(), value: None, reading: &reading };
        T::deserialize(fields).map_err(|wrong| wrong.into_api(reading.get()))
    }

    /// Takes a field that is accepted and does nothing here, because clients send it without meaning anything by it.
    pub(super) fn ignore(&mut self, names: &[&str]) {
        for name in names {
            self.object.take_nullable(name);
        }
    }

    /// The names of all fields of the body, those that were taken too.
    pub(super) fn named(&self) -> &[String] {
        &self.named
    }

    /// Refuses what nobody took, unless it asks for nothing.
    pub(super) fn close(self, later: &[Later]) -> Result<(), ApiError> {
        for name in self.object.unread() {
            let value = self.object.peek(&name).map_or("null", RawValue::get);
            match later.iter().find(|(known, _)| *known == name) {
                Some((_, idle)) if idle.contains(&value) || is_empty(value) => {}
                Some(_) => return Err(not_yet(&name)),
                None => return Err(ApiError::unprocessable(name, "no such field")),
            }
        }
        Ok(())
    }
}

/// A body of one group of fields.
pub(super) fn read<'a, T: Deserialize<'a>>(body: &'a RawValue, later: &[Later]) -> Result<T, ApiError> {
    let mut fields = Fields::open(body)?;
    let read = fields.take()?;
    fields.close(later)?;
    Ok(read)
}

/// The answer to what LiteLLM would do and this version cannot.
pub(crate) fn not_yet(name: &str) -> ApiError {
    let message = format!("'{name}' is not supported by this version yet.");
    ErrorReply::new(ErrorKind::InvalidRequest, message).with_param(name).into()
}

fn is_empty(value: &str) -> bool {
    match serde_json::from_str(value) {
        Ok(Value::Null) => true,
        Ok(Value::Array(items)) => items.is_empty(),
        Ok(Value::Object(fields)) => fields.is_empty(),
        _ => false,
    }
}

/// The names of the fields of a struct, which only its deserializer is told.
fn names_of<'a, T: Deserialize<'a>>() -> &'static [&'static str] {
    struct Listener<'c>(&'c Cell<&'static [&'static str]>);

    impl<'de> Deserializer<'de> for Listener<'_> {
        type Error = Wrong;

        fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Wrong> {
            Err(Wrong::default())
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _name: &'static str,
            fields: &'static [&'static str],
            _visitor: V,
        ) -> Result<V::Value, Wrong> {
            self.0.set(fields);
            Err(Wrong::default())
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    let names: Cell<&'static [&'static str]> = Cell::new(&[]);
    let listened = T::deserialize(Listener(&names));
    debug_assert!(listened.is_err(), "a group of fields is a struct");
    names.get()
}

/// Fields that were taken, for the struct that knows them.
struct Taken<'a, 'c> {
    fields: std::vec::IntoIter<(&'static str, &'a RawValue)>,
    value: Option<&'a RawValue>,
    /// Which one is read now.
    reading: &'c Cell<&'static str>,
}

impl<'de> Deserializer<'de> for Taken<'de, '_> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'a> MapAccess<'a> for Taken<'a, '_> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        let Some((name, value)) = self.fields.next() else { return Ok(None) };
        self.value = Some(value);
        self.reading.set(name);
        let name: StrDeserializer<'_, Wrong> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let value = self.value.take().ok_or_else(Wrong::default)?;
        seed.deserialize(value).map_err(|error| Wrong { missing: None, problem: without_place(&error.to_string()) })
    }
}

/// What is wrong with a field.
#[derive(Debug, Default)]
struct Wrong {
    /// The field, where it is one that is not there.
    missing: Option<&'static str>,
    problem: String,
}

impl Wrong {
    fn into_api(self, reading: &str) -> ApiError {
        match self.missing {
            Some(field) => ApiError::unprocessable(field, "is required"),
            None => ApiError::unprocessable(reading, self.problem),
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl std::error::Error for Wrong {}

impl serde::de::Error for Wrong {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        Self { missing: None, problem: problem.to_string() }
    }

    fn missing_field(field: &'static str) -> Self {
        Self { missing: Some(field), problem: String::new() }
    }
}

/// The place is that of the field's own text, which nobody sees.
fn without_place(problem: &str) -> String {
    problem.rsplit_once(" at line ").map_or(problem, |(problem, _)| problem).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct First {
        needed: String,
        #[serde(default)]
        nullable: Change<u32>,
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Second {
        list: Vec<String>,
    }

    fn both(body: &str, later: &[Later]) -> Result<(First, Second), Option<String>> {
        let raw: Box<RawValue> = serde_json::from_str(body).unwrap();
        let read = || {
            let mut fields = Fields::open(&raw)?;
            let both = (fields.take()?, fields.take()?);
            fields.close(later)?;
            Ok(both)
        };
        read().map_err(|error: ApiError| error.reply.param)
    }

    #[test]
    fn groups_take_what_they_know() {
        let (first, second) = both(r#"{"list": ["a"], "needed": "n", "nullable": null}"#, &[]).unwrap();
        assert_eq!(first, First { needed: "n".to_owned(), nullable: Change::Clear });
        assert_eq!(second.list, ["a"]);
        let (first, second) = both(r#"{"needed": "n", "nullable": 7}"#, &[]).unwrap();
        assert_eq!((first.nullable, second), (Change::Set(7), Second::default()));
        assert_eq!(both(r#"{"needed": "n"}"#, &[]).unwrap().0.nullable, Change::Keep);
    }

    #[test]
    fn whatever_is_wrong_is_named() {
        let later: &[Later] = &[("tags", &[]), ("spend", &["0", "0.0"])];
        for (body, named) in [
            (r#"{"needed": "n", "tags": null}"#, None),
            (r#"{"needed": "n", "tags": [ ]}"#, None),
            (r#"{"needed": "n", "tags": {}}"#, None),
            (r#"{"needed": "n", "spend": 0.0}"#, None),
            (r#"{"needed": "n", "other": null}"#, None),
            (r#"{"needed": "n", "tags": ["a"]}"#, Some("tags")),
            (r#"{"needed": "n", "tags": ""}"#, Some("tags")),
            (r#"{"needed": "n", "spend": 1}"#, Some("spend")),
            (r#"{"needed": "n", "other": []}"#, Some("other")),
            ("{}", Some("needed")),
            (r#"{"needed": 1}"#, Some("needed")),
            (r#"{"needed": "n", "nullable": "7"}"#, Some("nullable")),
            (r#"{"needed": "n", "list": [1]}"#, Some("list")),
            (r#"{"needed": "n", "list": null}"#, Some("list")),
            ("[]", Some("request_body")),
            (r#"{"needed": "n", "needed": "m"}"#, Some("request_body")),
        ] {
            assert_eq!(both(body, later).err().flatten().as_deref(), named, "{body}");
        }
    }
}
