//! `cost_discount_config` and `cost_margin_config` of `litellm_settings`: what is laid on the bills of providers.

use money::{Nanos, Share};

use super::super::error::ConfigError;
use super::super::place::Placed;
use super::super::read::{Field, Section};

/// What is put on a provider's bill.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Margin {
    /// A share of it.
    pub share: Share,
    /// And so much for each call.
    pub per_call: Nanos,
}

pub(super) fn discounts(section: &mut Section<'_, '_>) -> Vec<(Placed<String>, Share)> {
    by_provider(section, "cost_discount_config", discount)
}

pub(super) fn margins(section: &mut Section<'_, '_>) -> Vec<(Placed<String>, Margin)> {
    by_provider(section, "cost_margin_config", margin)
}

/// What `read` makes of each provider's entry.
fn by_provider<T>(
    section: &mut Section<'_, '_>,
    key: &'static str,
    read: fn(&Field<'_>) -> Result<T, ConfigError>,
) -> Vec<(Placed<String>, T)> {
    let mut all = Vec::new();
    for (provider, field) in section.entries(key) {
        match read(&field) {
            Ok(value) => all.push((Placed { value: provider.to_owned(), place: field.place() }, value)),
            Err(error) => section.findings.errors.push(error),
        }
    }
    all
}

fn discount(field: &Field<'_>) -> Result<Share, ConfigError> {
    share(field).and_then(|share| {
        let is_more = share > Share::ALL;
        if is_more { Err(field.error("a discount is 1 at most, which is all of it")) } else { Ok(share) }
    })
}

/// A fraction, or both parts of a margin.
fn margin(field: &Field<'_>) -> Result<Margin, ConfigError> {
    let members = field.members();
    if members.is_empty() {
        return Ok(Margin { share: share(field)?, ..Margin::default() });
    }
    let mut margin = Margin::default();
    for (name, part) in members {
        match name {
            "percentage" => margin.share = share(&part)?,
            "fixed_amount" => {
                let usd = Nanos::parse_usd(part.scalar()?.trim());
                margin.per_call = usd.map_err(|error| part.error(error.to_string()))?;
            }
            _ => return Err(part.error("unknown key; known are percentage, fixed_amount")),
        }
    }
    Ok(margin)
}

fn share(field: &Field<'_>) -> Result<Share, ConfigError> {
    Share::parse(field.scalar()?.trim())
        .map_err(|error| field.error(format!("expected a fraction such as 0.05: {error}")))
}
