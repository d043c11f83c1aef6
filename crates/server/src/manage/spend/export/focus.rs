//! Attempts as FOCUS 1.2 has charges (<https://focus.finops.org/focus-specification/v1-2/>): a row an attempt, so that the sum of
//! a bill is the sum of the ledger, and a row a correction. Columns of our own begin with `x_`, as FOCUS wants it.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use money::Nanos;
use serde_json::{Map, Value};
use store::ledger::{Adjustment, LedgerRow, Told};

use super::cell;
use crate::manage::operator::MASTER_KEY;

const COLUMNS: [&str; 38] = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "ServiceSubcategory",
    "SkuId",
    "SkuPriceId",
    "SubAccountId",
    "Tags",
    "x_RequestId",
    "x_Attempt",
    "x_InputTokens",
    "x_CachedInputTokens",
    "x_OutputTokens",
];

/// What one line says beside what the attempt says anyway.
struct Charge<'a> {
    category: &'static str,
    class: &'static str,
    description: String,
    cost: Nanos,
    /// Corrections have none: what was used stands in the line that they correct.
    is_usage: bool,
    price_version: Option<&'a str>,
}

pub(super) fn header() -> String {
    let mut text = String::new();
    cell::line(&mut text, COLUMNS);
    text
}

/// The attempt as it was charged, then each correction. What had no price was charged nothing.
pub(super) fn write<'a>(text: &mut String, told: &Told, adjustments: impl Iterator<Item = &'a Adjustment>) {
    let row = &told.row;
    let usage = Charge {
        category: "Usage",
        class: "",
        description: format!("{} of {}", row.call_type, row.model_group),
        cost: row.cost.unwrap_or_default(),
        is_usage: true,
        price_version: row.price_version.as_deref(),
    };
    line(text, row, &usage);
    for adjustment in adjustments {
        let correction = Charge {
            category: "Adjustment",
            class: "Correction",
            description: format!("{} of {}, {}", row.call_type, row.model_group, adjustment.reason.as_str()),
            cost: adjustment.cost,
            is_usage: false,
            price_version: adjustment.price_version.as_deref(),
        };
        line(text, row, &correction);
    }
}

fn line(text: &mut String, row: &LedgerRow, charge: &Charge<'_>) {
    let (tokens, cost) = (&row.tokens, charge.cost.to_string());
    let quantity = if charge.is_usage { tokens.total().to_string() } else { String::new() };
    let unit = if charge.is_usage { "Tokens" } else { "" };
    let count = |tokens: u64| if charge.is_usage { tokens.to_string() } else { String::new() };
    let (month_begins, month_ends) = month(row.started_at);
    let (begins, ends) = seconds(row);
    let organization = row.payer.organization_id.as_deref().unwrap_or("gateway");
    let sku = format!("{}/{}", row.provider, row.model);
    let price = charge.price_version.map(|version| format!("{sku}@{version}")).unwrap_or_default();
    let cells: [String; COLUMNS.len()] = [
        cost.clone(),
        organization.to_owned(),
        organization.to_owned(),
        "USD".to_owned(),
        month_ends,
        month_begins,
        charge.category.to_owned(),
        charge.class.to_owned(),
        charge.description.clone(),
        "Usage-Based".to_owned(),
        ends,
        begins,
        quantity.clone(),
        unit.to_owned(),
        cost.clone(),
        cost.clone(),
        row.provider.clone(),
        cost,
        if charge.is_usage { "Standard" } else { "" }.to_owned(),
        quantity,
        unit.to_owned(),
        row.provider.clone(),
        row.provider.clone(),
        row.deployment_id.clone(),
        row.model_group.clone(),
        "Model deployment".to_owned(),
        "AI and Machine Learning".to_owned(),
        row.model.clone(),
        "Generative AI".to_owned(),
        sku,
        price,
        row.payer.team_id.clone().unwrap_or_default(),
        tags(row),
        row.request_id.clone(),
        row.attempt.to_string(),
        count(tokens.prompt().saturating_sub(tokens.cache_read)),
        count(tokens.cache_read),
        count(tokens.output),
    ];
    cell::line(text, cells.iter().map(String::as_str));
}

/// Who paid, and the call's own tags, as a JSON object of texts.
fn tags(row: &LedgerRow) -> String {
    let payer = &row.payer;
    let key = payer.key_hash.as_ref().map_or(MASTER_KEY, |hash| hash.as_str());
    let known = [
        ("api_key", Some(key)),
        ("user_id", payer.user_id.as_deref()),
        ("project_id", payer.project_id.as_deref()),
        ("end_user", payer.customer_id.as_deref()),
    ];
    let mut tags: Map<String, Value> =
        known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect();
    let own = row.detail.iter().flat_map(|detail| &detail.tags);
    // one that looks like a pair is one
    tags.extend(own.map(|tag| match tag.split_once(':') {
        Some((name, value)) => (format!("tag/{name}"), value.into()),
        None => (format!("tag/{tag}"), "true".into()),
    }));
    Value::Object(tags).to_string()
}

/// When the month began and ended, UTC.
fn month(micros: i64) -> (String, String) {
    let date = moment(micros).to_zoned(TimeZone::UTC).date().first_of_month();
    let next = date.checked_add(1.month()).unwrap_or(date);
    (format!("{date}T00:00:00Z"), format!("{next}T00:00:00Z"))
}

/// From the second in which the attempt began to behind the one in which it ended.
fn seconds(row: &LedgerRow) -> (String, String) {
    let second = |micros: i64| moment(micros.saturating_mul(1_000_000)).to_string();
    let (begins, ends) = (row.started_at.div_euclid(1_000_000), row.ended_at.div_euclid(1_000_000));
    (second(begins), second(ends.max(begins).saturating_add(1)))
}

fn moment(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_seconds_hold_what_happened_in_them() {
        // 2026-12-31T23:59:59.5Z
        let micros = 1_798_761_599_500_000;
        assert_eq!(month(micros), ("2026-12-01T00:00:00Z".to_owned(), "2027-01-01T00:00:00Z".to_owned()));
        assert_eq!(moment(micros / 1_000_000 * 1_000_000).to_string(), "2026-12-31T23:59:59Z");
    }
}
