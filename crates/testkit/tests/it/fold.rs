//! Puts a stream of OpenAI Responses together as an SDK does, and insists on its order: every event numbered and named, an
//! item open before it grows and closed before the next, a part in it likewise, what a `done` says equal to what came
//! before.

use serde_json::{Value, json};

use crate::client::Got;
use crate::sse;

#[derive(Default)]
struct Fold {
    items: Vec<Value>,
    /// The item that is open.
    open: Option<Value>,
    /// The text of the part that is open.
    part: Option<String>,
    annotations: Vec<Value>,
    logprobs: Vec<Value>,
}

/// The events that say what they are, and the last response that came whole.
pub(crate) fn fold(got: &Got) -> (Vec<String>, Value) {
    let events = sse::events(&got.body);
    let (mut fold, mut names, mut last) = (Fold::default(), Vec::new(), Value::Null);
    for (number, event) in events.iter().enumerate() {
        let json = event.json();
        assert_eq!((json["type"].as_str(), &json["sequence_number"]), (Some(event.name.as_str()), &json!(number)));
        names.push(event.name.clone());
        match event.name.as_str() {
            "response.created" | "response.in_progress" => {
                assert_eq!(
                    (&json["response"]["status"], &json["response"]["output"]),
                    (&json!("in_progress"), &json!([]))
                );
            }
            "response.completed" | "response.incomplete" | "response.failed" => {
                assert_eq!(event.name, format!("response.{}", json["response"]["status"].as_str().unwrap()));
                last = json["response"].clone();
            }
            "error" => {
                let has = |member| json.get(member).is_some();
                assert!(has("message") && has("code") && has("param"));
            }
            name => fold.take(name, &json),
        }
    }
    if last["status"] == "completed" {
        assert_eq!(last["output"], json!(fold.items), "what was streamed is what is said at the end");
    }
    (names, last)
}

impl Fold {
    fn take(&mut self, name: &str, event: &Value) {
        assert_eq!(event["output_index"], json!(self.items.len()), "{name}");
        if name == "response.output_item.added" {
            assert!(self.open.is_none() && event["item"]["id"].is_string());
            self.open = Some(event["item"].clone());
            return;
        }
        let open = self.open.as_mut().unwrap();
        if name == "response.output_item.done" {
            assert_eq!((&event["item"]["id"], &event["item"]["type"]), (&open["id"], &open["type"]));
            assert!(self.part.is_none(), "its parts are over");
            let sealed = event["item"].get("encrypted_content").cloned();
            if let Some(sealed) = sealed {
                open["encrypted_content"] = sealed;
            }
            for settled in ["status", "action"] {
                if let Some(value) = event["item"].get(settled) {
                    open[settled] = value.clone();
                }
            }
            assert_eq!(*open, event["item"]);
            self.items.extend(self.open.take());
            return;
        }
        assert_eq!(event["item_id"], open["id"], "{name}");
        let word = name.rsplit('.').next().unwrap();
        match name.trim_start_matches("response.").split('.').next().unwrap() {
            kind @ ("web_search_call" | "compaction") => assert_eq!(open["type"], kind),
            "content_part" | "reasoning_summary_part" => self.turn_part(word, event),
            "function_call_arguments" => grow(open, "arguments", word, event),
            "custom_tool_call_input" => grow(open, "input", word, event),
            _ => self.grow_part(name, word, event),
        }
    }

    fn turn_part(&mut self, word: &str, event: &Value) {
        let index = if event["type"].as_str().unwrap().contains("summary") { "summary_index" } else { "content_index" };
        assert_eq!(event[index], 0);
        if word == "added" {
            assert!(self.part.replace(String::new()).is_none());
            return;
        }
        let text = self.part.take().unwrap();
        let part = &event["part"];
        let said = part.get("text").or_else(|| part.get("refusal")).unwrap();
        assert_eq!(said, &json!(text));
        let open = self.open.as_mut().unwrap();
        if index == "content_index" && part["type"] == "output_text" {
            assert_eq!(part["annotations"], json!(self.annotations));
            assert_eq!(part["logprobs"].as_array().unwrap().len(), self.logprobs.len());
        }
        open[if index == "summary_index" { "summary" } else { "content" }] = json!([part]);
    }

    fn grow_part(&mut self, name: &str, word: &str, event: &Value) {
        let part = self.part.as_mut().unwrap();
        match word {
            "delta" => part.push_str(event["delta"].as_str().unwrap()),
            "done" => {
                let said = event.get("text").or_else(|| event.get("refusal")).unwrap();
                assert_eq!(said, &json!(part), "{name}");
            }
            _ => {
                assert_eq!(
                    (name, event["annotation_index"].as_u64()),
                    ("response.output_text.annotation.added", Some(0))
                );
                self.annotations.push(event["annotation"].clone());
            }
        }
        if name == "response.output_text.delta" {
            self.logprobs.extend(event["logprobs"].as_array().unwrap().clone());
        }
    }
}

fn grow(open: &mut Value, member: &str, word: &str, event: &Value) {
    let so_far = open[member].as_str().unwrap().to_owned();
    match word {
        "delta" => open[member] = json!(so_far + event["delta"].as_str().unwrap()),
        _ => assert_eq!(event[member], json!(so_far)),
    }
}
