//! Tiers of service: held for as what the call may be served, charged as what it was.

use money::{Bounds, Class, Nanos, Price, Rates, ServiceTier, Tiers, Usage, Variant};
use serde_json::{Value, json};
use wire::Dialect::{Anthropic, OpenAiChat, OpenAiResponses};

use crate::kit::{Kit, RESPONSES, price};

/// Twice as much for those who come first, half for those who can wait.
fn tiered() -> Price {
    let (input, output) = (price().rate(Class::Input).get(), price().rate(Class::Output).get());
    let rates = |per_cent: u64| {
        let part = |rate: u64| money::Rate::new(rate * per_cent / 100);
        Rates::default().with(Class::Input, part(input)).with(Class::Output, part(output))
    };
    price()
        .with_variant(Variant { tier: ServiceTier::Priority, rates: rates(200), ..Variant::default() })
        .with_variant(Variant { tier: ServiceTier::Flex, rates: rates(50), ..Variant::default() })
}

async fn kit() -> Kit {
    Kit::with(|setup| {
        setup.deployments.iter_mut().for_each(|deployment| deployment.prices = tiered().into());
    })
    .await
}

fn asked(fields: &Value) -> Value {
    let mut body =
        json!({"model": RESPONSES, "max_tokens": 99, "messages": [{"role": "user", "content": "[[say:a b c]]"}]});
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn a_call_is_charged_as_it_was_served() {
    for (tier, served) in [
        ("priority", ServiceTier::Priority),
        ("flex", ServiceTier::Flex),
        ("default", ServiceTier::Standard),
        ("auto", ServiceTier::Standard),
    ] {
        for client in [OpenAiResponses, OpenAiChat] {
            for stream in [false, true] {
                let kit = kit().await;
                let key = kit.key(Some(9_000_000_000)).await;
                let body = asked(&json!({"service_tier": tier, "stream": stream}));
                let got = kit.call_as(&key, client, body.to_string()).await;
                assert_eq!(got.status, 200, "{tier} {client:?} {got:?}");
                let rows = kit.rows().await;
                let detail = rows[0].detail.as_ref().unwrap();
                assert_eq!(detail.service_tier, served, "{tier} {client:?} {stream}");
                let used = Usage { tier: served, ..rows[0].tokens.into() };
                assert_eq!(rows[0].cost, Some(tiered().cost(&used)), "{tier} {client:?} {stream}");
            }
        }
    }
}

#[tokio::test]
async fn a_hold_is_for_the_dearest_tier_that_may_come() {
    let ceiling = 99;
    for (client, fields, tiers) in [
        (OpenAiResponses, json!({"service_tier": "default"}), Tiers::STANDARD),
        (OpenAiResponses, json!({"service_tier": "flex"}), Tiers::STANDARD),
        // the project's settings decide
        (OpenAiResponses, json!({}), Tiers::ALL),
        (OpenAiResponses, json!({"service_tier": "auto"}), Tiers::ALL),
        (OpenAiResponses, json!({"service_tier": "priority"}), Tiers::STANDARD.with(ServiceTier::Priority)),
        (Anthropic, json!({}), Tiers::ALL),
        // what is said in another dialect may not come to the provider
        (OpenAiChat, json!({"service_tier": "default"}), Tiers::ALL),
    ] {
        let kit = kit().await;
        let key = kit.key(Some(9_000_000_000)).await;
        let body = asked(&fields).to_string();
        assert_eq!(kit.call_as(&key, client, body).await.status, 200, "{fields}");
        let rows = kit.rows().await;
        let held = rows[0].detail.as_ref().unwrap().hold.unwrap();
        // how many bytes the input has differs by dialect; what the output may cost does not
        let output = |tiers| tiered().worst_case(&Bounds { is_text: true, tiers, ..Bounds::of(0, ceiling) });
        let input = held.saturating_sub(output(tiers));
        assert!(input.is_positive(), "{fields}");
        let rate = if tiers == Tiers::STANDARD { 1_000 } else { 2_000 };
        assert_eq!(input.get() % rate, 0, "{fields}: {held}");
        assert!(input < Nanos::new(rate * 1_000), "{fields}: {held}");
    }
}
