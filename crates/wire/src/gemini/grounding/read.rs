//! Reading. What has another shape must not cost the answer: it is left out.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::chat::{Citation, Location, Page, SearchOutcome, WebSearch};

/// What a candidate rests on.
#[derive(Debug, Default, PartialEq)]
pub(in crate::gemini) struct Grounding {
    pub(in crate::gemini) searches: Vec<WebSearch>,
    /// What is cited, and the part of the content that it is cited in.
    pub(in crate::gemini) citations: Vec<(usize, Citation)>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Told<'a> {
    web_search_queries: Vec<String>,
    #[serde(borrow)]
    grounding_chunks: Vec<Chunk<'a>>,
    grounding_supports: Vec<Support>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chunk<'a> {
    web: Option<Source>,
    retrieved_context: Option<Source>,
    maps: Option<Source>,
    #[serde(borrow)]
    image: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
struct Source {
    uri: Option<String>,
    title: Option<String>,
    text: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Support {
    grounding_chunk_indices: Vec<usize>,
    segment: Option<Segment>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Segment {
    part_index: usize,
}

/// Reads both objects. `id` begins the ids of searches. Pages that were found and are cited nowhere are pages of the first search.
pub(in crate::gemini) fn read(grounding: Option<&RawValue>, citing: Option<&RawValue>, id: &str) -> Grounding {
    let told = grounding.and_then(|raw| serde_json::from_str::<Told<'_>>(raw.get()).ok()).unwrap_or_default();
    let mut citations: Vec<(usize, Citation)> = Vec::new();
    let mut seen = HashSet::new();
    for support in &told.grounding_supports {
        let part = support.segment.as_ref().map_or(0, |segment| segment.part_index);
        for at in support.grounding_chunk_indices.iter().filter(|at| seen.insert((part, **at))) {
            let cited = told.grounding_chunks.get(*at).and_then(Chunk::citation);
            citations.extend(cited.map(|citation| (part, citation)));
        }
    }
    citations.extend(citing.map(recited).unwrap_or_default().into_iter().map(|citation| (0, citation)));
    let mut pages: Vec<Page> = told.grounding_chunks.iter().filter_map(Chunk::page).collect();
    let queries = told.web_search_queries.into_iter().enumerate();
    let searches = queries.map(|(at, query)| WebSearch {
        id: format!("search_{at}_{id}"),
        query: Some(query),
        outcome: Some(SearchOutcome::Found(std::mem::take(&mut pages))),
    });
    Grounding { searches: searches.collect(), citations }
}

impl Chunk<'_> {
    fn citation(&self) -> Option<Citation> {
        if let Some(web) = self.web.as_ref().or(self.maps.as_ref()) {
            let location = Some(Location::Web { url: web.uri.clone()? });
            return Some(Citation { title: said(web.title.as_ref()), location, ..Citation::default() });
        }
        if self.image.is_some() {
            return None;
        }
        let source = self.retrieved_context.as_ref()?;
        Some(Citation {
            title: said(source.title.as_ref()),
            source: said(source.uri.as_ref()),
            quotes: said(source.text.as_ref()).into_iter().collect(),
            location: None,
        })
    }

    fn page(&self) -> Option<Page> {
        let web = self.web.as_ref()?;
        Some(Page { url: web.uri.clone()?, title: said(web.title.as_ref()), ..Page::default() })
    }
}

fn said(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.is_empty()).cloned()
}

/// `citationMetadata`: works that the answer repeats at length.
fn recited(raw: &RawValue) -> Vec<Citation> {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Told {
        #[serde(alias = "citationSources")]
        citations: Vec<Source>,
    }
    let told = serde_json::from_str::<Told>(raw.get()).unwrap_or_default();
    let cites = told.citations.into_iter().filter(|source| source.uri.is_some() || source.title.is_some());
    cites
        .map(|source| Citation {
            title: said(source.title.as_ref()),
            location: source.uri.map(|url| Location::Web { url }),
            ..Citation::default()
        })
        .collect()
}
