//! Prices that a deployment sets itself, in place of those of the catalogue.

use super::super::error::ConfigError;
use super::super::known::{Item, PriceKey, is_price};
use super::super::place::Placed;
use super::super::read::{Field, Section};
use super::super::yaml::Value;

/// Prices in US dollars, as they were written (`1.25e-06`): they become money in the second stage, and never pass through a
/// float. They may stand in `litellm_params` and in `model_info`.
#[derive(Debug, Clone, Default)]
pub struct Prices(Vec<Figure>);

/// One price.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What it is the price of.
    pub key: PriceKey,
    /// How that was written.
    pub name: String,
    /// How much.
    pub usd: Placed<String>,
}

impl Prices {
    pub(super) fn read(section: &mut Section<'_, '_>) -> Self {
        let mut prices = Self::default();
        for (name, field) in section.others(is_price) {
            let Some(key) = PriceKey::parse(name) else { continue };
            if let Err(error) = prices.add(&key, name, &field) {
                section.findings.errors.push(error);
            }
        }
        prices
    }

    /// Takes what stands under one key: a figure, one for each form, or a list of ranges.
    fn add(&mut self, key: &PriceKey, name: &str, field: &Field<'_>) -> Result<(), ConfigError> {
        match (&field.node.value, key.item) {
            (Value::Null, _) | (_, Item::Unknown) => Ok(()),
            (Value::List(_), Item::Ranges) => field.items().into_iter().try_for_each(|range| self.add_range(&range)),
            (_, Item::Ranges) => Err(field.error("expected a list of ranges")),
            (Value::Map(_), Item::Unit(..)) => field.members().into_iter().try_for_each(|(form, field)| {
                let form = form.strip_prefix("search_context_size_").unwrap_or(form);
                self.put(PriceKey { form: Some(form.to_owned()), ..key.clone() }, name, &field)
            }),
            _ => self.put(key.clone(), name, field),
        }
    }

    /// One of LiteLLM's ranges: `{range: [32000, 128000], input_cost_per_token: …}`.
    fn add_range(&mut self, range: &Field<'_>) -> Result<(), ConfigError> {
        let members = range.members();
        let bounds = members.iter().find(|(name, _)| *name == "range").map(|(_, field)| field.items());
        let from = bounds.and_then(|bounds| bounds.first()?.scalar().ok()?.trim().parse::<f64>().ok());
        let Some(above) = from.and_then(whole) else {
            return Err(range.error("expected prices and their range: [tokens above which they apply, tokens]"));
        };
        for (name, field) in members.into_iter().filter(|(name, _)| *name != "range") {
            match PriceKey::parse(name) {
                Some(key) if matches!(key.item, Item::Token(_)) => self.put(PriceKey { above, ..key }, name, &field)?,
                _ => return Err(field.error("not the price of a token")),
            }
        }
        Ok(())
    }

    fn put(&mut self, key: PriceKey, name: &str, field: &Field<'_>) -> Result<(), ConfigError> {
        let usd = Placed { value: field.amount()?, place: field.place() };
        self.0.push(Figure { key, name: name.to_owned(), usd });
        Ok(())
    }

    /// These prices, and where they say nothing, those of `other`.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        for figure in other.0 {
            if !self.0.iter().any(|known| known.key == figure.key) {
                self.0.push(figure);
            }
        }
        self
    }

    /// Each price.
    pub fn iter(&self) -> impl Iterator<Item = &Figure> {
        self.0.iter()
    }

    /// The price of that key.
    pub fn get(&self, name: &str) -> Option<&Placed<String>> {
        let key = PriceKey::parse(name)?;
        self.0.iter().find(|figure| figure.key == key).map(|figure| &figure.usd)
    }
}

/// A number of tokens; LiteLLM's own are written with a point now and then.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "in the range where floats are whole numbers"
)]
fn whole(number: f64) -> Option<u64> {
    ((0.0..9e15).contains(&number) && number.fract() == 0.0).then_some(number as u64)
}
