//! Gemini: the reply, the pieces of a stream, the errors.

use serde_json::{Value, json};

use super::{Answer, Ending, Frame, Job, Reported, THOUGHT, logprobs, pieces, web};
use crate::counts::{Counts, quarter};
use crate::json::{Json, Object, verbatim};
use crate::script::{HUGE, Stop, UsageMode};
use crate::turn::Call;

/// What proves that it thought so, in base64.
pub(crate) const PROOF: &str = "Z2VtaW5pLW1vY2s=";

pub(crate) fn error(status: u16, message: &str) -> Answer {
    let word = match status {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        501 => "UNIMPLEMENTED",
        503 | 529 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        _ => "INTERNAL",
    };
    Answer::failure(status, &error_body(status, word, message))
}

fn error_body(status: u16, word: &str, message: &str) -> Object {
    let error = Object::new().with("code", status).with("message", message).with("status", word);
    Object::new().with("error", error)
}

pub(crate) fn answer(job: &Job<'_>) -> Answer {
    let writer = Writer { job, id: job.ids.next("gen-") };
    if !job.turn.stream {
        return writer.reply();
    }
    let (frames, ending) = writer.stream();
    if job.turn.plain {
        return Answer::list(frames, ending);
    }
    let event = |frame: Frame| Frame { bytes: [b"data: ", frame.bytes.as_ref(), b"\n\n"].concat().into(), ..frame };
    Answer::stream(frames.into_iter().map(event).collect(), ending)
}

/// Errors of a stream that would be a list stand in one.
pub(crate) fn listed(answer: Answer) -> Answer {
    let frames = answer.frames.into_iter().map(|frame| {
        let bytes = [b"[", frame.bytes.as_ref(), b"]"].concat().into();
        Frame { bytes, ..frame }
    });
    Answer { frames: frames.collect(), ..answer }
}

struct Writer<'a> {
    job: &'a Job<'a>,
    id: String,
}

impl Writer<'_> {
    fn reply(&self) -> Answer {
        let said = self.job.decision.text.as_str();
        let mut parts: Vec<_> = self.thought().into_iter().collect();
        parts.extend((!said.is_empty()).then(|| self.text(said, true)));
        parts.extend(self.calls());
        let candidate = |index| {
            let tokens = self.logprobs(&pieces(said, 9));
            self.last(self.candidate(index, parts.clone())).with_some("logprobsResult", tokens)
        };
        let (body, reported) = self.body((0..self.job.turn.alternatives).map(candidate).collect(), self.job.counts);
        Answer::reply(&body, reported)
    }

    /// The pieces, in JSON.
    fn stream(&self) -> (Vec<Frame>, Ending) {
        let decision = self.job.decision;
        let mut frames: Vec<_> = self.thought().into_iter().map(|part| self.piece(0, part, None, 0)).collect();
        let mut said = 0;
        for index in 0..self.job.turn.alternatives {
            for piece in pieces(&decision.text, 9) {
                let tokens = self.logprobs(std::slice::from_ref(&piece));
                said += piece.chars().count();
                frames.push(self.piece(index, self.text(&piece, false), tokens, said));
                if decision.midstream {
                    let error = error_body(503, "UNAVAILABLE", "mock midstream");
                    frames.push(Frame::silent(error.text()));
                    return (frames, Ending::Error);
                }
                if decision.cut {
                    return (frames, Ending::Cut);
                }
            }
        }
        frames.extend(self.calls().into_iter().map(|part| self.piece(0, part, None, said)));
        // the proof of what no call followed comes at the end, at an empty text
        let parts = if decision.calls.is_empty() { vec![self.text("", true)] } else { Vec::new() };
        let last = |index| self.last(self.candidate(index, parts.clone()));
        let candidates = (0..self.job.turn.alternatives).map(last).collect();
        let (body, reported) = self.body(candidates, self.job.counts);
        frames.push(Frame::silent(body.text()).telling(reported).last());
        (frames, Ending::Complete)
    }

    /// A piece before the last, when so many characters have been said. What it tells of the output grows.
    fn piece(&self, index: u64, part: Object, logprobs: Option<Value>, said: usize) -> Frame {
        let candidate = self.candidate(index, vec![part]).with_some("logprobsResult", logprobs);
        let early = self.job.early_counts();
        let counts = match self.job.mode() {
            UsageMode::Decreasing => early,
            _ => Counts { output: early.output.min(quarter(said)), ..early },
        };
        let (body, reported) = self.body(vec![candidate], counts);
        Frame::silent(body.text()).telling(reported)
    }

    fn body(&self, candidates: Vec<Object>, counts: Counts) -> (Object, Option<Reported>) {
        let (usage, reported) = self.usage(counts).unzip();
        let body = Object::new()
            .with("candidates", candidates.into_iter().collect::<Json>())
            .with_some("usageMetadata", usage)
            .with("modelVersion", self.job.model)
            .with("responseId", self.id.as_str())
            .with_all(&self.job.script.extra);
        (body, reported)
    }

    fn candidate(&self, index: u64, parts: Vec<Object>) -> Object {
        let parts = (!parts.is_empty()).then(|| parts.into_iter().collect::<Json>());
        let content = Object::new().with_some("parts", parts).with("role", "model");
        Object::new().with("content", content.with_all(&self.job.script.extra_inner)).with("index", index)
    }

    /// What the last piece of an answer says beside its content.
    fn last(&self, candidate: Object) -> Object {
        let decision = self.job.decision;
        let found = decision.search.as_ref().map(|query| {
            let text = decision.text.as_str();
            json!({
                "webSearchQueries": [query],
                "groundingChunks": [{"web": {"uri": web::URL, "title": web::TITLE}}],
                "groundingSupports": [{"segment": {"startIndex": 0, "endIndex": text.len(), "text": text},
                    "groundingChunkIndices": [0]}],
            })
        });
        candidate.with("finishReason", self.finish_reason()).with_some("groundingMetadata", found)
    }

    fn thought(&self) -> Option<Object> {
        self.job.turn.think.then(|| Object::new().with("text", THOUGHT).with("thought", true))
    }

    /// A proof stands at what follows the thought that it proves.
    fn text(&self, text: &str, is_last: bool) -> Object {
        let proves = is_last && self.job.turn.think;
        Object::new().with("text", text).with_some("thoughtSignature", proves.then_some(PROOF))
    }

    /// The first call has a proof, whether the thought was shown or not.
    fn calls(&self) -> Vec<Object> {
        let call = |(at, call): (usize, &Call)| {
            let inner = Object::new()
                .with("id", self.job.ids.next("fc-"))
                .with("name", call.name.as_str())
                .with("args", verbatim(&call.arguments));
            Object::new().with("functionCall", inner).with_some("thoughtSignature", (at == 0).then_some(PROOF))
        };
        self.job.decision.calls.iter().enumerate().map(call).collect()
    }

    fn finish_reason(&self) -> &str {
        match &self.job.script.stop {
            Some(Stop::Length) => "MAX_TOKENS",
            Some(Stop::Filter) => "SAFETY",
            Some(Stop::Verbatim(word)) => word,
            None if self.job.decision.refuses => "SAFETY",
            Some(Stop::Sequence) | None => "STOP",
        }
    }

    fn logprobs(&self, pieces: &[String]) -> Option<Value> {
        let tokens = logprobs(pieces, self.job.turn.logprobs?, false);
        let candidate =
            |token: &Value| json!({"token": token["token"], "logProbability": token["logprob"], "tokenId": 7});
        let top = |token: &Value| {
            let tokens = token["top_logprobs"].as_array().into_iter().flatten();
            json!({"candidates": tokens.map(candidate).collect::<Vec<_>>()})
        };
        let chosen: Vec<_> = tokens.iter().map(candidate).collect();
        Some(json!({"chosenCandidates": chosen, "topCandidates": tokens.iter().map(top).collect::<Vec<_>>()}))
    }

    /// The prompt includes what came from the cache; thoughts are told beside what was said.
    fn usage(&self, counts: Counts) -> Option<(Json, Reported)> {
        let mode = self.job.mode();
        let some =
            |count: u64| (count > 0).then(|| if mode == UsageMode::Huge { Value::from(0) } else { mode.number(count) });
        let thought = self.job.reasoning_tokens();
        let thought = if mode == UsageMode::Huge { 0 } else { thought.min(counts.output) };
        let total = match mode {
            UsageMode::Huge => Value::from(2 * HUGE),
            _ => mode.number(counts.input.saturating_add(counts.output)),
        };
        let object = Object::new()
            .with("promptTokenCount", mode.number(counts.input))
            .with("candidatesTokenCount", mode.number(counts.output - thought))
            .with_some("thoughtsTokenCount", some(thought))
            .with_some("cachedContentTokenCount", some(counts.cache_read))
            .with("totalTokenCount", total);
        self.job.usage(counts, object)
    }
}
