//! Holding of budgets: all that an answer may cost or, where a budget has less, what a shorter one may cost.

use jiff::Timestamp;
use money::{AccountKind, Nanos};
use serde::Deserialize;
use serde_json::{Value, json};
use wire::{ErrorKind, ErrorReply, Raw};

use super::{Exchange, limit};
use crate::budgets::claims::Claims;
use crate::budgets::{Exceeded, Hold, Refused};
use crate::engine::Engine;
use crate::settings::Settings;

/// What is held, and the output ceiling that it is held for.
pub(super) struct Held {
    pub(super) hold: Hold,
    pub(super) ceiling: u64,
}

/// Holds the cost of `ceiling` tokens of output, else of as many as are `affordable` with what is left.
pub(super) async fn hold(
    engine: &Engine,
    exchange: &Exchange,
    claims: &Claims,
    mut ceiling: u64,
    cost: impl Fn(u64) -> Nanos,
    affordable: impl Fn(Nanos) -> Option<u64>,
) -> Result<Held, ErrorReply> {
    let settings = &exchange.settings;
    // each budget may allow less than the one before, and others may be quicker
    for _ in 0..=claims.len() {
        let exceeded = match engine.budgets.hold(claims, cost(ceiling)).await {
            Ok(hold) => return Ok(Held { hold, ceiling }),
            Err(Refused::Exceeded(exceeded)) => exceeded,
            Err(Refused::Unknown) => return Err(unknown()),
        };
        if matches!(exceeded.balance.account.kind(), AccountKind::Provider | AccountKind::Deployment) {
            return Err(nothing_left_there());
        }
        let lower = affordable(exceeded.left).filter(|lower| *lower < ceiling && settings.budget.lowers_ceilings);
        match lower {
            Some(lower) => ceiling = lower,
            None => return refused(engine, exchange, claims, &exceeded).map(|hold| Held { hold, ceiling }),
        }
    }
    Err(unknown())
}

/// A key may be slowed rather than refused, if an administrator says so: what it spends is charged all the same.
fn refused(engine: &Engine, exchange: &Exchange, claims: &Claims, exceeded: &Exceeded) -> Result<Hold, ErrorReply> {
    if exceeded.balance.account.kind() == AccountKind::Key
        && let Some(slowed) = limit::throttle(engine, exchange)
    {
        return slowed.map(|()| engine.budgets.charge(claims));
    }
    engine.alerts.note_refused(exceeded);
    Err(spent(&exchange.settings, exceeded))
}

/// Whether a call was refused because the budget of its model does not allow it.
pub(super) fn is_of_model(refusal: &ErrorReply) -> bool {
    #[derive(Deserialize)]
    struct Details<'a> {
        budget_of: &'a str,
    }
    let details = refusal.details.as_ref().filter(|_| refusal.kind == ErrorKind::BudgetExceeded);
    let details = details.and_then(|details| serde_json::from_str::<Details<'_>>(details.get()).ok());
    details.is_some_and(|details| details.budget_of == AccountKind::Model.word())
}

/// LiteLLM's body for a spent budget, with what a person and a program need to understand it.
fn spent(settings: &Settings, exceeded: &Exceeded) -> ErrorReply {
    let Exceeded { balance, cap, spent, held, asked, .. } = exceeded;
    let noun = balance.account.kind().noun();
    let window = if balance.is_for_ever() { String::new() } else { format!(", until {}", instant(balance.ends_at)) };
    let message = format!(
        "Budget has been exceeded! Current cost: {spent}, Max budget: {cap} (of the {noun}{window}; held by calls under way: \
         {held}, this call could cost: {asked})"
    );
    let mut reply = ErrorReply::new(ErrorKind::BudgetExceeded, message)
        .with_type("budget_exceeded")
        .with_status(settings.budget_exceeded_status);
    reply.details = Raw::parse(details(exceeded).to_string()).ok();
    reply
}

/// Dollars, as numbers with all their digits.
fn details(exceeded: &Exceeded) -> Value {
    let Exceeded { balance, cap, spent, held, asked, .. } = exceeded;
    let window = (!balance.is_for_ever())
        .then(|| json!({"starts_at": instant(balance.starts_at), "ends_at": instant(balance.ends_at)}));
    let resets_at = (!balance.is_for_ever()).then(|| instant(balance.ends_at));
    let [cap, spent, held, asked] = [cap, spent, held, asked].map(|amount| dollars(*amount));
    json!({
        "budget_of": balance.account.kind().word(), "window": window, "cap": cap, "spent": spent, "held": held, "asked": asked,
        "resets_at": resets_at,
    })
}

fn dollars(amount: Nanos) -> Value {
    serde_json::from_str(&amount.to_string()).unwrap_or(Value::Null)
}

fn instant(micros: i64) -> String {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX).to_string()
}

/// What an administrator spends where is not for clients. Another deployment may still be asked.
fn nothing_left_there() -> ErrorReply {
    let message = "No deployment of this model can take the call: what may be spent there is spent. Try again later, or another model.";
    ErrorReply::new(ErrorKind::RateLimited, message).with_type("budget_exceeded")
}

/// Nobody can say what is left, so nothing is given away.
fn unknown() -> ErrorReply {
    ErrorReply::new(
        ErrorKind::Unavailable,
        "What is left of your budget cannot be checked right now: try again shortly.",
    )
}
