//! The events of ConverseStream.

use serde_json::json;

use super::{Block, PICTURE, REDACTED, SIGNATURE, Writer, metrics, pieces, web};
use crate::counts::Counts;
use crate::event_stream::Message;
use crate::json::Object;
use crate::script::UsageMode;
use crate::write::{Answer, Ending, Sent};

/// What padding is made of.
const PADDING: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// A message and what it tells.
pub(super) struct Event {
    pub(super) message: Message,
    pub(super) told: Sent,
}

impl Writer<'_> {
    pub(super) fn stream(&self) -> Answer {
        let mut talk = Talk { writer: self, events: Vec::new() };
        let ending = talk.run();
        let (frames, struck) = super::strike::frames(talk.events, self.job.script.frame_fault.as_ref());
        Answer::events(frames, struck.unwrap_or(ending))
    }
}

struct Talk<'a> {
    writer: &'a Writer<'a>,
    events: Vec<Event>,
}

impl Talk<'_> {
    fn run(&mut self) -> Ending {
        let writer = self.writer;
        self.push("messageStart", Object::new().with("role", "assistant"));
        for (index, block) in (0_u64..).zip(&writer.blocks) {
            if let Some(start) = self.start(block) {
                self.push("contentBlockStart", Object::new().with("contentBlockIndex", index).with("start", start));
            }
            for delta in self.deltas(block) {
                self.push("contentBlockDelta", Object::new().with("contentBlockIndex", index).with("delta", delta));
                if let Some(ending) = self.break_off(block) {
                    return ending;
                }
            }
            self.push("contentBlockStop", Object::new().with("contentBlockIndex", index));
        }
        let fields = writer.model_fields();
        let stop = Object::new().with_some("additionalModelResponseFields", fields);
        self.push("messageStop", stop.with("stopReason", writer.stop_reason())).terminal = true;
        if !writer.job.script.omit_metadata {
            if writer.job.mode() == UsageMode::Decreasing {
                self.metadata(writer.job.early_counts());
            }
            self.metadata(writer.job.counts);
        }
        Ending::Complete
    }

    fn metadata(&mut self, counts: Counts) {
        let (usage, reported) = self.writer.usage(counts).unzip();
        let fields = Object::new().with("metrics", metrics()).with_some("usage", usage);
        self.push("metadata", fields).usage = reported;
    }

    /// Text and reasoning have no start: its union would be empty.
    fn start(&self, block: &Block<'_>) -> Option<Object> {
        if let Block::Image = block {
            return Some(Object::new().with("image", json!({"format": "png"})));
        }
        let Block::ToolUse { id, name, .. } = block else { return None };
        let call = Object::new().with("name", *name).with("toolUseId", id.as_str());
        Some(Object::new().with("toolUse", call.with_all(&self.writer.job.script.extra_inner)))
    }

    fn deltas(&self, block: &Block<'_>) -> Vec<Object> {
        let one = |key: &str, value: &str| Object::new().with(key, value);
        match block {
            Block::Thinking => [("text", "mock "), ("text", "thinking"), ("signature", SIGNATURE)]
                .map(|(key, value)| Object::new().with("reasoningContent", one(key, value)))
                .into(),
            Block::Redacted => vec![Object::new().with("reasoningContent", one("redactedContent", REDACTED))],
            Block::Text { text, cited } => {
                let said = pieces(text, 9).into_iter().map(|piece| one("text", &piece));
                said.chain(cited.then(|| Object::new().with("citation", web::citation()))).collect()
            }
            Block::Image => vec![Object::new().with("image", json!({"source": {"bytes": PICTURE}}))],
            Block::ToolUse { input, .. } => pieces(input, 7)
                .iter()
                .map(|piece| one("input", piece).with_all(&self.writer.job.script.extra_inner))
                .map(|input| Object::new().with("toolUse", input))
                .collect(),
        }
    }

    /// The prompt may want the text broken off after its first piece.
    fn break_off(&mut self, block: &Block<'_>) -> Option<Ending> {
        let decision = self.writer.job.decision;
        match block {
            Block::Text { .. } if decision.midstream => {
                let message = Message::exception("throttlingException", "mock midstream");
                self.events.push(Event { message, told: Sent::default() });
                Some(Ending::Error)
            }
            Block::Text { .. } if decision.cut => Some(Ending::Cut),
            _ => None,
        }
    }

    fn push(&mut self, name: &str, fields: Object) -> &mut Sent {
        let payload = fields.with("p", padding(self.events.len())).with_all(&self.writer.job.script.extra);
        let event = Event { message: Message::event(name, &payload), told: Sent::default() };
        &mut self.events.push_mut(event).told
    }
}

/// What the event at `at` is padded with, so that its length says little about its text.
pub(super) fn padding(at: usize) -> &'static str {
    PADDING.get(..1 + at * 7 % PADDING.len()).unwrap_or_default()
}
