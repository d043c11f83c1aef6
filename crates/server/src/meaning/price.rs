//! Prices that a configuration states, in LiteLLM's keys: dollars per token.

use money::{Price, PriceVersion, Rate};

use crate::config::{ConfigError, Placed, Prices};

/// The price of a deployment, if its entry states one. Half a price is a mistake: the other half would be free.
pub(super) fn price(written: &Prices) -> Result<Option<Price>, ConfigError> {
    let (input, output) = match (&written.input_cost_per_token, &written.output_cost_per_token) {
        (None, None) => {
            let cache = [
                &written.cache_read_input_token_cost,
                &written.cache_creation_input_token_cost,
                &written.cache_creation_input_token_cost_above_1hr,
            ];
            return match cache.into_iter().flatten().next() {
                Some(alone) => Err(alone.error("needs input_cost_per_token and output_cost_per_token beside it")),
                None => Ok(None),
            };
        }
        (Some(input), None) => return Err(input.error("needs output_cost_per_token beside it (0 if output is free)")),
        (None, Some(output)) => return Err(output.error("needs input_cost_per_token beside it (0 if input is free)")),
        (Some(input), Some(output)) => (rate(input)?, rate(output)?),
    };
    let mut price = Price::new(input, output, PriceVersion::new("config"));
    price.cache_read = written.cache_read_input_token_cost.as_ref().map(rate).transpose()?;
    price.cache_write_5m = written.cache_creation_input_token_cost.as_ref().map(rate).transpose()?;
    price.cache_write_1h = written.cache_creation_input_token_cost_above_1hr.as_ref().map(rate).transpose()?;
    Ok(Some(price))
}

fn rate(written: &Placed<String>) -> Result<Rate, ConfigError> {
    Rate::parse_usd_per_token(&written.value).map_err(|error| written.error(error.to_string()))
}
