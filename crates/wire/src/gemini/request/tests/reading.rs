//! What a client says, and what it must not say.

use super::*;
use crate::chat::{Effort, MediaSource, OutputFormat, Reasoning, ReasoningMode, SearchTool, Thinking, ToolChoice};
use crate::gemini::request::read;

const FULL: &str = r#"{
    "systemInstruction": {"parts": [{"text": "Be brief."}], "role": "user"},
    "contents": [
        {"role": "user", "parts": [{"text": "What is this?"}, {"inlineData": {"mimeType": "image/png", "data": "_-8"}}]},
        {"role": "model", "parts": [{"text": "Let me ", "thought": true}, {"text": "look.", "thought": true},
            {"functionCall": {"name": "look", "args": {"a": 1.50}}, "thoughtSignature": "U0lH"},
            {"functionCall": {"name": "look", "args": {}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "look", "response": {"result": "a cat"}}},
            {"functionResponse": {"name": "look", "response": {"error": "no light"}}}]},
        {"role": "model", "parts": [{"text": "A "}]},
        {"role": "model", "parts": [{"text": "cat."}]},
        {"role": "model", "parts": [{"text": "", "thoughtSignature": "RU5E"}]},
        {"parts": [{"fileData": {"fileUri": "https://x/a.pdf"}}]}
    ],
    "tools": [{"functionDeclarations": [{"name": "look", "description": "Looks.",
        "parameters": {"type": "OBJECT", "properties": {"a": {"type": "NUMBER"}}}}]}, {"googleSearch": {}}],
    "toolConfig": {"functionCallingConfig": {"mode": "AUTO"}},
    "generationConfig": {"temperature": 0.70, "topP": 1, "topK": 40, "candidateCount": 1, "maxOutputTokens": 100,
        "stopSequences": ["END"], "seed": 7, "presencePenalty": 0.1, "frequencyPenalty": 0.2, "responseLogprobs": true,
        "logprobs": 3, "responseMimeType": "application/json", "responseJsonSchema": {"type": "object"},
        "thinkingConfig": {"includeThoughts": true, "thinkingLevel": "HIGH"}},
    "labels": {"team": "red"}, "serviceTier": "standard",
    "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]
}"#;

/// The same in proto's own spelling.
fn snake(text: &str) -> String {
    // every other piece is a string, and a name if a colon follows
    let pieces: Vec<&str> = text.split('"').collect();
    let is_name = |at: usize| at % 2 == 1 && pieces.get(at + 1).is_some_and(|next| next.starts_with(':'));
    let spell = |(at, piece): (usize, &&str)| {
        let letters = piece.chars().map(|letter| match letter {
            'A'..='Z' if is_name(at) => format!("_{}", letter.to_ascii_lowercase()),
            letter => letter.to_string(),
        });
        letters.collect::<String>()
    };
    pieces.iter().enumerate().map(spell).collect::<Vec<_>>().join("\"")
}

#[test]
fn reads_all_that_a_request_says_in_both_spellings() {
    let request = read(FULL).unwrap();
    assert_eq!(request.unmapped, [""; 0]);
    insta::assert_debug_snapshot!(request);
    let spelt_otherwise = snake(FULL);
    assert!(spelt_otherwise.contains("max_output_tokens"), "{spelt_otherwise}");
    assert_eq!(read(&spelt_otherwise).unwrap(), request);
}

#[test]
fn pieces_of_a_stream_are_one_turn_that_knows_where_it_stood() {
    let request = read(FULL).unwrap();
    let turn = &request.messages[4];
    let bound = Part::Thinking(Thinking::Bound { text: String::new(), proof: "RU5E".into() });
    assert_eq!(turn.parts, [Part::text("A cat."), bound]);
    assert_eq!((turn.origin.path(0), turn.origin.path(1)), (Some("contents[3]"), Some("contents[5]")));
}

#[test]
fn results_answer_the_calls_of_their_name_in_order() {
    let ids = |contents: &str| {
        let request = read(&format!(r#"{{"contents":[{contents}]}}"#)).unwrap();
        let parts = request.messages.iter().flat_map(|message| &message.parts);
        let id = |part: &Part| match part {
            Part::ToolCall(call) => call.id.clone(),
            Part::ToolResult(result) => format!("={}", result.call_id),
            _ => "-".into(),
        };
        parts.map(id).collect::<Vec<_>>().join(" ")
    };
    let call = |name: &str, id: &str| format!(r#"{{"functionCall":{{"name":"{name}"{id}}}}}"#);
    let result = |name: &str, id: &str| format!(r#"{{"functionResponse":{{"name":"{name}"{id},"response":{{}}}}}}"#);
    let turn = |role: &str, parts: &[String]| format!(r#"{{"role":"{role}","parts":[{}]}}"#, parts.join(","));
    let (a, b) = (r#","id":"A""#, r#","id":"B""#);
    for (calls, results, expected) in [
        (
            vec![call("f", ""), call("g", ""), call("f", "")],
            vec![result("f", ""), result("f", ""), result("g", "")],
            "call_1 call_2 call_3 =call_1 =call_3 =call_2",
        ),
        (vec![call("f", a), call("f", b)], vec![result("f", b), result("f", "")], "A B =B =A"),
        (vec![call("f", a)], vec![result("f", ""), result("f", ""), result("h", "")], "A =A =call_2 =call_3"),
    ] {
        assert_eq!(ids(&[turn("model", &calls), turn("function", &results)].join(",")), expected);
    }
}

#[test]
fn a_result_is_text_a_failure_or_a_value() {
    for (response, parts, is_error) in [
        (r#"{"output":"x"}"#, vec![Part::text("x")], false),
        (r#"{"output":""}"#, vec![], false),
        (r#"{"output":["a","b"]}"#, vec![Part::text("a"), Part::text("b")], false),
        (r#"{"error":"x"}"#, vec![Part::text("x")], true),
        (r#"{"result":"x"}"#, vec![Part::text("x")], false),
        (r#"{"result":1.50}"#, vec![json(r#"{"result":1.50}"#)], false),
        (r#"{"output":{"a": 1.50}}"#, vec![json(r#"{"a": 1.50}"#)], false),
        (r#"{"output":"x","more":1}"#, vec![json(r#"{"output":"x","more":1}"#)], false),
        ("{}", vec![json("{}")], false),
    ] {
        let body = format!(
            r#"{{"contents":[{{"parts":[{{"functionResponse":{{"name":"f","id":"i","response":{response}}}}}]}}]}}"#
        );
        assert_eq!(read(&body).unwrap().messages[0].parts, [result("i", parts, is_error)], "{response}");
    }
}

fn json(text: &str) -> Part {
    Part::Json(crate::Raw::parse(text).unwrap())
}

#[test]
fn pictures_may_stand_in_results() {
    let body = r#"{"contents":[{"parts":[{"functionResponse":{"name":"f","id":"i","response":{"output":"see"},
        "parts":[{"inlineData":{"mimeType":"image/png","data":"AA"}},{"file_data":{"file_uri":"gs://b/x.pdf"}}]}}]}]}"#;
    let request = read(body).unwrap();
    let Part::ToolResult(result) = &request.messages[0].parts[0] else { panic!() };
    let words: Vec<_> = result.parts.iter().map(Part::word).collect();
    assert_eq!((words, request.unmapped), (vec!["text", "image", "document"], vec![]));
    let Part::Image { media, .. } = &result.parts[1] else { panic!() };
    assert_eq!(media.source, MediaSource::Base64 { media_type: "image/png".into(), data: "AA==".into() });
}

#[test]
fn tools_are_chosen_in_every_form() {
    let allowed = |required| ToolChoice::Allowed { required, names: vec!["f".into(), "g".into()] };
    for (config, choice, strict) in [
        (r#"{"mode":"AUTO"}"#, Some(ToolChoice::Auto), None),
        ("{}", None, None),
        (r#"{"mode":"NONE"}"#, Some(ToolChoice::None), None),
        (r#"{"mode":"ANY"}"#, Some(ToolChoice::Required), None),
        (r#"{"mode":"ANY","allowedFunctionNames":["f"]}"#, Some(ToolChoice::Tool("f".into())), None),
        (r#"{"mode":"ANY","allowed_function_names":["f","g"]}"#, Some(allowed(true)), None),
        (r#"{"mode":"VALIDATED"}"#, Some(ToolChoice::Auto), Some(true)),
        (r#"{"mode":"VALIDATED","allowedFunctionNames":["f","g"]}"#, Some(allowed(false)), Some(true)),
    ] {
        let tools = r#""tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":{ }}]}]"#;
        let request = read(&with(&format!(r#"{tools},"toolConfig":{{"functionCallingConfig":{config}}}"#))).unwrap();
        assert_eq!((&request.tool_choice, request.tools[0].strict), (&choice, strict), "{config}");
        assert_eq!(request.unmapped, [""; 0]);
    }
}

#[test]
fn settings_find_their_place() {
    let thinks = |mode, effort: Option<&str>, budget_tokens| {
        Some(Reasoning { mode, effort: effort.map(|word| Effort(word.into())), budget_tokens, ..Reasoning::default() })
    };
    for (config, expected) in [
        (r#"{"thinkingBudget":0}"#, thinks(Some(ReasoningMode::Disabled), None, None)),
        (r#"{"thinkingBudget":-1}"#, thinks(Some(ReasoningMode::Adaptive), None, None)),
        (r#"{"thinking_budget":512}"#, thinks(Some(ReasoningMode::Enabled), None, Some(512))),
        (r#"{"thinkingLevel":"XHIGH"}"#, thinks(None, Some("xhigh"), None)),
        (r#"{"thinkingLevel":"THINKING_LEVEL_UNSPECIFIED"}"#, None),
        ("{}", None),
    ] {
        let request = read(&with(&format!(r#""generationConfig":{{"thinkingConfig":{config}}}"#))).unwrap();
        assert_eq!((request.reasoning, request.unmapped), (expected, vec![]), "{config}");
    }
    let schema = |text: &str| OutputFormat::JsonSchema {
        name: None,
        description: None,
        schema: crate::Raw::parse(text).unwrap(),
        strict: None,
    };
    for (config, expected) in [
        (r#""responseMimeType":"text/plain""#, OutputFormat::Text),
        (r#""responseMimeType":"application/json""#, OutputFormat::JsonObject),
        (r#""responseSchema":{"type":"STRING"}"#, schema(r#"{"type":"string"}"#)),
        (r#""response_json_schema":{"type": "string"}"#, schema(r#"{"type": "string"}"#)),
    ] {
        assert_eq!(read(&with(&format!(r#""generationConfig":{{{config}}}"#))).unwrap().output, expected);
    }
    let search = read(&with(r#""tools":[{"googleSearch":{"excludeDomains":["x"]}}]"#)).unwrap().web_search;
    assert_eq!(search, Some(SearchTool { blocked_domains: vec!["x".into()], ..SearchTool::default() }));
}

#[test]
fn mistakes_are_named_where_they_stand() {
    let parts = |parts: &str| format!(r#"{{"contents":[{{"parts":[{parts}]}}]}}"#);
    for (body, path) in [
        ("{}".to_owned(), "contents"),
        (r#"{"contents":[]}"#.to_owned(), "contents"),
        (r#"{"contents":"hi"}"#.to_owned(), "contents"),
        (r#"{"contents":[{"role":"assistant"}]}"#.to_owned(), "contents[0].role"),
        (parts(r#"{"text":1}"#), "contents[0].parts[0].text"),
        (parts(r#"{"text":"a","functionCall":{"name":"f"}}"#), "contents[0].parts[0].functionCall"),
        (parts(r#"{"functionCall":{}}"#), "contents[0].parts[0].functionCall.name"),
        (parts(r#"{"functionCall":{"name":"f","args":[]}}"#), "contents[0].parts[0].functionCall.args"),
        (parts(r#"{"functionResponse":{"name":"f"}}"#), "contents[0].parts[0].functionResponse.response"),
        (parts(r#"{"inlineData":{"data":"x"}}"#), "contents[0].parts[0].inlineData.mimeType"),
        (with(r#""systemInstruction":{"parts":[{"inlineData":{}}]}"#), "systemInstruction.parts[0]"),
        (with(r#""tools":[{"functionDeclarations":[{}]}]"#), "tools[0].functionDeclarations[0].name"),
        (
            with(r#""tools":[{"functionDeclarations":[{"name":"f","parameters":{},"parametersJsonSchema":{}}]}]"#),
            "tools[0].functionDeclarations[0].parameters",
        ),
        (
            with(r#""toolConfig":{"functionCallingConfig":{"mode":"AUTO","allowedFunctionNames":["f"]}}"#),
            "toolConfig.functionCallingConfig.allowedFunctionNames",
        ),
        (with(r#""toolConfig":{"functionCallingConfig":{"mode":"SOME"}}"#), "toolConfig.functionCallingConfig.mode"),
        (with(r#""generationConfig":{"topP":1,"top_p":1}"#), "generationConfig.topP"),
        (with(r#""generationConfig":{"maxOutputTokens":-1}"#), "generationConfig.maxOutputTokens"),
        (with(r#""generationConfig":{"responseJsonSchema":[]}"#), "generationConfig.responseJsonSchema"),
        (
            with(r#""generationConfig":{"thinkingConfig":{"thinkingBudget":1.5}}"#),
            "generationConfig.thinkingConfig.thinkingBudget",
        ),
    ] {
        assert_eq!(read(&body).unwrap_err().path, path, "{body}");
    }
}
