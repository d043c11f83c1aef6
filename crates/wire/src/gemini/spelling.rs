//! The two spellings of a field: proto's own (`max_output_tokens`) and JSON's (`maxOutputTokens`).

use crate::json::{Invalid, Object};

/// Reads an object whose fields may have either spelling. Paths to them are in JSON's.
pub(crate) fn object(text: &str, path: impl Into<String>) -> Result<Object<'_>, Invalid> {
    Object::parse(text, path)?.respell(camel)
}

/// Takes an object that stands in a field.
pub(super) fn take<'a>(object: &mut Object<'a>, key: &str) -> Result<Option<Object<'a>>, Invalid> {
    object.take_object(key)?.map(|inner| inner.respell(camel)).transpose()
}

/// The name in JSON's spelling, if it is not spelt so.
fn camel(name: &str) -> Option<String> {
    if !name.contains('_') {
        return None;
    }
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    Some(camel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_one_field() {
        for (name, expected) in [
            ("max_output_tokens", Some("maxOutputTokens")),
            ("top_p", Some("topP")),
            ("maxOutputTokens", None),
            ("x__y_", Some("xY")),
        ] {
            assert_eq!(camel(name).as_deref(), expected, "{name}");
        }
        let mut read = object(r#"{"inline_data":{"mime_type":"a"},"b":1}"#, "p").unwrap();
        let mut inner = take(&mut read, "inlineData").unwrap().unwrap();
        assert_eq!(inner.take_string("mimeType").unwrap().as_deref(), Some("a"));
        let twice = object(r#"{"top_p":1,"topP":1}"#, "p").unwrap_err();
        assert_eq!(twice.to_string(), "p.topP: stands twice, in two spellings");
    }
}
