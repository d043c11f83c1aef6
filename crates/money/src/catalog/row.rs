//! A row of `catalog/models.json` as written, and what it means.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Ability, CatalogError, Mode, Model};
use crate::{
    AmountError, Class, Nanos, Price, PriceVersion, Prices, Rate, Rates, ServiceTier, Unit, Validity, Variant,
};

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
    usd_per_million: Figures<Class>,
    #[serde(default)]
    variants: Vec<VariantRow>,
    #[serde(default)]
    usd_per_unit: Figures<Unit>,
    usd_per_request: Option<String>,
    valid_from: Option<String>,
    valid_to: Option<String>,
    #[serde(default)]
    abilities: Vec<Ability>,
    source: String,
    date: String,
}

/// Decimals are strings: a JSON number would pass through a float.
type Figures<K> = BTreeMap<K, String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantRow {
    #[serde(default)]
    tier: ServiceTier,
    #[serde(default)]
    above: u64,
    usd_per_million: Figures<Class>,
}

/// The key in the row, and what is wrong there.
type BadRate = (String, AmountError);

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
        let Some(validity) = self.validity() else {
            return Err(CatalogError::Field { model, field: "valid_from, valid_to" });
        };
        let price = match self.price() {
            Ok(Some(price)) if price.is_free() == self.free => price,
            Ok(Some(_)) => return Err(CatalogError::Free { model }),
            Ok(None) => return Err(CatalogError::Field { model, field: "usd_per_million" }),
            Err((field, source)) => return Err(CatalogError::Rate { model, field, source }),
        };
        let mut prices = Prices::NONE;
        prices.add(validity, price.into());
        Ok(Model {
            id: self.id,
            provider: self.provider,
            aliases: self.aliases,
            mode: self.mode,
            max_input_tokens: self.max_input_tokens,
            max_output_tokens: self.max_output_tokens,
            prices,
            abilities: self.abilities,
            source: self.source,
            date: self.date,
        })
    }

    /// None where input or output has no price.
    fn price(&self) -> Result<Option<Price>, BadRate> {
        let rates = rates("", &self.usd_per_million)?;
        let (Some(input), Some(output)) = (rates.get(Class::Input), rates.get(Class::Output)) else { return Ok(None) };
        let version = PriceVersion::new(format!("catalog:{}", self.date));
        let mut price = Price::new(input, output, version);
        for (class, rate) in rates.stated() {
            price = price.with(class, rate);
        }
        for VariantRow { tier, above, usd_per_million } in &self.variants {
            let rates = self::rates("variants: ", usd_per_million)?;
            price = price.with_variant(Variant { tier: *tier, above: *above, rates });
        }
        for (unit, usd) in &self.usd_per_unit {
            let rate = Rate::parse_usd_per_token(usd).map_err(|error| (unit.to_string(), error))?;
            price = price.with_unit(unit.clone(), rate);
        }
        if let Some(usd) = &self.usd_per_request {
            price.per_request = Nanos::parse_usd(usd).map_err(|error| ("usd_per_request".to_owned(), error))?;
        }
        Ok(Some(price))
    }

    /// None where it is not written as it must be, or holds never.
    fn validity(&self) -> Option<Validity> {
        let instant = |text: &Option<String>| match text {
            Some(text) => Validity::instant(text).map(Some),
            None => Some(None),
        };
        let validity = Validity { from: instant(&self.valid_from)?, to: instant(&self.valid_to)? };
        validity.is_possible().then_some(validity)
    }
}

fn rates(place: &str, figures: &Figures<Class>) -> Result<Rates, BadRate> {
    figures.iter().try_fold(Rates::default(), |rates, (class, usd)| {
        let rate = Rate::parse_usd_per_million(usd).map_err(|error| (format!("{place}{}", class.as_str()), error))?;
        Ok(rates.with(*class, rate))
    })
}

/// `YYYY-MM-DD` by shape: it names a price version and need not be computed with.
fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}
