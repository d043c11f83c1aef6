//! Writing.

use std::ops::Range;

use serde::Serialize;

use crate::chat::{Citation, Location, SearchOutcome, WebSearch};

/// `groundingMetadata`, put together while an answer is written.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::gemini) struct Written {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    web_search_queries: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    grounding_chunks: Vec<Chunk>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    grounding_supports: Vec<Support>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Chunk {
    Web(Source),
    RetrievedContext(Source),
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Source {
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Support {
    segment: Segment,
    grounding_chunk_indices: Vec<usize>,
}

/// Offsets count in bytes.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Segment {
    #[serde(skip_serializing_if = "is_first")]
    part_index: usize,
    start_index: usize,
    end_index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_first(index: &usize) -> bool {
    *index == 0
}

impl Written {
    /// Nothing where there is nothing to say.
    pub(in crate::gemini) fn said(self) -> Option<Self> {
        (!self.web_search_queries.is_empty() || !self.grounding_chunks.is_empty()).then_some(self)
    }

    pub(in crate::gemini) fn search(&mut self, search: &WebSearch) {
        self.web_search_queries.extend(search.query.clone());
        if let Some(SearchOutcome::Found(pages)) = &search.outcome {
            for page in pages {
                self.chunk(Chunk::Web(Source { uri: Some(page.url.clone()), title: page.title.clone(), text: None }));
            }
        }
    }

    /// What the text at `bytes` of a part rests on. The text itself is told where it is at hand.
    pub(in crate::gemini) fn cite(
        &mut self,
        citation: &Citation,
        part: usize,
        bytes: Range<usize>,
        text: Option<&str>,
    ) {
        let chunk = self.chunk(Chunk::of(citation));
        let text = text.map(str::to_owned);
        let segment = Segment { part_index: part, start_index: bytes.start, end_index: bytes.end, text };
        match self.grounding_supports.last_mut() {
            Some(support) if support.segment == segment => support.grounding_chunk_indices.push(chunk),
            _ => self.grounding_supports.push(Support { segment, grounding_chunk_indices: vec![chunk] }),
        }
    }

    fn chunk(&mut self, chunk: Chunk) -> usize {
        let known = self.grounding_chunks.iter().position(|known| known.is_same(&chunk));
        known.unwrap_or_else(|| {
            self.grounding_chunks.push(chunk);
            self.grounding_chunks.len() - 1
        })
    }
}

impl Chunk {
    /// Whether it is the same page, whatever its title, or says the same.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Web(one), Self::Web(other)) => one.uri == other.uri,
            (one, other) => one == other,
        }
    }

    fn of(citation: &Citation) -> Self {
        let text = (!citation.quotes.is_empty()).then(|| citation.quotes.join("\n"));
        let title = citation.title.clone();
        match &citation.location {
            Some(Location::Web { url }) => Self::Web(Source { uri: Some(url.clone()), title, text: None }),
            _ => Self::RetrievedContext(Source { uri: citation.source.clone(), title, text }),
        }
    }
}
