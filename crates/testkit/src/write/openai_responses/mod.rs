//! OpenAI Responses: the response and the items of its output. Its errors are those of chat.

use serde_json::{Map, Value, json};

use self::item::{Item, Place};
use super::{Answer, Job, Reported};
use crate::counts::Counts;
use crate::json::{Json, Object};
use crate::read::openai_responses::stores;
use crate::script::{HUGE, Stop, UsageMode};

mod item;
mod stream;

pub(crate) use item::SEAL;

const CREATED: u64 = 1_763_800_000;

pub(crate) fn answer(job: &Job<'_>) -> Answer {
    let writer = Writer { job, id: job.ids.next("resp_"), items: item::items(job) };
    if job.turn.stream { writer.stream() } else { writer.reply() }
}

struct Writer<'a> {
    job: &'a Job<'a>,
    id: String,
    items: Vec<Item<'a>>,
}

/// Where a response is, as it says itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    InProgress,
    Completed,
    Incomplete,
    Failed,
}

impl Writer<'_> {
    fn reply(&self) -> Answer {
        let (usage, reported) = self.usage(self.job.counts).unzip();
        Answer::reply(&self.response(self.end(), usage).with_all(&self.job.script.extra), reported)
    }

    /// How it ends if nothing comes between.
    fn end(&self) -> Status {
        match self.job.script.stop {
            None | Some(Stop::Sequence) => Status::Completed,
            Some(_) => Status::Incomplete,
        }
    }

    /// The response with the output that it has by then, and the settings that it was asked for.
    fn response(&self, status: Status, usage: Option<Json>) -> Object {
        let over = matches!(status, Status::Completed | Status::Incomplete);
        let output =
            if over { self.items.iter().map(|item| self.item(item)).collect() } else { Json::List(Vec::new()) };
        let failed = json!({"code": "server_error", "message": "mock midstream"});
        let searches = self.items.iter().filter(|item| over && item.searches()).count();
        let base = Object::new()
            .with("id", self.id.as_str())
            .with("object", "response")
            .with("created_at", CREATED)
            .with("status", status.word())
            .with("background", false)
            .with("completed_at", (status == Status::Completed).then_some(CREATED + 1))
            .with("error", (status == Status::Failed).then_some(failed))
            .with("incomplete_details", if status == Status::Incomplete { self.incomplete() } else { Value::Null })
            .with("model", self.job.model)
            .with("output", output);
        self.settings(base).with("tool_usage", tool_usage(searches)).with_some("usage", usage)
    }

    /// The settings of the request, or what they are when nothing is said.
    fn settings(&self, response: Object) -> Object {
        let asked = &self.job.turn.asked;
        let plain = [
            ("instructions", Value::Null),
            ("max_output_tokens", Value::Null),
            ("max_tool_calls", Value::Null),
            ("metadata", json!({})),
            ("parallel_tool_calls", json!(true)),
            ("previous_response_id", Value::Null),
            ("prompt_cache_key", Value::Null),
            ("prompt_cache_retention", Value::Null),
            ("safety_identifier", Value::Null),
            ("temperature", json!(1.0)),
            ("tool_choice", json!("auto")),
            ("tools", json!([])),
            ("top_logprobs", json!(0)),
            ("top_p", json!(1.0)),
            ("truncation", json!("disabled")),
            ("user", Value::Null),
        ];
        let setting = |name: &str| asked.get(name).filter(|value| !value.is_null()).cloned();
        let response = plain
            .into_iter()
            .fold(response, |response, (name, usual)| response.with(name, setting(name).unwrap_or(usual)));
        let reasoning = json!({"effort": null, "summary": null});
        let text = json!({"format": {"type": "text"}, "verbosity": "medium"});
        response
            .with("reasoning", over(reasoning, asked.get("reasoning")))
            .with("service_tier", served(asked.get("service_tier")))
            .with("store", stores(asked.get("store")))
            .with("text", over(text, asked.get("text")))
    }

    fn item(&self, item: &Item<'_>) -> Object {
        let status = if self.end() == Status::Incomplete { "incomplete" } else { "completed" };
        item.object(&Place::Done(status), self.job).with_all(&self.job.script.extra_inner)
    }

    fn incomplete(&self) -> Value {
        let reason = match &self.job.script.stop {
            Some(Stop::Length) => "max_output_tokens",
            Some(Stop::Filter) => "content_filter",
            Some(Stop::Verbatim(word)) => word,
            None | Some(Stop::Sequence) => return Value::Null,
        };
        json!({"reason": reason})
    }

    fn usage(&self, counts: Counts) -> Option<(Json, Reported)> {
        let mode = self.job.mode();
        let cache = |count| if mode == UsageMode::Huge { Value::from(0) } else { mode.number(count) };
        let total = match mode {
            UsageMode::Huge => Value::from(2 * HUGE),
            _ => mode.number(counts.input.saturating_add(counts.output)),
        };
        let input = Object::new()
            .with("cache_write_tokens", cache(counts.cache_write))
            .with("cached_tokens", cache(counts.cache_read));
        let output = Object::new().with("reasoning_tokens", cache(self.job.reasoning_tokens()));
        let object = Object::new()
            .with("input_tokens", mode.number(counts.input))
            .with("input_tokens_details", input)
            .with("output_tokens", mode.number(counts.output))
            .with("output_tokens_details", output)
            .with("total_tokens", total);
        self.job.usage(counts, object)
    }
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Incomplete => "incomplete",
            Self::Failed => "failed",
        }
    }
}

/// Members of the request in the place of the usual ones.
fn over(mut usual: Value, asked: Option<&Value>) -> Value {
    if let (Value::Object(usual), Some(Value::Object(asked))) = (&mut usual, asked) {
        usual.extend(asked.clone().into_iter().collect::<Map<_, _>>());
    }
    usual
}

fn tool_usage(searches: usize) -> Value {
    let details = json!({"image_tokens": 0, "text_tokens": 0});
    json!({
        "image_gen": {"input_tokens": 0, "input_tokens_details": details, "output_tokens": 0,
            "output_tokens_details": details, "total_tokens": 0},
        "web_search": {"num_requests": searches},
    })
}

/// The tier that a call is served at: the one that was asked for, where it is one.
fn served(asked: Option<&Value>) -> Value {
    asked.filter(|tier| [json!("flex"), json!("priority")].contains(tier)).cloned().unwrap_or_else(|| json!("default"))
}
