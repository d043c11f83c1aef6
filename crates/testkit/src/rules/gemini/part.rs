//! One part of a content.

use super::known;
use crate::rules::node::{Broken, Node};

/// What a part is; it is one of them.
const KINDS: &[&str] =
    &["codeExecutionResult", "executableCode", "fileData", "functionCall", "functionResponse", "inlineData", "text"];
/// What stands beside it.
const BESIDE: &[&str] = &["mediaResolution", "thought", "thoughtSignature", "videoMetadata"];

pub(in crate::rules) fn check(part: &Node<'_>) -> Result<(), Broken> {
    known(part, &[KINDS, BESIDE].concat())?;
    let set: Vec<_> = KINDS.iter().filter_map(|kind| Some((*kind, part.field(kind)?))).collect();
    let [(kind, value)] = set.as_slice() else {
        return Err(
            part.broken(&format!("required oneof field 'data' must have one initialized field, has {}", set.len()))
        );
    };
    match *kind {
        "text" => value.text(0, usize::MAX).map(drop),
        "inlineData" => medium(value),
        "fileData" => {
            known(value, &["fileUri", "mimeType", "displayName"])?;
            value.need("fileUri")?.text(1, usize::MAX).map(drop)
        }
        "functionCall" => {
            known(value, &["args", "id", "name"])?;
            value.need("name")?.text(1, 128)?;
            value.field("args").map_or(Ok(()), |args| args.object().map(drop))
        }
        "functionResponse" => {
            known(value, &["id", "name", "parts", "response", "scheduling", "willContinue"])?;
            value.need("name")?.text(1, 128)?;
            value.need("response")?.object()?;
            value
                .items("parts")?
                .iter()
                .try_for_each(|part| part.field("inlineData").map_or(Ok(()), |data| medium(&data)))
        }
        _ => Ok(()),
    }
}

fn medium(data: &Node<'_>) -> Result<(), Broken> {
    known(data, &["data", "displayName", "mimeType"])?;
    data.need("mimeType")?.text(1, 256)?;
    let text = data.need("data")?;
    let bytes = text.text(1, usize::MAX)?.trim_end_matches('=').bytes();
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    if bytes.into_iter().all(fits) { Ok(()) } else { Err(text.broken("Base64 decoding failed")) }
}
