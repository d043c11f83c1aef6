//! The fields of a request that are left out across dialects without a word. All others that nobody took are named.

use serde_json::Value;

use crate::json::Object;

/// Where a field stands in the requests of one dialect. A dialect makes its own, and says by it what is harmless where.
pub(crate) trait Place: Copy + PartialEq + 'static {
    const HARMLESS: &'static [Harmless<Self>];
}

/// Why fields are harmless, and which: the place, the name, and the values with which it is so.
pub(crate) struct Harmless<P: 'static>(pub(crate) &'static str, pub(crate) &'static [(P, &'static str, With)]);

/// The values with which a field is harmless.
#[derive(Clone, Copy)]
pub(crate) enum With {
    Any,
    /// This one, as JSON.
    Only(&'static str),
}

impl With {
    fn has(self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(value) => {
                let (text, value) = (serde_json::from_str::<Value>(text), serde_json::from_str::<Value>(value));
                matches!((text, value), (Ok(a), Ok(b)) if a == b)
            }
        }
    }
}

/// Appends the paths of the fields of `object` that nobody took, except what is harmless at `place`. `null` is
/// harmless everywhere: `Object::unread` does not name it.
pub(crate) fn name_unread<P: Place>(mut object: Object<'_>, place: P, unmapped: &mut Vec<String>) {
    if object.names().next().is_none() {
        return;
    }
    for Harmless(_why, fields) in P::HARMLESS {
        for (_, key, with) in fields.iter().filter(|(at, ..)| *at == place) {
            if object.peek(key).is_some_and(|value| with.has(value.get())) {
                object.take(key);
            }
        }
    }
    unmapped.extend(object.unread());
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Every value of a dialect's table is JSON, and everything has a reason.
    pub(crate) fn is_sound<P: Place>() {
        for Harmless(why, fields) in P::HARMLESS {
            assert!(!why.is_empty() && !fields.is_empty(), "{why:?}");
            for (_, key, with) in *fields {
                assert!(matches!(with, With::Any) || matches!(with, With::Only(value) if with.has(value)), "{key}");
            }
        }
    }

    #[derive(Clone, Copy, PartialEq)]
    enum Here {
        Top,
        Part,
    }

    impl Place for Here {
        const HARMLESS: &'static [Harmless<Self>] = &[Harmless(
            "asks for nothing",
            &[
                (Here::Top, "mode", With::Only(r#"{"type":"plain"}"#)),
                (Here::Top, "mode", With::Only("[]")),
                (Here::Part, "id", With::Any),
            ],
        )];
    }

    #[test]
    fn a_field_is_harmless_at_its_place_and_with_its_values() {
        is_sound::<Here>();
        for (place, text, expected) in [
            (Here::Top, "{}", vec![]),
            (Here::Top, r#"{"mode":{ "type" : "plain" },"x":null}"#, vec![]),
            (Here::Top, r#"{"mode":[ ]}"#, vec![]),
            (Here::Top, r#"{"mode":{"type":"plain","more":1}}"#, vec!["a[0].mode"]),
            (Here::Top, r#"{"mode":"[]","id":1}"#, vec!["a[0].mode", "a[0].id"]),
            (Here::Part, r#"{"mode":[],"id":1}"#, vec!["a[0].mode"]),
        ] {
            let mut unmapped = Vec::new();
            name_unread(Object::parse(text, "a[0]").unwrap(), place, &mut unmapped);
            assert_eq!(unmapped, expected, "{text}");
        }
    }
}
