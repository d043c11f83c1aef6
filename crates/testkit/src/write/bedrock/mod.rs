//! Bedrock Converse: the reply, the events of a stream, the errors.

use serde_json::Value;

use super::{Answer, Job, Reported, pieces};
use crate::counts::Counts;
use crate::json::{Json, Object, verbatim};
use crate::script::{HUGE, Stop, UsageMode};

mod stream;
mod strike;

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
    Text(&'a str),
    ToolUse { id: String, name: &'a str, input: &'a str },
}

fn blocks<'a>(job: &Job<'a>) -> Vec<Block<'a>> {
    let thinking = job.turn.think.then_some(Block::Thinking);
    let text = Some(job.decision.text.as_str()).filter(|text| !text.is_empty()).map(Block::Text);
    let calls = job.decision.calls.iter();
    let calls =
        calls.map(|call| Block::ToolUse { id: job.ids.next("tooluse_"), name: &call.name, input: &call.arguments });
    thinking.into_iter().chain(text).chain(calls).collect()
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
                let text = Object::new().with("signature", "sig-mock").with("text", "mock thinking");
                Object::new().with("reasoningContent", Object::new().with("reasoningText", text))
            }
            Block::Text(text) => Object::new().with("text", *text),
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
        let written = Object::new().with("inputTokens", cache(counts.cache_write)).with("ttl", "5m");
        let object = Object::new()
            .with_some("cacheDetails", (counts.cache_write > 0).then(|| Json::from_iter([written])))
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
