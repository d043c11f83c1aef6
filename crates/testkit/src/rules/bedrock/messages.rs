//! The conversation as a whole: who speaks when, and which calls are answered.

use serde_json::Value;

use super::block;
use crate::rules::node::{Broken, Node};

pub(super) fn check(body: &Node<'_>) -> Result<(), Broken> {
    let messages = body.items("messages")?;
    // a prompt of the service's own brings its messages along, and variables are all that it needs
    if messages.is_empty() && body.field("promptVariables").is_none() {
        return Err(body.broken("messages: at least one is required"));
    }
    let mut last = None;
    let mut open: Vec<&str> = Vec::new();
    for message in &messages {
        let role = message.need("role")?;
        role.word(&["user", "assistant", "system"])?;
        let speaker = role.value().as_str().unwrap_or_default();
        content(message, speaker)?;
        if speaker == "system" {
            continue;
        }
        match last {
            None if speaker != "user" => return Err(message.broken("a conversation starts with a user message")),
            Some(before) if before == speaker => return Err(message.broken("roles must alternate")),
            _ => last = Some(speaker),
        }
        if speaker == "user" {
            answered(message, &mut open)?;
        } else {
            open = ids(message, "toolUse");
        }
    }
    let speaks_of_tools =
        |message: &Node<'_>| !(ids(message, "toolUse").is_empty() && ids(message, "toolResult").is_empty());
    if messages.iter().any(speaks_of_tools) && body.field("toolConfig").is_none() {
        return Err(body.broken("toolConfig is required where messages have toolUse or toolResult"));
    }
    Ok(())
}

fn content(message: &Node<'_>, speaker: &str) -> Result<(), Broken> {
    message.need("content")?;
    let blocks = message.items("content")?;
    if blocks.is_empty() {
        return Err(message.broken("content must not be empty"));
    }
    let mut kinds = Vec::new();
    for block in &blocks {
        kinds.push(block::check(block, speaker)?);
    }
    if kinds.contains(&"document") && !kinds.contains(&"text") {
        return Err(message.broken("a document needs a text block beside it"));
    }
    Ok(())
}

/// The results of a user message are those of the calls before it, all of them.
fn answered(message: &Node<'_>, open: &mut Vec<&str>) -> Result<(), Broken> {
    for id in ids(message, "toolResult") {
        let Some(at) = open.iter().position(|call| *call == id) else {
            return Err(message.broken(&format!("toolResult {id} answers no toolUse of the message before")));
        };
        open.remove(at);
    }
    match open.first() {
        Some(id) => Err(message.broken(&format!("toolUse {id} of the message before has no toolResult"))),
        None => Ok(()),
    }
}

fn ids<'a>(message: &Node<'a>, member: &str) -> Vec<&'a str> {
    let blocks = message.value().get("content").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    blocks.iter().filter_map(|block| block.get(member)?.get("toolUseId")?.as_str()).collect()
}
