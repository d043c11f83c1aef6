//! JSON objects that keep the order of their fields, because providers send `id` and `type` first and a reader
//! under test must not be spared that.

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

#[derive(Clone, Debug)]
pub(crate) enum Json {
    Value(Value),
    Raw(Box<RawValue>),
    List(Vec<Json>),
    Object(Object),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Object(Vec<(String, Json)>);

impl Object {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn with(mut self, key: &str, value: impl Into<Json>) -> Self {
        self.0.push((key.to_owned(), value.into()));
        self
    }

    pub(crate) fn with_some(self, key: &str, value: Option<impl Into<Json>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    pub(crate) fn with_all_of(mut self, other: Object) -> Self {
        self.0.extend(other.0);
        self
    }

    pub(crate) fn with_all(mut self, extra: &Map<String, Value>) -> Self {
        for (key, value) in extra {
            self = self.with(key, value.clone());
        }
        self
    }

    /// The JSON text. Nothing in here can fail to serialise, so there is no error to give.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(crate) fn value(&self) -> Value {
        serde_json::from_str(&self.text()).unwrap_or_default()
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Raw(raw) => raw.serialize(serializer),
            Self::List(items) => items.serialize(serializer),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}

impl<T: Into<Value>> From<T> for Json {
    fn from(value: T) -> Self {
        Self::Value(value.into())
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl FromIterator<Object> for Json {
    fn from_iter<I: IntoIterator<Item = Object>>(items: I) -> Self {
        Self::List(items.into_iter().map(Self::Object).collect())
    }
}

/// JSON text as it is, spelling and order included; text that is not JSON becomes a string.
pub(crate) fn verbatim(text: &str) -> Json {
    match RawValue::from_string(text.to_owned()) {
        Ok(raw) => Json::Raw(raw),
        Err(_) => Json::Value(Value::String(text.to_owned())),
    }
}
