//! The fields of an object as they stand in its text. Bodies are written by strangers: no count of fields may cost more
//! than its share.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The most fields that an object may have.
const MAX_FIELDS: usize = 4_096;

/// Up to here comparing all with all is cheaper than sorting.
const FEW: usize = 16;

/// Why an object is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum FieldsError {
    #[error("must be a JSON object ({0})")]
    NotAnObject(#[from] serde_json::Error),
    #[error("has more than {MAX_FIELDS} fields")]
    TooMany,
    #[error("the field {0:?} stands twice")]
    Twice(String),
}

/// The fields of the object in `text`, in their order.
pub(super) fn read(text: &str) -> Result<Vec<(Cow<'_, str>, &RawValue)>, FieldsError> {
    let Fields { fields, too_many } = serde_json::from_str(text)?;
    if too_many {
        return Err(FieldsError::TooMany);
    }
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_ref()).collect();
    match twice(names) {
        Some(name) => Err(FieldsError::Twice(name.to_owned())),
        None => Ok(fields),
    }
}

/// A name that stands twice.
pub(super) fn twice(mut names: Vec<&str>) -> Option<&str> {
    if names.len() <= FEW {
        let mut rest = names.as_slice();
        while let Some((name, others)) = rest.split_first() {
            if others.contains(name) {
                return Some(name);
            }
            rest = others;
        }
        return None;
    }
    names.sort_unstable();
    names.windows(2).find_map(|pair| match pair {
        [one, next] if one == next => Some(*one),
        _ => None,
    })
}

struct Fields<'a> {
    fields: Vec<(Cow<'a, str>, &'a RawValue)>,
    /// There were more, which were passed over.
    too_many: bool,
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;
        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut read = Fields { fields: Vec::new(), too_many: false };
                while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                    if read.fields.len() == MAX_FIELDS {
                        read.too_many = true;
                    } else {
                        read.fields.push((key, value));
                    }
                }
                Ok(read)
            }
        }
        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// A key that borrows from the text unless it was written with escapes.
pub(crate) struct Key<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field name")
            }
            fn visit_borrowed_str<E: de::Error>(self, v: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(v)))
            }
            fn visit_str<E: de::Error>(self, v: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(v.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_name_that_stands_twice_among_few_and_many() {
        for count in [2, FEW, FEW + 1, 1_000] {
            let names: Vec<String> = (0..count).map(|n| format!("k{n}")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            assert_eq!(twice(names.clone()), None, "{count}");
            for again in [names[0], names[count - 1], names[count / 2]] {
                let mut names = names.clone();
                names.insert(1, again);
                assert_eq!(twice(names), Some(again), "{count}");
            }
        }
    }

    /// Comparing all with all, this would take the better part of an hour.
    #[test]
    fn a_million_names_are_compared_at_once() {
        let names: Vec<String> = (0..1_000_000).map(|n| format!("k{n}")).collect();
        let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(twice(names.clone()), None);
        names.push("k7");
        assert_eq!(twice(names), Some("k7"));
    }
}
