//! A request to the management API, and what is shown of its answer.

use http::Method;
use serde::Serialize;
use serde_json::{Map, Value};

use super::table::Column;

/// What is asked.
pub(in crate::cli) struct Ask {
    pub(super) method: Method,
    pub(super) path: &'static str,
    /// Of a GET the parameters, else the body.
    pub(super) fields: Map<String, Value>,
    pub(super) shown: Shown,
}

/// Places in the answer are JSON pointers.
pub(super) enum Shown {
    /// A list, as a table.
    Rows { at: &'static str, columns: &'static [Column] },
    /// The fields of an object.
    Record(&'static str),
    /// The text by which something new is known, and nothing else; `told` goes to standard error.
    Made { at: &'static str, told: &'static str },
}

impl Ask {
    pub(super) fn get(path: &'static str, arguments: &impl Serialize, shown: Shown) -> Result<Self, String> {
        Ok(Self { method: Method::GET, path, fields: fields(arguments)?, shown })
    }

    pub(super) fn post(path: &'static str, arguments: &impl Serialize, shown: Shown) -> Result<Self, String> {
        Ok(Self { method: Method::POST, path, fields: fields(arguments)?, shown })
    }

    pub(super) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(field.to_owned(), value.into());
        self
    }
}

/// What was given on the command line, under the API's names.
fn fields(arguments: &impl Serialize) -> Result<Map<String, Value>, String> {
    match serde_json::to_value(arguments) {
        Ok(Value::Object(fields)) => Ok(fields.into_iter().filter(|(_, value)| !is_left_out(value)).collect()),
        Ok(_) => Ok(Map::new()),
        Err(error) => Err(error.to_string()),
    }
}

fn is_left_out(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}
