//! Streams that break, and clients that leave them, on Bedrock itself.

use engine::call::AnswerBody;
use engine::secret::Secret;
use serde_json::json;
use store::ledger::{AttemptStatus, Provenance};
use testkit::{FrameFault, FrameFaultKind, Script};
use wire::Dialect::{self, BedrockInvoke};
use wire::envelope::Address;

use super::sealed::SEALED;
use super::{TITAN, claude, invoke, titan};
use crate::kit::{INVOKE, Kit, MASTER, group};
use crate::seen;

/// Frames of the upstream that are broken, missing or strange, behind the first words and in the place of the end.
#[tokio::test]
async fn broken_frames_end_a_stream_and_strangers_do_not() {
    use FrameFaultKind::{BadMessageCrc, BadPreludeCrc, Exception, HalfPrelude, Length, Truncated, UnknownEvent};
    let kit = Kit::with(titan).await;
    for (model, body) in [(INVOKE, claude("[[long:30]]", json!({})).to_string()), (TITAN, SEALED[0].to_owned())] {
        for at in [1, 3] {
            for (kind, error) in [
                (HalfPrelude, Some("bad_upstream")),
                (Truncated, Some("bad_upstream")),
                (BadPreludeCrc, Some("bad_upstream")),
                (BadMessageCrc, Some("bad_upstream")),
                (Length(16_777_217), Some("bad_upstream")),
                (Exception("throttlingException".to_owned()), Some("rate_limited")),
                (Exception("modelTimeoutException".to_owned()), Some("timeout")),
                (UnknownEvent("somethingNew".to_owned()), None),
            ] {
                let cell = format!("{kind:?} at {at} of {model}");
                let frame_fault = Some(FrameFault { at, kind });
                kit.upstream.script(Script { frame_fault, ..Script::default() });
                let got = invoke(&kit, model, true, &body).await;
                let row = kit.rows_of(&got.id).await.pop().unwrap();
                assert_eq!(row.error_kind.as_deref(), error, "{cell}: {}", got.text());
                let failed = row.status == AttemptStatus::Failure;
                assert_eq!(failed, error.is_some(), "{cell}: {row:?}");
                if model == INVOKE && failed {
                    let seen = seen::read(BedrockInvoke, &got);
                    assert!(!seen.complete && seen.error["message"].is_string(), "{cell}: {}", got.text());
                }
            }
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// AWS goes on billing when nobody reads, and so the row reads on: what it cost is known, whoever made the model.
#[tokio::test]
async fn a_client_that_leaves_is_charged_for_all_of_it() {
    let kit = Kit::with(titan).await;
    let budgeted = kit.key(Some(9_000_000_000)).await;
    let asked = claude("[[slow:1]][[long:30]]", json!({})).to_string();
    for (key, model, body) in [
        (&Secret::new(MASTER), INVOKE, asked.as_str()),
        (&budgeted, INVOKE, &asked),
        (&Secret::new(MASTER), TITAN, SEALED[0]),
        (&budgeted, group(Dialect::OpenAiChat), &asked),
    ] {
        kit.upstream.script(Script { between_ms: 5, ..Script::default() });
        let address = Address { model: model.to_owned(), stream: true };
        let (principal, call) = kit.prepare_raw(key, BedrockInvoke, Some(address), body.to_owned().into()).await;
        let id = call.id.clone();
        let AnswerBody::Stream(mut pieces) = kit.engine.serve(principal, call).await.body else { panic!("a stream") };
        pieces.recv().await.unwrap();
        drop(pieces);
        let row = kit.rows().await.into_iter().find(|row| row.request_id == id).unwrap();
        let measured = kit.upstream.last().unwrap().measured;
        assert_eq!((row.provenance, row.tokens.output), (Provenance::Final, measured.output), "{model}: {row:?}");
    }
}
