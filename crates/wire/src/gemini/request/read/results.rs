//! Results of tools, and which calls they answer.

use std::collections::{HashMap, VecDeque};

use serde_json::value::RawValue;

use crate::chat::{Part, ToolResult};
use crate::gemini::request::harmless::{Place, name_unread};
use crate::gemini::{media, spelling};
use crate::json::{self, Invalid, Object, Raw};

/// Calls that wait for their results. Clients may leave out ids: a result then answers the first call of its name that waits.
#[derive(Debug, Default)]
pub(super) struct Calls {
    made: usize,
    waiting: HashMap<String, VecDeque<String>>,
}

impl Calls {
    /// The id of a call, made where it has none.
    pub(super) fn call(&mut self, id: Option<String>, name: &str) -> String {
        let id = self.id(id);
        self.waiting.entry(name.to_owned()).or_default().push_back(id.clone());
        id
    }

    /// The id of the call that a result answers.
    fn answered(&mut self, id: Option<String>, name: &str) -> String {
        let waiting = self.waiting.get_mut(name);
        match (id, waiting) {
            (Some(id), Some(waiting)) => {
                waiting.retain(|known| *known != id);
                id
            }
            (None, Some(waiting)) if !waiting.is_empty() => waiting.pop_front().unwrap_or_default(),
            (id, _) => self.id(id),
        }
    }

    fn id(&mut self, id: Option<String>) -> String {
        self.made += 1;
        id.filter(|id| !id.is_empty()).unwrap_or_else(|| format!("call_{}", self.made))
    }
}

/// Reads a `functionResponse`.
pub(super) fn result(
    mut object: Object<'_>,
    calls: &mut Calls,
    unmapped: &mut Vec<String>,
) -> Result<ToolResult, Invalid> {
    let name = object.require_string("name")?;
    let call_id = calls.answered(object.take_string("id")?.filter(|id| !id.is_empty()), &name);
    let path = object.path_of("response");
    let response = object.take("response").ok_or_else(|| object.invalid("response", "is required"))?;
    let (mut parts, is_error) = said(response, &path)?;
    for (path, raw) in object.take_list("parts")?.unwrap_or_default() {
        let mut part = spelling::object(raw.get(), path)?;
        let mut seen = if let Some(mut blob) = spelling::take(&mut part, "inlineData")? {
            let seen = media::inline(&mut blob)?;
            name_unread(blob, Place::Other, unmapped);
            seen
        } else if let Some(mut file) = spelling::take(&mut part, "fileData")? {
            let seen = media::stored(&mut file)?;
            name_unread(file, Place::Other, unmapped);
            seen
        } else {
            name_unread(part, Place::Other, unmapped);
            continue;
        };
        media::detail(&mut part, &mut seen);
        parts.push(seen);
        name_unread(part, Place::Other, unmapped);
    }
    name_unread(object, Place::Other, unmapped);
    Ok(ToolResult { call_id, parts, is_error, cache: None })
}

/// What a response says, and whether that is a failure. `output` and `error` are Google's words for what a function gave and
/// what went wrong, `result` is the word of its SDK. Any other object is a value.
fn said(response: &RawValue, path: &str) -> Result<(Vec<Part>, bool), Invalid> {
    let mut object = Object::parse(response.get(), path)?;
    let word = {
        let mut names = object.names();
        names.next().filter(|_| names.next().is_none()).map(str::to_owned)
    };
    let value = match word.as_deref() {
        Some(word @ ("output" | "error")) => object.take_nullable(word),
        Some("result") if object.peek("result").is_some_and(json::is_string) => object.take("result"),
        _ => None,
    };
    let Some(value) = value else { return Ok((vec![Part::Json(response.into())], false)) };
    let parts = match serde_json::from_str::<Said>(value.get()) {
        Ok(Said::One(text)) if text.is_empty() => Vec::new(),
        Ok(Said::One(text)) => vec![Part::text(text)],
        Ok(Said::Several(texts)) => texts.into_iter().map(Part::text).collect(),
        Err(_other) => vec![Part::Json(Raw::from(value))],
    };
    Ok((parts, word.as_deref() == Some("error")))
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Said {
    One(String),
    Several(Vec<String>),
}
