//! What an event is called.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::frame::sse::Frame;
use crate::json::{Invalid, is_truthy};

/// The event's name: its `event` line, else the `type` in its data. SDKs go by the type, which says the same where both are.
pub(in super::super) fn of<'a>(frame: &'a Frame, data: &'a str) -> Result<Cow<'a, str>, Invalid> {
    match in_line(frame) {
        Some(name) => Ok(Cow::Borrowed(name)),
        None => in_data(data),
    }
}

/// The name in the `event` line, if it is one of this dialect. The line is looked for no further where it comes first.
pub(super) fn in_line(frame: &Frame) -> Option<&str> {
    let name = match frame.raw().strip_prefix(b"event:") {
        Some(rest) => {
            let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            std::str::from_utf8(rest.get(..end)?).ok()?.trim()
        }
        None => frame.event()?,
    };
    (name.starts_with("response.") || name == "error").then_some(name)
}

pub(super) fn in_data(data: &str) -> Result<Cow<'_, str>, Invalid> {
    #[derive(Deserialize)]
    struct Told<'a> {
        #[serde(borrow)]
        r#type: Option<Cow<'a, str>>,
        #[serde(borrow)]
        error: Option<&'a RawValue>,
    }
    let told: Told<'_> = serde_json::from_str(data)
        .map_err(|error| Invalid::new("data", format!("is not an event of a response ({error})")))?;
    let is_error = told.r#type.is_none() && told.error.is_some_and(|error| is_truthy(error.get()));
    Ok(if is_error { Cow::Borrowed("error") } else { told.r#type.unwrap_or_default() })
}
