//! Parts of a message.

use std::fmt;

use super::contents::Writing;
use crate::chat::{Guarded, Media, Part, Role, ToolCall};
use crate::gemini::media::{self, Resolution};
use crate::gemini::part::{self, Call, Content};
use crate::json::Invalid;
use crate::openai_chat::request::{name_wishes, said as as_text};

/// Where a part stands, in the conversation's words.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) message: usize,
    pub(super) part: usize,
    /// The part of a tool's result.
    pub(super) inner: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "messages[{}].parts[{}]", self.message, self.part)?;
        self.inner.map_or(Ok(()), |inner| write!(f, ".parts[{inner}]"))
    }
}

/// Writes what is neither reasoning nor a tool's. Empty texts are left out, and searches: what they found stands in the text
/// behind them.
pub(super) fn said<'a>(
    place: Place,
    role: Role,
    value: &'a Part,
    writing: &mut Writing<'a, '_>,
    out: &mut Vec<part::Part<'a>>,
) -> Result<(), Invalid> {
    if let Part::Json(_) = value {
        return Err(Invalid::new(place.to_string(), "a JSON value may only stand in a tool's result"));
    }
    if let Some((text, cache)) = as_text(value, writing.dropped) {
        writing.dropped.cache(cache);
        out.extend((!text.is_empty()).then(|| part::Part::text(text)));
        return Ok(());
    }
    if matches!(role, Role::System | Role::Developer) && !matches!(value, Part::Refusal { .. }) {
        return Err(Invalid::new(place.to_string(), "instructions can only be text for this provider"));
    }
    match value {
        Part::Refusal { text } => out.extend((!text.is_empty()).then(|| part::Part::text(text))),
        value => {
            if let Some((name, medium)) = medium(place, value, writing)? {
                out.extend(name.map(part::Part::text));
                out.push(medium);
            }
        }
    }
    Ok(())
}

/// An image, a document, a sound or a film, and the text before it that says a document's name. `None` when it is none of them.
pub(super) fn medium<'a>(
    place: Place,
    value: &'a Part,
    writing: &mut Writing<'a, '_>,
) -> Result<Option<(Option<String>, part::Part<'a>)>, Invalid> {
    let (media, name) = match value {
        Part::Image { media, cache } => {
            writing.dropped.cache(cache.as_ref());
            (media, None)
        }
        Part::Document { media, context, citations, cache } => {
            writing.dropped.cache(cache.as_ref());
            name_wishes(context.as_deref(), *citations, writing.dropped);
            (media, media.name.as_ref().map(|name| format!("{name}:")))
        }
        Part::Guarded(Guarded::Image { media }) => {
            writing.dropped.name("guarded");
            (media, None)
        }
        Part::Audio { media } | Part::Video { media } => (media, None),
        _ => return Ok(None),
    };
    if name.is_none() && media.name.is_some() {
        writing.dropped.name(format!("{place}.name"));
    }
    let media_resolution = resolution(place, media, writing);
    let problem = "is kept at another provider: send the bytes, a URL, or the URI of a file at Google";
    let content = media::content(media).ok_or_else(|| Invalid::new(place.to_string(), problem))?;
    Ok(Some((name, part::Part { media_resolution, ..content.into() })))
}

/// `detail: auto` is what OpenAI does without it: it asks for nothing and is not named.
fn resolution(place: Place, media: &Media, writing: &mut Writing<'_, '_>) -> Option<Resolution> {
    let detail = media.detail.as_deref().filter(|detail| *detail != "auto")?;
    let resolution = Resolution::of(detail).filter(|_| writing.model.third);
    if resolution.is_none() {
        writing.dropped.name(format!("{place}.detail"));
    }
    resolution
}

/// A call that the model made. Its id goes along, as calls of one name are told apart by nothing else.
pub(super) fn call<'a>(
    place: Place,
    call: &'a ToolCall,
    writing: &mut Writing<'a, '_>,
) -> Result<part::Part<'a>, Invalid> {
    let path = || format!("{place}.arguments");
    let args = call.arguments_json().ok_or_else(|| Invalid::new(path(), "must be JSON for this provider"))?;
    if !args.get().starts_with('{') {
        return Err(Invalid::new(path(), "must be a JSON object for this provider"));
    }
    writing.dropped.cache(call.cache.as_ref());
    Ok(Content::FunctionCall(Call { id: &call.id, name: &call.name, args }).into())
}
