//! Proofs of reasoning travel through every client: the provider that made one gets it back byte for byte, and no other gets it
//! at all. What cannot be handed on is named.

use engine::secret::Secret;
use serde_json::{Value, json};
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::addressed;
use super::asks::say;
use super::asks::tools::with_tools;
use super::turns::{goes_on, results};
use crate::kit::{Kit, MASTER, group, not_of_the_square, outside};
use crate::seen::{self, Seen};

/// Who makes proofs, and what makes them.
const MAKERS: &[(Dialect, &str)] = &[
    (OpenAiResponses, "[[think]]"),
    (Anthropic, "[[think]]"),
    (Anthropic, "[[redacted]]"),
    (Bedrock, "[[think]]"),
    (Bedrock, "[[redacted]]"),
    (Gemini, "[[think]]"),
];

#[tokio::test]
async fn a_proof_goes_back_to_who_made_it_and_to_nobody_else() {
    let kit = Kit::with(|setup| setup.settings.drop_params = true).await;
    let mut failed = Vec::new();
    for (maker, marker) in MAKERS {
        for client in Dialect::SQUARE {
            for stream in [false, true] {
                let fields = match client {
                    OpenAiResponses => json!({"include": ["reasoning.encrypted_content"]}),
                    OpenAiChat | Anthropic | Bedrock | Gemini | Cohere => json!({}),
                    outside!() => not_of_the_square(),
                };
                let asked = say(client, format!("{marker} [[say:42]]"), fields);
                let asked = addressed(asked, client, *maker, stream);
                let got = kit.call(client, &asked).await;
                let seen = seen::read(client, &got);
                let cell = format!("{marker} made by {maker:?}, for {client:?}, stream {stream}");
                assert!(seen.complete && seen.text == "42", "{cell}: {}", got.text());
                // in chat nobody can tell whose proofs those are, and who does not know their field leaves it
                for provider in Dialect::SQUARE.into_iter().filter(|to| (client, *to) != (OpenAiChat, OpenAiChat)) {
                    let went = second_turn(&kit, (*maker, client, provider), &asked, &seen).await;
                    failed.extend(went.err().map(|why| format!("{cell}, to {provider:?}: {why}")));
                }
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

/// A client of Gemini's that changes to it in the middle of a turn: what another model thought is cut out, and what stood for the proof
/// of its calls goes with it. Gemini's newer models want to be told.
#[tokio::test]
async fn calls_of_another_model_go_to_gemini_without_their_proof() {
    let kit = Kit::with(|setup| setup.settings.drop_params = true).await;
    for maker in [OpenAiResponses, Anthropic, Bedrock] {
        for stream in [false, true] {
            let cell = format!("made by {maker:?}, stream {stream}");
            let prompt = "[[think]] [[tool:weather:{}]] [[tool:clock:{}]]";
            let mut asked = addressed(say(Gemini, prompt, with_tools(Gemini)), Gemini, maker, stream);
            let got = kit.call(Gemini, &asked).await;
            let seen = seen::read(Gemini, &got);
            assert_eq!((seen.calls.len(), seen.signature.is_empty()), (2, false), "{cell}: {}", got.text());
            asked["model"] = group(Gemini).into();
            let behind = results(Gemini, &seen.calls, &["7C", "noon"]);
            let got = kit.call_as(&Secret::new(MASTER), Gemini, goes_on(Gemini, asked, &seen, &behind)).await;
            assert_eq!(seen::read(Gemini, &got).text, "TOOL_RESULT: 7C | noon", "{cell}: {}", got.text());
            assert!(
                got.header("x-turnpike-dropped").is_some_and(|named| named.contains("another provider's")),
                "{cell}"
            );
            let sent = kit.upstream.last().unwrap().json().to_string();
            assert_eq!(sent.matches("skip_thought_signature_validator").count(), 1, "{cell}: {sent}");
        }
    }
}

/// Where another model gave none, no client can hand one back.
#[tokio::test]
async fn calls_that_never_had_a_proof_go_to_gemini_from_every_client() {
    let kit = Kit::start().await;
    for (client, maker, stream) in super::cells(&Dialect::SQUARE).filter(|(_, maker, _)| *maker != Gemini) {
        let cell = format!("{client:?}, made by {maker:?}, stream {stream}");
        let prompt = "[[tool:weather:{}]] [[tool:clock:{}]]";
        let mut asked = addressed(say(client, prompt, with_tools(client)), client, maker, stream);
        let got = kit.call(client, &asked).await;
        let seen = seen::read(client, &got);
        assert_eq!((seen.calls.len(), seen.signature.as_str()), (2, ""), "{cell}: {}", got.text());
        asked["model"] = group(Gemini).into();
        let behind = results(client, &seen.calls, &["7C", "noon"]);
        let got = kit.call_as(&Secret::new(MASTER), client, goes_on(client, asked, &seen, &behind)).await;
        assert_eq!(seen::read(client, &got).text, "TOOL_RESULT: 7C | noon", "{cell}: {}", got.text());
        let sent = kit.upstream.last().unwrap().json().to_string();
        assert_eq!(sent.matches("skip_thought_signature_validator").count(), 1, "{cell}: {sent}");
    }
}

/// The proof that the client was given, as the provider that made it knows it.
fn proof(seen: &Seen) -> &str {
    let given = [seen.sealed.first(), Some(&seen.signature), Some(&seen.redacted)];
    let given = given.into_iter().flatten().find(|given| !given.is_empty()).map_or("none", String::as_str);
    let sealed = given.strip_prefix("turnpike:sealed:").and_then(|given| given.split_once(':'));
    let signed =
        ["turnpike:signed:", "turnpike:redacted:", "turnpike:bound:"].iter().find_map(|word| given.strip_prefix(word));
    sealed.map(|(_, data)| data).or(signed).unwrap_or(given)
}

async fn second_turn(
    kit: &Kit,
    (maker, client, provider): (Dialect, Dialect, Dialect),
    asked: &Value,
    seen: &Seen,
) -> Result<(), String> {
    let prompt = match client {
        OpenAiChat | OpenAiResponses | Anthropic | Gemini | Cohere => json!({"role": "user", "content": "[[say:on]]"}),
        Bedrock => json!({"role": "user", "content": [{"text": "[[say:on]]"}]}),
        outside!() => not_of_the_square(),
    };
    let mut asked = asked.clone();
    asked["model"] = group(provider).into();
    let got = kit.call_as(&Secret::new(MASTER), client, goes_on(client, asked, seen, &prompt.to_string())).await;
    let said = seen::read(client, &got).text;
    if (got.status, said.as_str()) != (200, "on") {
        return Err(format!("{} {}", got.status, got.text()));
    }
    let sent = kit.upstream.last().unwrap().json().to_string();
    let named = got.header("x-turnpike-dropped").unwrap_or_default();
    // Claude's signatures are the same in both of its homes
    let same = maker == provider || (matches!(maker, Anthropic | Bedrock) && matches!(provider, Anthropic | Bedrock));
    let there = sent.contains(&json!(proof(seen)).to_string());
    let fits = there == same && named.is_empty() == same;
    if fits && !sent.contains("turnpike:") { Ok(()) } else { Err(format!("named {named:?}: {sent}")) }
}
