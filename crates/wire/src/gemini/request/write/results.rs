//! Results of tools: an object, under Google's words for what came out and what went wrong.

use std::borrow::Cow;

use serde::Serialize;

use super::contents::Writing;
use super::parts::{self, Place};
use crate::chat::{Part, ToolResult};
use crate::gemini::part::{self, Content, Response};
use crate::json::{Invalid, Raw};
use crate::openai_chat::request::said as as_text;

/// What a result says.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Said<'a> {
    Text(Cow<'a, str>),
    Value(&'a Raw),
}

/// The `response` of a result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Outcome<'a> {
    Output(&'a Words<'a>),
    Error(&'a Words<'a>),
}

#[derive(Serialize)]
#[serde(untagged)]
enum Words<'a> {
    One(Said<'a>),
    Several(Vec<Said<'a>>),
}

/// Writes a result. Pictures stand in it for models of generation 3 and later, behind it for those before, which would refuse
/// them.
pub(super) fn write<'a>(
    place: Place,
    result: &'a ToolResult,
    writing: &mut Writing<'a, '_>,
    out: &mut Vec<part::Part<'a>>,
) -> Result<(), Invalid> {
    let name = writing.names.get(result.call_id.as_str()).copied().ok_or_else(|| {
        Invalid::new(
            place.to_string(),
            "answers a call that stands nowhere before it, and this provider wants its name",
        )
    })?;
    let (mut words, mut media) = (Vec::new(), Vec::new());
    for (inner, value) in result.parts.iter().enumerate() {
        let place = Place { inner: Some(inner), ..place };
        if let Part::Json(value) = value {
            words.push(Said::Value(value));
        } else if let Some((text, cache)) = as_text(value, writing.dropped) {
            writing.dropped.cache(cache);
            words.push(Said::Text(text));
        } else if let Some((name, medium)) = parts::medium(place, value, writing)? {
            // no name may stand beside what is inside
            words.extend(name.clone().filter(|_| writing.model.third).map(|name| Said::Text(name.into())));
            media.push((name, medium));
        } else {
            let problem = format!("{} may not stand in a tool's result for this provider", value.word());
            return Err(Invalid::new(place.to_string(), problem));
        }
    }
    writing.dropped.cache(result.cache.as_ref());
    let response =
        response(words, result.is_error).map_err(|error| Invalid::new(place.to_string(), error.to_string()))?;
    let (inside, behind) = if writing.model.third { (media, Vec::new()) } else { (Vec::new(), media) };
    let parts = inside.into_iter().map(|(_, medium)| medium).collect();
    out.push(Content::FunctionResponse(Response { id: &result.call_id, name, response, parts }).into());
    if !behind.is_empty() {
        out.push(part::Part::text(format!("Content of the result of call {}:", result.call_id)));
    }
    for (name, medium) in behind {
        out.extend(name.map(part::Part::text));
        out.push(medium);
    }
    Ok(())
}

/// An object that is a value of its own stays as it is.
fn response(mut words: Vec<Said<'_>>, is_error: bool) -> Result<Cow<'_, Raw>, serde_json::Error> {
    if let ([Said::Value(value)], false) = (words.as_slice(), is_error)
        && value.get().starts_with('{')
    {
        return Ok(Cow::Borrowed(value));
    }
    let words = match (words.pop(), words.is_empty()) {
        (None, _) => Words::One(Said::Text(Cow::Borrowed(""))),
        (Some(one), true) => Words::One(one),
        (Some(last), false) => {
            words.push(last);
            Words::Several(words)
        }
    };
    Raw::of(&if is_error { Outcome::Error(&words) } else { Outcome::Output(&words) }).map(Cow::Owned)
}
