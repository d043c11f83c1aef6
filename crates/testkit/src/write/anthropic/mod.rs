//! Anthropic Messages: the message, its events, the errors.

use serde_json::{Value, json};

use self::block::Block;
use super::{Answer, Ending, Frame, Job, Reported};
use crate::counts::Counts;
use crate::decide::Decision;
use crate::json::{Json, Object};
use crate::script::{Stop, UsageMode};
use crate::turn::Call;

mod block;

pub(crate) fn refusal(body: &Value, request_id: &str) -> Option<Answer> {
    no_thread(body, request_id).or_else(|| Some(error(400, missing(body)?, request_id)))
}

/// What every request must have.
pub(crate) fn missing(body: &Value) -> Option<&'static str> {
    // the most common loss when a gateway translates into this dialect
    let limited = body.get("max_tokens").is_some_and(Value::is_u64);
    no_messages(body).or_else(|| (!limited).then_some("max_tokens: Field required"))
}

/// A count is refused what only generating needs.
pub(crate) fn count_refusal(body: &Value, request_id: &str) -> Option<Answer> {
    let extra = ["max_tokens", "metadata", "service_tier", "stop_sequences", "stream", "temperature", "top_k", "top_p"];
    if let Some(name) = extra.iter().find(|name| body.get(**name).is_some()) {
        return Some(error(400, &format!("{name}: Extra inputs are not permitted"), request_id));
    }
    no_thread(body, request_id).or_else(|| Some(error(400, no_messages(body)?, request_id)))
}

fn no_messages(body: &Value) -> Option<&'static str> {
    let asked = body.get("messages").and_then(Value::as_array).is_some_and(|messages| !messages.is_empty());
    (!asked).then_some("messages: Field required")
}

/// This upstream keeps no state. Clients that get this refusal send the whole conversation again.
fn no_thread(body: &Value, request_id: &str) -> Option<Answer> {
    body.get("thread")?;
    let details = Object::new()
        .with("error_code", "thread_unsupported_request")
        .with("unsupported", Json::List(vec!["thread".into()]));
    let error = error_object("invalid_request_error", "threads are not supported here").with("details", details);
    Some(Answer::failure(400, &error_body(error, request_id)))
}

pub(crate) fn error(status: u16, message: &str, request_id: &str) -> Answer {
    let kind = match status {
        400 => "invalid_request_error",
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        _ => "api_error",
    };
    Answer::failure(status, &error_body(error_object(kind, message), request_id))
}

fn error_object(kind: &str, message: &str) -> Object {
    Object::new().with("type", kind).with("message", message)
}

fn error_body(error: Object, request_id: &str) -> Object {
    Object::new().with("type", "error").with("error", error).with("request_id", request_id)
}

pub(crate) fn answer(job: &Job<'_>) -> Answer {
    let writer = Writer { job, blocks: blocks(job) };
    if job.turn.stream { writer.stream() } else { writer.reply() }
}

fn blocks<'a>(job: &Job<'a>) -> Vec<Block<'a>> {
    let Decision { text, calls, search, pauses, redacted, .. } = job.decision;
    let mut blocks = Vec::new();
    if *redacted {
        blocks.push(Block::Redacted);
    } else if job.turn.think {
        blocks.push(Block::Thinking);
    }
    if let Some(query) = search {
        let id = job.turn.resumed.clone().unwrap_or_else(|| {
            let id = job.ids.next("srvtoolu_");
            blocks.push(Block::Search { id: id.clone(), input: json!({"query": query}).to_string() });
            id
        });
        if !pauses {
            blocks.push(Block::Found { id });
        }
    }
    if !text.is_empty() {
        blocks.push(Block::Text { text, cited: search.is_some() });
    }
    let call = |call: &'a Call| Block::ToolUse { id: job.ids.next("toolu_"), name: &call.name, input: &call.arguments };
    blocks.extend(calls.iter().map(call));
    blocks
}

struct Writer<'a> {
    job: &'a Job<'a>,
    blocks: Vec<Block<'a>>,
}

impl Writer<'_> {
    fn reply(&self) -> Answer {
        let (usage, reported) = self.usage(self.job.counts, true).unzip();
        let inner = &self.job.script.extra_inner;
        let content = self.blocks.iter().map(|block| block.whole().with_all(inner)).collect();
        let body = self.message(content, Some(self.stop_reason()), self.stop_sequence(), usage);
        Answer::reply(&body.with_all(&self.job.script.extra), reported)
    }

    fn stream(&self) -> Answer {
        let mut frames = vec![self.message_start(), self.event("ping", Object::new())];
        for (index, block) in (0_u64..).zip(&self.blocks) {
            frames.push(self.block_event("content_block_start", index, "content_block", block.opening()));
            for delta in block.deltas() {
                frames.push(self.block_event("content_block_delta", index, "delta", delta));
                if let Some(ending) = self.break_off(block, &mut frames) {
                    return Answer::stream(frames, ending);
                }
            }
            frames.push(self.event("content_block_stop", Object::new().with("index", index)));
        }
        frames.push(self.message_delta());
        frames.push(self.event("message_stop", Object::new()).last());
        Answer::stream(frames, Ending::Complete)
    }

    /// The prompt may want the text broken off after its first piece.
    fn break_off(&self, block: &Block<'_>, frames: &mut Vec<Frame>) -> Option<Ending> {
        let decision = self.job.decision;
        match block {
            Block::Text { .. } if decision.midstream => {
                let error = error_object("overloaded_error", "mock midstream");
                frames.push(self.event("error", Object::new().with("error", error)));
                Some(Ending::Error)
            }
            Block::Text { .. } if decision.cut => Some(Ending::Cut),
            _ => None,
        }
    }

    fn message_start(&self) -> Frame {
        let early = self.job.early_counts();
        // nothing is generated yet, but this dialect never says 0
        let output = if self.job.mode() == UsageMode::Decreasing { early.output } else { 1 };
        let (usage, reported) = self.usage(Counts { output, ..early }, true).unzip();
        let message = self.message(Json::List(Vec::new()), None, None, usage);
        self.event("message_start", Object::new().with("message", message)).telling(reported)
    }

    fn message_delta(&self) -> Frame {
        let (usage, reported) = self.usage(self.job.counts, false).unzip();
        let delta = Object::new()
            .with("stop_reason", self.stop_reason())
            .with("stop_sequence", self.stop_sequence())
            .with_all(&self.job.script.extra_inner);
        let fields = Object::new().with("delta", delta).with_some("usage", usage);
        self.event("message_delta", fields).telling(reported)
    }

    fn block_event(&self, kind: &str, index: u64, key: &str, part: Object) -> Frame {
        let part = part.with_all(&self.job.script.extra_inner);
        self.event(kind, Object::new().with("index", index).with(key, part))
    }

    fn event(&self, kind: &str, fields: Object) -> Frame {
        let data = Object::new().with("type", kind).with_all_of(fields).with_all(&self.job.script.extra);
        Frame::sse(Some(kind), &data.text())
    }

    fn message(&self, content: Json, stop: Option<&str>, sequence: Option<&str>, usage: Option<Json>) -> Object {
        Object::new()
            .with("id", self.job.ids.next("msg_"))
            .with("type", "message")
            .with("role", "assistant")
            .with("model", self.job.model)
            .with("content", content)
            .with("stop_reason", stop)
            .with("stop_sequence", sequence)
            .with_some("usage", usage)
    }

    fn stop_reason(&self) -> &str {
        match &self.job.script.stop {
            Some(Stop::Length) => "max_tokens",
            Some(Stop::Filter) => "refusal",
            Some(Stop::Sequence) => "stop_sequence",
            Some(Stop::Verbatim(word)) => word,
            None if self.job.decision.refuses => "refusal",
            None if self.job.decision.pauses => "pause_turn",
            None if self.job.decision.calls.is_empty() => "end_turn",
            None => "tool_use",
        }
    }

    fn stop_sequence(&self) -> Option<&str> {
        let stopped = self.job.script.stop == Some(Stop::Sequence);
        stopped.then(|| self.job.turn.stop_sequence.as_deref().unwrap_or("END"))
    }

    /// The end of a stream repeats only the totals; the start and a reply say more.
    fn usage(&self, counts: Counts, all: bool) -> Option<(Json, Reported)> {
        let mode = self.job.mode();
        let cache = |count| if mode == UsageMode::Huge { Value::from(0) } else { mode.number(count) };
        let searched = self.job.decision.search.is_some() && !self.job.decision.pauses;
        let hour = self.job.script.classes.cache_write_1h;
        let write = Object::new()
            .with("ephemeral_5m_input_tokens", cache(counts.cache_write.saturating_sub(hour)))
            .with("ephemeral_1h_input_tokens", cache(hour));
        let object = Object::new()
            .with("input_tokens", mode.number(counts.input))
            .with("output_tokens", mode.number(counts.output))
            .with("cache_creation_input_tokens", cache(counts.cache_write))
            .with("cache_read_input_tokens", cache(counts.cache_read))
            .with_some("cache_creation", (all && counts.cache_write > 0).then_some(write))
            .with_some("server_tool_use", searched.then(|| json!({"web_search_requests": 1})))
            .with_some("service_tier", all.then_some("standard"));
        self.job.usage(counts, object)
    }
}
