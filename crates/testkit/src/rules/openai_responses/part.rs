//! The parts of a content.

use super::{Node, Refused, need, only};

/// A part of what the model is given.
pub(super) fn given(part: &Node<'_>) -> Result<(), Refused> {
    let kind = need(part, "type")?;
    kind.word(&["input_text", "input_image", "input_file", "input_audio"])?;
    match kind.text(1, usize::MAX)? {
        "input_text" => {
            only(part, &["type", "text", "prompt_cache_breakpoint"])?;
            need(part, "text")?.text(0, usize::MAX)?;
        }
        "input_image" => {
            only(part, &["type", "image_url", "file_id", "detail", "prompt_cache_breakpoint"])?;
            one_of(part, &["image_url", "file_id"])?;
        }
        "input_file" => {
            let fields = ["type", "file_data", "file_id", "file_url", "filename", "detail", "prompt_cache_breakpoint"];
            only(part, &fields)?;
            one_of(part, &["file_data", "file_id", "file_url"])?;
        }
        _ => {
            only(part, &["type", "input_audio"])?;
            let audio = need(part, "input_audio")?;
            need(&audio, "data")?.text(1, usize::MAX)?;
            need(&audio, "format")?.word(&["mp3", "wav"])?;
        }
    }
    match part.field("prompt_cache_breakpoint") {
        Some(mark) => Ok(need(&mark, "mode")?.word(&["explicit"])?),
        None => Ok(()),
    }
}

/// A part of what the model said.
pub(super) fn said(part: &Node<'_>) -> Result<(), Refused> {
    let kind = need(part, "type")?;
    kind.word(&["output_text", "refusal"])?;
    let (text, fields): (_, &[&str]) = match kind.text(1, usize::MAX)? {
        "refusal" => ("refusal", &["type", "refusal"]),
        // SDKs that read the text as JSON hand back what they read
        _ => ("text", &["type", "text", "annotations", "logprobs", "parsed"]),
    };
    only(part, fields)?;
    need(part, text)?.text(0, usize::MAX)?;
    for annotation in part.items("annotations")? {
        let kinds = ["file_citation", "url_citation", "container_file_citation", "file_path"];
        need(&annotation, "type")?.word(&kinds)?;
    }
    Ok(())
}

fn one_of(part: &Node<'_>, names: &[&str]) -> Result<(), Refused> {
    match names.iter().find_map(|name| part.field(name)) {
        Some(source) => Ok(source.text(1, usize::MAX).map(drop)?),
        None => Err(part.broken(&format!("one of {} is required", names.join(", "))).into()),
    }
}
