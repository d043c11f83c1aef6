//! The items of an output, whole and as they begin.

use serde_json::{Value, json};

use crate::json::{Json, Object};
use crate::read::openai_responses::stores;
use crate::turn::{Call, Kind};
use crate::write::{Job, THOUGHT, logprobs, pieces, web};

/// What this upstream has encrypted begins with this; the id of its item follows.
pub(crate) const SEAL: &str = "enc-mock:";

pub(super) struct Item<'a> {
    pub(super) id: String,
    pub(super) what: What<'a>,
}

pub(super) enum What<'a> {
    /// Of all that was said before.
    Compaction,
    Reasoning,
    Search(&'a str),
    Message(&'a str),
    Call {
        call: &'a Call,
        call_id: String,
    },
}

/// Which state of an item is told.
pub(super) enum Place {
    /// It begins: nothing is in it.
    Opening,
    /// It is over, with this status.
    Done(&'static str),
}

pub(super) fn items<'a>(job: &Job<'a>) -> Vec<Item<'a>> {
    let mut items = Vec::new();
    let mut push = |prefix: &str, what| items.push(Item { id: job.ids.next(prefix), what });
    if job.turn.compact {
        push("cmp_", What::Compaction);
    }
    if job.turn.think {
        push("rs_", What::Reasoning);
    }
    if let Some(query) = &job.decision.search {
        push("ws_", What::Search(query));
    }
    if !job.decision.text.is_empty() {
        push("msg_", What::Message(&job.decision.text));
    }
    for call in &job.decision.calls {
        let prefix = if call.kind == Kind::Custom { "ctc_" } else { "fc_" };
        push(prefix, What::Call { call, call_id: job.ids.next("call_") });
    }
    if stores(job.turn.asked.get("store")) {
        let thoughts = items.iter().filter(|item| matches!(item.what, What::Reasoning));
        thoughts.for_each(|item| job.ids.keep(&item.id));
    }
    items
}

impl Item<'_> {
    pub(super) fn searches(&self) -> bool {
        matches!(self.what, What::Search(_))
    }

    pub(super) fn object(&self, place: &Place, job: &Job<'_>) -> Object {
        let (done, status) = match place {
            Place::Opening => (false, "in_progress"),
            Place::Done(status) => (true, *status),
        };
        let item = |kind: &str| Object::new().with("id", self.id.as_str()).with("type", kind);
        match &self.what {
            What::Compaction => {
                item("compaction").with("encrypted_content", if done { self.seal() } else { String::new() })
            }
            What::Reasoning => {
                let summary = if done && job.turn.summary { json!([summary(THOUGHT)]) } else { json!([]) };
                let sealed = job.turn.sealed.then(|| if done { self.seal() } else { String::new() });
                let content = job.turn.raw.then(|| if done { json!([reasoning(THOUGHT)]) } else { json!([]) });
                item("reasoning")
                    .with("summary", summary)
                    .with_some("content", content)
                    .with_some("encrypted_content", sealed)
            }
            What::Search(query) => {
                // what is searched for is known only when it is over
                let query = if done { *query } else { "" };
                let action = Object::new().with("type", "search").with("query", query);
                let sources = || json!([{"type": "url", "url": web::URL}]);
                let action = action.with_some("sources", (done && job.turn.sources).then(sources));
                item("web_search_call").with("status", status).with("action", action)
            }
            What::Message(text) => {
                let parts: Vec<Json> = if done { vec![part(text, job, true).into()] } else { Vec::new() };
                item("message").with("status", status).with("role", "assistant").with("content", Json::List(parts))
            }
            What::Call { call, call_id } => {
                let said = if done { call.arguments.as_str() } else { "" };
                let (kind, member) = match call.kind {
                    Kind::Function => ("function_call", "arguments"),
                    Kind::Custom => ("custom_tool_call", "input"),
                };
                item(kind)
                    .with("status", status)
                    .with(member, said)
                    .with("call_id", call_id.as_str())
                    .with("name", call.name.as_str())
                    .with_some("namespace", call.namespace.as_deref())
            }
        }
    }

    /// Only this upstream can read it, and only as a part of this item.
    fn seal(&self) -> String {
        format!("{SEAL}{}", self.id)
    }
}

pub(super) fn summary(text: &str) -> Value {
    json!({"type": "summary_text", "text": text})
}

pub(super) fn reasoning(text: &str) -> Value {
    json!({"type": "reasoning_text", "text": text})
}

/// The one part of a message.
pub(super) fn part(text: &str, job: &Job<'_>, done: bool) -> Object {
    if job.decision.refuses {
        return Object::new().with("type", "refusal").with("refusal", text).with_all(&job.script.extra_inner);
    }
    let annotations = job.decision.search.as_ref().filter(|_| done).map(|_| web::annotation(text));
    let tokens =
        job.turn.logprobs.filter(|_| done).map_or_else(Vec::new, |most| logprobs(&pieces(text, 9), most, true));
    Object::new()
        .with("type", "output_text")
        .with("annotations", annotations.into_iter().collect::<Vec<_>>())
        .with("logprobs", tokens)
        .with("text", text)
        .with_all(&job.script.extra_inner)
}
