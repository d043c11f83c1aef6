//! What providers of the other dialects answer beyond what the upstream is told by markers, for clients of Converse and of each
//! other: citations, reasoning that is signed or redacted, cache writes by lifetime.

use serde_json::{Value, json};
use store::ledger::Provenance;
use testkit::Script;
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::answers::proof;
use super::asks::say;
use super::{Cell, addressed, ask, note};
use crate::kit::{Kit, not_of_the_square, outside};
use crate::seen::Seen;
use crate::{contents, pieces, responses};

fn page() -> Value {
    json!({"type": "page_location", "cited_text": "as they wrote", "document_index": 0, "document_title": "notes",
        "start_page_number": 2, "end_page_number": 3})
}

fn web() -> Value {
    json!({"type": "url_citation",
        "url_citation": {"url": "https://example.com/a", "title": "A page", "start_index": 0, "end_index": 8}})
}

/// Reasoning in both forms, a cited text, and cache writes of both lifetimes.
fn anthropic(stream: bool) -> Vec<u8> {
    let usage = json!({"input_tokens": 40, "output_tokens": 9, "cache_read_input_tokens": 6,
        "cache_creation_input_tokens": 7,
        "cache_creation": {"ephemeral_5m_input_tokens": 2, "ephemeral_1h_input_tokens": 5}});
    let message = json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [],
        "stop_reason": null, "stop_sequence": null, "usage": usage});
    let blocks = [
        json!({"type": "thinking", "thinking": "hm", "signature": "c2ln"}),
        json!({"type": "redacted_thinking", "data": "AAEC"}),
        json!({"type": "text", "text": "so it is", "citations": [page()]}),
    ];
    if !stream {
        let mut whole = message;
        whole["content"] = json!(blocks);
        whole["stop_reason"] = json!("end_turn");
        return whole.to_string().into_bytes();
    }
    let started = [
        json!({"type": "thinking", "thinking": "", "signature": ""}),
        blocks[1].clone(),
        json!({"type": "text", "text": "", "citations": []}),
    ];
    let deltas = [
        vec![
            json!({"type": "thinking_delta", "thinking": "hm"}),
            json!({"type": "signature_delta", "signature": "c2ln"}),
        ],
        vec![],
        vec![json!({"type": "text_delta", "text": "so it is"}), json!({"type": "citations_delta", "citation": page()})],
    ];
    let mut events = vec![json!({"type": "message_start", "message": message})];
    for (index, (block, deltas)) in started.into_iter().zip(deltas).enumerate() {
        events.push(json!({"type": "content_block_start", "index": index, "content_block": block}));
        let told = |delta| json!({"type": "content_block_delta", "index": index, "delta": delta});
        events.extend(deltas.into_iter().map(told));
        events.push(json!({"type": "content_block_stop", "index": index}));
    }
    let stop = json!({"stop_reason": "end_turn", "stop_sequence": null});
    events.push(json!({"type": "message_delta", "delta": stop, "usage": {"output_tokens": 9}}));
    events.push(json!({"type": "message_stop"}));
    let told = |event: Value| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap());
    events.into_iter().map(told).collect::<String>().into_bytes()
}

fn openai(stream: bool) -> Vec<u8> {
    let usage = json!({"prompt_tokens": 40, "completion_tokens": 9, "total_tokens": 49});
    let answer = |choice: Value| json!({"id": "c", "created": 1, "model": "m", "choices": [choice]});
    if !stream {
        let message = json!({"role": "assistant", "content": "so it is", "annotations": [web()]});
        let mut whole = answer(json!({"index": 0, "message": message, "finish_reason": "stop"}));
        whole["object"] = json!("chat.completion");
        whole["usage"] = usage;
        return whole.to_string().into_bytes();
    }
    let chunk = |delta: Value, stop: Value| answer(json!({"index": 0, "delta": delta, "finish_reason": stop}));
    let mut last = answer(Value::Null);
    last["choices"] = json!([]);
    last["usage"] = usage;
    let chunks = [
        chunk(json!({"role": "assistant", "content": "so it is"}), Value::Null),
        chunk(json!({"annotations": [web()]}), Value::Null),
        chunk(json!({}), json!("stop")),
        last,
    ];
    let told = chunks.map(|chunk| format!("data: {chunk}\n\n")).concat();
    format!("{told}data: [DONE]\n\n").into_bytes()
}

/// The same of OpenAI's Responses, and a search before it.
fn of_responses(stream: bool) -> Vec<u8> {
    let cited = json!({"type": "url_citation", "url": "https://example.com/a", "title": "A page",
        "start_index": 0, "end_index": 8});
    let search = json!({"id": "ws_1", "type": "web_search_call", "status": "completed",
        "action": {"type": "search", "query": "so?"}});
    let text = json!([{"type": "output_text", "text": "so it is", "annotations": [cited], "logprobs": []}]);
    let items = [responses::reasoning("hm", "gAAA:x"), search, responses::message_of(&text)];
    if stream { responses::stream(&items, &json!({})) } else { responses::whole(&items, &json!({})) }
}

/// The same of Gemini's.
fn of_google(stream: bool) -> Vec<u8> {
    let thought = json!({"text": "hm", "thought": true});
    let text = json!({"text": "so it is", "thoughtSignature": "Z2Vt"});
    let found = json!({"groundingMetadata": {"webSearchQueries": ["so?"],
        "groundingChunks": [{"web": {"uri": "https://example.com/a", "title": "A page"}}],
        "groundingSupports": [{"segment": {"endIndex": 8, "text": "so it is"}, "groundingChunkIndices": [0]}]}});
    pieces::answer(stream, &[thought, text], &found)
}

/// Who knows no searches knows by the citations that there was one. Reasoning that OpenAI sealed is a signature for those who
/// know signatures.
fn searched(cell: &Cell) {
    of_openai(cell);
    let seen = &cell.seen;
    let tokens = cell.row.as_ref().unwrap().tokens;
    assert_eq!((tokens.input, tokens.cache_read, tokens.output, seen.thinking.as_str()), (34, 6, 9, "hm"));
    let (proof, kind) = if cell.provider == Gemini { ("Z2Vt", "bound") } else { ("gAAA:x", "sealed:rs_1") };
    let proof = if cell.crosses() { format!("turnpike:{kind}:{proof}") } else { proof.to_owned() };
    match cell.client {
        OpenAiResponses => assert_eq!(seen.sealed, [proof]),
        OpenAiChat | Anthropic | Bedrock | Gemini | Cohere => assert_eq!(seen.signature, proof),
        outside!() => not_of_the_square(),
    }
    match cell.client {
        OpenAiResponses | Anthropic | Gemini => assert_eq!(seen.searches, ["so?"]),
        OpenAiChat | Bedrock | Cohere => assert_eq!(seen.text, "so it is"),
        outside!() => not_of_the_square(),
    }
}

fn of_anthropic(cell: &Cell) {
    let seen = &cell.seen;
    assert_eq!((seen.text.as_str(), seen.thinking.as_str()), ("so it is", "hm"));
    match cell.client {
        OpenAiResponses => assert_eq!(seen.sealed, [proof("signed", "c2ln"), proof("redacted", "AAEC")].concat()),
        Gemini => assert_eq!(seen.signature, [proof("signed", "c2ln"), proof("redacted", "AAEC")].concat().concat()),
        Cohere => assert_eq!(seen.signature, ["c2ln", &proof("redacted", "AAEC").concat()].concat()),
        OpenAiChat | Anthropic | Bedrock => {
            assert_eq!((seen.signature.as_str(), seen.redacted.as_str()), ("c2ln", "AAEC"));
        }
        outside!() => not_of_the_square(),
    }
    let tokens = cell.row.as_ref().unwrap().tokens;
    assert_eq!((tokens.input, tokens.cache_read, tokens.cache_write_5m, tokens.cache_write_1h), (40, 6, 2, 5));
    match cell.client {
        // its own annotations are of web pages only
        OpenAiChat | OpenAiResponses => {
            assert!(cell.got.text().contains("as they wrote"), "{}", cell.got.text());
        }
        Anthropic => assert_eq!(seen.citations, [page()]),
        Bedrock => {
            let place = json!({"documentPage": {"documentIndex": 0, "start": 2, "end": 3}});
            let expected = json!({"title": "notes", "sourceContent": [{"text": "as they wrote"}], "location": place});
            assert_eq!(seen.citations, [expected]);
            assert_eq!(seen.usage["cacheDetails"][0], json!({"ttl": "1h", "inputTokens": 5}));
        }
        Gemini => {
            assert_eq!(seen.citations, [json!({"retrievedContext": {"title": "notes", "text": "as they wrote"}})]);
        }
        Cohere => {
            let document = json!({"title": "notes", "text": "as they wrote"});
            assert_eq!(source(seen), &json!({"type": "document", "id": "doc:0", "document": document}));
        }
        outside!() => not_of_the_square(),
    }
}

fn of_openai(cell: &Cell) {
    let seen = &cell.seen;
    assert_eq!(seen.text, "so it is");
    match cell.client {
        OpenAiChat => assert!(cell.got.text().contains("url_citation")),
        OpenAiResponses => {
            let cited = &seen.citations[0];
            assert_eq!((&cited["type"], &cited["url"]), (&json!("url_citation"), &json!("https://example.com/a")));
        }
        Anthropic => assert_eq!(
            (&seen.citations[0]["type"], &seen.citations[0]["url"]),
            (&json!("web_search_result_location"), &json!("https://example.com/a"))
        ),
        Bedrock => {
            let place = json!({"web": {"url": "https://example.com/a"}});
            assert_eq!((&seen.citations[0]["title"], &seen.citations[0]["location"]), (&json!("A page"), &place));
        }
        Gemini => assert_eq!(seen.citations[0]["web"]["uri"], "https://example.com/a"),
        Cohere => assert_eq!(source(seen)["document"]["url"], "https://example.com/a"),
        outside!() => not_of_the_square(),
    }
}

/// What the only citation of a client of Cohere's rests on.
fn source(seen: &Seen) -> &Value {
    let [citation] = &seen.citations[..] else { panic!("{seen:?}") };
    assert_eq!((&citation["text"], &citation["start"], &citation["end"]), (&json!("so it is"), &json!(0), &json!(8)));
    &citation["sources"][0]
}

/// Reasoning and a text that rests on a document of the request.
fn of_theirs(stream: bool) -> Vec<u8> {
    let document = json!({"id": "doc:0", "title": "notes", "text": "as they wrote"});
    let cited = json!({"start": 0, "end": 8, "text": "so it is", "content_index": 1, "type": "TEXT_CONTENT",
        "sources": [{"type": "document", "id": "doc:0", "document": document}]});
    let said = [json!({"type": "thinking", "thinking": "hm"}), json!({"type": "text", "text": "so it is"})];
    contents::answer(stream, &said, &[cited])
}

/// All of a document is cited, wherever in it the words stand.
fn of_cohere(cell: &Cell) {
    let seen = &cell.seen;
    assert_eq!((seen.text.as_str(), seen.thinking.as_str()), ("so it is", "hm"));
    let tokens = cell.row.as_ref().unwrap().tokens;
    assert_eq!((tokens.input, tokens.cache_read, tokens.output), (14, 6, 9));
    match cell.client {
        // its own annotations are of web pages only
        OpenAiChat | OpenAiResponses => assert!(cell.got.text().contains("as they wrote"), "{}", cell.got.text()),
        Anthropic => {
            let [citation] = &seen.citations[..] else { panic!("{seen:?}") };
            let expected = json!({"type": "char_location", "cited_text": "as they wrote", "document_index": 0,
                "document_title": "notes", "start_char_index": 0, "end_char_index": 13});
            assert_eq!(citation, &expected);
        }
        Bedrock => {
            let place = json!({"documentChar": {"documentIndex": 0, "start": 0, "end": 13}});
            let expected = json!({"title": "notes", "sourceContent": [{"text": "as they wrote"}], "location": place});
            assert_eq!(seen.citations, [expected]);
        }
        Gemini => {
            assert_eq!(seen.citations, [json!({"retrievedContext": {"title": "notes", "text": "as they wrote"}})]);
        }
        Cohere => assert_eq!(source(seen)["id"], "doc:0"),
        outside!() => not_of_the_square(),
    }
}

#[tokio::test]
async fn what_an_answer_rests_on_reaches_every_client() {
    let kit = Kit::start().await;
    let mut failed = Vec::new();
    let providers = [
        (Anthropic, anthropic as fn(bool) -> Vec<u8>, of_anthropic as fn(&Cell)),
        (OpenAiChat, openai, of_openai),
        (OpenAiResponses, of_responses, searched),
        (Gemini, of_google, searched),
        (Cohere, of_theirs, of_cohere),
    ];
    for (provider, answer, check) in providers {
        for client in Dialect::SQUARE {
            for stream in [false, true] {
                let kind = if stream { "text/event-stream" } else { "application/json" };
                let headers = [("content-type".to_owned(), kind.to_owned())].into();
                kit.upstream.script(Script { headers, raw_body: Some(answer(stream)), ..Script::default() });
                let body = addressed(say(client, "x", json!({})), client, provider, stream);
                let cell = ask(&kit, &body, client, provider, stream).await;
                note(&mut failed, "citations", &cell, |cell| {
                    assert_eq!((cell.got.status, cell.got.stream), (200, stream), "{}", cell.got.text());
                    assert!(cell.seen.complete && cell.seen.error.is_null(), "{:?}", cell.seen);
                    assert_eq!(cell.row.as_ref().unwrap().provenance, Provenance::Final);
                    check(cell);
                });
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
    kit.assert_one_row_an_attempt().await;
}
