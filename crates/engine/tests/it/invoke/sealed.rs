//! Bodies that only the model reads which they are for: they come and go as they are, and go nowhere else.

use store::ledger::{AttemptStatus, Provenance};
use testkit::{Script, UsageMode};
use wire::Dialect::{self, BedrockInvoke};

use super::{TITAN, counted, invoke, titan};
use crate::kit::{Kit, group, price};

/// What models take that are no Claude.
pub(super) const SEALED: &[&str] = &[
    r#"{"inputText": "h\u0069" ,"textGenerationConfig":{"maxTokenCount":1e2}}"#,
    r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"schemaVersion":"messages-v1","model":"other"}"#,
];

#[tokio::test]
async fn what_only_the_model_reads_comes_and_goes_as_it_is() {
    let kit = Kit::with(titan).await;
    for body in SEALED {
        for stream in [false, true] {
            let got = invoke(&kit, TITAN, stream, body).await;
            assert_eq!((got.status, got.stream), (200, stream), "{body}: {}", got.text());
            let served = kit.upstream.served().pop().unwrap();
            assert_eq!(served.body, *body);
            // its usage stands in headers, or in the last chunk
            let row = counted(&kit, &got).await;
            assert_eq!(row.cost, Some(price().cost(&row.tokens)), "{body}");
            if !stream {
                assert_eq!(got.json()["length"], body.len());
            }
        }
    }
    // without the headers nobody knows what it cost
    kit.upstream.script(Script { usage: UsageMode::Absent, ..Script::default() });
    let got = invoke(&kit, TITAN, false, SEALED[0]).await;
    let row = kit.rows_of(&got.id).await.pop().unwrap();
    assert_eq!((row.status, row.provenance), (AttemptStatus::Success, Provenance::Estimated), "{row:?}");
    kit.assert_one_row_an_attempt().await;
}

/// Nothing binds what is generated, so nobody knows what it may cost; and only Bedrock can be asked it.
#[tokio::test]
async fn what_only_the_model_reads_is_refused_where_it_cannot_go() {
    let kit = Kit::with(titan).await;
    let (budgeted, free) = (kit.key(Some(9_000_000_000)).await, kit.key(None).await);
    for body in SEALED {
        for stream in [false, true] {
            let got = kit.call_at(&budgeted, BedrockInvoke, TITAN, stream, *body).await;
            assert_eq!(
                (got.status, got.header("x-amzn-errortype")),
                (400, Some("ValidationException")),
                "{}",
                got.text()
            );
            for provider in Dialect::SQUARE {
                let got = kit.call_at(&free, BedrockInvoke, group(provider), stream, *body).await;
                assert_eq!(
                    (got.status, got.header("x-amzn-errortype")),
                    (400, Some("ValidationException")),
                    "{}",
                    got.text()
                );
                assert!(got.text().contains("anthropic_version"), "{provider:?}: {}", got.text());
            }
        }
    }
    assert_eq!((kit.upstream.served().len(), kit.rows().await.len()), (0, 0));
    assert_eq!(kit.call_at(&free, BedrockInvoke, TITAN, false, SEALED[0]).await.status, 200);
}
