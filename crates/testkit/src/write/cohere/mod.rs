//! Cohere's chat: the reply, the errors.

use serde_json::{Value, json};

use super::{Answer, Job, Reported, THOUGHT, logprobs, pieces};
use crate::counts::Counts;
use crate::json::{Json, Object};
use crate::script::{Stop, UsageMode};
use crate::turn::Call;

mod stream;

/// Ids of answers are UUIDs, of which only the end differs here.
const ID: &str = "c0c0c0c0-0000-4000-8000-000000";

pub(crate) fn error(status: u16, message: &str, request_id: &str) -> Answer {
    Answer::failure(status, &Object::new().with("id", request_id).with("message", message))
}

pub(crate) fn answer(job: &Job<'_>) -> Answer {
    let calls = job.decision.calls.iter().map(|call| (job.ids.next(&format!("{}_", call.name)), call)).collect();
    let writer = Writer { job, id: job.ids.next(ID), calls };
    if job.turn.stream { writer.stream() } else { writer.reply() }
}

struct Writer<'a> {
    job: &'a Job<'a>,
    id: String,
    /// Each call with its id.
    calls: Vec<(String, &'a Call)>,
}

impl Writer<'_> {
    fn reply(&self) -> Answer {
        let said = self.job.decision.text.as_str();
        let plan = self.plan();
        let mut content = Vec::new();
        if self.job.turn.think {
            content.push(Object::new().with("type", "thinking").with("thinking", THOUGHT));
        }
        if self.calls.is_empty() {
            content.push(Object::new().with("type", "text").with("text", said));
        }
        let calls = self.calls.iter().map(|(id, whole)| call(id, whole, &whole.arguments));
        let citations = self.citations();
        let message = Object::new()
            .with("role", "assistant")
            .with_some("tool_plan", plan)
            .with_some("tool_calls", (!self.calls.is_empty()).then(|| calls.collect::<Json>()))
            .with_some("content", (!content.is_empty()).then(|| content.into_iter().collect::<Json>()))
            .with_some("citations", (!citations.is_empty()).then(|| Value::from(citations)))
            .with_all(&self.job.script.extra_inner);
        let (usage, reported) = self.usage(self.job.counts).unzip();
        let tokens = if self.calls.is_empty() { self.logprobs(&pieces(said, 9)) } else { None };
        let body = Object::new()
            .with("id", self.id.as_str())
            .with("finish_reason", self.finish_reason())
            .with("message", message)
            .with_some("usage", usage)
            .with_some("logprobs", tokens)
            .with_all(&self.job.script.extra);
        Answer::reply(&body, reported)
    }

    /// What is said before calls is the plan behind them.
    fn plan(&self) -> Option<&str> {
        let text = self.job.decision.text.as_str();
        (!self.calls.is_empty() && !text.is_empty()).then_some(text)
    }

    /// One of each piece of the text, as long as there is something that it can rest on.
    fn citations(&self) -> Vec<Value> {
        let turn = self.job.turn;
        if !self.calls.is_empty() {
            return Vec::new();
        }
        let mut end = 0;
        let cited = pieces(&self.job.decision.text, 9).into_iter().zip(&turn.citable).map(|(piece, source)| {
            let start = end;
            end += piece.chars().count();
            json!({"start": start, "end": end, "text": piece, "sources": [source],
                "content_index": u8::from(turn.think), "type": "TEXT_CONTENT"})
        });
        cited.collect()
    }

    /// The tokens of a text, if asked for; a piece is one.
    fn logprobs(&self, pieces: &[String]) -> Option<Vec<Value>> {
        let tokens = logprobs(pieces, self.job.turn.logprobs?, false);
        let item =
            |token: Value| json!({"text": token.get("token"), "token_ids": [7], "logprobs": [token.get("logprob")]});
        Some(tokens.into_iter().map(item).collect())
    }

    /// The API's second version has no word for what is withheld; that of the first stands for it.
    fn finish_reason(&self) -> &str {
        match &self.job.script.stop {
            Some(Stop::Length) => "MAX_TOKENS",
            Some(Stop::Filter) => "ERROR_TOXIC",
            Some(Stop::Sequence) => "STOP_SEQUENCE",
            Some(Stop::Verbatim(word)) => word,
            None if self.job.decision.refuses => "ERROR_TOXIC",
            None if self.calls.is_empty() => "COMPLETE",
            None => "TOOL_CALL",
        }
    }

    /// What is billed is less than what the model saw, which has instructions of the provider's own in it.
    fn usage(&self, counts: Counts) -> Option<(Json, Reported)> {
        let mode = self.job.mode();
        let cached = if mode == UsageMode::Huge { Value::from(0) } else { mode.number(counts.cache_read) };
        let figures = |input: u64| {
            let output = mode.number(counts.output);
            Object::new().with("input_tokens", mode.number(input)).with("output_tokens", output)
        };
        let object = Object::new()
            .with("billed_units", figures(counts.input))
            .with("tokens", figures(counts.input.saturating_add(OF_ITS_OWN)))
            .with("cached_tokens", cached);
        self.job.usage(counts, object)
    }
}

/// Tokens that the provider puts into every prompt and does not bill.
const OF_ITS_OWN: u64 = 496;

fn call(id: &str, call: &Call, arguments: &str) -> Object {
    let function = Object::new().with("name", call.name.as_str()).with("arguments", arguments);
    Object::new().with("id", id).with("type", "function").with("function", function)
}
