//! One value with the path of keys that leads to it.

use super::super::error::ConfigError;
use super::super::place::{Place, join, join_index};
use engine::secret::Secret;

use super::super::secret::Resolved;
use super::super::yaml::{Entry, Node, Value};
use super::numbers;

/// A value that is not null. What is wrong with it is said without repeating it: it may be secret.
pub(in super::super) struct Field<'n> {
    pub(in super::super) node: &'n Node,
    pub(in super::super) path: String,
}

impl<'n> Field<'n> {
    pub(in super::super) fn place(&self) -> Place {
        self.node.mark.at(&self.path)
    }

    pub(in super::super) fn error(&self, message: impl Into<String>) -> ConfigError {
        ConfigError { place: self.place(), message: message.into() }
    }

    /// The items of a list; of anything else none.
    pub(in super::super) fn items(&self) -> Vec<Self> {
        let Value::List(nodes) = &self.node.value else { return Vec::new() };
        let items = nodes.iter().enumerate();
        items.map(|(index, node)| Self { node, path: join_index(&self.path, index) }).collect()
    }

    /// What stands in a mapping, with its names; of anything else nothing.
    pub(in super::super) fn members(&self) -> Vec<(&'n str, Self)> {
        let Value::Map(entries) = &self.node.value else { return Vec::new() };
        let member =
            |entry: &'n Entry| (entry.key.as_str(), Self { node: &entry.value, path: join(&self.path, &entry.key) });
        entries.iter().map(member).collect()
    }

    /// An amount of money, as it was written.
    pub(in super::super) fn amount(&self) -> Result<String, ConfigError> {
        let amount = numbers::amount(self.scalar()?);
        amount.ok_or_else(|| self.error("expected a price: a decimal number of at least 0"))
    }

    /// A text or the digits of a number.
    pub(in super::super) fn scalar(&self) -> Result<&'n str, ConfigError> {
        match &self.node.value {
            Value::Text(text) | Value::Number(text) => Ok(text),
            Value::Env { found: Some(value), .. } => Ok(value.reveal()),
            Value::Env { name, found: None } => Err(self.error(not_set(name))),
            Value::Bool(_) => Err(self.error("expected text: put true and false in quotes if they are meant as text")),
            Value::Null => Err(self.error("expected a value")),
            Value::List(_) => Err(self.error("expected a single value, not a list")),
            Value::Map(_) => Err(self.error("expected a single value, not a mapping")),
        }
    }

    /// A switch. Text counts as well, since variables hold nothing else and YAML 1.1 knew `yes` and `on`.
    pub(in super::super) fn flag(&self) -> Result<bool, ConfigError> {
        if let Value::Bool(flag) = self.node.value {
            return Ok(flag);
        }
        match self.scalar()?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Ok(true),
            "false" | "no" | "off" => Ok(false),
            _ => Err(self.error("expected true or false")),
        }
    }

    /// A secret; that its variable is not set is no mistake yet.
    pub(in super::super) fn secret(&self) -> Result<Resolved, ConfigError> {
        match &self.node.value {
            Value::Env { name, found: None } if !name.is_empty() => Ok(Resolved::Missing { name: name.clone() }),
            _ => Ok(Resolved::Found(Secret::new(self.scalar()?))),
        }
    }
}

/// The message about a variable that nobody set.
pub(super) fn not_set(name: &str) -> String {
    if name.is_empty() {
        "os.environ/ must be followed by the name of a variable".to_owned()
    } else {
        format!("the environment variable {name} is not set, or is empty")
    }
}
