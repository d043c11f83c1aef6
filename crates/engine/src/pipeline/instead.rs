//! Other models that a key wants asked where the budget of a model does not allow a call (LiteLLM's `budget_fallbacks`).

use std::sync::Arc;

use wire::ErrorReply;

use super::ask::Ask;
use super::{Exchange, afford, permit, stages};
use crate::engine::Engine;
use crate::limits::Headers;

/// Asks them in turn, each as if the client had asked for it; one that the key may not use, or that is not there, is passed over.
/// What none of them can take stays refused.
pub(super) async fn ask(
    engine: &Engine,
    exchange: &mut Exchange,
    ask: &Ask,
    refusal: ErrorReply,
) -> Result<(), ErrorReply> {
    for model in models(exchange, ask) {
        let Exchange { principal, call, settings, .. } = &*exchange;
        let instead = ask.instead(principal, call, settings, &model)?;
        if permit::permit(engine, settings, principal, call, &instead).await.is_err() {
            continue;
        }
        exchange.withdraw_limits(engine);
        match stages(engine, exchange, &instead).await {
            // it has no money either, so nothing was sent
            Err(again) if afford::is_of_model(&again) => {}
            ended => return ended,
        }
    }
    Err(refusal)
}

fn models(exchange: &Exchange, ask: &Ask) -> Vec<String> {
    let fallbacks = exchange.principal.key().map(|key| &key.settings.budget_fallbacks);
    let of = |name: &String| fallbacks.and_then(|fallbacks| fallbacks.get(name));
    of(&ask.envelope.model).or_else(|| of(&ask.group)).cloned().unwrap_or_default()
}

impl Exchange {
    /// Nothing was asked: what was taken of limits for it is there again.
    fn withdraw_limits(&mut self, engine: &Engine) {
        self.client.tell(Headers::new());
        if let Some(limits) = Arc::into_inner(std::mem::take(&mut self.limits)) {
            limits.withdraw(engine.clock.steady());
        }
    }
}
