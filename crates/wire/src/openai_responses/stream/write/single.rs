//! Items that are one part each: reasoning, calls, searches.

use super::super::line::{Line, Piece};
use super::output::{Open, Output};
use crate::chat::{CallKind, Part};
use crate::openai_responses::ids;
use crate::openai_responses::item::{Item, Summary};

impl Output {
    pub(super) fn thinking_start(&mut self, proof: Option<String>, out: &mut Vec<u8>) {
        self.close_message("completed", out);
        let id = ids::item("rs", &self.response, self.items.len());
        self.add(Item::Reasoning { id, summary: Vec::new(), encrypted_content: None }, out);
        self.open = Open::Thinking { signature: String::new(), proof };
    }

    pub(super) fn thinking(&mut self, more: &str, out: &mut Vec<u8>) {
        let output_index = self.last();
        let Some(Item::Reasoning { id, summary, .. }) = self.items.last_mut() else { return };
        let at = |r#type| Line { item_id: Some(id), output_index, summary_index: Some(0), ..Line::new(r#type) };
        if summary.is_empty() {
            summary.push(Summary::of(String::new()));
            let part = summary.last().map(Piece::Summary);
            self.frames.put(Line { part, ..at("response.reasoning_summary_part.added") }, out);
        }
        if let Some(said) = summary.last_mut() {
            said.text.to_mut().push_str(more);
        }
        self.frames.put(Line { delta: Some(more), ..at("response.reasoning_summary_text.delta") }, out);
    }

    pub(super) fn thinking_end(&mut self, proof: Option<String>, out: &mut Vec<u8>) {
        let output_index = self.last();
        let Some(Item::Reasoning { id, summary, encrypted_content }) = self.items.last_mut() else { return };
        *encrypted_content = proof.map(Into::into);
        if let Some(said) = summary.last() {
            let summary_index = Some(0);
            let at = |r#type| Line { item_id: Some(id), output_index, summary_index, ..Line::new(r#type) };
            let line = Line { text: Some(&said.text), ..at("response.reasoning_summary_text.done") };
            self.frames.put(line, out);
            let line = Line { part: Some(Piece::Summary(said)), ..at("response.reasoning_summary_part.done") };
            self.frames.put(line, out);
        }
        self.done("completed", out);
    }

    pub(super) fn call_start(
        &mut self,
        id: &str,
        name: &str,
        namespace: Option<&str>,
        kind: CallKind,
        out: &mut Vec<u8>,
    ) {
        self.close_message("completed", out);
        let index = self.items.len();
        let (status, call_id, name) = ("in_progress", id.to_owned().into(), name.to_owned().into());
        let namespace = namespace.map(|namespace| namespace.to_owned().into());
        let item = match kind {
            CallKind::Function => {
                let (id, arguments) = (ids::item("fc", &self.response, index), String::new().into());
                Item::FunctionCall { id, status, call_id, name, namespace, arguments }
            }
            CallKind::Custom => {
                let (id, input) = (ids::item("ctc", &self.response, index), String::new().into());
                Item::CustomToolCall { id, status, call_id, name, namespace, input }
            }
        };
        self.add(item, out);
        self.open = Open::Call;
    }

    pub(super) fn arguments(&mut self, more: &str, out: &mut Vec<u8>) {
        let output_index = self.last();
        let (r#type, id) = match self.items.last_mut() {
            Some(Item::FunctionCall { id, arguments, .. }) => {
                arguments.to_mut().push_str(more);
                ("response.function_call_arguments.delta", id)
            }
            Some(Item::CustomToolCall { id, input, .. }) => {
                input.to_mut().push_str(more);
                ("response.custom_tool_call_input.delta", id)
            }
            _ => return,
        };
        let line = Line { item_id: Some(id), output_index, delta: Some(more), ..Line::new(r#type) };
        self.frames.put(line, out);
    }

    /// Ends a call. The arguments of a function are JSON, also where the model wrote none.
    pub(super) fn call_end(&mut self, status: &'static str, out: &mut Vec<u8>) {
        let is_bare =
            matches!(self.items.last(), Some(Item::FunctionCall { arguments, .. }) if arguments.trim().is_empty());
        // of a call that was cut off nobody knows them
        if is_bare && status == "completed" {
            self.arguments("{}", out);
        }
        let output_index = self.last();
        let line = match self.items.last() {
            Some(Item::FunctionCall { id, arguments, .. }) => Line {
                item_id: Some(id),
                arguments: Some(arguments),
                ..Line::new("response.function_call_arguments.done")
            },
            Some(Item::CustomToolCall { id, input, .. }) => {
                Line { item_id: Some(id), input: Some(input), ..Line::new("response.custom_tool_call_input.done") }
            }
            _ => return,
        };
        self.frames.put(Line { output_index, ..line }, out);
        self.done(status, out);
    }

    /// A part in one piece: a search, or what this dialect has no place for, in words. A search is an item that ends here; a text
    /// is left open for the `PartEnd` that follows, as the message around it may go on.
    pub(super) fn whole(&mut self, part: &Part, out: &mut Vec<u8>) {
        match part {
            Part::WebSearch(search) => {
                self.close_message("completed", out);
                let mut item = Item::search(search, &self.response, self.items.len());
                let outcome = item.set_status("in_progress");
                self.add(item, out);
                self.search_end(outcome, out);
            }
            Part::Text { text, citations, .. } => {
                self.text_start(out);
                self.text(text, out);
                for citation in citations {
                    self.cite(citation);
                }
            }
            _ => {
                self.text_start(out);
                self.text(part.uncarried(), out);
            }
        }
    }

    fn search_end(&mut self, outcome: &'static str, out: &mut Vec<u8>) {
        let output_index = self.last();
        let Some(item) = self.items.last() else { return };
        let steps = ["response.web_search_call.in_progress", "response.web_search_call.searching"];
        let completed = (outcome == "completed").then_some("response.web_search_call.completed");
        for name in steps.into_iter().chain(completed) {
            self.frames.put(Line { item_id: Some(item.id()), output_index, ..Line::new(name) }, out);
        }
        self.done(outcome, out);
    }
}
