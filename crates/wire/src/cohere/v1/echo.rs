//! What of a request its answer says again: the history, and the documents that citations name.

use serde::Serialize;

use crate::cohere;
use crate::cohere::echo::Sent;
use crate::json::{self, Object, Raw, is_truthy};

/// The history up to the answer, as a client hands it back, and its documents.
#[derive(Clone, Debug, Default)]
pub struct Echo {
    pub(super) history: Vec<Raw>,
    pub(super) documents: cohere::Echo,
}

/// What is new in a request, as an entry of the history.
#[derive(Serialize)]
struct Entry<'a> {
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_results: Option<Raw>,
}

impl Echo {
    /// Reads a client's body; one that cannot be read has nothing to say again.
    pub fn of(body: &str) -> Self {
        let Ok(mut body) = Object::parse(body, "") else { return Self::default() };
        let mut raws = |name: &str| -> Vec<Raw> {
            let list = body.take_list(name).ok().flatten().unwrap_or_default();
            list.into_iter().map(|(_, raw)| Raw::from(raw)).collect()
        };
        let (mut history, documents) = (raws("chat_history"), raws("documents"));
        let message = body.take_string("message").ok().flatten().filter(|message| !message.is_empty());
        let said = Entry { role: "USER", message: message.as_deref(), tool_results: None };
        let results = Entry { role: "TOOL", message: None, tool_results: body.take_raw("tool_results") };
        let mut new = [message.is_some().then_some(&said), results.tool_results.is_some().then_some(&results)];
        // as they are read: results of the calls that the history ends with come before what is said
        if history.last().is_some_and(calls) {
            new.reverse();
        }
        history.extend(new.into_iter().flatten().filter_map(|entry| Raw::of(entry).ok()));
        let documents = documents.into_iter().enumerate().map(|(number, data)| sent(number, data));
        Self { history, documents: documents.collect::<Vec<_>>().into() }
    }
}

/// Whether an entry of the history calls tools.
fn calls(entry: &Raw) -> bool {
    let calls = Object::parse(entry.get(), "").ok().and_then(|mut entry| entry.take("tool_calls"));
    calls.is_some_and(|calls| is_truthy(calls.get()))
}

/// A document with its id among its fields, as answers have it.
fn sent(number: usize, data: Raw) -> Sent {
    let fields = Object::parse(data.get(), "");
    let given = fields.as_ref().ok().and_then(|fields| json::string(fields.peek("id")?, "id").ok());
    if let Some(id) = given {
        return Sent { id, data };
    }
    let id = format!("doc_{number}");
    let rest = data.get().strip_prefix('{').map(str::trim_start).filter(|_| fields.is_ok());
    let named = rest.and_then(|rest| {
        let comma = if rest.starts_with('}') { "" } else { "," };
        Raw::parse(format!(r#"{{"id":"{id}"{comma}{rest}"#)).ok()
    });
    Sent { id, data: named.unwrap_or(data) }
}
