//! Citations name documents, which stand beside them.

use std::collections::HashSet;

use serde::Serialize;

use super::Echo;
use crate::chat;
use crate::cohere::citation::Source;
use crate::cohere::document::Data;
use crate::json::Raw;

/// A citation as it is written.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Written {
    start: usize,
    end: usize,
    text: String,
    document_ids: Vec<String>,
}

/// The documents that were cited, each once.
#[derive(Debug, Default)]
pub(super) struct Documents {
    pub(super) list: Vec<Raw>,
    known: HashSet<String>,
}

/// A document with its id among its fields.
#[derive(Serialize)]
struct Document<'a> {
    id: &'a str,
    #[serde(flatten)]
    data: &'a Data<'a>,
}

impl Documents {
    /// The citation of a text that begins behind `start` characters. `None` when it rests on nothing.
    pub(super) fn cite(
        &mut self,
        text: &str,
        citations: &[chat::Citation],
        start: usize,
        echo: &Echo,
    ) -> Option<Written> {
        let mut document_ids = Vec::new();
        for citation in citations {
            let id = self.add(&Source::of(citation, &echo.documents));
            if !document_ids.contains(&id) {
                document_ids.push(id);
            }
        }
        let end = start + text.chars().count();
        (!citations.is_empty()).then(|| Written { start, end, text: text.to_owned(), document_ids })
    }

    /// One without an id gets one by its place.
    fn add(&mut self, source: &Source<'_>) -> String {
        let id = source.id.as_deref().map_or_else(|| format!("source_{}", self.list.len()), str::to_owned);
        if self.known.insert(id.clone()) {
            let document = match &source.document {
                Data::Given(data) => Some((*data).clone()),
                data @ Data::Fields(_) => Raw::of(&Document { id: &id, data }).ok(),
            };
            self.list.extend(document);
        }
        id
    }
}
