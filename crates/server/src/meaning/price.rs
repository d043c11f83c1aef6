//! Prices that a configuration states, in LiteLLM's keys, and what is taken off a provider's bills or put on them.

use std::sync::Arc;

use engine::secret::Secret;
use money::{
    Class, Flat, Nanos, Price, PriceVersion, Prices, Rate, Rates, ServiceTier, Terms, Unit, Validity, Variant,
};
use providers::{Provider, Registry};

use crate::config::known::{Item, PriceKey};
use crate::config::{ConfigError, Figure, ModelEntry, Placed, Written};

/// Digits of the name that figures have in the ledger.
const SHORT: usize = 8;

/// Modes whose calls have no tokens that cost anything, so that a price may state none.
const WITHOUT_TOKENS: &[&str] = &[
    "audio_speech",
    "audio_transcription",
    "image_edit",
    "image_generation",
    "moderation",
    "ocr",
    "rerank",
    "search",
    "video_generation",
];

/// The prices of a deployment, if its entry states any. Half a price is a mistake: the other half would be free.
pub(super) fn prices(entry: &ModelEntry) -> Result<Prices, ConfigError> {
    let info = &entry.model_info;
    let mut prices = Prices::NONE;
    if let Some((flat, validity)) = flat(entry)? {
        let mut price = stated(entry)?.unwrap_or_else(|| Price::free("config".into()));
        price.flat = Some(flat);
        prices.add(validity, Arc::new(named(price)));
        return Ok(prices);
    }
    let validity = validity(info.price_valid_from.as_ref(), info.price_valid_to.as_ref())?;
    match stated(entry)? {
        Some(price) => prices.add(validity, Arc::new(named(price))),
        None => {
            if let Some(alone) = info.price_valid_from.as_ref().or(info.price_valid_to.as_ref()) {
                return Err(alone.error("needs input_cost_per_token and output_cost_per_token beside it"));
            }
        }
    }
    Ok(prices)
}

/// What is taken off the bills of a provider and put on them.
pub(super) fn terms(written: &Written, provider: &Provider) -> Terms {
    let litellm = &written.litellm_settings;
    let is_named = |name: &Placed<String>| is_called(provider, &name.value);
    let discount = litellm.cost_discounts.iter().find(|(name, _)| is_named(name)).map(|(_, share)| *share);
    let margins = || litellm.cost_margins.iter();
    let margin =
        margins().find(|(name, _)| is_named(name)).or_else(|| margins().find(|(name, _)| name.value == GLOBAL));
    let margin = margin.map(|(_, margin)| *margin).unwrap_or_default();
    Terms { discount: discount.unwrap_or_default(), margin: margin.share, margin_per_call: margin.per_call }
}

/// LiteLLM's word for the margin of providers that have none of their own.
const GLOBAL: &str = "global";

/// Names that no provider has: what was meant for one would be laid on nobody's bills.
pub(super) fn unknown_providers(written: &Written, registry: &Registry) -> Vec<ConfigError> {
    let litellm = &written.litellm_settings;
    let margins = litellm.cost_margins.iter().map(|(name, _)| name).filter(|name| name.value != GLOBAL);
    let budgets = written.router_settings.provider_budgets.iter().map(|(name, _)| name);
    let names = litellm.cost_discounts.iter().map(|(name, _)| name).chain(margins).chain(budgets);
    let unknown = names.filter(|name| !registry.iter().any(|provider| is_called(provider, &name.value)));
    unknown.map(|name| name.error(format!("there is no provider {:?}", name.value))).collect()
}

pub(super) fn is_called(provider: &Provider, name: &str) -> bool {
    provider.id == name || provider.aliases.iter().any(|alias| alias == name)
}

/// Capacity that is paid by the hour, and when it is there. Its tokens cost nothing unless the entry says otherwise.
fn flat(entry: &ModelEntry) -> Result<Option<(Flat, Validity)>, ConfigError> {
    let info = &entry.model_info;
    let (from, to) = (info.ptu_effective_from.as_ref(), info.ptu_effective_to.as_ref());
    let (count, per_hour) = match (info.ptu_count, &info.cost_per_ptu_per_hour) {
        (Some(count), Some(per_hour)) => (count, per_hour),
        (None, Some(alone)) => return Err(alone.error("needs ptu_count beside it")),
        (Some(_), None) => {
            return Err(entry.litellm_params.model.error("ptu_count needs cost_per_ptu_per_hour beside it"));
        }
        (None, None) => {
            return match from.or(to) {
                Some(alone) => Err(alone.error("needs ptu_count and cost_per_ptu_per_hour beside it")),
                None => Ok(None),
            };
        }
    };
    let usd = Nanos::parse_usd(&per_hour.value).map_err(|error| per_hour.error(error.to_string()))?;
    let validity = validity(from, to)?;
    Ok(Some((Flat { count, per_hour: usd, from: validity.from, to: validity.to }, validity)))
}

fn validity(from: Option<&Placed<i64>>, to: Option<&Placed<i64>>) -> Result<Validity, ConfigError> {
    let validity = Validity { from: from.map(|from| from.value), to: to.map(|to| to.value) };
    match to {
        Some(to) if !validity.is_possible() => Err(to.error("ends before it begins")),
        _ => Ok(validity),
    }
}

/// The price that the figures of an entry make.
fn stated(entry: &ModelEntry) -> Result<Option<Price>, ConfigError> {
    let written = entry.prices();
    let base = |class| written.iter().find(|figure| is_base(&figure.key, class));
    let mode = entry.model_info.mode.as_deref().unwrap_or_default();
    let mut price = match (base(Class::Input), base(Class::Output)) {
        (Some(input), Some(output)) => Price::new(rate(input, 1)?, rate(output, 1)?, "config".into()),
        (Some(input), None) => {
            return Err(input.usd.error("needs output_cost_per_token beside it (0 if output is free)"));
        }
        (None, Some(output)) => {
            return Err(output.usd.error("needs input_cost_per_token beside it (0 if input is free)"));
        }
        (None, None) => match written.iter().find(|figure| !matches!(figure.key.item, Item::Unit(..))) {
            Some(alone) => {
                return Err(alone.usd.error("needs input_cost_per_token and output_cost_per_token beside it"));
            }
            None if written.iter().next().is_some() && WITHOUT_TOKENS.contains(&mode) => Price::free("config".into()),
            // what is left is charged for nothing that is counted yet: the catalogue knows more
            None => return Ok(None),
        },
    };
    let mut variants: Vec<Variant> = Vec::new();
    for figure in written.iter() {
        let PriceKey { item, tier, above, form } = &figure.key;
        match item {
            Item::Token(class) if (*tier, *above) == (ServiceTier::Standard, 0) => {
                price = price.with(*class, rate(figure, 1)?);
            }
            Item::Token(class) => {
                let rate = rate(figure, 1)?;
                let of = |variant: &&mut Variant| (variant.tier, variant.above) == (*tier, *above);
                match variants.iter_mut().find(of) {
                    Some(variant) => variant.rates.set(*class, rate),
                    None => variants.push(Variant {
                        tier: *tier,
                        above: *above,
                        rates: Rates::default().with(*class, rate),
                    }),
                }
            }
            Item::Unit(kind, per) if (*tier, *above) == (ServiceTier::Standard, 0) => {
                let unit = form.as_ref().map_or(Unit::plain(*kind), |form| Unit::of(*kind, form.as_str()));
                price = price.with_unit(unit, rate(figure, *per)?);
            }
            Item::Request => price.per_request = amount(&figure.usd)?,
            Item::Unit(..) | Item::Ranges | Item::Unknown => {}
        }
    }
    Ok(Some(variants.into_iter().fold(price, Price::with_variant)))
}

/// Whether `key` is the price of `class` that counts unless another is stated. A range from 0 on says it, too.
fn is_base(key: &PriceKey, class: Class) -> bool {
    (key.item, key.tier, key.above) == (Item::Token(class), ServiceTier::Standard, 0) && key.form.is_none()
}

/// What one costs, where the figure is of `per`.
fn rate(figure: &Figure, per: u32) -> Result<Rate, ConfigError> {
    let error = |error: money::AmountError| figure.usd.error(error.to_string());
    let usd = money::Decimal::from_scientific(&figure.usd.value).or_else(|_| figure.usd.value.parse());
    match usd {
        Ok(usd) if per > 1 => Rate::from_usd_per_token(usd / money::Decimal::from(per)).map_err(error),
        _ => Rate::parse_usd_per_token(&figure.usd.value).map_err(error),
    }
}

fn amount(written: &Placed<String>) -> Result<Nanos, ConfigError> {
    Nanos::parse_usd(&written.value).map_err(|error| written.error(error.to_string()))
}

/// With a name that other figures do not have: `config:` and the beginning of their hash.
fn named(mut price: Price) -> Price {
    let standard = std::iter::once((ServiceTier::Standard, 0, price.rates()));
    let variants = price.variants().iter().map(|one| (one.tier, one.above, &one.rates));
    let tokens = standard.chain(variants).flat_map(|(tier, above, rates)| {
        rates.stated().map(move |(class, rate)| format!("{}:{above}:{}={};", tier.as_str(), class.as_str(), rate.get()))
    });
    let units = price.units().map(|(unit, rate)| format!("{unit}={};", rate.get()));
    let flat = price.flat.map(|flat| format!("flat:{}={};", flat.count, flat.per_hour.get()));
    let request = format!("request={};", price.per_request.get());
    let figures: String = tokens.chain(units).chain(flat).chain([request]).collect();
    let hash = Secret::new(figures).sha256_hex();
    price.version = PriceVersion::new(format!("config:{}", hash.get(..SHORT).unwrap_or(&hash)));
    price
}
