//! Bedrock Converse: the reply, the events of a stream, the errors.

use serde_json::{Value, json};

use super::{Answer, Job, REDACTED, Reported, SIGNATURE, THOUGHT, pieces, web};
use crate::counts::Counts;
use crate::decide::Decision;
use crate::json::{Json, Object, verbatim};
use crate::script::{HUGE, Stop, UsageMode};
use crate::turn::Call;

pub(crate) mod invoke;
mod stream;
mod strike;

/// The first bytes of a PNG, in base64. Nobody looks at it.
const PICTURE: &str = "iVBORw0KGgo=";

/// An error as the service's model has it: the name is in a header, the message in the body.
pub(crate) fn error(status: u16, message: &str) -> Answer {
    let name = match status {
        400 => "ValidationException",
        403 => "AccessDeniedException",
        404 => "ResourceNotFoundException",
        408 => "ModelTimeoutException",
        424 => "ModelErrorException",
        429 => "ThrottlingException",
        503 => "ServiceUnavailableException",
        _ => "InternalServerException",
    };
    failure(status, name, message)
}

/// Below the path of models, but no operation that is played here.
pub(crate) fn no_such_operation() -> Answer {
    failure(404, "UnknownOperationException", "no such operation here")
}

fn failure(status: u16, name: &'static str, message: &str) -> Answer {
    Answer::failure(status, &Object::new().with("message", message)).with_header("x-amzn-errortype", name)
}

pub(crate) fn answer(job: &Job<'_>) -> Answer {
    let writer = Writer { job, blocks: blocks(job) };
    if job.turn.stream { writer.stream() } else { writer.reply() }
}

enum Block<'a> {
    Thinking,
    Redacted,
    Text { text: &'a str, cited: bool },
    Image,
    ToolUse { id: String, name: &'a str, input: &'a str },
}

fn blocks<'a>(job: &Job<'a>) -> Vec<Block<'a>> {
    let Decision { text, calls, search, redacted, image, .. } = job.decision;
    let mut blocks = Vec::new();
    if *redacted {
        blocks.push(Block::Redacted);
    } else if job.turn.think {
        blocks.push(Block::Thinking);
    }
    if !text.is_empty() {
        blocks.push(Block::Text { text, cited: search.is_some() });
    }
    if *image {
        blocks.push(Block::Image);
    }
    let call =
        |call: &'a Call| Block::ToolUse { id: job.ids.next("tooluse_"), name: &call.name, input: &call.arguments };
    blocks.extend(calls.iter().map(call));
    blocks
}

struct Writer<'a> {
    job: &'a Job<'a>,
    blocks: Vec<Block<'a>>,
}

impl Writer<'_> {
    fn reply(&self) -> Answer {
        let inner = &self.job.script.extra_inner;
        let content = self.blocks.iter().map(|block| self.whole(block)).collect::<Json>();
        let message = Object::new().with("content", content).with("role", "assistant").with_all(inner);
        let (usage, reported) = self.usage(self.job.counts).unzip();
        let body = Object::new()
            .with_some("additionalModelResponseFields", self.model_fields())
            .with("metrics", metrics())
            .with("output", Object::new().with("message", message))
            .with("stopReason", self.stop_reason())
            .with_some("usage", usage)
            .with_all(&self.job.script.extra);
        Answer::reply(&body, reported)
    }

    /// Blocks are unions, which readers take strictly: unknown fields go inside.
    fn whole(&self, block: &Block<'_>) -> Object {
        match block {
            Block::Thinking => {
                let text = Object::new().with("signature", SIGNATURE).with("text", THOUGHT);
                Object::new().with("reasoningContent", Object::new().with("reasoningText", text))
            }
            Block::Redacted => Object::new().with("reasoningContent", json!({"redactedContent": REDACTED})),
            Block::Text { text, cited: false } => Object::new().with("text", *text),
            Block::Text { text, cited: true } => {
                let content = json!({"citations": [web::citation()], "content": [{"text": text}]});
                Object::new().with("citationsContent", content)
            }
            Block::Image => Object::new().with("image", json!({"format": "png", "source": {"bytes": PICTURE}})),
            Block::ToolUse { id, name, input } => {
                let call = Object::new().with("input", verbatim(input)).with("name", *name);
                let call = call.with("toolUseId", id.as_str()).with_all(&self.job.script.extra_inner);
                Object::new().with("toolUse", call)
            }
        }
    }

    fn stop_reason(&self) -> &str {
        match &self.job.script.stop {
            Some(Stop::Length) => "max_tokens",
            Some(Stop::Filter) => "content_filtered",
            Some(Stop::Sequence) => "stop_sequence",
            Some(Stop::Verbatim(word)) => word,
            None if self.job.decision.refuses => "content_filtered",
            None if self.job.decision.calls.is_empty() => "end_turn",
            None => "tool_use",
        }
    }

    /// The stop sequence is a field of the model's own reply; it comes where the request pointed at it.
    fn model_fields(&self) -> Option<Object> {
        let turn = self.job.turn;
        let stopped = self.job.script.stop == Some(Stop::Sequence);
        let pointer = turn.model_fields.iter().filter(|_| stopped).find(|path| path.ends_with("/stop_sequence"))?;
        let sequence = turn.stop_sequence.as_deref().unwrap_or("END");
        let nest = |inner: Json, name: &str| Json::from(Object::new().with(name, inner));
        match pointer.rsplit('/').filter(|name| !name.is_empty()).fold(sequence.into(), nest) {
            Json::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// `inputTokens` is what neither came from the cache nor went into it; the total counts everything.
    fn usage(&self, counts: Counts) -> Option<(Json, Reported)> {
        let mode = self.job.mode();
        let cache = |count| if mode == UsageMode::Huge { Value::from(0) } else { mode.number(count) };
        let total = match mode {
            UsageMode::Huge => Value::from(2 * HUGE),
            _ => mode.number(
                [counts.input, counts.output, counts.cache_read, counts.cache_write]
                    .into_iter()
                    .fold(0, u64::saturating_add),
            ),
        };
        let hour = self.job.script.classes.cache_write_1h;
        let lasting = [("5m", counts.cache_write.saturating_sub(hour)), ("1h", hour)];
        let lasting = lasting.into_iter().filter(|(_, count)| *count > 0);
        let written = lasting.map(|(ttl, count)| Object::new().with("inputTokens", cache(count)).with("ttl", ttl));
        let object = Object::new()
            .with_some("cacheDetails", (counts.cache_write > 0).then(|| written.collect::<Json>()))
            .with("cacheReadInputTokens", cache(counts.cache_read))
            .with("cacheWriteInputTokens", cache(counts.cache_write))
            .with("inputTokens", mode.number(counts.input))
            .with("outputTokens", mode.number(counts.output))
            .with("totalTokens", total);
        self.job.usage(counts, object)
    }
}

fn metrics() -> Object {
    Object::new().with("latencyMs", 5)
}
