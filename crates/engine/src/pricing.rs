//! What attempts of the ledger cost by the prices that are in force now.

use money::{Line, Nanos, Price};
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
    /// What that is made of. Empty where only a bound of what was used is known.
    pub lines: Vec<Line>,
    /// What a call costs beside its tokens.
    pub per_request: Nanos,
}

/// What an attempt costs now; none where its model has no price.
pub fn price(models: &Models, row: &LedgerRow) -> Option<Priced> {
    let price = models.price_now(&row.deployment_id, &row.provider, &row.model)?;
    let (cost, lines) = match row.provenance {
        // nothing was generated, and nothing is charged
        Provenance::None => (Nanos::ZERO, Vec::new()),
        // of which class the prompt was is not known
        Provenance::UpperBound => (price.worst_case(row.tokens.prompt(), row.tokens.output), Vec::new()),
        Provenance::Final | Provenance::Partial | Provenance::Estimated => {
            (price.cost(&row.tokens), lines(&price, row))
        }
    };
    let Price { per_request, version, .. } = price;
    Some(Priced { cost, version: version.as_str().to_owned(), lines, per_request })
}

fn lines(price: &Price, row: &LedgerRow) -> Vec<Line> {
    price.lines(&row.tokens).into_iter().filter(|line| line.count > 0).collect()
}

/// What a prompt costs, by an estimate of its tokens: `request` is one of OpenAI's chat API. `None` where none of the targets has
/// a price.
pub fn of_prompt<'a>(prices: impl Iterator<Item = &'a Price>, request: &str) -> Result<Option<Nanos>, ErrorReply> {
    let tokens = pipeline::estimated_prompt(request)?;
    Ok(prices.map(|price| price.cost(&tokens)).max())
}

/// What an answer of OpenAI's chat API costs, by the usage that it tells.
pub fn of_answer<'a>(prices: impl Iterator<Item = &'a Price>, answer: &str) -> Option<Nanos> {
    let tokens = pipeline::told_tokens(&Dialect::OpenAiChat.scan_usage(answer));
    prices.map(|price| price.cost(&tokens)).max()
}

/// The prices of a model that is asked for by this name: of those who serve it, else of the catalogue, by `provider/model` or by
/// the model's own name.
pub fn of_name(models: &Models, targets: &[std::sync::Arc<Target>], name: &str) -> Vec<Price> {
    let served: Vec<_> = targets.iter().filter_map(|target| target.price.clone()).collect();
    if served.is_empty() { models.listed_price(name).into_iter().collect() } else { served }
}
