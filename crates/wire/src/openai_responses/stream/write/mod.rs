//! Writing a stream as OpenAI does: the response as it begins, each item with its pieces, the response as it ended.
//!
//! The last event holds the whole answer, so the items are kept until then. SDKs go by an item's id, which is therefore the
//! same in all events, also where the provider's own is told only at the item's end: that one travels with the proof.
//! OpenAI's SDKs raise what they find under `error` in the event `error`; Codex ends on `response.failed`. A stream that breaks
//! off has both.

mod message;
mod output;
mod passed;
mod single;

use self::output::Output;
use super::super::response::Response;
use super::super::{error, ids, status, usage};
use super::line::Line;
use super::name;
use crate::chat::{Event, StopReason, Usage};
use crate::dialect::Style;
use crate::error::ErrorReply;
use crate::frame::sse::Frame;
use crate::json::Raw;

/// Events in, bytes of a client's stream out. Of several answers only the first is written.
#[derive(Debug)]
pub struct Writer {
    style: Style,
    model: String,
    created: i64,
    started: bool,
    output: Output,
    /// All that was told so far: it goes out once, at the end.
    usage: Usage,
    stop: Option<StopReason>,
    trace: Option<Raw>,
    /// The first event of a provider's stream that goes out as it came.
    passed: Option<Frame>,
    over: bool,
}

impl Writer {
    pub fn new(style: Style) -> Self {
        Self {
            model: String::new(),
            created: style.created,
            started: false,
            output: Output::new(ids::response(&style.request_id)),
            usage: Usage::default(),
            stop: None,
            trace: None,
            passed: None,
            over: false,
            style,
        }
    }

    /// Appends the bytes of `event` to `out`. After an end or an error there are none.
    pub fn write(&mut self, event: &Event, out: &mut Vec<u8>) {
        if self.over {
            return;
        }
        match event {
            Event::Start { id, model, created } => self.start(id, model, *created, out),
            Event::PartStart { choice: 0, kind, .. } => {
                self.begin(out);
                self.output.part_start(kind, out);
            }
            Event::Delta { choice: 0, delta, .. } => self.output.delta(delta, out),
            Event::Citation { choice: 0, citation, .. } => self.output.cite(citation),
            Event::Logprobs { choice: 0, tokens, .. } => self.output.tokens(tokens),
            Event::PartEnd { choice: 0, .. } => self.output.part_end(out),
            Event::Stop { choice: 0, reason, .. } => self.stop = Some(reason.clone()),
            Event::Usage(usage) => self.usage.merge(usage),
            Event::Trace(trace) => self.trace = Some(trace.clone()),
            Event::Ping => out.extend_from_slice(b": ping\n\n"),
            Event::End => self.end(out),
            Event::Error(reply) => {
                self.begin(out);
                error::put_error(reply, self.output.frames.next(), out);
                self.fail(reply, out);
            }
            Event::PartStart { .. }
            | Event::Delta { .. }
            | Event::Citation { .. }
            | Event::Logprobs { .. }
            | Event::PartEnd { .. }
            | Event::Stop { .. } => {}
        }
    }

    /// Writes what Codex ends on, `response.failed`, behind a provider's own `error`.
    pub fn write_behind(&mut self, event: &Frame, error: &ErrorReply, out: &mut Vec<u8>) {
        let said = event.data().unwrap_or_default();
        if !self.over && !matches!(name::of(event, &said).as_deref(), Ok("response.failed")) {
            self.fail(error, out);
        }
    }

    fn start(&mut self, id: &str, model: &str, created: Option<i64>, out: &mut Vec<u8>) {
        if self.started {
            return;
        }
        self.output.response = ids::response(id);
        model.clone_into(&mut self.model);
        self.created = created.unwrap_or(self.created);
        self.begin(out);
    }

    /// Tells the response as it begins. SDKs fail on a stream that begins with anything else, so one without a start gets an
    /// empty one.
    fn begin(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.started, true) {
            return;
        }
        let echo = self.style.echo.responses();
        let response = Response::new(&self.output.response, &self.model, self.created, &echo);
        for name in ["response.created", "response.in_progress"] {
            self.output.frames.put(Line::of(name, 0, &response), out);
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.begin(out);
        let incomplete = self.stop.as_ref().and_then(status::incomplete);
        self.output.end(status::of_last_item(incomplete), out);
        self.over = true;
        let echo = self.style.echo.responses();
        let mut response = Response::new(&self.output.response, &self.model, self.created, &echo);
        response.end(incomplete);
        response.output = &self.output.items;
        response.usage = usage::write(&self.usage);
        response.trace = self.trace.as_ref();
        let name = if incomplete.is_some() { "response.incomplete" } else { "response.completed" };
        self.output.frames.put(Line::of(name, 0, &response), out);
    }

    /// Tells the response as it failed, with what was said by then.
    fn fail(&mut self, reply: &ErrorReply, out: &mut Vec<u8>) {
        self.over = true;
        self.take_over();
        self.output.break_off();
        let echo = self.style.echo.responses();
        let mut response = Response::new(&self.output.response, &self.model, self.created, &echo);
        response.fail(error::of_response(reply));
        response.output = &self.output.items;
        response.usage = usage::write(&self.usage);
        response.trace = self.trace.as_ref();
        self.output.frames.put(Line::of("response.failed", 0, &response), out);
    }
}
