//! Prices that a configuration states.

use super::{KEYS, deployment, meaning, one, refusal};

#[test]
fn keeps_the_digits_of_prices_and_refuses_half_a_price() {
    let params = "model: openai/gpt-4o, input_cost_per_token: 1.234567891e-06, output_cost_per_token: 0.00001, \
                  cache_read_input_token_cost: '3.1e-7', cache_creation_input_token_cost: 0, \
                  cache_creation_input_token_cost_above_1hr: 6e-06";
    let price = deployment(params, KEYS).price.unwrap();
    let usd = |rate: money::Rate| rate.to_usd_per_token().normalize().to_string();
    assert_eq!((usd(price.input), usd(price.output)), ("0.000001234567891".to_owned(), "0.00001".to_owned()));
    let cache = [price.cache_read, price.cache_write_5m, price.cache_write_1h].map(|rate| rate.map(usd));
    assert_eq!(cache, ["0.00000031", "0", "0.000006"].map(|usd| Some(usd.to_owned())));
    assert_eq!(price.version.as_str(), "config");
    assert!(
        deployment("model: openai/gpt-4o", KEYS).price.is_none(),
        "the catalogue's price is looked up for each call"
    );

    let text =
        format!("{}  model_info: {{output_cost_per_token: 1}}\n", one("model: openai/m, input_cost_per_token: 0"));
    assert!(
        meaning(&text, KEYS).settings.models.deployments().all(|one| one.price.is_some()),
        "halves may stand apart"
    );
    let beside_both = "needs input_cost_per_token and output_cost_per_token beside it";
    for (params, expect) in [
        ("input_cost_per_token: 1e-6", "input_cost_per_token: needs output_cost_per_token beside it"),
        ("output_cost_per_token: 1e-6", "output_cost_per_token: needs input_cost_per_token beside it"),
        ("cache_read_input_token_cost: 1e-6", beside_both),
        ("cache_creation_input_token_cost: 1e-6", beside_both),
        ("cache_creation_input_token_cost_above_1hr: 1e-6", beside_both),
        ("input_cost_per_token: 1e-60, output_cost_per_token: 0", "input_cost_per_token: "),
    ] {
        let errors = refusal(&format!("model: openai/m, {params}"), KEYS);
        assert!(errors.contains(expect), "{params}\n{errors}");
    }
}
