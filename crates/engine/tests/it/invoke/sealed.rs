//! Bodies that only the model reads which they are for: they come and go as they are, and go nowhere else.

use engine::secret::Secret;
use http::HeaderValue;
use store::ledger::{AttemptStatus, Provenance};
use testkit::{Script, UsageMode};
use wire::Dialect::{self, BedrockInvoke};
use wire::envelope::Address;

use super::{TITAN, counted, invoke, titan};
use crate::kit::{Got, Kit, MASTER, collect, group, price};

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
            let served = kit.upstream.last().unwrap();
            assert_eq!(served.body, *body);
            // its usage stands in headers, or in the last chunk
            let row = counted(&kit, &got).await;
            assert_eq!(row.cost, Some(price().cost(&row.tokens.into())), "{body}");
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

async fn formed(kit: &Kit, stream: bool, headers: &[(&'static str, &[u8])]) -> Got {
    let address = Address { model: TITAN.to_owned(), stream };
    let (principal, mut call) =
        kit.prepare_raw(&Secret::new(MASTER), BedrockInvoke, Some(address), SEALED[0].into()).await;
    for (name, value) in headers {
        call.headers.append(*name, HeaderValue::from_bytes(value).unwrap());
    }
    collect(call.id.clone(), kit.engine.serve(principal, call).await).await
}

/// Some models answer in the form that they are asked for, and it need be no JSON.
#[tokio::test]
async fn the_forms_of_a_body_and_of_its_answer_are_told() {
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\xff";
    let kit = Kit::with(titan).await;
    kit.upstream.script(Script { raw_body: Some(PNG.into()), ..Script::default() });
    let got = formed(&kit, false, &[("accept", b"image/png"), ("content-type", b"application/json;v=2")]).await;
    assert_eq!((got.status, got.header("content-type"), &got.body[..]), (200, Some("image/png"), PNG));
    assert_eq!(got.headers.iter().filter(|(name, _)| *name == "content-type").count(), 1);
    let served = kit.upstream.last().unwrap();
    let sent = ["accept", "content-type"].map(|name| served.header(name));
    assert_eq!(sent, [Some("image/png"), Some("application/json;v=2")]);
    counted(&kit, &got).await;

    let stream = "application/vnd.amazon.eventstream";
    let got = formed(&kit, true, &[("accept", b"x/y"), ("x-amzn-bedrock-accept", b"text/x-new")]).await;
    let told = ["content-type", "x-amzn-bedrock-content-type"].map(|name| got.header(name));
    assert_eq!((got.status, told), (200, [Some(stream), Some("text/x-new")]), "{}", got.text());
    let served = kit.upstream.last().unwrap();
    let sent = ["accept", "x-amzn-bedrock-accept", "content-type"].map(|name| served.header(name));
    assert_eq!(sent, [Some(stream), Some("text/x-new"), Some("application/json")]);

    // who says nothing asks for JSON
    let got = formed(&kit, false, &[]).await;
    assert_eq!((got.status, got.header("content-type")), (200, Some("application/json")));
    let served = kit.upstream.last().unwrap();
    assert_eq!(["accept", "content-type"].map(|name| served.header(name)), [Some("application/json"); 2]);
    kit.assert_one_row_an_attempt().await;
}

/// What only the model reads may have any shape, but an answer that says it is JSON and is not was cut off.
#[tokio::test]
async fn an_answer_is_judged_by_the_form_that_it_says() {
    let kit = Kit::with(titan).await;
    for (accept, body, status) in [
        ("application/json", r#"[{"generated_text":"x"}]"#, 200),
        ("application/json", r#"{"images":[],"error":"some were blocked"}"#, 200),
        ("application/json; charset=utf-8", r#"{"images":["#, 424),
        ("application/json", "", 424),
        ("application/jsonlines", "{}\n{}", 200),
        ("text/csv", "a,b", 200),
        ("text/csv", "", 424),
    ] {
        kit.upstream.script(Script { raw_body: Some(body.into()), ..Script::default() });
        let got = formed(&kit, false, &[("accept", accept.as_bytes())]).await;
        assert_eq!(got.status, status, "{accept} {body}: {}", got.text());
        assert!(status != 200 || got.body == body, "{accept} {body}: {}", got.text());
    }
    let before = kit.upstream.count();
    for headers in [&[("accept", b"caf\xe9".as_slice())][..], &[("accept", b"a/b"), ("accept", b"c/d")]] {
        let got = formed(&kit, false, headers).await;
        assert!(got.status == 400 && got.text().contains("accept"), "{}", got.text());
    }
    assert_eq!(kit.upstream.count(), before);
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
    assert_eq!((kit.upstream.count(), kit.rows().await.len()), (0, 0));
    assert_eq!(kit.call_at(&free, BedrockInvoke, TITAN, false, SEALED[0]).await.status, 200);
}
