//! On whose behalf a call is made, and whether that customer may have it. Customers are known by what callers say of them.

use wire::envelope::MAX_END_USER;
use wire::{ErrorKind, ErrorReply};

use super::ask::Ask;
use super::identify::unavailable;
use super::permit::not_allowed;
use crate::call::Call;
use crate::engine::Engine;
use crate::rights::models::{Level, Resolved, is_on_list};
use crate::settings::Settings;

/// LiteLLM's headers; they come before what the body says.
const HEADERS: [&str; 2] = ["x-litellm-customer-id", "x-litellm-end-user-id"];

/// The customer that the call names.
pub(super) fn named(settings: &Settings, call: &Call, ask: &Ask) -> Result<Option<String>, ErrorReply> {
    for name in HEADERS.into_iter().chain(settings.demands.customer_header.as_deref()) {
        let Some(value) = call.headers.get(name) else { continue };
        return match value.to_str() {
            Ok("") => continue,
            Ok(id) if id.len() <= MAX_END_USER => Ok(Some(id.to_owned())),
            _ => Err(wrong(name)),
        };
    }
    Ok(ask.envelope.end_user.clone())
}

/// Refuses a call on behalf of a customer that may not have it.
pub(super) async fn permit(
    engine: &Engine,
    settings: &Settings,
    id: &String,
    resolved: &Resolved<'_>,
    ask: &Ask,
) -> Result<(), ErrorReply> {
    let known = engine.directory.customer(id).await.map_err(|error| unavailable(&error))?;
    let Some(customer) = known else {
        if settings.demands.known_customers {
            let message = format!("There is no customer '{id}': an administrator makes it known with /customer/new.");
            return Err(ErrorReply::new(ErrorKind::InvalidRequest, message));
        }
        return Ok(());
    };
    if customer.blocked {
        let message = format!("The customer '{id}' is blocked: ask an administrator to unblock it.");
        return Err(ErrorReply::new(ErrorKind::Permission, message));
    }
    if !is_on_list(&customer.models, resolved, &ask.targets) {
        return Err(not_allowed(Level::Customer, &ask.envelope.model));
    }
    Ok(())
}

fn wrong(header: &str) -> ErrorReply {
    let message = format!("The header {header} must be at most {MAX_END_USER} bytes of ASCII text.");
    ErrorReply::new(ErrorKind::InvalidRequest, message)
}
