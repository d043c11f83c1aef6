//! Unions: objects of which exactly one member is set. AWS SDKs refuse any other count, so it is refused here too.

use serde_json::value::RawValue;

use crate::json::{self, Invalid, Object};

/// The member that is set.
#[derive(Debug)]
pub(super) struct Member<'a> {
    pub(super) name: String,
    pub(super) value: &'a RawValue,
    /// Where the value stands: the union's path and the name.
    pub(super) path: String,
}

impl<'a> Member<'a> {
    /// Reads `value`, found at `path`, as a union. `null` counts as absent.
    pub(super) fn of(value: &'a RawValue, path: &str) -> Result<Self, Invalid> {
        let mut object = Object::parse(value.get(), path)?;
        let mut names: Vec<String> =
            object.names().filter(|name| object.peek(name).is_some()).map(str::to_owned).collect();
        match (names.pop(), names.len()) {
            (Some(name), 0) => {
                let path = object.path_of(&name);
                let value = object.take(&name).ok_or_else(|| Invalid::new(path.as_str(), "is required"))?;
                Ok(Self { name, value, path })
            }
            (last, others) => {
                let count = others + usize::from(last.is_some());
                Err(Invalid::new(path, format!("must have exactly one member, not {count}")))
            }
        }
    }

    /// The value as an object.
    pub(super) fn object(&self) -> Result<Object<'a>, Invalid> {
        Object::parse(self.value.get(), self.path.as_str())
    }
}

/// A list of unions that know only `text`; none is an empty one.
pub(super) fn texts(list: Option<Vec<(String, &RawValue)>>) -> Result<Vec<String>, Invalid> {
    let texts = list.unwrap_or_default().into_iter().map(|(path, raw)| {
        let member = Member::of(raw, &path)?;
        if member.name != "text" {
            return Err(Invalid::new(member.path, "only text may stand here"));
        }
        json::string(member.value, &member.path)
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_member_counts() {
        for (text, told) in [
            (r#"{"text":"a"}"#, "c[0].text \"a\""),
            (r#"{"image":null,"text":"a"}"#, "c[0].text \"a\""),
            ("{}", "c[0]: must have exactly one member, not 0"),
            (r#"{"text":null}"#, "c[0]: must have exactly one member, not 0"),
            (r#"{"text":"a","image":{}}"#, "c[0]: must have exactly one member, not 2"),
        ] {
            let value: &RawValue = serde_json::from_str(text).unwrap();
            let read = match Member::of(value, "c[0]") {
                Ok(member) => format!("{} {}", member.path, member.value.get()),
                Err(error) => error.to_string(),
            };
            assert_eq!(read, told, "{text}");
        }
    }
}
