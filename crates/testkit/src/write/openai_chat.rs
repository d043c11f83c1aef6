//! OpenAI chat completions: the reply, the chunks, the errors.

use serde_json::{Value, json};

use super::{Answer, Ending, Frame, Job, Reported, logprobs, pieces, web};
use crate::counts::Counts;
use crate::json::{Json, Object};
use crate::script::{Stop, UsageMode};
use crate::turn::{Call, Kind};

pub(crate) fn refusal(body: &Value) -> Option<Answer> {
    let asked = body.get("messages").and_then(Value::as_array).is_some_and(|messages| !messages.is_empty());
    (!asked).then(|| error(400, "Missing required parameter: 'messages'."))
}

pub(crate) fn error(status: u16, message: &str) -> Answer {
    let (kind, code) = match status {
        400 => ("invalid_request_error", None),
        401 => ("invalid_request_error", Some("invalid_api_key")),
        403 => ("permission_error", None),
        404 => ("invalid_request_error", Some("model_not_found")),
        429 => ("rate_limit_exceeded", Some("rate_limit_exceeded")),
        _ => ("server_error", None),
    };
    failure(status, message, kind, code)
}

pub(crate) fn no_such_route(method: &str, path: &str) -> Answer {
    failure(404, &format!("no such route: {method} {path}"), "invalid_request_error", Some("not_found"))
}

/// A request that is wrong, and where.
pub(crate) fn refused(status: u16, message: &str, param: Option<&str>, code: Option<&str>) -> Answer {
    Answer::failure(status, &error_body(message, "invalid_request_error", param, code))
}

fn failure(status: u16, message: &str, kind: &str, code: Option<&str>) -> Answer {
    Answer::failure(status, &error_body(message, kind, None, code))
}

pub(super) fn error_body(message: &str, kind: &str, param: Option<&str>, code: Option<&str>) -> Object {
    let error = Object::new().with("message", message).with("type", kind).with("param", param).with("code", code);
    Object::new().with("error", error)
}

pub(crate) fn answer(job: &Job<'_>) -> Answer {
    let calls = job.decision.calls.iter().map(|call| (job.ids.next("call_"), call)).collect();
    let writer = Writer { job, id: job.ids.next("chatcmpl-"), calls };
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
        let Job { turn, decision, script, .. } = self.job;
        let said = self.said();
        let (refusal, text) = if decision.refuses { (said, None) } else { (None, said) };
        let calls = self.calls.iter().map(|(id, whole)| call(id, whole, &whole.arguments)).collect::<Json>();
        let message = Object::new()
            .with("role", "assistant")
            .with("content", text)
            .with("refusal", refusal)
            .with("annotations", self.annotations())
            .with_some("tool_calls", (!self.calls.is_empty()).then_some(calls))
            .with_some("reasoning_content", turn.think.then_some("mock thinking"))
            .with_all(&script.extra_inner);
        let choice = |index| {
            Object::new()
                .with("index", index)
                .with("message", message.clone())
                .with("logprobs", self.logprobs(&pieces(text.unwrap_or_default(), 9)))
                .with("finish_reason", self.finish_reason())
        };
        let (usage, reported) = usage(self.job, self.job.counts).unzip();
        let body = self
            .base("chat.completion")
            .with("choices", (0..turn.alternatives).map(choice).collect::<Json>())
            .with_some("usage", usage)
            .with_all(&script.extra);
        Answer::reply(&body, reported)
    }

    fn stream(&self) -> Answer {
        let turn = self.job.turn;
        let content = self.said().map(|_| "");
        let role = Object::new().with("role", "assistant").with("content", content).with("refusal", Value::Null);
        let mut frames = vec![self.delta(0, role)];
        if turn.think {
            frames
                .extend(["mock ", "thinking"].map(|text| self.delta(0, Object::new().with("reasoning_content", text))));
        }
        if let Some(ending) = self.text(&mut frames) {
            return Answer::stream(frames, ending);
        }
        for (index, (id, whole)) in (0_u64..).zip(&self.calls) {
            frames.push(self.call_delta(Object::new().with("index", index).with_all_of(call(id, whole, ""))));
            let (kind, member) = members(whole.kind);
            for piece in pieces(&whole.arguments, 7) {
                let more = Object::new().with(member, piece);
                frames.push(self.call_delta(Object::new().with("index", index).with(kind, more)));
            }
        }
        let last = |index| self.chunk(index, Object::new(), Value::Null, Some(self.finish_reason()));
        frames.extend((0..turn.alternatives).map(last));
        if turn.include_usage {
            frames.extend(self.usage_chunk());
        }
        frames.push(Frame::sse(None, "[DONE]").last());
        Answer::stream(frames, Ending::Complete)
    }

    /// The text, unless the prompt wants it broken off after the first piece.
    fn text(&self, frames: &mut Vec<Frame>) -> Option<Ending> {
        let decision = self.job.decision;
        let spoken = self.said().unwrap_or_default();
        for index in 0..self.job.turn.alternatives {
            for piece in pieces(spoken, 9) {
                let tokens = self.logprobs(std::slice::from_ref(&piece));
                let member = if decision.refuses { "refusal" } else { "content" };
                frames.push(self.chunk(index, Object::new().with(member, piece), tokens, None));
                if decision.midstream {
                    let error = error_body("mock midstream", "server_error", None, None);
                    frames.push(Frame::sse(None, &error.text()));
                    return Some(Ending::Error);
                }
                if decision.cut {
                    return Some(Ending::Cut);
                }
            }
            if decision.search.is_some() {
                frames.push(self.delta(index, Object::new().with("annotations", self.annotations())));
            }
        }
        None
    }

    /// The text; where there are only calls there is none.
    fn said(&self) -> Option<&str> {
        let text = self.job.decision.text.as_str();
        (self.calls.is_empty() || !text.is_empty()).then_some(text)
    }

    /// What the text quotes, if the web was searched.
    fn annotations(&self) -> Vec<Value> {
        let decision = self.job.decision;
        let found = decision.search.iter().map(|_| web::annotation(&decision.text));
        // the same members as in Responses, but nested
        found.map(|citation| json!({"type": "url_citation", "url_citation": unnamed(citation)})).collect()
    }

    /// The tokens of the text, if asked for. A refusal has none here.
    fn logprobs(&self, pieces: &[String]) -> Value {
        match self.job.turn.logprobs {
            Some(most) if !self.job.decision.refuses => {
                json!({"content": logprobs(pieces, most, true), "refusal": null})
            }
            _ => Value::Null,
        }
    }

    fn call_delta(&self, call: Object) -> Frame {
        self.delta(0, Object::new().with("tool_calls", Json::List(vec![call.into()])))
    }

    fn delta(&self, index: u64, delta: Object) -> Frame {
        self.chunk(index, delta, Value::Null, None)
    }

    fn chunk(&self, index: u64, delta: Object, logprobs: Value, finish_reason: Option<&str>) -> Frame {
        let choice = Object::new()
            .with("index", index)
            .with("delta", delta.with_all(&self.job.script.extra_inner))
            .with("logprobs", logprobs)
            .with("finish_reason", finish_reason);
        // a chunk that is not the last says `null`, except where a provider reports as it goes
        let early =
            (self.job.mode() == UsageMode::Decreasing).then(|| usage(self.job, self.job.early_counts())).flatten();
        let (early, reported) = early.unzip();
        let usage = early.unwrap_or(Json::Value(Value::Null));
        let chunk = self
            .base("chat.completion.chunk")
            .with("choices", Json::List(vec![choice.into()]))
            .with_some("usage", self.job.turn.include_usage.then_some(usage))
            .with_all(&self.job.script.extra);
        Frame::sse(None, &chunk.text()).telling(reported.filter(|_| self.job.turn.include_usage))
    }

    fn usage_chunk(&self) -> Option<Frame> {
        let (usage, reported) = usage(self.job, self.job.counts)?;
        let chunk = self
            .base("chat.completion.chunk")
            .with("choices", Json::List(Vec::new()))
            .with("usage", usage)
            .with_all(&self.job.script.extra);
        Some(Frame::sse(None, &chunk.text()).telling(Some(reported)))
    }

    fn base(&self, object: &str) -> Object {
        Object::new()
            .with("id", self.id.as_str())
            .with("object", object)
            .with("created", 1_763_800_000)
            .with("model", self.job.model)
            .with("system_fingerprint", "fp_mock")
    }

    fn finish_reason(&self) -> &str {
        match &self.job.script.stop {
            Some(Stop::Length) => "length",
            Some(Stop::Filter) => "content_filter",
            Some(Stop::Sequence) => "stop",
            Some(Stop::Verbatim(word)) => word,
            None if self.calls.is_empty() => "stop",
            None => "tool_calls",
        }
    }
}

/// Usage as OpenAI's chat and text completions tell it.
pub(super) fn usage(job: &Job<'_>, counts: Counts) -> Option<(Json, Reported)> {
    let mode = job.mode();
    let cache = |count| if mode == UsageMode::Huge { Value::from(0) } else { mode.number(count) };
    let classes = &job.script.classes;
    let some = |count: u64| (count > 0).then_some(count);
    let write = (counts.cache_write > 0).then(|| cache(counts.cache_write));
    let total = match mode {
        UsageMode::Huge => Value::from(2 * crate::script::HUGE),
        _ => mode.number(counts.input.saturating_add(counts.output)),
    };
    let prompt = Object::new()
        .with("cached_tokens", cache(counts.cache_read))
        .with_some("cache_write_tokens", write)
        .with("audio_tokens", classes.input_audio)
        .with_some("image_tokens", some(classes.input_image));
    let completion = Object::new()
        .with("reasoning_tokens", classes.reasoning)
        .with("audio_tokens", classes.output_audio)
        .with_some("image_tokens", some(classes.output_image))
        .with("accepted_prediction_tokens", 0)
        .with("rejected_prediction_tokens", 0);
    let object = Object::new()
        .with("prompt_tokens", mode.number(counts.input))
        .with("completion_tokens", mode.number(counts.output))
        .with("total_tokens", total)
        .with("prompt_tokens_details", prompt)
        .with("completion_tokens_details", completion);
    job.usage(counts, object)
}

fn call(id: &str, call: &Call, said: &str) -> Object {
    let (kind, member) = members(call.kind);
    let inner = Object::new().with("name", call.name.as_str()).with(member, said);
    Object::new().with("id", id).with("type", kind).with(kind, inner)
}

/// The word for a kind of call, and for what it says.
fn members(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Function => ("function", "arguments"),
        Kind::Custom => ("custom", "input"),
    }
}

fn unnamed(mut object: Value) -> Value {
    if let Value::Object(members) = &mut object {
        members.remove("type");
    }
    object
}
