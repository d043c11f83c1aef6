//! Images, documents and what a search found, as content blocks.

use super::blocks::Place;
use crate::anthropic::block::{Block, CacheControl, Citing, Source};
use crate::chat::{CacheMark, Media, MediaSource, SearchResult};
use crate::json::Invalid;

pub(super) fn image<'a>(
    place: Place,
    media: &'a Media,
    cache: Option<&'a CacheMark>,
    dropped: &mut Vec<String>,
) -> Result<Block<'a>, Invalid> {
    name_detail(place, media, dropped);
    if media.name.is_some() {
        dropped.push(format!("{place}.name"));
    }
    if matches!(media.source, MediaSource::Text(_) | MediaSource::Texts(_)) {
        return Err(Invalid::new(place.to_string(), "an image cannot be given as text"));
    }
    Ok(Block::Image { source: source(place, media)?, cache_control: CacheControl::of(place, cache, dropped) })
}

/// A document, with what is told of it beside its content and whether to cite it.
pub(super) fn document<'a>(
    place: Place,
    media: &'a Media,
    context: Option<&'a str>,
    citations: bool,
    cache: Option<&'a CacheMark>,
    dropped: &mut Vec<String>,
) -> Result<Block<'a>, Invalid> {
    name_detail(place, media, dropped);
    Ok(Block::Document {
        source: source(place, media)?,
        title: media.name.as_deref(),
        context,
        citations: Citing::of(citations),
        cache_control: CacheControl::of(place, cache, dropped),
    })
}

pub(super) fn search_result<'a>(place: Place, result: &'a SearchResult, dropped: &mut Vec<String>) -> Block<'a> {
    Block::SearchResult {
        source: &result.source,
        title: &result.title,
        content: result.texts.iter().map(|text| Block::text(text)).collect(),
        citations: Citing::of(result.citations),
        cache_control: CacheControl::of(place, result.cache.as_ref(), dropped),
    }
}

fn source(place: Place, media: &Media) -> Result<Source<'_>, Invalid> {
    Ok(match &media.source {
        MediaSource::Base64 { media_type, data } => Source::Base64 { media_type, data },
        MediaSource::Url(url) => Source::Url { url },
        MediaSource::FileId(_) if media.source.is_kept_by_google() => {
            let problem = "is in a store of Google's, where this provider does not look: send the bytes";
            return Err(Invalid::new(place.to_string(), problem));
        }
        MediaSource::FileId(file_id) => Source::File { file_id },
        MediaSource::Text(data) => Source::Text { media_type: "text/plain", data },
        MediaSource::Texts(texts) => Source::Content { content: texts.iter().map(|text| Block::text(text)).collect() },
        MediaSource::S3 { .. } => {
            let problem =
                "is in Amazon S3, where this provider does not look: send the bytes, or a URL that anybody may read";
            return Err(Invalid::new(place.to_string(), problem));
        }
    })
}

/// `detail: auto` is what OpenAI does without it: it asks for nothing and is not named.
fn name_detail(place: Place, media: &Media, dropped: &mut Vec<String>) {
    if media.detail.as_deref().is_some_and(|detail| detail != "auto") {
        dropped.push(format!("{place}.detail"));
    }
}
