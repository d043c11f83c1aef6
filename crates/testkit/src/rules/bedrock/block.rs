//! Content blocks.

use crate::rules::node::{Broken, Node};

const BLOCKS: [&str; 14] = [
    "text",
    "image",
    "document",
    "video",
    "audio",
    "toolUse",
    "toolResult",
    "guardContent",
    "cachePoint",
    "reasoningContent",
    "citationsContent",
    "searchResult",
    "toolAddition",
    "toolRemoval",
];
const IMAGES: [&str; 4] = ["png", "jpeg", "gif", "webp"];
const DOCUMENTS: [&str; 9] = ["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"];
const VIDEOS: [&str; 9] = ["mkv", "mov", "mp4", "webm", "flv", "mpeg", "mpg", "wmv", "three_gp"];

/// Checks a block and says which it is.
pub(super) fn check<'w>(block: &Node<'_>, speaker: &str) -> Result<&'w str, Broken> {
    let (kind, content) = block.union(&BLOCKS)?;
    match kind {
        "text" => {
            if content.text(0, usize::MAX)?.trim().is_empty() {
                return Err(content.broken("text is blank"));
            }
        }
        "image" => media(&content, Some(&IMAGES))?,
        "video" => media(&content, Some(&VIDEOS))?,
        "audio" => media(&content, None)?,
        "document" => document(&content)?,
        "toolUse" if speaker != "assistant" => return Err(block.broken("only the assistant uses tools")),
        "toolUse" => {
            content.need("toolUseId")?.name("_.:-")?;
            content.need("name")?.name("_-")?;
            content.need("input")?.object()?;
        }
        "toolResult" if speaker != "user" => return Err(block.broken("only the user gives tool results")),
        "toolResult" => tool_result(&content)?,
        "guardContent" => guard_content(&content)?,
        "cachePoint" => cache_point(&content)?,
        "reasoningContent" => match content.union(&["reasoningText", "redactedContent"])? {
            ("reasoningText", text) => text.need("text")?.text(0, usize::MAX).map(drop)?,
            (_, blob) => base64(&blob)?,
        },
        _ => content.object().map(drop)?,
    }
    Ok(kind)
}

fn tool_result(result: &Node<'_>) -> Result<(), Broken> {
    result.need("toolUseId")?.name("_.:-")?;
    result.need("content")?;
    let parts = result.items("content")?;
    if let Some(status) = result.field("status") {
        status.word(&["success", "error"])?;
        if status.value() == "error" && parts.is_empty() {
            return Err(result.broken("content must not be empty where the status is error"));
        }
    }
    for part in parts {
        match part.union(&["json", "text", "image", "document", "video", "searchResult"])? {
            // unlike a message's own text it may be blank
            ("text", text) => text.text(0, usize::MAX).map(drop)?,
            ("json", json) => json.object().map(drop)?,
            ("image", image) => media(&image, Some(&IMAGES))?,
            ("document", content) => document(&content)?,
            ("video", video) => media(&video, Some(&VIDEOS))?,
            (_, other) => other.object().map(drop)?,
        }
    }
    Ok(())
}

fn document(document: &Node<'_>) -> Result<(), Broken> {
    let name = document.need("name")?;
    let text = name.text(1, 200)?;
    // the service's own guard against prompts in file names
    if !text.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || "-()[]".contains(c)) {
        return Err(name.broken("may only have letters, digits, whitespace, hyphens, parentheses and square brackets"));
    }
    if text.chars().zip(text.chars().skip(1)).any(|(one, next)| one.is_whitespace() && next.is_whitespace()) {
        return Err(name.broken("may not have two whitespace characters in a row"));
    }
    if let Some(format) = document.field("format") {
        format.word(&DOCUMENTS)?;
    }
    let source = document.need("source")?;
    match source.union(&["bytes", "s3Location", "text", "content"])? {
        ("bytes", bytes) => base64(&bytes),
        ("s3Location", place) => place.need("uri")?.text(1, 1024).map(drop),
        ("text", text) => text.text(0, usize::MAX).map(drop),
        _ => source.items("content")?.iter().try_for_each(|part| part.union(&["text"]).map(drop)),
    }
}

fn media(media: &Node<'_>, formats: Option<&[&str]>) -> Result<(), Broken> {
    let format = media.need("format")?;
    match formats {
        Some(formats) => format.word(formats)?,
        None => format.text(1, usize::MAX).map(drop)?,
    }
    match media.need("source")?.union(&["bytes", "s3Location"])? {
        ("bytes", bytes) => base64(&bytes),
        (_, place) => place.need("uri")?.text(1, 1024).map(drop),
    }
}

pub(super) fn guard_content(content: &Node<'_>) -> Result<(), Broken> {
    match content.union(&["text", "image"])? {
        ("text", text) => {
            text.need("text")?.text(0, usize::MAX)?;
            let qualifiers = text.items("qualifiers")?;
            qualifiers.iter().try_for_each(|one| one.word(&["grounding_source", "query", "guard_content"]))
        }
        (_, image) => media(&image, Some(&["png", "jpeg"])),
    }
}

pub(super) fn cache_point(point: &Node<'_>) -> Result<(), Broken> {
    point.need("type")?.word(&["default"])?;
    point.field("ttl").map_or(Ok(()), |ttl| ttl.word(&["5m", "1h"]))
}

pub(super) fn base64(blob: &Node<'_>) -> Result<(), Broken> {
    let text = blob.value().as_str().unwrap_or_default();
    let digits = text.trim_end_matches('=');
    let alphabet = digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    let whole = text.len().is_multiple_of(4) && text.len() - digits.len() <= 2;
    if alphabet && whole && !digits.is_empty() {
        return Ok(());
    }
    Err(blob.broken("must be base64 of one byte or more"))
}
