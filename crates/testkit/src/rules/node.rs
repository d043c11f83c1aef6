//! A value of the request and its place in it.

use serde_json::{Map, Value};

/// What is wrong and where, ready for the error's message.
pub(crate) type Broken = String;

#[derive(Clone)]
pub(crate) struct Node<'a> {
    value: &'a Value,
    /// Names and indices, joined by dots.
    place: String,
}

impl<'a> Node<'a> {
    pub(crate) fn root(value: &'a Value) -> Self {
        Self { value, place: "request".to_owned() }
    }

    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    pub(crate) fn broken(&self, why: &str) -> Broken {
        format!("{}: {why}", self.place)
    }

    /// A field; null counts as absent.
    pub(crate) fn field(&self, name: &str) -> Option<Self> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Self { value, place: format!("{}.{name}", self.place) })
    }

    pub(crate) fn need(&self, name: &str) -> Result<Self, Broken> {
        self.field(name).ok_or_else(|| self.broken(&format!("{name} is required")))
    }

    pub(crate) fn object(&self) -> Result<&'a Map<String, Value>, Broken> {
        self.value.as_object().ok_or_else(|| self.broken("must be an object"))
    }

    /// The members of a list; none if it is absent.
    pub(crate) fn items(&self, name: &str) -> Result<Vec<Self>, Broken> {
        let Some(list) = self.field(name) else { return Ok(Vec::new()) };
        let Value::Array(items) = list.value else { return Err(list.broken("must be a list")) };
        let item = |(at, value)| Self { value, place: format!("{}.{at}", list.place) };
        Ok(items.iter().enumerate().map(item).collect())
    }

    /// A string of `least` to `most` characters.
    pub(crate) fn text(&self, least: usize, most: usize) -> Result<&'a str, Broken> {
        let text = self.value.as_str().ok_or_else(|| self.broken("must be a string"))?;
        let length = text.chars().count();
        if length < least {
            return Err(self.broken(&format!("must have {least} characters or more")));
        }
        if length > most {
            return Err(self.broken(&format!("must have {most} characters or fewer")));
        }
        Ok(text)
    }

    /// A string of 1 to 64 ASCII letters, digits and the characters of `also`.
    pub(crate) fn name(&self, also: &str) -> Result<&'a str, Broken> {
        self.name_of(64, also)
    }

    /// The same, of 1 to `most`.
    pub(crate) fn name_of(&self, most: usize, also: &str) -> Result<&'a str, Broken> {
        let name = self.text(1, most)?;
        if name.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c)) {
            return Ok(name);
        }
        Err(self.broken(&format!("may only have letters, digits and {also}")))
    }

    pub(crate) fn word(&self, words: &[&str]) -> Result<(), Broken> {
        if self.value.as_str().is_some_and(|word| words.contains(&word)) {
            return Ok(());
        }
        Err(self.broken(&format!("must be one of {}", words.join(", "))))
    }

    pub(crate) fn number<N>(
        &self,
        read: impl Fn(&Value) -> Option<N>,
        fits: impl Fn(N) -> bool,
        what: &str,
    ) -> Result<(), Broken> {
        if read(self.value).is_some_and(fits) { Ok(()) } else { Err(self.broken(&format!("must be {what}"))) }
    }

    /// The one member that is set.
    pub(crate) fn union<'w>(&self, members: &[&'w str]) -> Result<(&'w str, Self), Broken> {
        let set: Vec<_> = self.object()?.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name).collect();
        let [name] = set.as_slice() else {
            return Err(self.broken(&format!("must have exactly one member, has {}", set.len())));
        };
        let member = members.iter().find(|member| *member == name);
        let member = member.ok_or_else(|| self.broken(&format!("has no member {name}")))?;
        Ok((member, self.need(member)?))
    }
}
