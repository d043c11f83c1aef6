//! What vectors cost: the hold is the bound of the input alone, the charge what the provider counted, else an estimate.

use ::money::Nanos;
use serde_json::json;
use store::ledger::Provenance;
use testkit::{Counts, Script, UsageMode};
use wire::Dialect::{Gemini, OpenAiChat};

use super::{TELLS, ask, cells, embed_as, last, start, told};
use crate::kit::{GEMINI, GPT};

/// A token of input, in nano-dollars; see `kit::price`.
const TOKEN: i64 = 1_000;

fn nanos(tokens: u64) -> i64 {
    i64::try_from(tokens).unwrap() * TOKEN
}

#[tokio::test]
async fn what_is_held_is_the_input_and_what_is_charged_was_counted() {
    let kit = start().await;
    for (client, group, _) in cells() {
        let asked = ask(client, group, &["some words", "more of them"], &json!({})).to_string();
        // a token is a byte at least, and nothing is generated
        let bound = nanos(asked.len() as u64);
        for (budget, status) in [(bound - 1, 422), (bound, 200)] {
            let cell = format!("{client:?} → {group} with {budget}");
            let key = kit.key(Some(budget)).await;
            let before = kit.upstream.count();
            let got = embed_as(&kit, &key, client, group, asked.clone()).await;
            assert_eq!(got.status, status, "{cell}: {}", got.text());
            if status != 200 {
                assert!(got.text().contains("Budget has been exceeded!"), "{cell}: {}", got.text());
                assert_eq!((kit.upstream.count(), kit.rows_of(&got.id).await.len()), (before, 0), "{cell}");
                continue;
            }
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            let cost = row.cost.map(Nanos::get).unwrap();
            let served = last(&kit);
            let counted = served.usage.map(|usage| usage.input);
            assert_eq!(
                row.tokens.input,
                counted.unwrap_or(6),
                "{cell}: a token for four bytes of text, where nobody counts"
            );
            assert_eq!(row.provenance, if counted.is_some() { Provenance::Final } else { Provenance::Estimated });
            assert_eq!((cost, kit.key_row(&key).await.spend.get()), (nanos(row.tokens.input), cost), "{cell}");
            assert!(cost > 0 && got.header("x-litellm-response-cost").is_some(), "{cell}");
            assert_eq!(kit.left(&key).await, budget - cost, "{cell}: the rest of the hold is given back");
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// What is written for another dialect may be much longer than what the client sent; then that is what is held for.
#[tokio::test]
async fn names_and_braces_around_many_texts_are_held_for() {
    let kit = start().await;
    let texts: Vec<_> = (0..90).map(|at| at.to_string()).collect();
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    let asked = ask(OpenAiChat, GEMINI, &texts, &json!({})).to_string();
    let key = kit.key(None).await;
    assert_eq!(embed_as(&kit, &key, OpenAiChat, GEMINI, asked.clone()).await.status, 200);
    let sent = last(&kit).body_len as u64;
    assert!(sent > asked.len() as u64 + 1024);
    for (budget, status) in [(nanos(sent) - 1, 422), (nanos(sent), 200)] {
        let key = kit.key(Some(budget)).await;
        assert_eq!(embed_as(&kit, &key, OpenAiChat, GEMINI, asked.clone()).await.status, status);
    }
}

/// Whatever a provider says of its tokens, a text that was read is never free, unless it says so.
#[tokio::test]
async fn figures_that_are_none_are_estimated() {
    let kit = start().await;
    for (client, group, _) in cells().filter(|(_, group, _)| *group != GEMINI) {
        for (mode, provenance, tokens, odd) in [
            (UsageMode::Present, Provenance::Final, 3, None),
            (UsageMode::Zero, Provenance::Final, 0, Some("odd_usage")),
            (UsageMode::Absent, Provenance::Estimated, 2, None),
            (UsageMode::Null, Provenance::Estimated, 2, None),
            (UsageMode::Negative, Provenance::Estimated, 2, Some("odd_usage")),
        ] {
            let key = kit.key(Some(1_000_000)).await;
            let counts = Some(Counts { input: 3, ..Counts::default() });
            kit.upstream.script(Script { usage: mode, counts, ..Script::default() });
            let got = embed_as(&kit, &key, client, group, ask(client, group, &["12345"], &json!({})).to_string()).await;
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            let cell = format!("{client:?} → {group}, {mode:?}: {row:?}");
            assert_eq!((row.provenance, row.tokens.input, row.tokens.output), (provenance, tokens, 0), "{cell}");
            assert_eq!((row.error_kind.as_deref(), row.cost.map(Nanos::get)), (odd, Some(nanos(tokens))), "{cell}");
        }
    }
}

/// A provider that does not count: tokens that the client counted are counted, texts are measured, and nothing is free.
#[tokio::test]
async fn an_estimate_is_of_the_texts() {
    let kit = start().await;
    let untold = || Script { usage: UsageMode::Absent, ..Script::default() };
    let one = |text: &str| json!({"content": {"parts": [{"text": text}]}});
    for (client, group, asked, tokens) in [
        (OpenAiChat, GPT, json!({"model": GPT, "input": [[100_000, 100_001], [7]]}), 3),
        (OpenAiChat, GPT, json!({"model": GPT, "input": "a"}), 1),
        (OpenAiChat, GEMINI, json!({"model": GEMINI, "input": ["1234", "5678", "9"]}), 3),
        (Gemini, GEMINI, one("a"), 1),
        (Gemini, GEMINI, one(&"word ".repeat(100)), 125),
        (Gemini, GPT, one("12345"), 2),
    ] {
        kit.upstream.script(untold());
        let key = kit.key(Some(10_000_000)).await;
        let got = embed_as(&kit, &key, client, group, asked.to_string()).await;
        let row = kit.rows_of(&got.id).await.pop().unwrap();
        assert_eq!((row.tokens.input, row.provenance), (tokens, Provenance::Estimated), "{asked}: {}", got.text());
        assert_eq!(kit.key_row(&key).await.spend.get(), nanos(tokens));
        if client == OpenAiChat && group == GEMINI {
            assert_eq!(told(client, &got), Some(tokens), "clients of OpenAI's always find a count");
        }
    }
}

/// Pictures, sound and film have prices of their own, which are not known: they are not for keys with a budget.
#[tokio::test]
async fn what_is_no_text_counts_against_no_budget() {
    let kit = start().await;
    let (budgeted, free) = (kit.key(Some(9_000_000_000)).await, kit.key(None).await);
    for part in [
        json!({"inlineData": {"data": "AAAA", "mimeType": "image/png"}}),
        json!({"file_data": {"file_uri": "https://example.com/a.mp4", "mime_type": "video/mp4"}}),
    ] {
        let asked = json!({"content": {"parts": [part]}}).to_string();
        let got = embed_as(&kit, &budgeted, Gemini, TELLS, asked.clone()).await;
        let error = &got.json()["error"];
        assert!(got.status == 400 && error["message"].as_str().unwrap().contains("media"), "{error}");
        assert_eq!(embed_as(&kit, &free, Gemini, TELLS, asked).await.status, 200);
    }
    assert_eq!(kit.upstream.count(), 2);
}
