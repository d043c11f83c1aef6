//! A row of `catalog/models.json` as written, and what it means.

use serde::Deserialize;

use super::{Ability, CatalogError, Mode, Model};
use crate::{AmountError, LongContext, Nanos, Price, PriceVersion, Rate};

pub(super) fn parse(text: &str) -> Result<Vec<Row>, serde_json::Error> {
    serde_json::from_str::<File>(text).map(|file| file.models)
}

pub(super) fn label(provider: &str, id: &str) -> String {
    format!("{provider}/{id}")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    models: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    provider: String,
    id: String,
    #[serde(default)]
    aliases: Vec<String>,
    mode: Mode,
    max_input_tokens: Option<u64>,
    max_output_tokens: Option<u64>,
    #[serde(default)]
    free: bool,
    usd_per_million: Prices,
    #[serde(default)]
    abilities: Vec<Ability>,
    source: String,
    date: String,
}

/// Decimals are strings: a JSON number would pass through a float.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Prices {
    input: String,
    output: String,
    cache_read: Option<String>,
    cache_write_5m: Option<String>,
    cache_write_1h: Option<String>,
    reasoning: Option<String>,
    long_context: Option<LongPrices>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LongPrices {
    above: u64,
    input: Option<String>,
    output: Option<String>,
    cache_read: Option<String>,
    cache_write_5m: Option<String>,
    cache_write_1h: Option<String>,
}

/// The key in the row, and what is wrong there.
type BadRate = (&'static str, AmountError);

// === impl Row ===

impl Row {
    pub(super) fn into_model(self) -> Result<Model, CatalogError> {
        let model = label(&self.provider, &self.id);
        for (field, is_good) in [
            ("provider", !self.provider.is_empty()),
            ("id", !self.id.is_empty()),
            ("source", !self.source.is_empty()),
            ("date", is_date(&self.date)),
        ] {
            if !is_good {
                return Err(CatalogError::Field { model, field });
            }
        }
        let version = PriceVersion::new(format!("catalog:{}", self.date));
        let price = match self.usd_per_million.price(version) {
            Ok(price) if price.is_free() == self.free => price,
            Ok(_) => return Err(CatalogError::Free { model }),
            Err((field, source)) => {
                return Err(CatalogError::Rate { model, field, source });
            }
        };
        Ok(Model {
            id: self.id,
            provider: self.provider,
            aliases: self.aliases,
            mode: self.mode,
            max_input_tokens: self.max_input_tokens,
            max_output_tokens: self.max_output_tokens,
            price,
            abilities: self.abilities,
            source: self.source,
            date: self.date,
        })
    }
}

// === impl Prices ===

impl Prices {
    fn price(&self, version: PriceVersion) -> Result<Price, BadRate> {
        Ok(Price {
            input: rate("input", &self.input)?,
            output: rate("output", &self.output)?,
            cache_read: optional("cache_read", self.cache_read.as_deref())?,
            cache_write_5m: optional("cache_write_5m", self.cache_write_5m.as_deref())?,
            cache_write_1h: optional("cache_write_1h", self.cache_write_1h.as_deref())?,
            reasoning: optional("reasoning", self.reasoning.as_deref())?,
            per_request: Nanos::ZERO,
            long_context: self.long_context.as_ref().map(LongPrices::price).transpose()?,
            version,
        })
    }
}

// === impl LongPrices ===

impl LongPrices {
    fn price(&self) -> Result<LongContext, BadRate> {
        Ok(LongContext {
            above: self.above,
            input: optional("long_context.input", self.input.as_deref())?,
            output: optional("long_context.output", self.output.as_deref())?,
            cache_read: optional("long_context.cache_read", self.cache_read.as_deref())?,
            cache_write_5m: optional("long_context.cache_write_5m", self.cache_write_5m.as_deref())?,
            cache_write_1h: optional("long_context.cache_write_1h", self.cache_write_1h.as_deref())?,
        })
    }
}

fn rate(field: &'static str, text: &str) -> Result<Rate, BadRate> {
    Rate::parse_usd_per_million(text).map_err(|error| (field, error))
}

fn optional(field: &'static str, text: Option<&str>) -> Result<Option<Rate>, BadRate> {
    text.map(|text| rate(field, text)).transpose()
}

/// `YYYY-MM-DD` by shape: it names a price version and need not be computed with.
fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}
