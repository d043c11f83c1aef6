//! What each call must say, because the gateway, or the caller's key or team, demands it (LiteLLM's `enforced_params`).

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use wire::envelope::Tags;
use wire::{ErrorKind, ErrorReply};

use super::TAGS_HEADER;
use crate::principal::Principal;
use crate::rights::bonds::{ENFORCED, SERVICE};
use crate::settings::Settings;

/// Demanded, it means that the call names its customer, wherever that stands.
const USER: &str = "user";

/// Refuses a body that lacks what is demanded. `has_customer`: somebody is named already.
pub(super) fn check(
    settings: &Settings,
    principal: &Principal,
    body: &[u8],
    has_customer: bool,
) -> Result<(), ErrorReply> {
    let demands = &settings.demands;
    let key = principal.key().map(|key| &key.metadata);
    let team = principal.caller().and_then(|caller| caller.team.as_ref()).map(|team| &team.metadata);
    let of_services = key.filter(|metadata| metadata.contains_key(SERVICE)).map(|_| &demands.of_services);
    let everybodys = demands.params.iter().chain(of_services.into_iter().flatten()).map(String::as_str);
    let user = demands.user.then_some(USER);
    let own = [key, team].into_iter().flatten().flat_map(enforced);
    let missing = user
        .into_iter()
        .chain(everybodys)
        .chain(own)
        .find(|path| if *path == USER { !has_customer } else { !has(body, path) });
    let Some(missing) = missing else { return Ok(()) };
    let message = format!("Missing required parameter: '{missing}'. An administrator demands it of every call.");
    Err(ErrorReply::new(ErrorKind::InvalidRequest, message).with_param(missing))
}

/// Refuses tags that a client says itself, where an administrator wants none of these: budgets and reports go by them.
pub(super) fn check_tags(settings: &Settings, header: Option<&str>, body: &Tags) -> Result<(), ErrorReply> {
    let said = [(header.is_some(), TAGS_HEADER), (body.have_a_field, "tags"), (body.are_in_metadata, "metadata.tags")];
    let Some((_, field)) = said.into_iter().find(|(is_said, _)| *is_said && settings.demands.no_client_tags) else {
        return Ok(());
    };
    let message =
        format!("'{field}' is not allowed here: calls are tagged by what their key and team say. Leave it out.");
    Err(ErrorReply::new(ErrorKind::InvalidRequest, message).with_param(field))
}

fn enforced(metadata: &Map<String, Value>) -> impl Iterator<Item = &str> {
    metadata.get(ENFORCED).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// A field's name; one with escapes is a copy.
#[derive(Deserialize, PartialEq, Eq, Hash)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// Whether there is something at the end of that path of fields. `null` and an empty text are nothing.
fn has(json: &[u8], path: &str) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Ok(fields) = serde_json::from_slice::<HashMap<Name<'_>, &RawValue>>(json) else { return false };
    let Some(value) = fields.get(&Name(Cow::Borrowed(name))) else { return false };
    match rest {
        Some(rest) => has(value.get().as_bytes(), rest),
        None => !matches!(value.get(), "null" | "\"\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_fields_ends_at_something() {
        let body =
            br#"{"user": "u", "none": null, "metadata": {"empty": "", "team": {"name": "n"}}, "list": [{"a": 1}], "a\u0062": 1}"#;
        for (path, there) in [
            ("user", true),
            ("none", false),
            ("metadata.empty", false),
            ("User", false),
            ("metadata", true),
            ("metadata.team.name", true),
            ("metadata.name", false),
            ("user.name", false),
            ("list.a", false),
            ("ab", true),
        ] {
            assert_eq!(has(body, path), there, "{path}");
        }
    }
}
