//! Settings and tools.

use super::request;
use crate::chat::{
    CustomFormat, Effort, Namespace, OutputFormat, Place, Reasoning, Request, SearchTool, Tool, ToolChoice, ToolKind,
};
use crate::json::Raw;
use crate::openai_responses::request::read;

const INCLUDE: &str = r#""include":["reasoning.encrypted_content","message.output_text.logprobs"]"#;

fn with(fields: &str) -> Request {
    let request = request(&format!(r#""hi",{fields}"#));
    assert_eq!(request.unmapped, [""; 0], "{fields}");
    request
}

fn raw(text: &str) -> Raw {
    Raw::parse(text).unwrap()
}

#[test]
fn every_setting_keeps_its_digits_and_words() {
    let request = with(
        r#""max_output_tokens":9,"temperature":0.70,"top_p":1e-1,"parallel_tool_calls":false,"stream":true,"user":"u",
        "service_tier":"flex","metadata":{"b":"2","a":"1","c":null},"store":true,"moderation":{"model":"x"},
        "prompt_cache_key":"k","prompt_cache_options":{"mode" : "explicit"},"prompt_cache_retention":"24h""#,
    );
    let sampling = [&request.sampling.temperature, &request.sampling.top_p].map(|raw| raw.as_ref().unwrap().get());
    assert_eq!(sampling, ["0.70", "1e-1"]);
    assert_eq!((request.max_output_tokens, request.parallel_tools), (Some(9), Some(false)));
    assert_eq!((request.stream, request.include_usage), (true, true));
    assert_eq!((request.user.as_deref(), request.service_tier.as_deref()), (Some("u"), Some("flex")));
    assert_eq!(request.metadata, [("b".to_owned(), "2".to_owned()), ("a".to_owned(), "1".to_owned())]);
    assert_eq!(
        request.openai,
        [
            ("moderation", raw(r#"{"model":"x"}"#)),
            ("prompt_cache_key", raw(r#""k""#)),
            ("prompt_cache_options", raw(r#"{"mode" : "explicit"}"#)),
            ("prompt_cache_retention", raw(r#""24h""#)),
            ("store", raw("true")),
        ]
    );
    let plain = with(r#""store":false,"stream":null"#);
    assert_eq!((plain.stream, plain.include_usage, plain.openai.len()), (false, true, 0));
    assert_eq!(with(r#""safety_identifier":"u""#).user.as_deref(), Some("u"));
}

#[test]
fn reasoning_and_log_probabilities() {
    let reasoning = |effort: Option<&str>, summary: Option<&str>| {
        let (effort, summary) = (effort.map(|word| Effort(word.into())), summary.map(Into::into));
        Some(Reasoning { effort, summary, ..Reasoning::default() })
    };
    for (fields, expected) in [
        (r#""reasoning":{"effort":"xhigh","summary":"detailed"}"#, reasoning(Some("xhigh"), Some("detailed"))),
        (r#""reasoning":{"effort":"none"}"#, reasoning(Some("none"), None)),
        (r#""reasoning":{"generate_summary":"concise"}"#, reasoning(None, Some("concise"))),
        (r#""reasoning":{"effort":null,"summary":null}"#, None),
        (r#""reasoning":{"context":"auto"}"#, None),
    ] {
        assert_eq!(with(fields).reasoning, expected, "{fields}");
    }
    for (fields, expected) in [
        (INCLUDE.to_owned(), Some(0)),
        (format!(r#"{INCLUDE},"top_logprobs":3"#), Some(3)),
        (r#""top_logprobs":2"#.to_owned(), Some(2)),
        (r#""top_logprobs":0"#.to_owned(), None),
    ] {
        assert_eq!(with(&fields).logprobs, expected, "{fields}");
    }
}

#[test]
fn forms_of_the_answer() {
    let schema = OutputFormat::JsonSchema {
        name: Some("n".into()),
        description: Some("d".into()),
        schema: raw(r#"{"z":1,  "a":2}"#),
        strict: Some(true),
    };
    for (text, output, verbosity) in [
        (r#"{"format":{"type":"text"},"verbosity":"high"}"#, OutputFormat::Text, Some("high")),
        (r#"{"format":{"type":"json_object"}}"#, OutputFormat::JsonObject, None),
        (
            r#"{"format":{"type":"json_schema","name":"n","description":"d","schema":{"z":1,  "a":2},"strict":true}}"#,
            schema,
            None,
        ),
    ] {
        let request = with(&format!(r#""text":{text}"#));
        assert_eq!((request.output, request.verbosity.as_deref()), (output, verbosity), "{text}");
    }
}

#[test]
fn tools_of_the_client() {
    let named = |name: &str| Tool { name: name.into(), ..Tool::default() };
    let namespace = Some(Namespace { name: "n".into(), description: Some("d".into()) }.into());
    let custom = |format| Tool { kind: ToolKind::Custom { format }, ..named("f") };
    let grammar = CustomFormat::Grammar { syntax: "regex".into(), definition: "a+".into() };
    for (tool, expected) in [
        (
            r#"{"type":"function","name":"f","description":"d","parameters":{ "b" : 1.0 , "a":[] },"strict":true}"#,
            vec![Tool {
                description: Some("d".into()),
                schema: Some(raw(r#"{ "b" : 1.0 , "a":[] }"#)),
                strict: Some(true),
                ..named("f")
            }],
        ),
        (r#"{"type":"function","name":"f","parameters":null,"strict":null}"#, vec![named("f")]),
        (r#"{"type":"custom","name":"f"}"#, vec![custom(CustomFormat::Text)]),
        (r#"{"type":"custom","name":"f","format":{"type":"text"}}"#, vec![custom(CustomFormat::Text)]),
        (
            r#"{"type":"custom","name":"f","format":{"type":"grammar","syntax":"regex","definition":"a+"}}"#,
            vec![custom(grammar)],
        ),
        (
            r#"{"type":"namespace","name":"n","description":"d","tools":[{"type":"function","name":"f"},{"type":"custom","name":"c"}]}"#,
            vec![
                Tool { namespace: namespace.clone(), ..named("f") },
                Tool { namespace, name: "c".into(), ..custom(CustomFormat::Text) },
            ],
        ),
    ] {
        assert_eq!(with(&format!(r#""tools":[{tool}]"#)).tools, expected, "{tool}");
    }
}

#[test]
fn tools_that_are_declared_among_the_input() {
    let body = r#"{"model":"m","tools":[{"type":"function","name":"f"},{"type":"function","name":"f","description":"other"}],
        "max_tool_calls":2,"input":[
        {"type":"additional_tools","id":"at_1","role":"developer","tools":[
            {"type":"namespace","name":"n","description":"","tools":[{"type":"custom","name":"f"}]},
            {"type":"web_search"},{"type":"mcp","server_label":"s"}]},
        {"role":"user","content":"hi"},
        {"type":"additional_tools","role":"developer","tools":[
            {"type":"namespace","name":"n","description":"","tools":[{"type":"custom","name":"f"},{"type":"function","name":"g"}]}]}]}"#;
    let request = read(body).unwrap();
    let namespace = |tool: &Tool| tool.namespace.as_ref().map_or("-", |namespace| &namespace.name).to_owned();
    let tools: Vec<_> = request.tools.iter().map(|tool| format!("{} {}", namespace(tool), tool.name)).collect();
    assert_eq!(tools, ["- f", "n f", "n g"]);
    assert_eq!(request.tools[0].description.as_deref(), Some("other"), "the last word counts");
    assert_eq!(request.web_search.and_then(|search| search.max_uses), Some(2));
    assert_eq!(request.unmapped, ["input[0].tools[2] (mcp)"]);
    assert_eq!(request.messages.len(), 1);
}

#[test]
fn the_search_of_the_web() {
    for kind in ["web_search", "web_search_2025_08_26", "web_search_preview", "web_search_preview_2025_03_11"] {
        let request = with(&format!(r#""tools":[{{"type":"{kind}"}}]"#));
        assert_eq!((request.web_search, request.tools.len()), (Some(SearchTool::default()), 0), "{kind}");
    }
    let request = with(
        r#""max_tool_calls":3,"tools":[{"type":"web_search","search_context_size":"low","filters":{"allowed_domains":["a"],"blocked_domains":["b"]},
        "user_location":{"type":"approximate","city":"C","region":"R","country":"DE","timezone":"Europe/Berlin"}}]"#,
    );
    let place = Place {
        city: Some("C".into()),
        region: Some("R".into()),
        country: Some("DE".into()),
        timezone: Some("Europe/Berlin".into()),
    };
    let expected = SearchTool {
        max_uses: Some(3),
        allowed_domains: vec!["a".into()],
        blocked_domains: vec!["b".into()],
        place: Some(place),
        context_size: Some("low".into()),
        cache: None,
    };
    assert_eq!(request.web_search, Some(expected));
}

#[test]
fn choices_among_tools() {
    let allowed = |required, names: &[&str]| ToolChoice::Allowed {
        required,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    };
    for (choice, expected) in [
        (r#""auto""#, ToolChoice::Auto),
        (r#""none""#, ToolChoice::None),
        (r#""required""#, ToolChoice::Required),
        (r#"{"type":"function","name":"f"}"#, ToolChoice::Tool("f".into())),
        (r#"{"type":"custom","name":"f"}"#, ToolChoice::Tool("f".into())),
        (
            r#"{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"f"},{"type":"custom","name":"g"}]}"#,
            allowed(false, &["f", "g"]),
        ),
        (
            r#"{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"f"}]}"#,
            allowed(true, &["f"]),
        ),
    ] {
        assert_eq!(with(&format!(r#""tool_choice":{choice}"#)).tool_choice, Some(expected), "{choice}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (fields, expected) in [
        (r#""tool_choice":"any""#, "tool_choice: must be none, auto, required or an object, not 'any'"),
        (
            r#""tool_choice":{"type":"allowed_tools","mode":"x","tools":[]}"#,
            "tool_choice.mode: must be auto or required, not 'x'",
        ),
        (r#""tool_choice":{"type":"allowed_tools","mode":"auto"}"#, "tool_choice.tools: is required"),
        (r#""tools":[{"name":"f"}]"#, "tools[0].type: is required"),
        (r#""tools":[{"type":"function","function":{"name":"f"}}]"#, "tools[0].name: is required"),
        (r#""tools":[{"type":"function","name":"f","parameters":[]}]"#, "tools[0].parameters: must be a JSON object"),
        (
            r#""tools":[{"type":"custom","name":"f","format":{"type":"x"}}]"#,
            "tools[0].format.type: must be text or grammar, not 'x'",
        ),
        (r#""tools":[{"type":"namespace","name":"n"}]"#, "tools[0].tools: is required"),
        (
            r#""tools":[{"type":"web_search","user_location":{"type":"exact"}}]"#,
            "tools[0].user_location.type: must be 'approximate'",
        ),
        (
            r#""text":{"format":{"type":"xml"}}"#,
            "text.format.type: must be text, json_object or json_schema, not 'xml'",
        ),
        (r#""text":{"format":{"type":"json_schema","name":"n"}}"#, "text.format.schema: is required"),
        (
            r#""text":{"format":{"type":"json_schema","name":"n","schema":[]}}"#,
            "text.format.schema: must be a JSON object",
        ),
        (r#""reasoning":"high""#, "reasoning: must be a JSON object"),
        (r#""include":[7]"#, "include[0]: must be a string"),
        (r#""store":"yes""#, "store: must be true or false"),
        (r#""temperature":"hot""#, "temperature: must be a number"),
    ] {
        let refused = read(&format!(r#"{{"model":"m","input":"hi",{fields}}}"#)).unwrap_err().to_string();
        assert!(refused.starts_with(expected), "{fields}: {refused}");
    }
    assert_eq!(read(r#"{"input":"hi"}"#).unwrap_err().to_string(), "model: is required");
}

/// It would become a part of the name of each of its tools.
#[test]
fn a_group_with_an_endless_name_is_refused() {
    for (length, refused) in [(128, false), (129, true)] {
        let group = format!(r#""tools":[{{"type":"namespace","name":"{}","tools":[]}}]"#, "n".repeat(length));
        let body = format!(r#"{{"model":"m","input":"x",{group}}}"#);
        assert_eq!(read(&body).is_err(), refused, "{length}");
    }
}
