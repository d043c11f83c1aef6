//! Values of no fixed shape, as JSON text.

use super::super::error::ConfigError;
use super::super::place::{join, join_index};
use super::super::yaml::Value;
use super::field::Field;
use super::numbers;

impl Field<'_> {
    /// The value as JSON text; numbers keep their digits.
    pub(in super::super) fn json(&self) -> Result<String, ConfigError> {
        match &self.node.value {
            Value::Null => Ok("null".to_owned()),
            Value::Bool(flag) => Ok(flag.to_string()),
            Value::Number(digits) => {
                numbers::json(digits).ok_or_else(|| self.error("not a number that JSON can express"))
            }
            Value::Text(_) | Value::Env { .. } => Ok(quote(self.scalar()?)),
            Value::List(nodes) => {
                let items = nodes.iter().enumerate();
                let items = items.map(|(index, node)| Field { node, path: join_index(&self.path, index) }.json());
                let items = items.collect::<Result<Vec<_>, _>>()?;
                Ok(format!("[{}]", items.join(",")))
            }
            Value::Map(entries) => {
                let members = entries.iter().map(|entry| {
                    let value = Field { node: &entry.value, path: join(&self.path, &entry.key) }.json()?;
                    Ok(format!("{}:{value}", quote(&entry.key)))
                });
                let members = members.collect::<Result<Vec<_>, ConfigError>>()?;
                Ok(format!("{{{}}}", members.join(",")))
            }
        }
    }
}

fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
