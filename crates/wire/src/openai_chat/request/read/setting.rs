//! Settings that OpenAI has beside those of every dialect.

use super::super::harmless::{self, name_unread};
use super::part::require_object;
use crate::chat::{Place, SearchTool};
use crate::json::{Invalid, Object, Raw};

/// Fields that OpenAI's two dialects share and nobody else has.
const OPENAI: &[&str] = &["prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "moderation", "store"];

/// Takes them as they came. `store: false` asks for nothing and is left to the harmless ones.
pub(super) fn openai(body: &mut Object<'_>) -> Vec<(&'static str, Raw)> {
    let mut taken = Vec::new();
    for name in OPENAI {
        if *name != "store" || body.peek(name).is_some_and(|store| store.get() != "false") {
            taken.extend(body.take_raw(name).map(|value| (*name, value)));
        }
    }
    taken
}

/// Log probabilities. The count of alternatives means nothing without the switch, and then stays unread.
pub(super) fn logprobs(body: &mut Object<'_>) -> Result<Option<u64>, Invalid> {
    match body.take_bool("logprobs")? {
        Some(true) => Ok(Some(body.take_u64("top_logprobs")?.unwrap_or(0))),
        Some(false) | None => Ok(None),
    }
}

/// `web_search_options`: the provider may search.
pub(super) fn web_search(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<SearchTool>, Invalid> {
    let Some(mut options) = body.take_object("web_search_options")? else { return Ok(None) };
    let tool = SearchTool {
        context_size: options.take_string("search_context_size")?,
        place: place(&mut options, unmapped)?,
        ..SearchTool::default()
    };
    name_unread(options, harmless::Place::Other, unmapped);
    Ok(Some(tool))
}

fn place(options: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<Place>, Invalid> {
    let Some(mut location) = options.take_object("user_location")? else { return Ok(None) };
    let kind = location.take_string("type")?;
    if kind.is_some_and(|kind| kind != "approximate") {
        return Err(location.invalid("type", "must be 'approximate'"));
    }
    let mut told = require_object(&mut location, "approximate")?;
    let place = Place {
        city: told.take_string("city")?,
        region: told.take_string("region")?,
        country: told.take_string("country")?,
        timezone: told.take_string("timezone")?,
    };
    name_unread(told, harmless::Place::Other, unmapped);
    name_unread(location, harmless::Place::Other, unmapped);
    Ok(Some(place))
}
