//! What was understood, as a table for people.

use engine::models::Target;
use engine::settings::Settings;
use money::Class;

const HEAD: [&str; 6] = ["MODEL", "PROVIDER", "UPSTREAM MODEL", "INPUT $/M", "OUTPUT $/M", "OUTPUT MAX"];

/// One line a deployment. A model without a price says so.
pub(crate) fn table(settings: &Settings) -> String {
    let rows: Vec<[String; 6]> =
        settings.models.deployments().map(|deployment| row(&settings.models.target(deployment, "*"))).collect();
    let mut widths = HEAD.map(str::len);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut out = line(&HEAD.map(str::to_owned), &widths);
    for row in &rows {
        out.push_str(&line(row, &widths));
    }
    out
}

fn row(target: &Target) -> [String; 6] {
    let wildcard = target.model.contains('*');
    let per_million = |rate: Option<money::Rate>| match rate {
        Some(rate) => (rate.to_usd_per_token() * money::Decimal::from(1_000_000)).normalize().to_string(),
        None if wildcard => "by model".to_owned(),
        None => "no price".to_owned(),
    };
    let price = target.prices.usual();
    [
        target.deployment.group.clone(),
        target.deployment.provider.id.clone(),
        target.model.clone(),
        per_million(price.map(|price| price.rate(Class::Input))),
        per_million(price.map(|price| price.rate(Class::Output))),
        target.max_output_tokens.map_or_else(|| "-".to_owned(), |tokens| tokens.to_string()),
    ]
}

fn line(cells: &[String; 6], widths: &[usize; 6]) -> String {
    let padded: Vec<_> = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
    format!("{}\n", padded.join("  ").trim_end())
}
