//! The provider's own search of the web, as far as this dialect can ask for it.

use super::Dropped;
use super::wire::{Location, SearchOptions};
use crate::chat::SearchTool;
use crate::user_location::Approximate;

pub(super) fn options<'a>(tool: &'a SearchTool, dropped: &mut Dropped) -> SearchOptions<'a> {
    let lost = [
        ("web_search.max_uses", tool.max_uses.is_some()),
        ("web_search.allowed_domains", !tool.allowed_domains.is_empty()),
        ("web_search.blocked_domains", !tool.blocked_domains.is_empty()),
    ];
    for (path, _) in lost.into_iter().filter(|(_, said)| *said) {
        dropped.name(path);
    }
    dropped.cache(tool.cache.as_ref());
    SearchOptions {
        search_context_size: tool.context_size.as_deref(),
        user_location: tool.place.as_ref().map(|place| Location::Approximate { approximate: Approximate::of(place) }),
    }
}
