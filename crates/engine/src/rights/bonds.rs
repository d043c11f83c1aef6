//! What binds a key beside models, routes, time and money. It stands in the key's metadata, and binds each key that it makes.

use serde_json::{Map, Value};
use store::keys::KeyRow;

use super::grant::{Wider, wider};
use super::routes;
use crate::principal::Principal;

/// Fields that each call must have.
pub const ENFORCED: &str = "enforced_params";
/// Pass-throughs that are not open.
pub const DENIED: &str = "denied_passthrough_routes";
/// The only pass-throughs that are, if there are any.
pub const ALLOWED: &str = "allowed_passthrough_routes";
/// What marks the key of a service: more may be demanded of these.
pub const SERVICE: &str = "service_account_id";

/// Limits by model and by tag, which each key counts by itself.
const COUNTED: [&str; 5] =
    ["model_rpm_limit", "model_tpm_limit", "model_itpm_limit", "model_otpm_limit", "tag_rpm_limit"];

/// Lets whatever binds the giver's key bind a new one, too, where that says nothing of its own.
pub fn hand_on(giver: &Principal, key: &mut KeyRow) {
    let Some(own) = giver.key().filter(|_| !giver.is_admin()) else { return };
    for name in [ENFORCED, DENIED] {
        let mut all: Vec<String> = texts(&key.metadata, name).map(str::to_owned).collect();
        for text in texts(&own.metadata, name) {
            if !all.iter().any(|known| known == text) {
                all.push(text.to_owned());
            }
        }
        if !all.is_empty() {
            key.metadata.insert(name.to_owned(), all.into());
        }
    }
    if texts(&key.metadata, ALLOWED).next().is_none() {
        key.metadata.remove(ALLOWED);
    }
    for name in [ALLOWED, SERVICE] {
        if let Some(value) = own.metadata.get(name) {
            key.metadata.entry(name).or_insert_with(|| value.clone());
        }
    }
    if key.settings.allowed_cache_controls.is_empty() {
        key.settings.allowed_cache_controls.clone_from(&own.settings.allowed_cache_controls);
    }
}

/// Whether a limit of that key would count once more in each key that it makes.
pub(super) fn counts(own: &KeyRow) -> bool {
    COUNTED
        .iter()
        .any(|name| own.metadata.get(*name).and_then(Value::as_object).is_some_and(|limits| !limits.is_empty()))
}

/// Whether all that binds the giver's key binds what it gives.
pub(super) fn within(own: &KeyRow, given: &KeyRow) -> Result<(), Wider> {
    for name in [ENFORCED, DENIED] {
        let has = |text: &str| texts(&given.metadata, name).any(|known| known == text);
        if let Some(missing) = texts(&own.metadata, name).find(|text| !has(text)) {
            return Err(wider(name, format!("the key that you use has '{missing}' there")));
        }
    }
    let own_routes: Vec<String> = texts(&own.metadata, ALLOWED).map(str::to_owned).collect();
    let mut routes = texts(&given.metadata, ALLOWED).peekable();
    let covered = |route: &str| own_routes.iter().any(|known| known == route) || routes::lists(&own_routes, route);
    if !own_routes.is_empty() && (routes.peek().is_none() || !routes.all(covered)) {
        let problem = format!("the key that you use may pass through at {} only", own_routes.join(", "));
        return Err(wider(ALLOWED, problem));
    }
    if own.metadata.contains_key(SERVICE) && !given.metadata.contains_key(SERVICE) {
        return Err(wider(SERVICE, "the key that you use is a service's"));
    }
    let (own, given) = (&own.settings.allowed_cache_controls, &given.settings.allowed_cache_controls);
    if !own.is_empty() && (given.is_empty() || !given.iter().all(|one| own.contains(one))) {
        return Err(wider("allowed_cache_controls", format!("the key that you use has {} only", own.join(", "))));
    }
    Ok(())
}

fn texts<'a>(metadata: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a str> {
    metadata.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}
