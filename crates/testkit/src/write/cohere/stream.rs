//! The events of a stream, or its lines.

use serde_json::Value;

use super::{Writer, call};
use crate::json::Object;
use crate::write::{Answer, Ending, Frame, pieces};

impl Writer<'_> {
    pub(super) fn stream(&self) -> Answer {
        let mut talk = Talk { writer: self, frames: Vec::new() };
        let ending = talk.run();
        let plain = self.job.turn.plain;
        if plain { Answer::lines(talk.frames, ending) } else { Answer::stream(talk.frames, ending) }
    }
}

struct Talk<'a> {
    writer: &'a Writer<'a>,
    frames: Vec<Frame>,
}

impl Talk<'_> {
    fn run(&mut self) -> Ending {
        let writer = self.writer;
        let empty = || Value::from(Vec::<Value>::new());
        let begun = Object::new()
            .with("role", "assistant")
            .with("content", empty())
            .with("tool_plan", "")
            .with("tool_calls", empty())
            .with("citations", empty());
        self.message("message-start", Object::new().with("id", writer.id.as_str()), begun);
        let mut index = 0;
        if writer.job.turn.think {
            self.content(index, "thinking", &["mock ", "thinking"].map(str::to_owned));
            index += 1;
        }
        let said = pieces(&writer.job.decision.text, 9);
        if writer.calls.is_empty() {
            if let Some(ending) = self.content(index, "text", &said) {
                return ending;
            }
        } else {
            for piece in &said {
                self.message("tool-plan-delta", Object::new(), Object::new().with("tool_plan", piece.as_str()));
            }
            self.calls();
        }
        self.end(writer.finish_reason(), None);
        if !writer.job.turn.plain {
            self.frames.push(Frame::sse(None, "[DONE]").last());
        }
        Ending::Complete
    }

    /// A content, with the citations of its pieces if it is the text, which the prompt may want broken off after its first piece.
    fn content(&mut self, index: u64, kind: &str, said: &[String]) -> Option<Ending> {
        let (job, is_text) = (self.writer.job, kind == "text");
        let at = || Object::new().with("index", index);
        let inner = |content: Object| Object::new().with("content", content);
        self.message("content-start", at(), inner(Object::new().with("type", kind).with(kind, "")));
        let citations = if is_text { self.writer.citations() } else { Vec::new() };
        let mut citations = (0_u64..).zip(citations);
        for piece in said {
            let tokens = self.writer.logprobs(std::slice::from_ref(piece)).filter(|_| is_text);
            let delta = self.delta(inner(Object::new().with(kind, piece.as_str())));
            let token = tokens.into_iter().flatten().next();
            self.push("content-delta", at().with_all_of(delta).with_some("logprobs", token));
            if is_text && job.decision.midstream {
                self.end("ERROR", Some("mock midstream"));
                return Some(Ending::Error);
            }
            if is_text && job.decision.cut {
                return Some(Ending::Cut);
            }
            if let Some((number, citation)) = citations.next() {
                let number = || Object::new().with("index", number);
                self.message("citation-start", number(), Object::new().with("citations", citation));
                self.push("citation-end", number());
            }
        }
        self.push("content-end", at());
        None
    }

    fn calls(&mut self) {
        for (index, (id, whole)) in (0_u64..).zip(&self.writer.calls) {
            let at = || Object::new().with("index", index);
            let inner = |call: Object| Object::new().with("tool_calls", call);
            self.message("tool-call-start", at(), inner(call(id, whole, "")));
            for piece in pieces(&whole.arguments, 7) {
                let function = Object::new().with("arguments", piece);
                self.message("tool-call-delta", at(), inner(Object::new().with("function", function)));
            }
            self.push("tool-call-end", at());
        }
    }

    /// The last event tells the usage, or why the stream broke off.
    fn end(&mut self, reason: &str, error: Option<&str>) {
        let job = self.writer.job;
        let usage = if error.is_none() { self.writer.usage(job.counts) } else { None };
        let (usage, reported) = usage.unzip();
        let delta = Object::new().with_some("error", error).with("finish_reason", reason).with_some("usage", usage);
        let fields = Object::new().with("delta", delta.with_all(&job.script.extra_inner));
        let last = self.frame("message-end", fields).telling(reported);
        self.frames.push(if error.is_none() { last.last() } else { last });
    }

    fn message(&mut self, kind: &str, fields: Object, message: Object) {
        let delta = self.delta(message);
        self.push(kind, fields.with_all_of(delta));
    }

    fn delta(&self, message: Object) -> Object {
        let message = message.with_all(&self.writer.job.script.extra_inner);
        Object::new().with("delta", Object::new().with("message", message))
    }

    fn push(&mut self, kind: &str, fields: Object) {
        let frame = self.frame(kind, fields);
        self.frames.push(frame);
    }

    fn frame(&self, kind: &str, fields: Object) -> Frame {
        let job = self.writer.job;
        let data = Object::new().with("type", kind).with_all_of(fields).with_all(&job.script.extra).text();
        if job.turn.plain { Frame::line(&data) } else { Frame::sse(Some(kind), &data) }
    }
}
