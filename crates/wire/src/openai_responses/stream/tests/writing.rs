//! What clients get.

use serde_json::{Value, json};

use super::*;
use crate::chat::{CallKind, Citation, Location, Page, Part, Reply, SearchOutcome, Thinking, ToolCall, WebSearch};
use crate::dialect::{Dialect, Style};
use crate::error::{ErrorKind, ErrorReply};
use crate::json::Raw;
use crate::openai_responses::reply;

fn write_all(events: &[Event], style: Style) -> Vec<u8> {
    let (mut writer, mut out) = (Writer::new(style), Vec::new());
    for event in events {
        writer.write(event, &mut out);
    }
    out
}

fn data(bytes: &[u8]) -> Vec<Value> {
    frames(bytes).iter().filter_map(|frame| Some(serde_json::from_str(&frame.data()?).unwrap())).collect()
}

fn search(outcome: Option<SearchOutcome>) -> Part {
    Part::WebSearch(WebSearch { id: "ws_9".into(), query: Some("weather".into()), outcome })
}

/// Everything that a stream can tell.
fn rich() -> Vec<Event> {
    let found = SearchOutcome::Found(vec![Page { url: "https://x".into(), ..Page::default() }]);
    let custom = PartStart::ToolCall {
        id: "call_3".into(),
        name: "patch".into(),
        namespace: Some("group".into()),
        kind: CallKind::Custom,
    };
    let signed = vec![Delta::Thinking("sig".into()), Delta::Thinking("ned".into()), Delta::Signature("Eq==".into())];
    let sealed = Delta::Sealed { id: Some("rs_own".into()), data: "gAAA".into() };
    let web = |url: &str| Citation {
        title: Some("T".into()),
        location: Some(Location::Web { url: url.into() }),
        ..Citation::default()
    };
    let document = Citation {
        quotes: vec!["q".into()],
        location: Some(Location::Pages { document: 0, start: 1, end: 2 }),
        ..Citation::default()
    };
    let token = |token: &str| {
        let rest = "\"logprob\":-0.5,\n\"bytes\":[99],\"top_logprobs\":[]";
        vec![Raw::parse(format!("{{\"token\":\"{token}\",{rest}}}")).unwrap()]
    };
    let cite = |citation| Event::Citation { choice: 0, part: 3, citation };
    [
        vec![start(), Event::Usage(usage(10, 0))],
        part(0, PartStart::Thinking, signed),
        part(1, PartStart::Thinking, vec![Delta::Thinking("sealed".into()), sealed]),
        part(2, PartStart::Whole(Box::new(search(Some(found)))), vec![]),
        vec![
            Event::PartStart { choice: 0, part: 3, kind: PartStart::Text },
            Event::Logprobs { choice: 0, part: 3, tokens: token("one") },
            Event::Delta { choice: 0, part: 3, delta: text("one ") },
            cite(web("https://x")),
            Event::Ping,
            Event::Logprobs { choice: 0, part: 3, tokens: token("two") },
            Event::Delta { choice: 0, part: 3, delta: text("two") },
            cite(document),
            Event::PartEnd { choice: 0, part: 3 },
        ],
        part(4, PartStart::Refusal, vec![text("no")]),
        part(5, PartStart::RedactedThinking { data: "hidden".into() }, vec![]),
        part(6, PartStart::function("call_1", "f"), vec![arguments("{\"a\""), arguments(": 1}")]),
        part(7, PartStart::function("call_2", "g"), vec![]),
        part(8, custom, vec![arguments("*** Begin\n")]),
        vec![
            stop(StopReason::ToolUse),
            Event::Usage(Usage { cache_read: Some(2), reasoning: Some(3), ..usage(10, 5) }),
            Event::Trace(Raw::parse("{\"guardrail\":\r\n{}}").unwrap()),
            Event::End,
        ],
    ]
    .concat()
}

#[test]
fn every_event_has_its_form() {
    let style = Style { echo: Dialect::OpenAiResponses.echo("{\"metadata\":{\n\"a\":\r\"b\"}}"), ..Style::default() };
    insta::assert_snapshot!(String::from_utf8(write_all(&rich(), style)).unwrap());
}

#[test]
fn numbers_count_up_and_ids_agree() {
    let bytes = write_all(&rich(), Style::default());
    let events = data(&bytes);
    for (number, event) in events.iter().enumerate() {
        assert_eq!(event["sequence_number"], number, "{event}");
    }
    for (frame, event) in frames(&bytes).iter().filter(|frame| !frame.is_comment()).zip(&events) {
        assert_eq!(frame.event(), event["type"].as_str());
    }
    let output = &events.last().unwrap()["response"]["output"];
    for event in &events {
        let Some(index) = event["output_index"].as_u64() else { continue };
        let item = &output[usize::try_from(index).unwrap()];
        let id = event.get("item_id").unwrap_or(&event["item"]["id"]);
        assert_eq!(id, &item["id"], "{event}");
        if event["type"] == "response.output_item.done" {
            assert_eq!(&event["item"], item);
        }
    }
}

/// A stream ends with what the same answer is as a whole.
#[test]
fn the_last_event_is_the_whole_answer() {
    let thinking = Thinking::Plain { text: "t".into(), signature: Some("s".into()) };
    let parts = vec![
        Part::Thinking(thinking),
        Part::text("a"),
        Part::text("b"),
        Part::ToolCall(ToolCall::new("c", "f", "{}")),
        search(Some(SearchOutcome::Failed("max_uses_exceeded".into()))),
        Part::Refusal { text: "no".into() },
    ];
    let whole = Reply {
        id: "x".into(),
        model: "m".into(),
        created: Some(7),
        choices: vec![crate::chat::Choice::new(parts, StopReason::Length)],
        usage: usage(3, 4),
        service_tier: None,
        trace: None,
    };
    let events = [
        vec![Event::Start { id: "x".into(), model: "m".into(), created: Some(7) }],
        part(0, PartStart::Thinking, vec![Delta::Thinking("t".into()), Delta::Signature("s".into())]),
        part(1, PartStart::Text, vec![text("a")]),
        part(2, PartStart::Text, vec![text("b")]),
        part(3, PartStart::function("c", "f"), vec![arguments("{}")]),
        part(4, PartStart::Whole(Box::new(search(Some(SearchOutcome::Failed("no".into()))))), vec![]),
        part(5, PartStart::Refusal, vec![text("no")]),
        vec![stop(StopReason::Length), Event::Usage(usage(3, 4)), Event::End],
    ]
    .concat();
    let told = data(&write_all(&events, Style::default()));
    let written: Value = serde_json::from_slice(&reply::write(&whole, &Style::default())).unwrap();
    assert_eq!(told.last().unwrap()["type"], "response.incomplete");
    assert_eq!(told.last().unwrap()["response"], written);
}

#[test]
fn only_what_was_cut_off_is_incomplete() {
    let call = |index, id: &str| part(index, PartStart::function(id, "f"), vec![arguments("{\"a\":")]);
    for (stop, expected) in [
        (StopReason::Length, ["completed", "incomplete"]),
        (StopReason::Malformed { tool_use: true }, ["completed", "incomplete"]),
        (StopReason::ToolUse, ["completed", "completed"]),
    ] {
        let events = [vec![start()], call(0, "1"), call(1, "2"), vec![self::stop(stop), Event::End]].concat();
        let told = data(&write_all(&events, Style::default()));
        let done: Vec<_> = told.iter().filter(|event| event["type"] == "response.output_item.done").collect();
        assert_eq!(done.iter().map(|event| event["item"]["status"].as_str().unwrap()).collect::<Vec<_>>(), expected);
    }
}

/// Nobody knows the arguments of a call that was cut off before its first: `{}` would be a call.
#[test]
fn a_call_without_arguments_has_some_only_when_it_is_whole() {
    for (stop, expected) in [(StopReason::Length, ""), (StopReason::ToolUse, "{}")] {
        let call = part(0, PartStart::function("1", "f"), vec![]);
        let events = [vec![start()], call, vec![self::stop(stop.clone()), Event::End]].concat();
        let streamed = data(&write_all(&events, Style::default())).pop().unwrap();
        assert_eq!(streamed["response"]["output"][0]["arguments"], expected);
        let whole = Reply {
            id: "x".into(),
            model: "m".into(),
            created: None,
            choices: vec![crate::chat::Choice::new(vec![Part::ToolCall(ToolCall::new("1", "f", ""))], stop)],
            usage: usage(1, 1),
            service_tier: None,
            trace: None,
        };
        let written: Value = serde_json::from_slice(&reply::write(&whole, &Style::default())).unwrap();
        assert_eq!(written["output"][0]["arguments"], expected);
    }
}

#[test]
fn broken_orders_still_make_a_stream() {
    let kinds = |events: &[Event]| -> Vec<String> {
        let told = data(&write_all(events, Style::default()));
        told.iter().map(|event| event["type"].as_str().unwrap().trim_start_matches("response.").to_owned()).collect()
    };
    assert_eq!(kinds(&[Event::End]), ["created", "in_progress", "completed"]);
    let open = Event::PartStart { choice: 0, part: 0, kind: PartStart::Text };
    assert_eq!(
        kinds(&[open, Event::End, Event::End, Event::Ping]),
        [
            "created",
            "in_progress",
            "output_item.added",
            "content_part.added",
            "output_text.done",
            "content_part.done",
            "output_item.done",
            "completed"
        ]
    );
    let stray = Event::Delta { choice: 0, part: 0, delta: text("x") };
    let other = Event::PartStart { choice: 1, part: 0, kind: PartStart::Text };
    assert_eq!(kinds(&[start(), stray, other, start()]), ["created", "in_progress"]);
}

#[test]
fn an_error_ends_the_stream_under_the_answers_own_name() {
    let error = Event::Error(ErrorReply::new(ErrorKind::Overloaded, "busy"));
    let events = [vec![start()], part(0, PartStart::Text, vec![text("a")]), vec![error, Event::End]].concat();
    let told = data(&write_all(&events, Style::default()));
    let [.., error, failed] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((&error["type"], &error["error"]["message"]), (&"error".into(), &"busy".into()));
    assert_eq!((&failed["type"], &failed["response"]["id"]), (&"response.failed".into(), &"resp_1".into()));
    assert_eq!(failed["sequence_number"], told.len() - 1);
}

#[test]
fn a_response_that_failed_has_what_was_told() {
    let open = |kind| Event::PartStart { choice: 0, part: 1, kind };
    let more = |delta| Event::Delta { choice: 0, part: 1, delta };
    let call = [open(PartStart::function("c", "f")), more(arguments("{\"a"))].to_vec();
    for (rest, kind, status, said) in [
        (
            vec![open(PartStart::Text), more(text("b"))],
            "message",
            "incomplete",
            json!([{"type": "output_text",
            "text": "b", "annotations": [], "logprobs": []}]),
        ),
        (call, "function_call", "incomplete", Value::Null),
        (part(1, PartStart::Whole(Box::new(search(None))), vec![]), "web_search_call", "completed", Value::Null),
    ] {
        let error = Event::Error(ErrorReply::new(ErrorKind::Overloaded, "busy"));
        let first = part(0, PartStart::Thinking, vec![Delta::Thinking("t".into())]);
        let events = [vec![start(), Event::Usage(usage(3, 4))], first, rest, vec![error]].concat();
        let told = data(&write_all(&events, Style::default()));
        let response = &told.last().unwrap()["response"];
        assert_eq!(response["usage"]["input_tokens"], 3, "{response}");
        let items = response["output"].as_array().unwrap();
        assert_eq!((items.len(), &items[0]["summary"][0]["text"]), (2, &json!("t")), "{response}");
        assert_eq!((&items[1]["type"], &items[1]["status"]), (&json!(kind), &json!(status)), "{response}");
        assert_eq!(items[1]["content"], said, "{response}");
    }
}
