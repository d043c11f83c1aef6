//! What attempts of the ledger cost by the prices that are in force now for the time when they were made.

use std::sync::Arc;

use money::{Bounds, Breakdown, Nanos, Price, Usage};
use store::ledger::{LedgerRow, Provenance};
use wire::{Dialect, ErrorReply};

use crate::models::{Models, Target};
use crate::pipeline;

/// An attempt by a price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// What it costs.
    pub cost: Nanos,
    /// The price's name.
    pub version: String,
    /// What that is made of. None where only a bound of what was used is known, or nothing was.
    pub breakdown: Option<Breakdown>,
}

/// How versions of prices in the catalogue begin.
const LISTED: &str = "catalog:";

/// What an attempt costs now; none where its model had no price then, or where it was priced by its deployment itself, which is
/// gone: the catalogue knows no better.
pub fn price(models: &Models, row: &LedgerRow) -> Option<Priced> {
    let was_stated = row.price_version.as_ref().is_some_and(|version| !version.starts_with(LISTED));
    if was_stated && !models.deployments().any(|deployment| deployment.id == row.deployment_id) {
        return None;
    }
    let prices = models.prices_now(&row.deployment_id, &row.provider, &row.model);
    let price = prices.at(row.started_at)?;
    let (cost, breakdown) = match row.provenance {
        // nothing was generated, and nothing is charged
        Provenance::None => (Nanos::ZERO, None),
        // of which class the prompt was is not known
        Provenance::UpperBound => (price.worst_case(&Bounds::of(row.tokens.prompt(), row.tokens.output)), None),
        Provenance::Final | Provenance::Partial | Provenance::Estimated => {
            let breakdown = price.breakdown(&used(row));
            (breakdown.total, Some(breakdown))
        }
    };
    Some(Priced { cost, version: price.version.as_str().to_owned(), breakdown })
}

/// All that a row says was used.
fn used(row: &LedgerRow) -> Usage {
    let Some(detail) = &row.detail else { return Usage::of(row.tokens) };
    Usage { tokens: row.tokens, media: detail.media, units: detail.units.clone(), tier: detail.service_tier }
}

/// What a prompt costs, by an estimate of its tokens: `request` is one of OpenAI's chat API. `None` where none of the targets has
/// a price.
pub fn of_prompt<'a>(prices: impl Iterator<Item = &'a Arc<Price>>, request: &str) -> Result<Option<Nanos>, ErrorReply> {
    let usage = Usage::of(pipeline::estimated_prompt(request)?);
    Ok(prices.map(|price| price.cost(&usage)).max())
}

/// What an answer of OpenAI's chat API costs, by the usage that it tells.
pub fn of_answer<'a>(prices: impl Iterator<Item = &'a Arc<Price>>, answer: &str) -> Option<Nanos> {
    let usage = Usage::of(pipeline::told_tokens(&Dialect::OpenAiChat.scan_usage(answer)));
    prices.map(|price| price.cost(&usage)).max()
}

/// The prices, at this moment, of a model that is asked for by this name: of those who serve it, else of the catalogue, by
/// `provider/model` or by the model's own name.
pub fn of_name(models: &Models, targets: &[Arc<Target>], name: &str, now: i64) -> Vec<Arc<Price>> {
    let served: Vec<_> = targets.iter().filter_map(|target| target.prices.at(now).cloned()).collect();
    if served.is_empty() { models.listed_prices(name).at(now).cloned().into_iter().collect() } else { served }
}
