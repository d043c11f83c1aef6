//! OpenAI's text completions: their clients at each provider of the square, at a deployment that has nothing else, and the clients of
//! the square there.

use engine::secret::Secret;
use providers::Provider;
use serde_json::{Value, json};
use store::ledger::{AttemptStatus, Provenance};
use testkit::{Script, Stop, UsageMode};
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiCompletions, OpenAiResponses};

use crate::guests::{self, is_refused};
use crate::kit::{COMPLETIONS, Got, Kit, MASTER, group, price};
use crate::seen::{self, Seen};
use crate::square::asks::say;
use crate::square::asks::tools::with_tools;
use crate::square::ends::End;
use crate::square::{addressed, ask, cells};

async fn complete(kit: &Kit, provider: Dialect, stream: bool, body: &Value) -> (Got, Seen) {
    let mut body = addressed(body.clone(), OpenAiCompletions, provider, stream);
    body["model"] = group(provider).into();
    let got = kit.call_as(&Secret::new(MASTER), OpenAiCompletions, body.to_string()).await;
    let seen = seen::read(OpenAiCompletions, &got);
    (got, seen)
}

#[tokio::test]
async fn every_provider_answers() {
    let told = |seen: &Seen| (seen.tokens("/prompt_tokens"), seen.tokens("/completion_tokens"));
    guests::are_answered(OpenAiCompletions, told).await;
}

/// A prompt is what a user says, word for word; one in a list is one, too.
#[tokio::test]
async fn a_prompt_and_its_settings_arrive() {
    let kit = Kit::start().await;
    let prompt = " [[say:on]]\n\n";
    for (_, provider, stream) in cells(&[OpenAiCompletions]) {
        for prompt in [json!(prompt), json!([prompt])] {
            let body = json!({"prompt": prompt, "temperature": 0.30, "top_p": 0.90, "max_tokens": 77, "echo": false,
                "best_of": 1, "suffix": null});
            let (got, seen) = complete(&kit, provider, stream, &body).await;
            assert_eq!((seen.text.as_str(), seen.complete), ("on", true), "{provider:?}: {}", got.text());
            assert_eq!(got.header("x-turnpike-dropped"), None, "{provider:?}");
            let sent = kit.upstream.last().unwrap().json().to_string();
            for word in [r#"" [[say:on]]\n\n""#, "0.3", "0.9", "77"] {
                assert!(sent.contains(word), "{provider:?}, {word}: {sent}");
            }
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// Where answers can be several, or probabilities told, the client has them in its own form; elsewhere they are refused by name.
#[tokio::test]
async fn several_answers_and_probabilities() {
    let kit = Kit::start().await;
    for (_, provider, stream) in cells(&[OpenAiCompletions]) {
        let two = json!({"prompt": "[[say:twice]]", "n": 2});
        if matches!(provider, OpenAiChat | Gemini) {
            let (got, seen) = complete(&kit, provider, stream, &two).await;
            assert_eq!((seen.text.as_str(), seen.second.as_str()), ("twice", "twice"), "{provider:?}: {}", got.text());
        } else {
            is_refused(&kit, OpenAiCompletions, provider, two, "n").await;
        }
        let likely = json!({"prompt": "[[logprobs]] [[say:likely so]]", "logprobs": 2});
        if matches!(provider, OpenAiChat | OpenAiResponses | Gemini) {
            let (got, seen) = complete(&kit, provider, stream, &likely).await;
            let tokens: String = seen.logprobs.iter().map(|token| token["token"].as_str().unwrap()).collect();
            assert_eq!((tokens.as_str(), seen.text.as_str()), ("likely so", "likely so"), "{}", got.text());
            assert!(seen.logprobs.iter().all(|token| token["logprob"].is_number()), "{}", got.text());
        } else {
            is_refused(&kit, OpenAiCompletions, provider, likely, "logprobs").await;
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// Tokens and several prompts are no conversation. Without `suffix` the answer would be to another question, whatever may be dropped.
#[tokio::test]
async fn what_is_no_conversation_is_refused_by_name() {
    for drop_params in [false, true] {
        let kit = Kit::with(|setup| setup.settings.drop_params = drop_params).await;
        for provider in Dialect::SQUARE {
            for (body, name) in [
                (json!({"prompt": [1, 2, 3]}), "prompt"),
                (json!({"prompt": [[1, 2], [3]]}), "prompt"),
                (json!({"prompt": ["a", "b"]}), "prompt"),
                (json!({"prompt": []}), "prompt"),
                (json!({"prompt": "a", "suffix": "z"}), "suffix"),
            ] {
                is_refused(&kit, OpenAiCompletions, provider, body, name).await;
            }
            for (field, value) in [
                ("echo", json!(true)),
                ("best_of", json!(3)),
                ("logit_bias", json!({"50256": -100})),
                ("x_new", json!(1)),
            ] {
                let body = json!({"prompt": "[[say:x]]", field: value});
                if drop_params {
                    let (got, seen) = complete(&kit, provider, false, &body).await;
                    let named = got.header("x-turnpike-dropped");
                    assert_eq!((seen.text.as_str(), named), ("x", Some(field)), "{provider:?}: {}", got.text());
                } else {
                    is_refused(&kit, OpenAiCompletions, provider, body, field).await;
                }
            }
        }
        kit.assert_one_row_an_attempt().await;
    }
}

/// On the same dialect only the model is exchanged, whatever the prompt is.
#[tokio::test]
async fn a_body_goes_on_byte_for_byte() {
    let kit = Kit::start().await;
    for body in [
        r#"{"model":"MODEL","prompt":[1, 22,333]}"#,
        r#"{ "prompt" : [[1,2],[3]] , "model":  "MODEL", "max_tokens":null }"#,
        r#"{"model":"MODEL","prompt":["a","b\u0062"],"n":2,"best_of":3}"#,
        r#"{"model":"MODEL","prompt":"def f(","suffix":")\n","echo":true,"logprobs":1,"temperature":1.00}"#,
        r#"{"model":"MODEL","prompt":"x","logit_bias":{"50256":-100},"user":"\ud83c\udf31"}"#,
    ] {
        let got = kit.call_as(&Secret::new(MASTER), OpenAiCompletions, body.replace("MODEL", COMPLETIONS)).await;
        assert_eq!(got.status, 200, "{body}: {}", got.text());
        let served = kit.upstream.last().unwrap();
        assert_eq!(
            (served.body, served.path),
            (body.replace("MODEL", "completions-model").into(), "/completions".into())
        );
        let row = kit.rows_of(&got.id).await.pop().unwrap();
        assert_eq!((row.provenance, row.tokens.input), (Provenance::Final, served.measured.input), "{body}");
        assert_eq!(row.tokens.output, served.measured.output, "{body}");
    }
    kit.assert_one_row_an_attempt().await;
}

/// Without its usage a stream cannot be charged: the gateway asks for it, and keeps it from who did not.
#[tokio::test]
async fn usage_is_asked_for_and_kept_from_who_did_not_ask() {
    let kit = Kit::start().await;
    for (rest, told) in [
        ("", false),
        (r#","stream_options":null"#, false),
        (r#","stream_options":{"include_usage":false}"#, false),
        (r#","stream_options":{"include_usage":true}"#, true),
    ] {
        let body = format!(r#"{{"model":"{COMPLETIONS}","prompt":"[[say:some words]]","stream":true{rest}}}"#);
        let got = kit.call_as(&Secret::new(MASTER), OpenAiCompletions, body).await;
        let seen = seen::read(OpenAiCompletions, &got);
        assert_eq!((seen.text.as_str(), seen.complete), ("some words", true), "{rest}: {}", got.text());
        assert_eq!(!seen.usage.is_empty(), told, "{rest}: {}", got.text());
        let served = kit.upstream.last().unwrap();
        assert_eq!(served.json()["stream_options"]["include_usage"], true, "{rest}");
        let row = kit.rows_of(&got.id).await.pop().unwrap();
        assert_eq!((row.provenance, row.tokens.output), (Provenance::Final, served.measured.output), "{rest}");
    }
    // the same where a provider of another dialect tells it anyway
    for provider in Dialect::SQUARE {
        let body = json!({"model": group(provider), "prompt": "[[say:x]]", "stream": true});
        let got = kit.call_as(&Secret::new(MASTER), OpenAiCompletions, body.to_string()).await;
        assert!(seen::read(OpenAiCompletions, &got).usage.is_empty(), "{provider:?}: {}", got.text());
    }
}

/// Each prompt has `n` answers, each of them up to the ceiling, and the best are chosen of as many as are made.
#[tokio::test]
async fn every_answer_to_every_prompt_is_held_for() {
    let kit = Kit::start().await;
    for (fields, answers) in [
        (r#""prompt":"x""#, 1),
        (r#""prompt":"x","n":2"#, 2),
        (r#""prompt":["x","y","z"]"#, 3),
        (r#""prompt":[[1],[2]],"n":2,"best_of":3"#, 6),
        (r#""prompt":[1,2,3]"#, 1),
    ] {
        let body = format!(r#"{{"model":"{COMPLETIONS}",{fields},"max_tokens":100000}}"#);
        let key = kit.key(Some(700_000)).await;
        let got = kit.call_as(&key, OpenAiCompletions, body.clone()).await;
        assert_eq!(got.status, 200, "{fields}: {}", got.text());
        let served = kit.upstream.last().unwrap();
        let ceiling = served.json()["max_tokens"].as_u64().unwrap();
        let worst = price().worst_case(&money::Bounds::of(body.len() as u64, ceiling * answers)).get();
        let one_more = 2000 * i64::try_from(answers).unwrap();
        assert!(worst <= 700_000 && worst + one_more > 700_000, "{fields}: {ceiling} costs {worst}");
        let row = kit.rows_of(&got.id).await.pop().unwrap();
        assert_eq!(kit.key_row(&key).await.spend, row.cost.unwrap(), "{fields}");
    }
}

/// What stands elsewhere may fill the window, and each prompt has a window of its own.
#[tokio::test]
async fn a_window_is_held_for_each_prompt() {
    let kit = Kit::with(|setup| {
        let at = setup.deployments.iter_mut().find(|one| one.group == COMPLETIONS).unwrap();
        at.max_input_tokens = Some(4096);
    })
    .await;
    for (prompt, status) in [(r#"["x"]"#, 200), (r#"["x","y","z"]"#, 422)] {
        let body = format!(r#"{{"model":"{COMPLETIONS}","prompt":{prompt},"max_tokens":1,"user":"u","audio":{{}}}}"#);
        let key = kit.key(Some(6_000_000)).await;
        let got = kit.call_as(&key, OpenAiCompletions, body).await;
        // the upstream does not know the field
        let expected = if status == 200 { 400 } else { status };
        assert_eq!(got.status, expected, "{prompt}: {}", got.text());
        assert_eq!(got.text().contains("Budget has been exceeded"), status == 422, "{prompt}: {}", got.text());
    }
}

/// A deployment of completions that is known to end after that many tokens by itself, or is at another address than the one of
/// which that is known.
async fn ending_after(most: Option<u64>, is_own: bool) -> Kit {
    Kit::with(|setup| {
        let at = setup.deployments.iter_mut().find(|one| one.group == COMPLETIONS).unwrap();
        at.max_output_tokens = Some(4096);
        let base_url = if is_own { Some(setup.base.clone()) } else { at.provider.base_url.clone() };
        at.provider = Provider { completion_ceiling: most, base_url, ..(*at.provider).clone() }.into();
    })
    .await
}

/// Prompt and answer share the window, so half of it is asked for where nobody says how much. Only a server that is known to end
/// earlier by itself is held to that, and `null` is not what it does by itself.
#[tokio::test]
async fn what_is_asked_for_without_a_ceiling() {
    let chat = json!({"model": COMPLETIONS, "messages": [{"role": "user", "content": "[[say:x]]"}]});
    let chat_of = |ceiling: u64| {
        let mut asked = chat.clone();
        asked["max_completion_tokens"] = ceiling.into();
        asked
    };
    let completion = |ceiling: Value| json!({"model": COMPLETIONS, "prompt": "[[say:x]]", "max_tokens": ceiling});
    let none = json!({"model": COMPLETIONS, "prompt": "[[say:x]]"});
    for (most, is_own, by_itself) in [(Some(16), true, 16), (Some(16), false, 2048), (None, true, 2048)] {
        let kit = ending_after(most, is_own).await;
        let key = kit.key(Some(1_000_000_000)).await;
        for (client, body, sent) in [
            (OpenAiChat, chat.clone(), 2048),
            (OpenAiChat, chat_of(3000), 3000),
            (OpenAiCompletions, completion(Value::Null), 2048),
            (OpenAiCompletions, completion(json!(7)), 7),
            (OpenAiCompletions, completion(json!(4000)), 4000),
            (OpenAiCompletions, none.clone(), by_itself),
        ] {
            let got = kit.call_as(&key, client, body.to_string()).await;
            assert_eq!(got.status, 200, "{most:?} {is_own} {body}: {}", got.text());
            let served = kit.upstream.last().unwrap();
            assert_eq!(served.json()["max_tokens"], sent, "{most:?} {is_own} {body}");
        }
    }
}

/// Without a budget no ceiling is written, so an answer may be as long as the window lets it where nothing else is known.
#[tokio::test]
async fn what_is_recorded_without_a_ceiling() {
    for (most, is_own, is_known) in [(Some(16), true, true), (Some(16), false, false), (None, true, false)] {
        let kit = ending_after(most, is_own).await;
        kit.upstream.script(Script { usage: UsageMode::Absent, ..Script::default() });
        let body = json!({"model": COMPLETIONS, "prompt": format!("[[say:{}]]", "x".repeat(400))});
        let got = kit.call(OpenAiCompletions, &body).await;
        let row = kit.rows_of(&got.id).await.pop().unwrap();
        let (provenance, output) = (row.provenance, row.tokens.output);
        assert_eq!((provenance, output <= 16), (Provenance::Estimated, is_known), "{most:?} {is_own}: {output}");
        assert_eq!(kit.upstream.last().unwrap().json()["max_tokens"], Value::Null);
    }
}

/// A ceiling of 0 asks for the probabilities of the prompt, which only a server of the same dialect tells.
#[tokio::test]
async fn a_prompt_is_scored() {
    let kit = ending_after(Some(16), true).await;
    for budget in [None, Some(1_000_000)] {
        let key = kit.key(budget).await;
        let body = format!(r#"{{"model":"{COMPLETIONS}","prompt":"x","echo":true,"logprobs":1,"max_tokens": 0}}"#);
        let got = kit.call_as(&key, OpenAiCompletions, body).await;
        assert_eq!(got.status, 200, "{budget:?}: {}", got.text());
        let sent = String::from_utf8(kit.upstream.last().unwrap().body.to_vec()).unwrap();
        assert!(sent.ends_with(r#""max_tokens": 0}"#), "{sent}");
    }
    for provider in Dialect::SQUARE {
        let body = json!({"prompt": "x", "max_tokens": 0});
        is_refused(&kit, OpenAiCompletions, provider, body, "max_tokens").await;
    }
    // one token is held for, as some servers make one
    let prompt = "x".repeat(400);
    let body = format!(r#"{{"model":"{COMPLETIONS}","prompt":"{prompt}","max_tokens":0}}"#);
    let input = price().worst_case(&money::Bounds::of(body.len() as u64, 0)).get();
    for (budget, status) in [(input + 1999, 422), (input + 2000, 200)] {
        let key = kit.key(Some(budget)).await;
        assert_eq!(kit.call_as(&key, OpenAiCompletions, body.clone()).await.status, status, "{budget}");
    }
}

/// Some servers take a ceiling of 0 for none, so nothing would bind what such a call costs.
#[tokio::test]
async fn a_prompt_is_scored_against_a_budget_only_where_that_is_known() {
    for (most, is_own, known) in [(Some(16), true, true), (Some(16), false, false), (None, true, false)] {
        let kit = ending_after(most, is_own).await;
        let body = format!(r#"{{"model":"{COMPLETIONS}","prompt":"x","max_tokens":0}}"#);
        for (budget, is_served) in [(None, true), (Some(1_000_000_000), known)] {
            let key = kit.key(budget).await;
            let got = kit.call_as(&key, OpenAiCompletions, body.clone()).await;
            assert_eq!(got.status == 200, is_served, "{most:?} {is_own} {budget:?}: {}", got.text());
            assert!(is_served || got.status == 400 && got.text().contains("max_tokens"), "{}", got.text());
        }
    }
}

/// A window holds more tokens than other lists may have items; the body is what bounds them, and what is held for.
#[tokio::test]
async fn a_prompt_may_be_many_tokens() {
    let kit = Kit::start().await;
    let tokens = vec!["17"; 120_000].join(",");
    let body = format!(r#"{{"model":"{COMPLETIONS}","prompt":[{tokens}],"max_tokens":1}}"#);
    for (budget, status) in
        [(price().worst_case(&money::Bounds::of(body.len() as u64, 1)).get() - 1, 422), (1_000_000_000, 200)]
    {
        let key = kit.key(Some(budget)).await;
        let got = kit.call_as(&key, OpenAiCompletions, body.clone()).await;
        assert_eq!(got.status, status, "{}", got.text());
    }
    assert_eq!(kit.upstream.last().unwrap().body.len(), body.replace(COMPLETIONS, "completions-model").len());
    let refused = json!({"prompt": vec![17; 120_000]});
    is_refused(&kit, OpenAiCompletions, OpenAiChat, refused, "holds tokens").await;
}

/// What is said alone is the prompt; a conversation is a transcript, at whose end the assistant's turn begins.
#[tokio::test]
async fn every_client_of_the_square_is_answered_by_completions() {
    let kit = Kit::start().await;
    for client in Dialect::SQUARE {
        for stream in [false, true] {
            for (stop, end) in
                [(None, End::Done), (Some(Stop::Length), End::Length), (Some(Stop::Filter), End::Filtered)]
            {
                kit.upstream.script(Script { stop, ..Script::default() });
                let asked = say(client, "[[say:hello there]]", json!({}));
                let body = addressed(asked, client, OpenAiCompletions, stream);
                let cell = ask(&kit, &body, client, OpenAiCompletions, stream).await;
                cell.holds();
                let name = format!("{client:?}, stream {stream}: {}", cell.got.text());
                assert_eq!(
                    (cell.seen.text.as_str(), cell.seen.stop.as_str()),
                    ("hello there", end.word(client)),
                    "{name}"
                );
                assert_eq!(cell.sent()["prompt"], "[[say:hello there]]", "{name}");
                assert_eq!(cell.sent()["stream_options"]["include_usage"] == true, stream, "{name}");
            }
        }
    }
    kit.assert_one_row_an_attempt().await;
}

#[tokio::test]
async fn a_conversation_is_a_transcript() {
    let kit = Kit::start().await;
    let said = |role: &str, text: &str| json!({"role": role, "content": text});
    let talk = [said("user", "hi"), said("assistant", "hello"), said("user", "[[say:on]]")];
    let parts = |role: &str, text: &str| json!({"role": role, "parts": [{"text": text}]});
    for (client, body) in [
        (OpenAiChat, json!({"messages": [said("system", "be brief"), talk[0], talk[1], talk[2]]})),
        (OpenAiResponses, json!({"instructions": "be brief", "input": talk})),
        (Anthropic, json!({"system": "be brief", "messages": talk, "max_tokens": 99})),
        (Cohere, json!({"messages": [said("system", "be brief"), talk[0], talk[1], talk[2]]})),
        (
            Gemini,
            json!({"systemInstruction": {"parts": [{"text": "be brief"}]},
                "contents": [parts("user", "hi"), parts("model", "hello"), parts("user", "[[say:on]]")]}),
        ),
        (Bedrock, json!({"system": [{"text": "be brief"}], "messages": talk})),
    ] {
        let mut body = body;
        body["model"] = COMPLETIONS.into();
        let got = kit.call(client, &body).await;
        assert_eq!(seen::read(client, &got).text, "on", "{client:?}: {}", got.text());
        let sent = kit.upstream.last().unwrap().json();
        let transcript = "be brief\n\nUser: hi\n\nAssistant: hello\n\nUser: [[say:on]]\n\nAssistant:";
        assert_eq!(sent["prompt"], transcript, "{client:?}");
    }
}

/// There are no tools: they are named, and a call that must be made is refused whatever may be dropped.
#[tokio::test]
async fn tools_are_named_and_forced_calls_refused() {
    for drop_params in [false, true] {
        let kit = Kit::with(|setup| setup.settings.drop_params = drop_params).await;
        for client in Dialect::SQUARE {
            let name = if client == Bedrock { "toolConfig" } else { "tools" };
            let mut asked = say(client, "[[say:x]]", with_tools(client));
            if drop_params {
                asked["model"] = COMPLETIONS.into();
                let got = kit.call(client, &asked).await;
                let named = got.header("x-turnpike-dropped").unwrap_or_default();
                assert!(got.status == 200 && named.contains("tools"), "{client:?}, {named}: {}", got.text());
            } else {
                is_refused(&kit, client, OpenAiCompletions, asked.clone(), "tools").await;
            }
            let (field, must) = match client {
                OpenAiChat | OpenAiResponses => ("tool_choice", json!("required")),
                Anthropic => ("tool_choice", json!({"type": "any"})),
                Cohere => ("tool_choice", json!("REQUIRED")),
                Gemini => ("toolConfig", json!({"functionCallingConfig": {"mode": "ANY"}})),
                _ => {
                    asked[name]["toolChoice"] = json!({"any": {}});
                    (name, asked[name].clone())
                }
            };
            asked[field] = must;
            is_refused(&kit, client, OpenAiCompletions, asked, "asks for a call").await;
        }
        kit.assert_one_row_an_attempt().await;
    }
}

/// Errors before the first byte and in the middle, and a stream that breaks off, in each client's words.
#[tokio::test]
async fn what_fails_there_is_told() {
    let kit = Kit::start().await;
    for client in Dialect::SQUARE.into_iter().chain([OpenAiCompletions]) {
        for stream in [false, true] {
            kit.upstream.script(Script { status: Some(429), ..Script::default() });
            let body = addressed(say(client, "x", json!({})), client, OpenAiCompletions, stream);
            let got = kit.call(client, &body).await;
            assert_eq!((got.status, got.stream), (429, false), "{client:?}: {}", got.text());
            assert_eq!(seen::read(client, &got).error["message"], "mock error", "{client:?}: {}", got.text());
        }
        for prompt in ["[[midstream]] and more words", "[[cut]] and more words"] {
            let body = addressed(say(client, prompt, json!({})), client, OpenAiCompletions, true);
            let got = kit.call(client, &body).await;
            let seen = seen::read(client, &got);
            let cell = format!("{client:?}, {prompt}: {}", got.text());
            assert!(!seen.text.is_empty() && !seen.complete && seen.error["message"].is_string(), "{cell}");
            assert_eq!(seen.error["message"] == "mock midstream", prompt.contains("midstream"), "{cell}");
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            assert_eq!(row.status, AttemptStatus::Failure, "{cell}");
            assert!(row.tokens.prompt() > 0 && row.tokens.output > 0, "{cell}: {row:?}");
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// Usage that was not told is estimated, within what was held.
#[tokio::test]
async fn an_estimate_stays_within_the_hold() {
    let kit = Kit::start().await;
    for client in [OpenAiChat, Anthropic, OpenAiCompletions] {
        for stream in [false, true] {
            let key = kit.key(Some(400_000)).await;
            kit.upstream.script(Script { usage: UsageMode::Absent, ..Script::default() });
            let mut body = addressed(say(client, "[[long:900]]", json!({})), client, OpenAiCompletions, stream);
            body["max_tokens"] = 20.into();
            let got = kit.call_as(&key, client, body.to_string()).await;
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            assert_eq!(row.provenance, Provenance::Estimated, "{client:?}: {}", got.text());
            assert!(row.tokens.output <= 20 && row.cost.unwrap().get() <= 400_000, "{client:?}: {row:?}");
        }
    }
}
