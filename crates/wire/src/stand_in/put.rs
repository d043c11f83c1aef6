//! Putting stand-ins into a request.

use std::collections::{HashMap, HashSet};

use super::ability::{Ability, Named};
use super::names::Names;
use super::{Original, wrap};
use crate::Dialect;
use crate::chat::{CallKind, CustomFormat, Message, Part, Request, Tool, ToolCall, ToolChoice, ToolKind};
use crate::dialect::Target;
use crate::json::Raw;

/// The arguments of a function that stands in for a custom tool.
const SCHEMA: &str =
    r#"{"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false}"#;

/// Says which tools were replaced, by the names of their stand-ins.
pub(super) fn put(request: &mut Request, dialect: Dialect, target: &Target<'_>) -> HashMap<String, Original> {
    let ability = Ability::of(dialect, target);
    if !ability.allowed {
        narrow(request);
    }
    if named(request).all(|tool| ability.fits(tool)) {
        return HashMap::new();
    }
    let kept = named(request).filter(|tool| ability.fits(*tool)).map(|tool| tool.name.to_owned());
    let mut names = Names::new(ability, kept.collect::<HashSet<_>>());
    let mut originals = HashMap::new();
    for tool in named(request).filter(|tool| !ability.fits(*tool)) {
        if let Some(name) = names.give(tool) {
            let original = Original {
                name: tool.name.to_owned(),
                namespace: tool.namespace.map(str::to_owned),
                kind: tool.kind,
                wrapped: tool.kind == CallKind::Custom && !ability.custom,
            };
            originals.insert(name.to_owned(), original);
        }
    }
    // the choice is told by the names that the tools have until then
    choose(request, &names);
    let mut groups = HashSet::new();
    for tool in &mut request.tools {
        replace_tool(tool, ability, &names, &mut groups);
    }
    for call in calls_mut(&mut request.messages) {
        replace_call(call, ability, &names);
    }
    originals
}

/// All tools that the request names, the declared ones first.
fn named(request: &Request) -> impl Iterator<Item = Named<'_>> {
    let calls = request.messages.iter().flat_map(|message| &message.parts).filter_map(|part| match part {
        Part::ToolCall(call) => Some(Named::from(call)),
        _ => None,
    });
    request.tools.iter().map(Named::from).chain(calls)
}

fn calls_mut(messages: &mut [Message]) -> impl Iterator<Item = &mut ToolCall> {
    messages.iter_mut().flat_map(|message| &mut message.parts).filter_map(|part| match part {
        Part::ToolCall(call) => Some(call),
        _ => None,
    })
}

/// Declares only the tools that the model may choose among. The provider's own search is none of them.
fn narrow(request: &mut Request) {
    let Some(ToolChoice::Allowed { required, names }) = &request.tool_choice else { return };
    let allowed: HashSet<&str> = names.iter().map(String::as_str).collect();
    request.tools.retain(|tool| allowed.contains(tool.name.as_str()));
    request.web_search = None;
    let choice = if *required { ToolChoice::Required } else { ToolChoice::Auto };
    // there is no choice where there is no tool
    request.tool_choice = (!request.tools.is_empty()).then_some(choice);
}

/// Tells the choice by the names that the provider knows. A name that several groups have means all of them where it may, else
/// the first.
fn choose(request: &mut Request, names: &Names) {
    let at_provider = |tool: &Tool| names.get(tool.into()).unwrap_or(&tool.name).to_owned();
    match &mut request.tool_choice {
        Some(ToolChoice::Tool(name)) => {
            let mut alike = request.tools.iter().filter(|tool| tool.name == *name);
            let bare = alike.clone().find(|tool| tool.namespace.is_none());
            if let Some(tool) = bare.or_else(|| alike.next()) {
                *name = at_provider(tool);
            }
        }
        Some(ToolChoice::Allowed { names: allowed, .. }) => {
            let mut known: HashMap<&str, Vec<&Tool>> = HashMap::new();
            for tool in &request.tools {
                known.entry(&tool.name).or_default().push(tool);
            }
            // what is said twice is told once
            let chosen = std::mem::take(allowed).into_iter().flat_map(|name| match known.get_mut(name.as_str()) {
                Some(tools) => std::mem::take(tools).into_iter().map(at_provider).collect(),
                None => vec![name],
            });
            *allowed = chosen.collect();
        }
        Some(ToolChoice::Auto | ToolChoice::Required | ToolChoice::None) | None => {}
    }
}

/// What is told of a group stands at the first of its tools: a model that reads it pays for it.
fn replace_tool(tool: &mut Tool, ability: Ability, names: &Names, groups: &mut HashSet<String>) {
    let Some(name) = names.get((&*tool).into()) else { return };
    tool.name = name.to_owned();
    let mut told = Vec::new();
    if !ability.namespaces
        && let Some(group) = tool.namespace.take()
        && groups.insert(group.name.clone())
    {
        told.extend(group.description.clone());
    }
    told.extend(tool.description.take());
    if !ability.custom
        && let ToolKind::Custom { format } = std::mem::take(&mut tool.kind)
    {
        told.push(told_format(&format));
        tool.schema = Raw::parse(SCHEMA).ok();
    }
    tool.description = (!told.is_empty()).then(|| told.join("\n\n"));
}

/// What the model is told of the text that a custom tool takes: the provider does not hold it to a grammar.
fn told_format(format: &CustomFormat) -> String {
    match format {
        CustomFormat::Text => "`input` is the whole input of the tool, as plain text.".to_owned(),
        CustomFormat::Grammar { syntax, definition } => format!(
            "`input` is the whole input of the tool, as plain text. It must match this grammar, written as {syntax}:\n\n{definition}"
        ),
    }
}

fn replace_call(call: &mut ToolCall, ability: Ability, names: &Names) {
    let Some(name) = names.get((&*call).into()) else { return };
    call.name = name.to_owned();
    if !ability.namespaces {
        call.namespace = None;
    }
    if call.kind == CallKind::Custom && !ability.custom {
        call.kind = CallKind::Function;
        call.arguments = wrap(std::mem::take(&mut call.arguments));
    }
}
