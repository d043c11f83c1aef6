//! What must be true of what OpenAI's dialects have, and Gemini's and Cohere's have some of.

use serde_json::{Value, json};
use wire::Dialect::{Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::super::Cell;
use super::super::asks::turns;
use crate::kit::{not_of_the_square, outside};

pub(in crate::square) fn developer(cell: &Cell) {
    assert_eq!(cell.seen.text, "brief");
    let sent = cell.sent();
    match cell.provider {
        OpenAiChat | OpenAiResponses => {
            let first = &sent[turns(cell.provider)][0];
            assert_eq!(first["role"], "developer", "{sent}");
            assert!(first["content"].to_string().contains("be brief"), "{sent}");
        }
        Anthropic | Bedrock => assert!(sent["system"].to_string().contains("be brief"), "{sent}"),
        Gemini => assert!(sent["systemInstruction"].to_string().contains("be brief"), "{sent}"),
        Cohere => assert_eq!(sent["messages"][0], json!({"role": "system", "content": "be brief"}), "{sent}"),
        outside!() => not_of_the_square(),
    }
}

/// One for each token of the text, however often the dialect says them.
pub(in crate::square) fn logprobs(cell: &Cell) {
    assert_eq!(cell.seen.text, "likely");
    let tokens: String = cell.seen.logprobs.iter().map(|token| token["token"].as_str().unwrap()).collect();
    assert_eq!(tokens, "likely", "{:?}", cell.seen.logprobs);
    for token in &cell.seen.logprobs {
        assert!(token["logprob"].is_number() && token["top_logprobs"].is_array(), "{token}");
    }
    let sent = cell.sent();
    // Cohere has no alternatives, and asks for none
    let most = if cell.client == Cohere { Value::Null } else { json!(2) };
    match cell.provider {
        OpenAiChat => assert_eq!((&sent["top_logprobs"], &sent["logprobs"]), (&most, &json!(true))),
        OpenAiResponses => {
            assert_eq!(sent["top_logprobs"], most);
            assert!(sent["include"].to_string().contains("message.output_text.logprobs"), "{sent}");
        }
        Anthropic | Bedrock => panic!("it has none"),
        Gemini => {
            let config = &sent["generationConfig"];
            assert_eq!((&config["logprobs"], &config["responseLogprobs"]), (&most, &json!(true)));
        }
        Cohere => assert_eq!(sent["logprobs"], json!(true)),
        outside!() => not_of_the_square(),
    }
}

pub(in crate::square) fn verbosity(cell: &Cell) {
    let sent = cell.sent();
    let said = if cell.provider == OpenAiChat { &sent["verbosity"] } else { &sent["text"]["verbosity"] };
    assert_eq!(said, "low", "{sent}");
}

pub(in crate::square) fn penalties(cell: &Cell) {
    assert_eq!(cell.seen.text, "new");
    let sent = cell.sent();
    let (presence, frequency) = match cell.provider {
        OpenAiChat | Cohere => (&sent["presence_penalty"], &sent["frequency_penalty"]),
        OpenAiResponses | Anthropic | Bedrock => panic!("it has none"),
        Gemini => (&sent["generationConfig"]["presencePenalty"], &sent["generationConfig"]["frequencyPenalty"]),
        outside!() => not_of_the_square(),
    };
    assert_eq!((presence, frequency), (&json!(0.5), &json!(0.25)), "{sent}");
}

/// Each is whole, also where one ends before the other.
pub(in crate::square) fn two_answers(cell: &Cell) {
    assert_eq!((cell.seen.text.as_str(), cell.seen.second.as_str()), ("twice", "twice"));
    let sent = cell.sent();
    let number = match cell.provider {
        OpenAiChat => &sent["n"],
        OpenAiResponses | Anthropic | Bedrock | Cohere => panic!("it gives one"),
        Gemini => &sent["generationConfig"]["candidateCount"],
        outside!() => not_of_the_square(),
    };
    assert_eq!(number, 2, "{sent}");
}

pub(in crate::square) fn cache_key(cell: &Cell) {
    assert_eq!(cell.sent()["prompt_cache_key"], json!("k-1"));
}
