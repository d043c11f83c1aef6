//! Whatever tools a client has: a provider gets names that it takes, and the client gets its own back.

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::super::{StandIns, wrap};
use super::{called, function, request, target};
use crate::Dialect;
use crate::chat::{
    CallKind, Choice, CustomFormat, Delta, Event, Namespace, Part, PartStart, Reply, Request, StopReason, Tool,
    ToolCall, ToolKind, Usage,
};

/// Few words, so that many are alike.
fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[ab._]{0,3}", "[a.]{62,66}", "[a.]{126,130}"]
}

fn tool() -> impl Strategy<Value = Tool> {
    (name(), option::of("[ab._]{1,2}"), any::<bool>()).prop_map(|(name, namespace, custom)| {
        let tool = function(&name);
        let kind = ToolKind::Custom { format: CustomFormat::Text };
        Tool {
            kind: if custom { kind } else { ToolKind::Function },
            namespace: namespace.map(|name| Namespace { name, description: None }.into()),
            ..tool
        }
    })
}

fn call() -> impl Strategy<Value = ToolCall> {
    (name(), option::of("[ab._]{1,2}"), any::<bool>(), "[\\PC\"\n]{0,6}").prop_map(|(name, namespace, custom, text)| {
        called("1", &name, namespace.as_deref(), if custom { CallKind::Custom } else { CallKind::Function }, &text)
    })
}

/// What tells tools apart.
fn key(tool: &Tool) -> (bool, Option<&str>, &str) {
    let custom = matches!(tool.kind, ToolKind::Custom { .. });
    (custom, tool.namespace.as_ref().map(|namespace| namespace.name.as_str()), &tool.name)
}

fn calls(request: &Request) -> Vec<Part> {
    request.messages[1].parts.clone()
}

fn reply(parts: Vec<Part>) -> Reply {
    Reply {
        id: "r".into(),
        model: "m".into(),
        created: None,
        choices: vec![Choice::new(parts, StopReason::ToolUse)],
        usage: Usage::default(),
        service_tier: None,
        trace: None,
    }
}

/// The calls that a stream makes.
fn collect(events: &[Event]) -> Vec<Part> {
    let mut calls: Vec<ToolCall> = Vec::new();
    for event in events {
        match event {
            Event::PartStart { kind: PartStart::ToolCall { id, name, namespace, kind }, .. } => {
                calls.push(called(id, name, namespace.as_deref(), *kind, ""));
            }
            Event::Delta { delta: Delta::Arguments(more), .. } => calls.last_mut().unwrap().arguments.push_str(more),
            _ => {}
        }
    }
    calls.into_iter().map(Part::ToolCall).collect()
}

/// The same calls as a provider streams them, in pieces of some letters.
fn stream(calls: &[Part], size: usize) -> Vec<Event> {
    let mut events = Vec::new();
    for (part, call) in (0..).zip(calls) {
        let Part::ToolCall(ToolCall { id, name, namespace, kind, arguments, .. }) = call else { continue };
        let start =
            PartStart::ToolCall { id: id.clone(), name: name.clone(), namespace: namespace.clone(), kind: *kind };
        events.push(Event::PartStart { choice: 0, part, kind: start });
        let letters: Vec<char> = arguments.chars().collect();
        events.extend(letters.chunks(size).map(|piece| Event::Delta {
            choice: 0,
            part,
            delta: Delta::Arguments(piece.iter().collect()),
        }));
        events.push(Event::PartEnd { choice: 0, part });
    }
    events
}

proptest! {
    #[test]
    fn names_are_legal_and_apart_and_come_back(
        tools in vec(tool(), 0..8),
        called in vec(call(), 0..5),
        dialect in prop::sample::select(Dialect::SQUARE.to_vec()),
        extras in any::<bool>(),
        size in 1_usize..9,
        batch in 1_usize..5,
    ) {
        let before = request(tools, called);
        let mut after = before.clone();
        let mut stand_ins = StandIns::put(&mut after, dialect, &target(extras));
        let longest = if dialect == Dialect::Anthropic { 128 } else { 64 };
        let names = after.tools.iter().map(|tool| &tool.name);
        for name in names.chain(calls(&after).iter().filter_map(|part| match part { Part::ToolCall(call) => Some(&call.name), _ => None })) {
            prop_assert!((1..=longest).contains(&name.len()), "{}", name);
            prop_assert!(name.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"_-".contains(&letter)), "{}", name);
        }
        // what was one tool is one tool, what was two is two
        let mut apart = HashMap::new();
        for (one, other) in before.tools.iter().zip(&after.tools) {
            prop_assert_eq!(*apart.entry(key(one)).or_insert_with(|| key(other)), key(other));
        }
        let mut told: Vec<_> = apart.values().collect();
        told.sort_unstable();
        told.dedup();
        prop_assert_eq!(told.len(), apart.len());
        // the provider calls all that it was told of
        let mut asked: Vec<(Part, Part)> = calls(&after).into_iter().zip(calls(&before)).collect();
        for (one, other) in before.tools.iter().zip(&after.tools) {
            let (custom, namespace, name) = key(one);
            let kind = if custom { CallKind::Custom } else { CallKind::Function };
            let (still_custom, at_provider, _) = key(other);
            let arguments = if custom && !still_custom { wrap("x\"y".into()) } else { "x\"y".to_owned() };
            let kind_there = if still_custom { CallKind::Custom } else { CallKind::Function };
            asked.push((
                Part::ToolCall(super::called("1", &other.name, at_provider, kind_there, &arguments)),
                Part::ToolCall(super::called("1", name, namespace, kind, "x\"y")),
            ));
        }
        let (there, here): (Vec<Part>, Vec<Part>) = asked.into_iter().unzip();
        let mut whole = reply(there.clone());
        stand_ins.restore_reply(&mut whole);
        prop_assert_eq!(&whole.choices[0].parts, &here);
        let mut restored = Vec::new();
        for events in stream(&there, size).chunks(batch) {
            let mut events = events.to_vec();
            stand_ins.restore(&mut events);
            restored.extend(events);
        }
        prop_assert_eq!(collect(&restored), here);
        prop_assert_eq!(restored.iter().filter(|event| matches!(event, Event::PartEnd { .. })).count(), there.len());
    }
}
