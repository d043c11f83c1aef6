//! Writing an answer with every member that OpenAI's own has.

use std::borrow::Cow;

use super::super::item::{Content, Item};
use super::super::response::Response;
use super::super::{ids, status, usage};
use crate::chat::{Choice, Part, Reply};
use crate::dialect::Style;

/// Writes an answer for a client: of several only the first, as requests for several are refused before they are sent.
pub fn write(reply: &Reply, style: &Style) -> Vec<u8> {
    let id = ids::response(&reply.id);
    let echo = style.echo.responses();
    let choice = reply.choices.first();
    let incomplete = choice.and_then(|choice| status::incomplete(&choice.stop));
    let mut output = choice.map(|choice| output(choice, &id)).unwrap_or_default();
    // a search is over when it is told
    if let Some(last) = output.last_mut().filter(|last| !matches!(last, Item::WebSearchCall { .. })) {
        last.set_status(status::of_last_item(incomplete));
        // of a call that was cut off nobody knows the arguments
        if let (Item::FunctionCall { arguments, .. }, Some(Part::ToolCall(call)), Some(_)) =
            (last, choice.and_then(|choice| choice.parts.last()), incomplete)
        {
            *arguments = call.arguments.as_str().into();
        }
    }
    let mut response = Response::new(&id, &reply.model, reply.created.unwrap_or(style.created), &echo);
    response.end(incomplete);
    response.tier(reply.service_tier.as_deref());
    response.output = &output;
    response.usage = usage::write(&reply.usage);
    response.trace = reply.trace.as_ref();
    // Strings, numbers and JSON that was parsed: there is nothing here that JSON could refuse.
    serde_json::to_vec(&response).unwrap_or_default()
}

/// The items of an answer. Texts and refusals in a row are one message; log probabilities, which are the answer's as a whole,
/// stand at its first text.
fn output<'a>(choice: &'a Choice, response: &str) -> Vec<Item<'a>> {
    let mut items: Vec<Item<'a>> = Vec::new();
    let mut tokens = Some(choice.logprobs.as_slice()).filter(|tokens| !tokens.is_empty());
    for part in &choice.parts {
        let index = items.len();
        let Some(mut piece) = Content::of(part) else {
            items.extend(Item::of(part, response, index));
            continue;
        };
        if let Content::OutputText { logprobs, .. } = &mut piece {
            *logprobs = Cow::Borrowed(tokens.take().unwrap_or_default());
        }
        if !matches!(items.last(), Some(Item::Message { .. })) {
            items.push(Item::message(response, index));
        }
        if let Some(Item::Message { content, status, .. }) = items.last_mut() {
            *status = "completed";
            content.push(piece);
        }
    }
    items
}
