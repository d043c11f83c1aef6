//! Bodies, read field by field: whatever is wrong, the error names the field.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;
use store::keys::Change;
use wire::json::Object;
use wire::{ErrorKind, ErrorReply, Invalid};

use crate::http::error::ApiError;

/// A field that LiteLLM has and this version does not honour, and the values besides null, `{}` and `[]` that ask for
/// nothing: LiteLLM's default, and `false` for what is off anyway.
pub(super) type Later = (&'static str, &'static [&'static str]);

/// The fields of a body.
pub(super) fn parse(body: &RawValue) -> Result<Object<'_>, ApiError> {
    Object::parse(body.get(), "").map_err(|invalid| ApiError::invalid("request_body", invalid.problem))
}

pub(super) fn refuse(invalid: Invalid) -> ApiError {
    ApiError::invalid(invalid.path, invalid.problem)
}

/// A field that may be left out, be null, or have a value.
pub(super) fn change<T: DeserializeOwned>(
    body: &mut Object<'_>,
    name: &str,
    problem: &str,
) -> Result<Change<T>, ApiError> {
    change_with(body, name, |raw| serde_json::from_str(raw.get()).map_err(|_| ApiError::invalid(name, problem)))
}

/// The same for a field with a reader of its own.
pub(super) fn change_with<T>(
    body: &mut Object<'_>,
    name: &str,
    read: impl FnOnce(&RawValue) -> Result<T, ApiError>,
) -> Result<Change<T>, ApiError> {
    match body.take_nullable(name) {
        None => Ok(Change::Keep),
        Some(raw) if raw.get() == "null" => Ok(Change::Clear),
        Some(raw) => read(raw).map(Change::Set),
    }
}

/// Refuses what nobody took, unless it asks for nothing.
pub(super) fn refuse_rest(body: &Object<'_>, later: &[Later]) -> Result<(), ApiError> {
    for name in body.unread() {
        let value = body.peek(&name).map_or("null", RawValue::get);
        match later.iter().find(|(known, _)| *known == name) {
            Some((_, idle)) if idle.contains(&value) || is_empty(value) => {}
            Some(_) => return Err(not_yet(&name)),
            None => return Err(ApiError::invalid(name, "no such field")),
        }
    }
    Ok(())
}

/// The answer to what LiteLLM would do and this version cannot.
pub(super) fn not_yet(name: &str) -> ApiError {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_not_honoured_by_name() {
        let later: &[Later] = &[("tags", &[]), ("spend", &["0", "0.0"])];
        for (body, named) in [
            (r"{}", None),
            (r#"{"tags": null}"#, None),
            (r#"{"tags": [ ]}"#, None),
            (r#"{"tags": {}}"#, None),
            (r#"{"spend": 0.0}"#, None),
            (r#"{"tags": ["a"]}"#, Some("tags")),
            (r#"{"tags": ""}"#, Some("tags")),
            (r#"{"spend": 1}"#, Some("spend")),
            (r#"{"tag": ["a"]}"#, Some("tag")),
            (r#"{"tag": []}"#, Some("tag")),
        ] {
            let raw: Box<RawValue> = serde_json::from_str(body).unwrap();
            let refused = refuse_rest(&parse(&raw).unwrap(), later).err();
            assert_eq!(refused.and_then(|error| error.reply.param).as_deref(), named, "{body}");
        }
    }

    #[test]
    fn tells_left_out_from_null() {
        let raw: Box<RawValue> = serde_json::from_str(r#"{"a": null, "b": "x", "c": 1}"#).unwrap();
        let mut body = parse(&raw).unwrap();
        let mut text = |name| change::<String>(&mut body, name, "must be a string").map_err(|error| error.reply.param);
        assert_eq!(text("a"), Ok(Change::Clear));
        assert_eq!(text("b"), Ok(Change::Set("x".to_owned())));
        assert_eq!(text("c"), Err(Some("c".to_owned())));
        assert_eq!(text("d"), Ok(Change::Keep));
    }

    #[test]
    fn only_objects_are_bodies() {
        for body in ["[]", "1", "null", r#"{"a":1,"a":2}"#] {
            let raw: Box<RawValue> = serde_json::from_str(body).unwrap();
            let refused = parse(&raw).err().and_then(|error| error.reply.param);
            assert_eq!(refused.as_deref(), Some("request_body"), "{body}");
        }
    }
}
