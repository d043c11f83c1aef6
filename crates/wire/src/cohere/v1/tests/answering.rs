//! What the conversation's answers are for a client.

use crate::chat::{
    Choice, Citation, Delta, Event, Location, Part, PartStart, Reply, StopReason, Thinking, ToolCall, Usage,
};
use crate::cohere::v1::stream::Writer;
use crate::cohere::v1::{Echo, reply};
use crate::error::{ErrorKind, ErrorReply};

const ASKED: &str = r#"{"model":"m","message":"Hi","chat_history":[{"role":"USER","message":"a"}],
    "documents":[{"title":"T","text":"b"},{"id":"mine","text":"c"}],"tool_results":[{"call":{"name":"f"},"outputs":[]}]}"#;

fn cited() -> Vec<Citation> {
    let document = |document| Some(Location::Characters { document, start: 0, end: 1 });
    let web = Some(Location::Web { url: "https://x".to_owned() });
    let at = |location| Citation { title: Some("T".to_owned()), location, ..Citation::default() };
    vec![at(document(0)), at(document(1)), at(web), at(None), at(document(0))]
}

fn answer(parts: Vec<Part>, stop: StopReason) -> Reply {
    Reply {
        id: "g1".to_owned(),
        model: "m".to_owned(),
        created: None,
        choices: vec![Choice::new(parts, stop)],
        usage: Usage { input: Some(3), output: Some(4), cache_read: Some(2), ..Usage::default() },
        service_tier: None,
        trace: None,
    }
}

fn streamed(events: &[Event]) -> String {
    let (mut writer, mut out) = (Writer::new(Echo::of(ASKED).into()), Vec::new());
    for event in events {
        writer.write(event, &mut out);
    }
    String::from_utf8(out).unwrap()
}

fn part(part: u32, kind: PartStart, deltas: Vec<Delta>) -> Vec<Event> {
    let start = Event::PartStart { choice: 0, part, kind };
    let deltas = deltas.into_iter().map(|delta| Event::Delta { choice: 0, part, delta });
    std::iter::once(start).chain(deltas).chain([Event::PartEnd { choice: 0, part }]).collect()
}

/// An answer, and the same as a stream.
fn both() -> (Reply, Vec<Event>) {
    let thinking = Thinking::Plain { text: "hm".to_owned(), signature: None };
    let parts = vec![
        Part::Thinking(thinking),
        Part::text("é"),
        Part::Text { text: "ab".to_owned(), citations: cited(), cache: None },
        Part::Refusal { text: "no".to_owned() },
        Part::ToolCall(ToolCall::new("1", "f", r#"{"a": 1.0}"#)),
        Part::ToolCall(ToolCall::new("2", "g", "not JSON")),
    ];
    let text = |text: &str| Delta::Text(text.to_owned());
    let arguments = |text: &str| Delta::Arguments(text.to_owned());
    let mut said = part(2, PartStart::Text, vec![text("a"), text("b")]);
    said.splice(1..1, cited().into_iter().map(|citation| Event::Citation { choice: 0, part: 2, citation }));
    let reply = answer(parts, StopReason::ToolUse);
    let events = [
        vec![Event::Start { id: "g1".to_owned(), model: "m".to_owned(), created: None }],
        part(0, PartStart::Thinking, vec![Delta::Thinking("hm".to_owned())]),
        part(1, PartStart::Text, vec![text("é")]),
        said,
        part(3, PartStart::Refusal, vec![text("no")]),
        part(4, PartStart::function("1", "f"), vec![arguments(r#"{"a":"#), arguments(" 1.0}")]),
        part(5, PartStart::function("2", "g"), vec![arguments("not JSON")]),
        vec![
            Event::Stop { choice: 0, reason: StopReason::ToolUse, sequence: None },
            Event::Ping,
            Event::Usage(reply.usage),
            Event::End,
            Event::End,
        ],
    ];
    (reply, events.concat())
}

#[test]
fn an_answer_says_the_history_and_the_documents_again() {
    let (reply, _) = both();
    let written = reply::write(&reply, &Echo::of(ASKED));
    insta::assert_snapshot!(String::from_utf8(written).unwrap(), @r#"{"response_id":"g1","text":"éabno","generation_id":"g1","chat_history":[{"role":"USER","message":"a"},{"role":"USER","message":"Hi"},{"role":"TOOL","tool_results":[{"call":{"name":"f"},"outputs":[]}]},{"role":"CHATBOT","message":"éabno","tool_calls":[{"name":"f","parameters":{"a": 1.0}},{"name":"g","parameters":{"_raw_arguments":"not JSON"}}]}],"finish_reason":"COMPLETE","meta":{"api_version":{"version":"1"},"billed_units":{"input_tokens":5,"output_tokens":4},"tokens":{"input_tokens":5,"output_tokens":4},"cached_tokens":2},"citations":[{"start":1,"end":3,"text":"ab","document_ids":["doc_0","mine","https://x","source_3"]}],"documents":[{"id":"doc_0","title":"T","text":"b"},{"id":"mine","text":"c"},{"id":"https://x","title":"T","url":"https://x"},{"id":"source_3","title":"T"}],"tool_calls":[{"name":"f","parameters":{"a": 1.0}},{"name":"g","parameters":{"_raw_arguments":"not JSON"}}]}"#);
    let nothing = answer(vec![], StopReason::ContextWindow);
    let written = reply::write(&nothing, &Echo::default());
    insta::assert_snapshot!(String::from_utf8(written).unwrap(), @r#"{"response_id":"g1","text":"","generation_id":"g1","chat_history":[{"role":"CHATBOT","message":""}],"finish_reason":"ERROR_LIMIT","meta":{"api_version":{"version":"1"},"billed_units":{"input_tokens":5,"output_tokens":4},"tokens":{"input_tokens":5,"output_tokens":4},"cached_tokens":2}}"#);
}

#[test]
fn results_stand_in_the_history_where_they_are_read() {
    let results = r#""tool_results":[{"call":{"name":"f"},"outputs":[]}]"#;
    let called = r#"{"role":"CHATBOT","message":"","tool_calls":[{"name":"f","parameters":{}}]}"#;
    for (history, message, roles) in [
        (called, "now", ["CHATBOT", "TOOL", "USER", "CHATBOT"].as_slice()),
        (called, "", &["CHATBOT", "TOOL", "CHATBOT"]),
        (r#"{"role":"CHATBOT","message":"x"}"#, "q", &["CHATBOT", "USER", "TOOL", "CHATBOT"]),
    ] {
        let body = format!(r#"{{"message":"{message}","chat_history":[{history}],{results}}}"#);
        let written = reply::write(&answer(vec![], StopReason::End), &Echo::of(&body));
        let value: serde_json::Value = serde_json::from_slice(&written).unwrap();
        let told: Vec<_> = value["chat_history"].as_array().unwrap().iter().map(|entry| &entry["role"]).collect();
        assert_eq!(told, roles, "{body}");
    }
}

#[test]
fn a_stream_ends_with_the_whole_answer() {
    let (reply, events) = both();
    let written = streamed(&events);
    let (lines, last) = written.trim_end().rsplit_once('\n').unwrap();
    insta::assert_snapshot!(lines, @r#"
    {"event_type":"stream-start","is_finished":false,"generation_id":"g1"}
    {"event_type":"text-generation","is_finished":false,"text":"é"}
    {"event_type":"text-generation","is_finished":false,"text":"a"}
    {"event_type":"text-generation","is_finished":false,"text":"b"}
    {"event_type":"citation-generation","is_finished":false,"citations":[{"start":1,"end":3,"text":"ab","document_ids":["doc_0","mine","https://x","source_3"]}]}
    {"event_type":"text-generation","is_finished":false,"text":"no"}
    {"event_type":"tool-calls-chunk","is_finished":false,"tool_call_delta":{"index":0,"name":"f"}}
    {"event_type":"tool-calls-chunk","is_finished":false,"tool_call_delta":{"index":0,"parameters":"{\"a\":"}}
    {"event_type":"tool-calls-chunk","is_finished":false,"tool_call_delta":{"index":0,"parameters":" 1.0}"}}
    {"event_type":"tool-calls-chunk","is_finished":false,"tool_call_delta":{"index":1,"name":"g"}}
    {"event_type":"tool-calls-chunk","is_finished":false,"tool_call_delta":{"index":1,"parameters":"not JSON"}}
    {"event_type":"tool-calls-generation","is_finished":false,"text":"éabno","tool_calls":[{"name":"f","parameters":{"a": 1.0}},{"name":"g","parameters":{"_raw_arguments":"not JSON"}}]}
    "#);
    let whole = String::from_utf8(reply::write(&reply, &Echo::of(ASKED))).unwrap().replace('\n', " ");
    let expected =
        format!(r#"{{"event_type":"stream-end","is_finished":true,"finish_reason":"COMPLETE","response":{whole}}}"#);
    assert_eq!(last, expected);
}

#[test]
fn a_broken_stream_ends_with_what_was_said() {
    let text = part(0, PartStart::Text, vec![Delta::Text("a\nb".to_owned())]);
    let error = |kind| Event::Error(ErrorReply::new(kind, "no luck"));
    let written = streamed(&[text, vec![error(ErrorKind::Overloaded), Event::End]].concat());
    insta::assert_snapshot!(written, @r#"
    {"event_type":"stream-start","is_finished":false,"generation_id":""}
    {"event_type":"text-generation","is_finished":false,"text":"a\nb"}
    {"event_type":"stream-end","is_finished":true,"finish_reason":"ERROR","error":"no luck","response":{"response_id":"","text":"a\nb","generation_id":"","chat_history":[{"role":"USER","message":"a"},{"role":"USER","message":"Hi"},{"role":"TOOL","tool_results":[{"call":{"name":"f"},"outputs":[]}]},{"role":"CHATBOT","message":"a\nb"}],"finish_reason":"ERROR","meta":{"api_version":{"version":"1"}}}}
    "#);
    let withheld = streamed(&[error(ErrorKind::ContentPolicy)]);
    assert!(withheld.contains(r#""finish_reason":"ERROR_TOXIC","error":"no luck""#), "{withheld}");
}
