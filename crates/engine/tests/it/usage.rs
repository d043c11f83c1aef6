//! Usage in every form that a provider may tell it in, and what the ledger makes of it.

use ::money::Nanos;
use serde_json::{Value, json};
use store::ledger::{AttemptStatus, Provenance};
use testkit::{Counts, Script, UsageMode};
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use crate::kit::{Kit, group, not_of_the_square, outside};

fn body(provider: Dialect, prompt: &str, stream: bool) -> Value {
    json!({"model": group(provider), "max_tokens": 99, "stream": stream,
        "messages": [{"role": "user", "content": prompt}]})
}

const MODES: &[UsageMode] = &[
    UsageMode::Present,
    UsageMode::Absent,
    UsageMode::Null,
    UsageMode::Zero,
    UsageMode::Negative,
    UsageMode::Float,
    UsageMode::Huge,
    UsageMode::Decreasing,
];

/// What the row says of usage that is told so, and whether it is flagged.
fn told(mode: UsageMode, provider: Dialect) -> (Provenance, bool) {
    match mode {
        UsageMode::Present => (Provenance::Final, false),
        UsageMode::Absent | UsageMode::Null => (Provenance::Estimated, false),
        UsageMode::Zero => (Provenance::Final, true),
        UsageMode::Negative | UsageMode::Huge => (nothing_counted(provider), true),
        UsageMode::Float => match provider {
            // its reader takes a fraction rounded up, the others do not
            OpenAiChat => (Provenance::Final, true),
            OpenAiResponses | Anthropic | Bedrock | Gemini | Cohere => (Provenance::Estimated, true),
            outside!() => not_of_the_square(),
        },
        UsageMode::Decreasing => match provider {
            OpenAiChat | Anthropic | Gemini => (Provenance::Final, true),
            // the first of two metadata events is the ending of a Bedrock stream, and Responses and Cohere have one event for it
            OpenAiResponses | Bedrock | Cohere => (Provenance::Final, false),
            outside!() => not_of_the_square(),
        },
    }
}

/// What the row says where no figure is a count: what of it is one, zeros as they are, is kept.
fn nothing_counted(provider: Dialect) -> Provenance {
    match provider {
        OpenAiChat | OpenAiResponses | Anthropic | Bedrock | Cohere => Provenance::Partial,
        // it leaves out what is 0
        Gemini => Provenance::Estimated,
        outside!() => not_of_the_square(),
    }
}

#[tokio::test]
async fn usage_in_every_odd_form() {
    let kit = Kit::start().await;
    for mode in MODES {
        for client in Dialect::SQUARE {
            for provider in Dialect::SQUARE {
                let (provenance, flagged) = told(*mode, provider);
                for stream in [false, true] {
                    let cell = format!("{mode:?}: {client:?} ← {provider:?}, stream {stream}");
                    let key = kit.key(None).await;
                    let counts = Counts { input: 40, output: 9, ..Counts::default() };
                    kit.upstream.script(Script { usage: *mode, counts: Some(counts), ..Script::default() });
                    let asked = body(provider, "[[long:9]]", stream);
                    let got = kit.call_as(&key, client, asked.to_string()).await;
                    assert_eq!(got.status, 200, "{cell}: {}", got.text());
                    let row = kit.rows_of(&got.id).await.pop().unwrap();
                    assert_eq!((row.status, row.provenance), (AttemptStatus::Success, provenance), "{cell}: {row:?}");
                    // only a stream has time to contradict itself
                    let flagged = flagged && (stream || *mode != UsageMode::Decreasing);
                    assert_eq!(row.error_kind.is_some(), flagged, "{cell}: {row:?}");
                    let free = *mode == UsageMode::Zero;
                    assert_eq!(row.cost == Some(Nanos::ZERO), free, "{cell}: {row:?}");
                    assert_eq!(row.tokens.output == 0, free, "{cell}: {row:?}");
                    assert_eq!(kit.key_row(&key).await.spend, row.cost.unwrap(), "{cell}");
                }
            }
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// What no model can have counted is no count: the row is estimated, flagged, and in the ledger.
#[tokio::test]
async fn counts_beyond_64_bits_are_posted() {
    let kit = Kit::start().await;
    for (provider, stream) in Dialect::SQUARE.into_iter().flat_map(|dialect| [(dialect, false), (dialect, true)]) {
        let counts = Counts { input: 1 << 63, output: (1 << 63) + 7, ..Counts::default() };
        kit.upstream.script(Script { counts: Some(counts), ..Script::default() });
        let key = kit.key(None).await;
        let asked = body(provider, "x", stream);
        let got = kit.call_as(&key, provider, asked.to_string()).await;
        let rows = kit.rows_of(&got.id).await;
        let [row] = &rows[..] else {
            panic!(
                "{:?}",
                store::ledger::quarantined(&kit.db, &store::Scope::Gateway, store::Page { number: 1, size: 9 }).await
            )
        };
        assert_eq!((row.provenance, row.error_kind.is_some()), (nothing_counted(provider), true), "{row:?}");
        assert!(row.cost.unwrap().get() < 1_000_000, "{row:?}");
    }
}
