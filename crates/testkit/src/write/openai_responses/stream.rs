//! The events of a response.

use serde_json::Value;

use super::item::{Item, Place, What, part, reasoning, summary};
use super::{Status, Writer};
use crate::json::{Json, Object};
use crate::script::UsageMode;
use crate::turn::Kind;
use crate::write::{Answer, Ending, Frame, THOUGHT, logprobs, pieces, web};

impl Writer<'_> {
    pub(super) fn stream(&self) -> Answer {
        let mut talk = Talk { writer: self, frames: Vec::new() };
        let ending = talk.run();
        Answer::stream(talk.frames, ending)
    }
}

struct Talk<'a> {
    writer: &'a Writer<'a>,
    /// One for each event: their number is the next event's.
    frames: Vec<Frame>,
}

impl Talk<'_> {
    fn run(&mut self) -> Ending {
        self.response("response.created", Status::InProgress);
        self.response("response.in_progress", Status::InProgress);
        let writer = self.writer;
        for (index, item) in (0_u64..).zip(&writer.items) {
            let opening = item.object(&Place::Opening, writer.job).with_all(&writer.job.script.extra_inner);
            self.event("response.output_item.added", Object::new().with("output_index", index).with("item", opening));
            let at = At { item: &item.id, index };
            match &item.what {
                What::Compaction => self.event("response.compaction.compacting", at.place()),
                What::Reasoning => self.reasoning(&at),
                What::Search(_) => self.search(&at),
                What::Message(text) => {
                    if let Some(ending) = self.message(&at, text) {
                        return ending;
                    }
                }
                What::Call { call, .. } => self.call(&at, call.kind, &call.arguments),
            }
            self.item_done(index, item);
        }
        match writer.end() {
            Status::Incomplete => self.response("response.incomplete", Status::Incomplete),
            status => self.response("response.completed", status),
        }
        Ending::Complete
    }

    /// An event with the whole response. Usage comes with the last one.
    fn response(&mut self, kind: &str, status: Status) {
        let writer = self.writer;
        let over = matches!(status, Status::Completed | Status::Incomplete);
        let early = writer.job.mode() == UsageMode::Decreasing && status == Status::InProgress;
        let counts = if early { writer.job.early_counts() } else { writer.job.counts };
        let (usage, reported) = writer.usage(counts).filter(|_| over || early).unzip();
        let usage = if over { usage } else { Some(usage.unwrap_or(Json::Value(Value::Null))) };
        let frame = self.frame(kind, Object::new().with("response", writer.response(status, usage)));
        let frame = frame.telling(reported);
        self.frames.push(if over { frame.last() } else { frame });
    }

    fn item_done(&mut self, index: u64, item: &Item<'_>) {
        let done = Object::new().with("output_index", index).with("item", self.writer.item(item));
        self.event("response.output_item.done", done);
    }

    fn reasoning(&mut self, at: &At<'_>) {
        if self.writer.job.turn.summary {
            self.summary(at);
        }
        if !self.writer.job.turn.raw {
            return;
        }
        let place = || at.place().with("content_index", 0);
        self.event("response.content_part.added", place().with("part", reasoning("")));
        for piece in ["mock ", "thinking"] {
            self.event("response.reasoning_text.delta", place().with("delta", piece));
        }
        self.event("response.reasoning_text.done", place().with("text", THOUGHT));
        self.event("response.content_part.done", place().with("part", reasoning(THOUGHT)));
    }

    fn summary(&mut self, at: &At<'_>) {
        let place = || at.place().with("summary_index", 0);
        self.event("response.reasoning_summary_part.added", place().with("part", summary("")));
        for piece in ["mock ", "thinking"] {
            self.event("response.reasoning_summary_text.delta", place().with("delta", piece));
        }
        self.event("response.reasoning_summary_text.done", place().with("text", THOUGHT));
        self.event("response.reasoning_summary_part.done", place().with("part", summary(THOUGHT)));
    }

    fn search(&mut self, at: &At<'_>) {
        for state in ["in_progress", "searching", "completed"] {
            self.event(&format!("response.web_search_call.{state}"), at.place());
        }
    }

    /// The text, unless the prompt wants it broken off after the first piece.
    fn message(&mut self, at: &At<'_>, text: &str) -> Option<Ending> {
        let job = self.writer.job;
        let place = || at.place().with("content_index", 0);
        let refuses = job.decision.refuses;
        let kind = if refuses { "response.refusal" } else { "response.output_text" };
        let tokens = |pieces: &[String]| job.turn.logprobs.map_or_else(Vec::new, |most| logprobs(pieces, most, false));
        let with_tokens = |event: Object, pieces: &[String]| {
            if refuses { event } else { event.with("logprobs", tokens(pieces)) }
        };
        self.event("response.content_part.added", place().with("part", part("", job, false)));
        let all = pieces(text, 9);
        for piece in &all {
            let delta = place().with("delta", piece.as_str());
            self.event(&format!("{kind}.delta"), with_tokens(delta, std::slice::from_ref(piece)));
            if job.decision.midstream {
                self.fail();
                return Some(Ending::Error);
            }
            if job.decision.cut {
                return Some(Ending::Cut);
            }
        }
        if job.decision.search.is_some() {
            let event = place().with("annotation_index", 0).with("annotation", web::annotation(text));
            self.event("response.output_text.annotation.added", event);
        }
        let member = if refuses { "refusal" } else { "text" };
        self.event(&format!("{kind}.done"), with_tokens(place().with(member, text), &all));
        self.event("response.content_part.done", place().with("part", part(text, job, true)));
        None
    }

    fn fail(&mut self) {
        let error =
            Object::new().with("code", "server_error").with("message", "mock midstream").with("param", Value::Null);
        self.event("error", error);
        self.response("response.failed", Status::Failed);
    }

    fn call(&mut self, at: &At<'_>, kind: Kind, said: &str) {
        let (name, member) = match kind {
            Kind::Function => ("response.function_call_arguments", "arguments"),
            Kind::Custom => ("response.custom_tool_call_input", "input"),
        };
        for piece in pieces(said, 7) {
            self.event(&format!("{name}.delta"), at.place().with("delta", piece));
        }
        self.event(&format!("{name}.done"), at.place().with(member, said));
    }

    fn event(&mut self, kind: &str, fields: Object) {
        let frame = self.frame(kind, fields);
        self.frames.push(frame);
    }

    fn frame(&self, kind: &str, fields: Object) -> Frame {
        let data = Object::new()
            .with("type", kind)
            .with("sequence_number", self.frames.len() as u64)
            .with_all_of(fields)
            .with_all(&self.writer.job.script.extra);
        Frame::sse(Some(kind), &data.text())
    }
}

/// The item that an event is about.
struct At<'a> {
    item: &'a str,
    index: u64,
}

impl At<'_> {
    fn place(&self) -> Object {
        Object::new().with("item_id", self.item).with("output_index", self.index)
    }
}
