//! Cohere's first chat API, which only clients speak: each provider of the square answers it, Cohere in its second.

use engine::secret::Secret;
use serde_json::{Value, json};
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, CohereV1, OpenAiResponses};

use crate::guests;
use crate::kit::{Got, Kit, MASTER, group};
use crate::seen::{self, Seen};
use crate::square::cells;

async fn ask(kit: &Kit, provider: Dialect, stream: bool, body: &Value) -> (Got, Seen) {
    let mut body = body.clone();
    body["model"] = group(provider).into();
    body["stream"] = stream.into();
    let got = kit.call_as(&Secret::new(MASTER), CohereV1, body.to_string()).await;
    let seen = seen::read(CohereV1, &got);
    (got, seen)
}

#[tokio::test]
async fn every_provider_answers() {
    let told = |seen: &Seen| (seen.tokens("/tokens/input_tokens"), seen.tokens("/tokens/output_tokens"));
    guests::are_answered(CohereV1, told).await;
}

/// What was said before, who said it, and the settings; the answer has all of it and itself as the history of the next call.
#[tokio::test]
async fn a_conversation_and_its_settings_arrive() {
    let kit = Kit::start().await;
    let body = json!({"preamble": "be brief", "message": "[[say:on]]", "temperature": 0.30, "p": 0.90, "max_tokens": 77,
        "chat_history": [{"role": "USER", "message": "hi"}, {"role": "CHATBOT", "message": "hello"}]});
    for (_, provider, stream) in cells(&[CohereV1]) {
        let (got, seen) = ask(&kit, provider, stream, &body).await;
        assert_eq!((seen.text.as_str(), seen.complete), ("on", true), "{provider:?}: {}", got.text());
        let kind = if stream { "application/stream+json" } else { "application/json" };
        assert_eq!(got.header("content-type"), Some(kind), "{provider:?}");
        let roles: Vec<_> = seen.items.iter().map(|turn| turn["role"].as_str().unwrap()).collect();
        assert_eq!(roles, ["USER", "CHATBOT", "USER", "CHATBOT"], "{provider:?}: {}", got.text());
        assert_eq!((&seen.items[2]["message"], &seen.items[3]["message"]), (&json!("[[say:on]]"), &json!("on")));
        let served = kit.upstream.last().unwrap();
        let sent = served.json().to_string();
        for word in ["be brief", "hi", "hello", "[[say:on]]", "0.3", "0.9", "77"] {
            assert!(sent.contains(word), "{provider:?}, {word}: {sent}");
        }
        if provider == Cohere {
            let accepted = if stream { "text/event-stream" } else { "application/json" };
            assert_eq!((served.path.as_str(), served.header("accept")), ("/v2/chat", Some(accepted)));
            let said = |role: &str, text: &str| json!({"role": role, "content": text});
            let turns = [
                said("system", "be brief"),
                said("user", "hi"),
                said("assistant", "hello"),
                said("user", "[[say:on]]"),
            ];
            assert_eq!(served.json()["messages"], json!(turns));
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// Calls have no ids: a result says its call again, and finds it.
#[tokio::test]
async fn a_call_and_its_result_find_each_other() {
    let kit = Kit::start().await;
    let parameters = json!({"city": {"type": "str", "description": "where", "required": true}});
    let tools = json!([
        {"name": "weather", "description": "tells", "parameter_definitions": parameters},
        {"name": "clock", "description": "tells", "parameter_definitions": {}},
    ]);
    let asked = r#"[[tool:weather:{"city":"Oslo"}]] [[tool:weather:{"city":"Rome"}]] [[tool:clock:{}]]"#;
    for (_, provider, stream) in cells(&[CohereV1]) {
        let (got, seen) = ask(&kit, provider, stream, &json!({"message": asked, "tools": tools})).await;
        let place = format!("{provider:?}, stream {stream}: {}", got.text());
        let calls: Vec<_> = seen.calls.iter().map(|call| (call.name.as_str(), call.arguments.as_str())).collect();
        assert_eq!(
            calls,
            [("weather", r#"{"city":"Oslo"}"#), ("weather", r#"{"city":"Rome"}"#), ("clock", "{}")],
            "{place}"
        );
        assert_eq!((seen.stop.as_str(), seen.complete), ("COMPLETE", true), "{place}");

        // in another order than they were made
        let results = [2, 1, 0].map(|at| {
            let call = &seen.calls[at];
            let parameters: Value = call.arguments.parse().unwrap();
            json!({"call": {"name": call.name, "parameters": parameters}, "outputs": [{"degrees": at}]})
        });
        let next = json!({"message": "", "chat_history": seen.items, "tool_results": results, "tools": tools});
        let (got, seen) = ask(&kit, provider, stream, &next).await;
        let place = format!("{provider:?}, stream {stream}: {}", got.text());
        let mut said: Vec<_> = seen.text.strip_prefix("TOOL_RESULT: ").expect(&place).split(" | ").collect();
        said.sort_unstable();
        assert_eq!(said, [r#"{"degrees":0}"#, r#"{"degrees":1}"#, r#"{"degrees":2}"#], "{place}");
        assert_eq!(got.header("x-turnpike-dropped"), None, "{place}");
        belong(&kit.upstream.last().unwrap().json(), provider);
    }
    kit.assert_one_row_an_attempt().await;
}

/// As the provider got them, the result for Rome stands with the call for Rome.
fn belong(sent: &Value, provider: Dialect) {
    let sent = sent.to_string();
    let (rome, result) = (sent.find("Rome").unwrap(), sent.find("degrees\\\":1").or(sent.find("degrees\":1")));
    assert!(result.is_some_and(|result| result > rome), "{provider:?}: {sent}");
}

/// The documents of a request, by their own ids.
#[tokio::test]
async fn what_an_answer_rests_on_is_named_by_document() {
    let kit = Kit::start().await;
    let document = json!({"id": "mine", "title": "notes", "text": "the notes"});
    let body = json!({"message": "[[say:so it is]]", "documents": [document, {"text": "others", "area": "7"}]});
    for stream in [false, true] {
        let (got, seen) = ask(&kit, Cohere, stream, &body).await;
        let cited: Vec<_> = seen.citations.iter().map(|citation| citation["document_ids"].clone()).collect();
        assert_eq!(cited.first(), Some(&json!(["mine"])), "{}", got.text());
        let sent = kit.upstream.last().unwrap().json();
        assert_eq!(sent["documents"][0]["data"], json!({"title": "notes", "text": "the notes"}), "{sent}");
        let last = got.text().lines().last().unwrap().to_owned();
        let told: Value = last.parse().unwrap();
        let answer = if stream { &told["response"] } else { &told };
        assert_eq!(answer["documents"][0], document, "{answer}");
        // no words of it are cited where nobody cites
        let (_, seen) = ask(&kit, Dialect::OpenAiChat, stream, &json!({"message": "[[say:x]]"})).await;
        assert!(seen.citations.is_empty());
    }
    // who cannot be told to cite says so
    let mut wished = body;
    wished["citation_quality"] = "accurate".into();
    guests::is_refused(&kit, CohereV1, OpenAiResponses, wished, "citation_quality").await;
}

/// Cohere cites documents by itself: a provider that cannot is given them all the same, and the client is told.
#[tokio::test]
async fn documents_arrive_also_where_nobody_cites() {
    let kit = Kit::start().await;
    let second = json!({"messages": [{"role": "user", "content": "[[say:so]]"}], "documents": ["the notes"]});
    let first = json!({"message": "[[say:so]]", "documents": [{"text": "the notes"}]});
    for (client, body, named) in [
        (Cohere, second, "citation_options.mode (citations of documents; OFF does without)"),
        (CohereV1, first, "citation_quality (citations of documents; off does without)"),
    ] {
        for provider in Dialect::SQUARE {
            let mut body = body.clone();
            body["model"] = group(provider).into();
            let got = kit.call(client, &body).await;
            let cites = matches!(provider, Anthropic | Bedrock | Cohere);
            let expected = if cites { None } else { Some(named) };
            assert_eq!((got.status, got.header("x-turnpike-dropped")), (200, expected), "{client:?} → {provider:?}");
            let sent = kit.upstream.last().unwrap().json().to_string();
            assert!(sent.contains("the notes"), "{client:?} → {provider:?}: {sent}");
        }
    }
}

/// A history that Cohere keeps makes another call of it: that is never dropped. What Cohere's second API has no word for is named.
#[tokio::test]
async fn what_no_provider_can_be_told_is_refused_by_name() {
    for drop_params in [false, true] {
        let kit = Kit::with(|setup| setup.settings.drop_params = drop_params).await;
        for provider in Dialect::SQUARE {
            let kept = json!({"message": "[[say:x]]", "conversation_id": "c"});
            guests::is_refused(&kit, CohereV1, provider, kept, "conversation_id").await;
            for (field, value) in [
                ("connectors", json!([{"id": "web-search"}])),
                ("search_queries_only", json!(true)),
                ("prompt_truncation", json!("AUTO")),
            ] {
                let asked = json!({"message": "[[say:x]]", field: value});
                if drop_params {
                    let (got, seen) = ask(&kit, provider, false, &asked).await;
                    assert_eq!(
                        (seen.text.as_str(), got.header("x-turnpike-dropped")),
                        ("x", Some(field)),
                        "{provider:?}"
                    );
                } else {
                    guests::is_refused(&kit, CohereV1, provider, asked, field).await;
                }
            }
        }
        kit.assert_one_row_an_attempt().await;
    }
}
