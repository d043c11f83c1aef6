//! The documents of a request. Cohere cites what stands beside the messages or in results of tools, and nothing else.

use crate::chat::{Media, SearchResult};
use crate::cohere::document::Document;

/// Documents and search results are counted over the whole request, those included that become text.
#[derive(Default)]
pub(super) struct Documents<'a> {
    list: Vec<Document<'a>>,
    shown: u64,
    found: u64,
}

impl<'a> Documents<'a> {
    /// Counts a document, and writes it. `None` when it is not text.
    pub(super) fn document(&mut self, media: &'a Media, context: Option<&'a str>) -> Option<Vec<Document<'a>>> {
        let number = self.shown;
        self.shown += 1;
        Document::of(media, context, number)
    }

    /// Counts a search result, and writes it.
    pub(super) fn result(&mut self, result: &'a SearchResult) -> Vec<Document<'a>> {
        let number = self.found;
        self.found += 1;
        Document::of_result(result, number).collect()
    }

    /// Puts documents beside the messages.
    pub(super) fn add(&mut self, documents: Vec<Document<'a>>) {
        self.list.extend(documents);
    }

    pub(super) fn into_list(self) -> Vec<Document<'a>> {
        self.list
    }
}
