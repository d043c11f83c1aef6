//! Counts of tokens: answered, refused and failed in each dialect, logged, and not taken for turns.

use serde_json::{Value, json};
use testkit::{Counts, Script, State, Upstream, When};

use crate::client::{get, post, request, respond};

const RESPONSES: &str = "/v1/responses/input_tokens";
const MESSAGES: &str = "/v1/messages/count_tokens";
const CONVERSE: &str = "/model/a%3A0/count-tokens";

/// Path, body for a prompt, and the answer without its number.
fn all(prompt: &str) -> [(&'static str, Value, &'static str); 3] {
    [
        (RESPONSES, respond(prompt, json!({})), "input_tokens"),
        (MESSAGES, json!({"model": "m", "messages": [{"role": "user", "content": prompt}]}), "input_tokens"),
        (
            CONVERSE,
            json!({"input": {"converse": {"messages": [{"role": "user", "content": [{"text": prompt}]}]}}}),
            "inputTokens",
        ),
    ]
}

#[tokio::test]
async fn a_quarter_of_what_was_sent() {
    let upstream = Upstream::start().await;
    for (path, body, member) in all("how many?") {
        let got = post(&upstream, path, &body).await;
        let expect = (body.to_string().len() / 4) as u64;
        let mut answer = json!({member: expect});
        if path == RESPONSES {
            answer["object"] = json!("response.input_tokens");
        }
        assert_eq!((got.status.as_u16(), got.json()), (200, answer), "{path}");
        let served = upstream.wait_for_ended(1).await.unwrap().pop().unwrap();
        assert_eq!((served.path.as_str(), served.state, served.dialect), (path, State::Complete, None));
        assert_eq!((served.measured, served.usage), (Counts::default(), None), "nothing was generated");
    }
    let models: Vec<_> = upstream.served().into_iter().map(|served| served.model.unwrap()).collect();
    assert_eq!(models, ["m", "m", "a:0"]);
}

#[tokio::test]
async fn failures_by_prompt_and_by_script() {
    let upstream = Upstream::start().await;
    for (path, body, member) in all("[[error:429]]") {
        let got = post(&upstream, path, &body).await;
        assert_eq!(got.status, 429, "{path}");
        let when = When { path: Some(path.to_owned()), ..When::default() };
        upstream.script(Script { when: when.clone(), status: Some(503), ..Script::default() });
        let fine = all("x").into_iter().find(|(other, ..)| *other == path).unwrap().1;
        assert_eq!(post(&upstream, path, &fine).await.status, 503, "{path}");
        let counts = Some(Counts { input: 77, ..Counts::default() });
        upstream.script(Script { when: when.clone(), counts, ..Script::default() });
        assert_eq!(post(&upstream, path, &fine).await.json()[member], 77, "{path}");
        upstream.script(Script { when, hang_up: true, ..Script::default() });
        assert!(request(&upstream, "POST", path, fine.to_string()).await.is_err());
    }
}

#[tokio::test]
async fn a_script_for_a_turn_waits_for_a_turn() {
    let upstream = Upstream::start().await;
    upstream.script(Script { status: Some(500), ..Script::default() });
    for (path, body, _) in all("x") {
        assert_eq!(post(&upstream, path, &body).await.status, 200);
    }
    assert_eq!(upstream.scripts_waiting(), 1);
    assert_eq!(get(&upstream, "/v1/models").await.status, 200);
}

#[tokio::test]
async fn what_only_generating_needs_is_refused() {
    let upstream = Upstream::start().await;
    let strangers = [
        (json!({"max_output_tokens": 9}), "Unknown parameter: 'max_output_tokens'."),
        (json!({"max_tokens": 9}), "max_tokens: Extra inputs are not permitted"),
        (json!({"inferenceConfig": {}}), "request.input.converse: has no member inferenceConfig"),
    ];
    for ((path, mut body, _), (more, message)) in all("x").into_iter().zip(strangers) {
        let inner = if path == CONVERSE { &mut body["input"]["converse"] } else { &mut body };
        inner.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let got = post(&upstream, path, &body).await;
        let said = got.json();
        let said = said.get("message").unwrap_or(&said["error"]["message"]).clone();
        assert_eq!((got.status.as_u16(), said), (400, json!(message)));
    }
    for (path, ..) in all("x") {
        assert_eq!(post(&upstream, path, &json!("{")).await.status, 400, "{path}");
    }
}
