//! The documents of a request, which citations in its answer say again.

use super::document::Origin;
use crate::json::{self, Object, Raw};

/// The documents that a client sent, with their ids. Most requests have none.
#[derive(Clone, Debug, Default)]
pub struct Echo {
    documents: Vec<Sent>,
}

/// Of a request without documents.
pub(super) static NONE: Echo = Echo { documents: Vec::new() };

/// A document with its id.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) id: String,
    /// An object.
    pub(super) data: Raw,
}

impl From<Vec<Sent>> for Echo {
    fn from(documents: Vec<Sent>) -> Self {
        Self { documents }
    }
}

impl Echo {
    /// Reads the documents in a client's body; one that cannot be read has none.
    pub fn of(body: &str) -> Self {
        let list = Object::parse(body, "").and_then(|mut body| body.take_list("documents"));
        let list = list.ok().flatten().unwrap_or_default();
        let documents = (0..).zip(list).map(|(number, (_, document))| {
            let given = Object::parse(document.get(), "").ok();
            let (mut id, mut data) = (None, Some(document));
            if let Some(mut object) = given {
                id = object.take_string("id").ok().flatten();
                data = object.take("data");
            }
            let id = id.unwrap_or_else(|| Origin::Document(number).to_string());
            let data = data.and_then(|data| match json::string(data, "") {
                Ok(text) => Raw::of(&Text { text }).ok(),
                Err(_) => Some(Raw::from(data)),
            });
            Sent { id, data: data.unwrap_or_else(|| Raw::from(document)) }
        });
        Self { documents: documents.collect() }
    }

    /// The id and the data of a document.
    pub(super) fn document(&self, number: u64) -> Option<(&str, &Raw)> {
        let sent = self.documents.get(usize::try_from(number).ok()?)?;
        Some((&sent.id, &sent.data))
    }
}

/// A document that was given as a text.
#[derive(serde::Serialize)]
struct Text {
    text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_has_an_id_and_data() {
        let body = r#"{"documents":["a",{"data":{"n": 1.0},"id":"mine"},{"data":"b"},{"id":"odd"}]}"#;
        let echo = Echo::of(body);
        let told: Vec<_> = (0..5).map(|number| echo.document(number).map(|(id, data)| (id, data.get()))).collect();
        assert_eq!(
            told,
            [
                Some(("doc:0", r#"{"text":"a"}"#)),
                Some(("mine", r#"{"n": 1.0}"#)),
                Some(("doc:2", r#"{"text":"b"}"#)),
                Some(("odd", r#"{"id":"odd"}"#)),
                None
            ]
        );
        for body in ["", "{}", r#"{"documents":7}"#] {
            assert!(Echo::of(body).document(0).is_none(), "{body}");
        }
    }
}
