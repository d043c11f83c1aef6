//! What a request of OpenAI's Responses leaves to what the provider keeps, in the place of content.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::Dialect;

/// Whether a list holds references to items that the provider keeps. Their `type` may be left out: what has an `id` and is
/// neither an item nor a message is one.
pub(super) fn refers_to_items(input: &RawValue) -> bool {
    #[derive(serde::Deserialize)]
    struct Item<'a> {
        #[serde(borrow)]
        id: Option<&'a RawValue>,
        #[serde(borrow)]
        r#type: Option<&'a RawValue>,
        #[serde(borrow)]
        role: Option<&'a RawValue>,
    }
    let items = serde_json::from_str::<Vec<&RawValue>>(input.get()).unwrap_or_default();
    items.into_iter().filter(|item| item.get().starts_with('{')).any(|item| match serde_json::from_str(item.get()) {
        Ok(Item { id, r#type, role }) => id.is_some() && r#type.is_none() && role.is_none(),
        // a field that stands twice: who knows which the provider takes
        Err(_) => true,
    })
}

/// Whether an item of reasoning brings no content of its own: OpenAI then takes what it keeps under the item's id.
pub(in crate::envelope) fn has_reasoning_elsewhere(dialect: Dialect, text: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Body<'a> {
        #[serde(borrow)]
        input: Vec<&'a RawValue>,
    }
    #[derive(serde::Deserialize)]
    struct Item<'a> {
        #[serde(borrow)]
        r#type: Option<Cow<'a, str>>,
        #[serde(borrow)]
        encrypted_content: Option<Cow<'a, str>>,
    }
    let is_elsewhere = |item: &&RawValue| {
        serde_json::from_str::<Item<'_>>(item.get()).is_ok_and(|item| {
            item.r#type.as_deref() == Some("reasoning") && item.encrypted_content.is_none_or(|seal| seal.is_empty())
        })
    };
    dialect == Dialect::OpenAiResponses
        && serde_json::from_str::<Body<'_>>(text).is_ok_and(|body| body.input.iter().any(is_elsewhere))
}
