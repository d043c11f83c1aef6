//! Settings beside those of the generation.

use serde::Deserialize;

use crate::json::{Invalid, Object};

/// Reads the tier. The conversation speaks of tiers in OpenAI's words.
pub(super) fn service_tier(object: &mut Object<'_>) -> Result<Option<String>, Invalid> {
    let tier = object.take_string("serviceTier")?.map(|tier| tier.to_ascii_lowercase());
    Ok(tier.and_then(|tier| match tier.as_str() {
        "unspecified" => None,
        "standard" => Some("default".to_owned()),
        _ => Some(tier),
    }))
}

/// Reads `labels`, the application's notes on the call.
pub(super) fn labels(object: &mut Object<'_>) -> Result<Vec<(String, String)>, Invalid> {
    let Some(mut labels) = object.take_object("labels")? else { return Ok(Vec::new()) };
    let names: Vec<String> = labels.names().map(str::to_owned).collect();
    let mut notes = Vec::with_capacity(names.len());
    for name in names {
        if let Some(value) = labels.take_string(&name)? {
            notes.push((name, value));
        }
    }
    Ok(notes)
}

/// Takes settings that only switch Google's filters off: no other provider has any that a request switches.
pub(super) fn safety(object: &mut Object<'_>) {
    #[derive(Deserialize)]
    struct Setting {
        threshold: Option<String>,
    }
    let is_off = |setting: &Setting| matches!(setting.threshold.as_deref(), Some("OFF" | "BLOCK_NONE"));
    let settings = object.peek("safetySettings").map(|raw| serde_json::from_str::<Vec<Setting>>(raw.get()));
    if let Some(Ok(settings)) = settings
        && settings.iter().all(is_off)
    {
        object.take("safetySettings");
    }
}
