//! Clients of the dialects outside the square at each provider of the square: what they are told, why it ended and what it cost.
//! Where their errors, budgets and leaving are like everybody's, the tables of the others have them.

use engine::secret::Secret;
use serde_json::{Value, json};
use testkit::{Counts, Script, Stop};
use wire::Dialect::{self, BedrockInvoke, CohereV1, OpenAiCompletions};

use crate::kit::{Kit, MASTER, group};
use crate::seen::{self, Seen};
use crate::square::asks::say;
use crate::square::ends::End;
use crate::square::{addressed, ask, cells};

/// A text in every form, counted as the upstream counted it. `told` are the tokens of the prompt and of the answer, as the client
/// finds them.
pub(crate) async fn are_answered(client: Dialect, told: fn(&Seen) -> (u64, u64)) {
    let kit = Kit::start().await;
    for (client, provider, stream) in cells(&[client]) {
        for (stop, end) in [(None, End::Done), (Some(Stop::Length), End::Length), (Some(Stop::Filter), End::Filtered)] {
            let counts = Counts { input: 1000, output: 57, cache_read: 300, cache_write: 20 };
            kit.upstream.script(Script { stop, counts: Some(counts), ..Script::default() });
            let body = addressed(say(client, "[[say:hello there]]", json!({})), client, provider, stream);
            let cell = ask(&kit, &body, client, provider, stream).await;
            cell.holds();
            let name = format!("{client:?} ← {provider:?}, stream {stream}: {}", cell.got.text());
            assert_eq!((cell.seen.text.as_str(), cell.seen.stop.as_str()), ("hello there", end.word(client)), "{name}");
            let tokens = cell.row.as_ref().unwrap().tokens;
            assert_eq!(told(&cell.seen), (tokens.prompt(), tokens.output), "{name}");
            assert_eq!(cell.got.header("x-turnpike-dropped"), None, "{name}");
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// A budget that is used up, in each client's words, before anything is sent.
#[tokio::test]
async fn a_budget_that_is_used_up_is_told() {
    let kit = Kit::start().await;
    let key = kit.key(Some(10)).await;
    for (client, provider, stream) in cells(&[OpenAiCompletions, BedrockInvoke, CohereV1]) {
        let body = addressed(say(client, "[[say:x]]", json!({})), client, provider, stream);
        let got = kit.call_as(&key, client, body.to_string()).await;
        let (status, word) = match client {
            // AWS's SDKs go by the exception and the status that goes with it
            BedrockInvoke => (400, "ServiceQuotaExceededException"),
            OpenAiCompletions => (422, "budget_exceeded"),
            // Cohere's go by the status
            _ => (422, "422"),
        };
        let error = seen::read(client, &got).error;
        assert_eq!((got.status, error["type"].as_str()), (status, Some(word)), "{client:?}: {}", got.text());
        let said = error["message"].as_str().unwrap();
        assert!(said.starts_with("Budget has been exceeded! Current cost: "), "{client:?}: {said}");
    }
    assert_eq!((kit.upstream.count(), kit.rows().await.len()), (0, 0));
}

/// A call with the master key whose body names the group of that provider, refused by that name and never sent.
pub(crate) async fn is_refused(kit: &Kit, client: Dialect, provider: Dialect, mut body: Value, name: &str) {
    body["model"] = group(provider).into();
    let before = kit.upstream.count();
    let got = kit.call_as(&Secret::new(MASTER), client, body.to_string()).await;
    let error = seen::read(client, &got).error;
    let said = error["message"].as_str().unwrap_or_default();
    assert!(got.status == 400 && said.contains(name), "{client:?} → {provider:?}, {name}: {}", got.text());
    assert_eq!(kit.upstream.count(), before, "{name}");
}
