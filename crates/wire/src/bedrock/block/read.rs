//! Blocks that stand in requests and in answers: what somebody says, as against what is asked.

use crate::bedrock::citation;
use crate::bedrock::media;
use crate::bedrock::union::Member;
use crate::chat::{Media, Part, Thinking, ToolCall};
use crate::json::{self, Invalid, Object};

/// Reads a text, an image, reasoning, a call of a tool or a text with citations. `None` when it is of another kind or says
/// nothing; what has no place in the conversation is named in `unmapped`. Requests must name other kinds themselves.
pub(in crate::bedrock) fn spoken(member: &Member<'_>, unmapped: &mut Vec<String>) -> Result<Option<Part>, Invalid> {
    Ok(Some(match member.name.as_str() {
        "text" => Part::text(json::string(member.value, &member.path)?),
        "image" => image(member.object()?, unmapped)?,
        "reasoningContent" => return reasoning(member, unmapped),
        "toolUse" => return tool_use(member.object()?, unmapped),
        "citationsContent" => return citation::content(member.object()?, unmapped),
        _ => return Ok(None),
    }))
}

fn image(mut object: Object<'_>, unmapped: &mut Vec<String>) -> Result<Part, Invalid> {
    let source = media::medium(&mut object, media::IMAGES, unmapped)?;
    unmapped.extend(object.unread());
    Ok(Part::Image { media: Media { source, detail: None, name: None }, cache: None })
}

/// An empty signature is what clients hand back of reasoning that came without one.
fn reasoning(member: &Member<'_>, unmapped: &mut Vec<String>) -> Result<Option<Part>, Invalid> {
    let inner = Member::of(member.value, &member.path)?;
    let thinking = match inner.name.as_str() {
        "reasoningText" => {
            let mut object = inner.object()?;
            let text = object.require_string("text")?;
            let signature = object.take_string("signature")?.filter(|signature| !signature.is_empty());
            unmapped.extend(object.unread());
            Thinking::signed(text, signature)
        }
        "redactedContent" => Thinking::Redacted { data: json::string(inner.value, &inner.path)? },
        _ => {
            unmapped.push(inner.path);
            return Ok(None);
        }
    };
    Ok(Some(Part::Thinking(thinking)))
}

/// Reads a call of the client's tool. One of a tool that the provider runs itself is named, and left out with it.
fn tool_use(mut object: Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<Part>, Invalid> {
    if let Some(word) = object.take_string("type")? {
        unmapped.push(format!("{} ({word})", object.path()));
        return Ok(None);
    }
    let input = object.take("input").ok_or_else(|| object.invalid("input", "is required"))?;
    let call = ToolCall {
        id: object.require_string("toolUseId")?,
        name: object.require_string("name")?,
        arguments: input.get().to_owned(),
        cache: None,
        ..ToolCall::default()
    };
    unmapped.extend(object.unread());
    Ok(Some(Part::ToolCall(call)))
}
