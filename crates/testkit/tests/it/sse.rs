//! A reader of server-sent events by the book: any end of line, comments, data in several lines.

use serde_json::Value;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// Empty if it has none.
    pub(crate) name: String,
    pub(crate) data: String,
}

impl Event {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap()
    }
}

/// The events of a body. What no empty line follows is none.
pub(crate) fn events(body: &str) -> Vec<Event> {
    let (mut events, mut name, mut data) = (Vec::new(), String::new(), Vec::new());
    for line in body.replace("\r\n", "\n").replace('\r', "\n").split_inclusive('\n') {
        let line = line.trim_end_matches('\n');
        if line.is_empty() {
            if !data.is_empty() {
                events.push(Event { name: name.clone(), data: data.join("\n") });
            }
            name.clear();
            data.clear();
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
        match field {
            "event" => name = value,
            "data" => data.push(value),
            _ => {}
        }
    }
    events
}
