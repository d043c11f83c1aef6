//! Reasoning that is handed back must be proven by what its own provider gave: that is how a test finds a proof that was
//! sent to another.

use serde_json::Value;

use super::node::Broken;
use super::openai_responses::{Refused, absent, sealed};
use crate::write::openai_responses::SEAL;
use crate::write::{Ids, SIGNATURE, web};

/// Signatures, what nobody may read, and pages of a search.
pub(crate) fn anthropic(body: &Value) -> Result<(), Broken> {
    for (place, block) in blocks(body) {
        let kind = block.get("type").and_then(Value::as_str).unwrap_or_default();
        match kind {
            "thinking" => match block.get("signature") {
                None => return Err(format!("{place}.thinking.signature: Field required")),
                Some(signature) if signature != SIGNATURE => {
                    return Err(format!("{place}: Invalid `signature` in `thinking` block"));
                }
                Some(_) => {}
            },
            "redacted_thinking" if !block.get("data").is_some_and(hidden) => {
                return Err(format!("{place}: Invalid `data` in `redacted_thinking` block"));
            }
            "web_search_tool_result" => {
                let pages = list(block, "content").iter().filter_map(|page| page.get("encrypted_content"));
                all(pages, web::SEALED_PAGE, || {
                    format!("{place}: Invalid `encrypted_content` in `search_result` block")
                })?;
            }
            "text" => {
                let places = list(block, "citations").iter().filter_map(|citation| citation.get("encrypted_index"));
                all(places, web::SEALED_PLACE, || format!("{place}: Invalid `encrypted_index` in citation"))?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Models of others have no signatures here, so that one may be missing. What nobody may read is base64 by the service's own
/// rules.
pub(crate) fn bedrock(body: &Value) -> Result<(), Broken> {
    for (place, block) in blocks(body) {
        if block.pointer("/reasoningContent/reasoningText/signature").is_some_and(|signature| signature != SIGNATURE) {
            let why = format!("{place}: Invalid `signature` in `thinking` block");
            return Err(format!("The model returned the following errors: {why}"));
        }
    }
    Ok(())
}

/// What is encrypted belongs to one item. Reasoning that is not is looked for among what was kept.
pub(crate) fn openai_responses(body: &Value, ids: &Ids) -> Result<(), Refused> {
    for (at, prefix, item) in sealed(body) {
        let id = item.get("id").and_then(Value::as_str);
        let Some(content) = item.get("encrypted_content").filter(|content| !content.is_null()) else {
            match id {
                Some(id) if !ids.has_kept(id) => return Err(absent(id, body)),
                _ => continue,
            }
        };
        let of = content.as_str().and_then(|content| content.strip_prefix(SEAL));
        let of = of.filter(|of| of.starts_with(prefix));
        let reason = match (of, id) {
            (None, _) => "Encrypted content could not be decrypted or parsed.",
            (Some(of), Some(id)) if of != id => "Encrypted content item_id did not match the target item id.",
            _ => continue,
        };
        let item = id.map_or_else(|| format!("input[{at}]"), str::to_owned);
        let message = format!("The encrypted content for item {item} could not be verified. Reason: {reason}");
        return Err(Refused::new(message, None, Some("invalid_encrypted_content")));
    }
    Ok(())
}

/// Each block of each message, with its place.
fn blocks(body: &Value) -> impl Iterator<Item = (String, &Value)> {
    list(body, "messages").iter().enumerate().flat_map(|(at, message)| {
        let blocks = list(message, "content").iter().enumerate();
        blocks.map(move |(block_at, block)| (format!("messages.{at}.content.{block_at}"), block))
    })
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn all<'a>(mut found: impl Iterator<Item = &'a Value>, made: &str, why: impl Fn() -> Broken) -> Result<(), Broken> {
    if found.all(|value| value == made) { Ok(()) } else { Err(why()) }
}

/// Base64, as everything hidden is. The seal of another provider is none.
fn hidden(data: &Value) -> bool {
    let text = data.as_str().unwrap_or_default().trim_end_matches('=');
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}
