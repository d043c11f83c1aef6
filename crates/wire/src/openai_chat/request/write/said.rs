//! What becomes text in OpenAI's dialects, since they have no form of its own for it.

use std::borrow::Cow;

use super::Dropped;
use crate::chat::{CacheMark, Citation, Guarded, Location, MediaSource, Part, SearchResult};

/// The text of a part that can be said as one, and its cache mark.
pub(crate) fn said<'a>(part: &'a Part, dropped: &mut Dropped) -> Option<(Cow<'a, str>, Option<&'a CacheMark>)> {
    Some(match part {
        Part::Text { text, citations, cache } => {
            name_citations(citations, dropped);
            (Cow::Borrowed(text.as_str()), cache.as_ref())
        }
        Part::Document { media, context, citations, cache } => {
            let text = match &media.source {
                MediaSource::Text(text) => Cow::Borrowed(text.as_str()),
                MediaSource::Texts(texts) => Cow::Owned(texts.join("\n")),
                _ => return None,
            };
            name_wishes(context.as_deref(), *citations, dropped);
            // a title is words too
            let titled = media.name.as_ref().map(|name| Cow::Owned(format!("{name}\n\n{text}")));
            (titled.unwrap_or(text), cache.as_ref())
        }
        Part::SearchResult(result) => {
            if result.citations {
                dropped.name("search_result.citations");
            }
            (Cow::Owned(found(result)), result.cache.as_ref())
        }
        Part::Guarded(Guarded::Text { text, .. }) => {
            dropped.name("guarded");
            (Cow::Borrowed(text.as_str()), None)
        }
        Part::Json(value) => (Cow::Borrowed(value.get()), None),
        _ => return None,
    })
}

/// What a search found, as a text that says where it is from.
fn found(result: &SearchResult) -> String {
    format!("{}\n{}\n\n{}", result.title, result.source, result.texts.join("\n"))
}

/// What the model said that a text rests on. Pages of the web are not named: these dialects have them in answers, and their
/// providers do not read them in requests.
fn name_citations(citations: &[Citation], dropped: &mut Dropped) {
    if citations.iter().any(|citation| !matches!(citation.location, Some(Location::Web { .. }))) {
        dropped.name("text.citations");
    }
}

/// What is told of a document beside its content, and the wish to have it cited.
pub(crate) fn name_wishes(context: Option<&str>, citations: bool, dropped: &mut Dropped) {
    if context.is_some() {
        dropped.name("document.context");
    }
    if citations {
        dropped.name("document.citations");
    }
}
