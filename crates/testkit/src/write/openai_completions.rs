//! OpenAI's text completions: the reply, the chunks. Errors and usage are the chat's.

use serde_json::{Map, Value, json};

use super::openai_chat::{error_body, usage};
use super::{Answer, Ending, Frame, Job, logprobs, pieces};
use crate::json::{Json, Object};
use crate::script::{Stop, UsageMode};

pub(crate) fn answer(job: &Job<'_>) -> Answer {
    let writer = Writer { job, id: job.ids.next("cmpl-") };
    if job.turn.stream { writer.stream() } else { writer.reply() }
}

struct Writer<'a> {
    job: &'a Job<'a>,
    id: String,
}

/// One of the texts that are asked for.
struct Choice<'a> {
    index: u64,
    prompt: &'a str,
    text: &'a str,
}

impl Writer<'_> {
    /// All that are asked for of the first prompt, then all of the second.
    fn choices(&self) -> impl Iterator<Item = Choice<'_>> {
        let Job { turn, decision, .. } = self.job;
        let texts = [&decision.text].into_iter().chain(&decision.others);
        let every = turn.prompts.iter().zip(texts);
        (0_u64..)
            .zip(every.flat_map(|pair| (0..turn.alternatives).map(move |_| pair)))
            .map(|(index, (prompt, text))| Choice { index, prompt, text })
    }

    fn reply(&self) -> Answer {
        let (usage, reported) = usage(self.job, self.job.counts).unzip();
        let choice = |choice: Choice<'_>| {
            let echoed = pieces(if self.job.turn.echo { choice.prompt } else { "" }, 9);
            let said = [echoed.clone(), pieces(choice.text, 9)].concat();
            let tokens = self.logprobs(&said, echoed.len(), 0);
            self.choice(choice.index, &said.concat(), tokens, Some(self.finish_reason()))
        };
        let body = self
            .base()
            .with("choices", self.choices().map(choice).collect::<Json>())
            .with_some("usage", usage)
            .with_all(&self.job.script.extra);
        Answer::reply(&body, reported)
    }

    fn stream(&self) -> Answer {
        let Job { turn, decision, .. } = self.job;
        let mut frames = Vec::new();
        for choice in self.choices() {
            let echoed = pieces(if turn.echo { choice.prompt } else { "" }, 9);
            let mut offset = 0;
            for (at, piece) in echoed.iter().chain(&pieces(choice.text, 9)).enumerate() {
                let tokens = self.logprobs(std::slice::from_ref(piece), usize::from(at < echoed.len()), offset);
                offset += piece.chars().count();
                frames.push(self.chunk(self.choice(choice.index, piece, tokens, None)));
                if decision.midstream {
                    let error = error_body("mock midstream", "server_error", None, None);
                    frames.push(Frame::sse(None, &error.text()));
                    return Answer::stream(frames, Ending::Error);
                }
                if decision.cut {
                    return Answer::stream(frames, Ending::Cut);
                }
            }
            frames.push(self.chunk(self.choice(choice.index, "", Value::Null, Some(self.finish_reason()))));
        }
        frames.extend(if turn.include_usage { self.usage_chunk() } else { None });
        frames.push(Frame::sse(None, "[DONE]").last());
        Answer::stream(frames, Ending::Complete)
    }

    fn chunk(&self, choice: Object) -> Frame {
        let job = self.job;
        let early = (job.mode() == UsageMode::Decreasing).then(|| usage(job, job.early_counts())).flatten();
        let (early, reported) = early.unzip();
        let usage = early.unwrap_or(Json::Value(Value::Null));
        let chunk = self
            .base()
            .with("choices", Json::List(vec![choice.into()]))
            .with_some("usage", job.turn.include_usage.then_some(usage))
            .with_all(&job.script.extra);
        Frame::sse(None, &chunk.text()).telling(reported.filter(|_| job.turn.include_usage))
    }

    fn usage_chunk(&self) -> Option<Frame> {
        let (usage, reported) = usage(self.job, self.job.counts)?;
        let chunk = self.base().with("choices", Json::List(Vec::new())).with("usage", usage);
        Some(Frame::sse(None, &chunk.with_all(&self.job.script.extra).text()).telling(Some(reported)))
    }

    fn base(&self) -> Object {
        Object::new()
            .with("id", self.id.as_str())
            .with("object", "text_completion")
            .with("created", 1_763_800_000)
            .with("model", self.job.model)
            .with("system_fingerprint", "fp_mock")
    }

    fn choice(&self, index: u64, text: &str, tokens: Value, finish_reason: Option<&str>) -> Object {
        Object::new()
            .with("text", text)
            .with("index", index)
            .with("logprobs", tokens)
            .with("finish_reason", finish_reason)
            .with_all(&self.job.script.extra_inner)
    }

    /// Lists side by side, if asked for; `offset` is where the first token stands in its text. The first of a prompt that is
    /// said again has no probability, as nothing stands before it.
    fn logprobs(&self, pieces: &[String], echoed: usize, offset: usize) -> Value {
        let Some(most) = self.job.turn.logprobs else { return Value::Null };
        let first = |at: usize| echoed > 0 && offset == 0 && at == 0;
        let (mut chances, mut tops, mut offsets, mut end) = (Vec::new(), Vec::new(), Vec::new(), offset);
        for (at, (token, piece)) in logprobs(pieces, most, false).into_iter().zip(pieces).enumerate() {
            let others = token.get("top_logprobs").and_then(Value::as_array).into_iter().flatten();
            let pair = |other: &Value| Some((other.get("token")?.as_str()?.to_owned(), other.get("logprob")?.clone()));
            let top: Map<_, _> = others.filter_map(pair).collect();
            chances.push(token.get("logprob").filter(|_| !first(at)).cloned());
            tops.push(Some(top).filter(|_| !first(at)));
            offsets.push(end);
            end += piece.chars().count();
        }
        let tops = (most > 0).then_some(tops);
        json!({"tokens": pieces, "token_logprobs": chances, "top_logprobs": tops, "text_offset": offsets})
    }

    fn finish_reason(&self) -> &str {
        match &self.job.script.stop {
            Some(Stop::Length) => "length",
            Some(Stop::Filter) => "content_filter",
            Some(Stop::Verbatim(word)) => word,
            None if self.job.decision.refuses => "content_filter",
            Some(Stop::Sequence) | None => "stop",
        }
    }
}
