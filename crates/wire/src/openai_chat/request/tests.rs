//! Reading requests: what is kept, what is named, what is refused.

mod functions;
mod parts;
mod tools;

use super::read;
use crate::chat::{Effort, Message, OutputFormat, Part, Role, Thinking, ToolCall, ToolChoice};

fn with(field: &str) -> String {
    format!(r#"{{"model":"m","messages":[{{"role":"user","content":"hi"}}],{field}}}"#)
}

fn message(message: &str) -> String {
    format!(r#"{{"model":"m","messages":[{message}]}}"#)
}

/// The only message of a request that holds just `text`.
fn parts(text: &str) -> Vec<Part> {
    let request = read(&message(text)).unwrap();
    assert_eq!(request.unmapped, [""; 0], "{text}");
    request.messages.into_iter().next().unwrap().parts
}

/// What reading `body` names, in any order.
fn assert_named(body: &str, unmapped: &str) {
    let mut named = read(body).unwrap().unmapped;
    named.sort_unstable_by_key(|path| unmapped.find(path.as_str()));
    assert_eq!(named.join(" "), unmapped, "{body}");
}

#[test]
fn fields_without_a_place_are_named() {
    let content = |part: &str| message(&format!(r#"{{"role":"user","content":[{part}]}}"#));
    for (body, unmapped) in [
        (with(r#""logit_bias":{"1":2}"#), "logit_bias"),
        (with(r#""prediction":{}"#), "prediction"),
        (with(r#""top_logprobs":2"#), "top_logprobs"),
        (with(r#""modalities":["text","audio"]"#), "modalities"),
        (with(r#""stream_options":{"include_usage":true,"x":1}"#), "stream_options.x"),
        (
            with(r#""response_format":{"type":"json_schema","json_schema":{"schema":{},"x":1},"y":2}"#),
            "response_format.json_schema.x response_format.y",
        ),
        (with(r#""user":"a","safety_identifier":"b""#), "safety_identifier"),
        (message(r#"{"role":"user","content":"a","x":1}"#), "messages[0].x"),
        (message(r#"{"role":"function","name":"f","content":"a"}"#), "messages[0]"),
        (
            message(r#"{"role":"assistant","content":null,"audio":{"id":"a"},"function_call":{"name":"f","x":1}}"#),
            "messages[0].audio messages[0].function_call.x",
        ),
        (
            message(
                r#"{"role":"assistant","tool_calls":[{"id":"1","extra_content":{},"function":{"name":"f","arguments":"","z":1}}]}"#,
            ),
            "messages[0].tool_calls[0].function.z messages[0].tool_calls[0].extra_content",
        ),
        (
            message(r#"{"role":"assistant","content":"a","reasoning_content":"b","reasoning":"c"}"#),
            "messages[0].reasoning",
        ),
        (message(r#"{"role":"assistant","content":"a","reasoning":{"x":1}}"#), "messages[0].reasoning"),
        (
            message(
                r#"{"role":"assistant","content":"a","thinking_blocks":[{"type":"thinking","thinking":"t","x":1}]}"#,
            ),
            "messages[0].thinking_blocks[0].x",
        ),
        (
            content(r#"{"type":"video_url","video_url":{"url":"u","detail":"low","fps":1}}"#),
            "messages[0].content[0].video_url.detail messages[0].content[0].video_url.fps",
        ),
        (
            message(r#"{"role":"assistant","content":"a","provider_specific_fields":{"citations":[],"refusal":"x"}}"#),
            "messages[0].provider_specific_fields.refusal",
        ),
        (
            content(r#"{"type":"image_url","image_url":{"url":"u","x":1},"y":2}"#),
            "messages[0].content[0].image_url.x messages[0].content[0].y",
        ),
        (
            content(
                r#"{"type":"input_audio","input_audio":{"data":"d","format":"wav"},"prompt_cache_breakpoint":{"mode":"explicit"}}"#,
            ),
            "messages[0].content[0].prompt_cache_breakpoint",
        ),
        (
            content(r#"{"type":"text","text":"a","prompt_cache_breakpoint":{"mode":"explicit","x":1}}"#),
            "messages[0].content[0].prompt_cache_breakpoint.x",
        ),
        (with(r#""metadata":{"a":"b","tags":["x"],"n":1}"#), "metadata.tags metadata.n"),
        (content(r#"{"type":"file","file":{"file_id":"f","format":"pdf"}}"#), "messages[0].content[0].file.format"),
    ] {
        assert_named(&body, unmapped);
    }
}

#[test]
fn harmless_fields_are_left_out_without_a_word() {
    for body in [
        with(
            r#""store":false,"logprobs":false,"top_logprobs":0,"logit_bias":{ },"metadata":{},"modalities":[ "text" ]"#,
        ),
        with(r#""stream":true,"stream_options":{"include_obfuscation":false}"#),
        with(r#""safety_identifier":"a","user":"a","audio":null"#),
        message(r#"{"role":"assistant","content":"a","annotations":[],"audio":null,"refusal":null}"#),
        message(r#"{"role":"assistant","content":"a","provider_specific_fields":{"refusal": null}}"#),
        message(
            r#"{"role":"assistant","content":"a","annotations":[{"type":"url_citation"}],"provider_specific_fields":{"citations":[[{}]],"citation":{}}}"#,
        ),
        message(r#"{"role":"assistant","content":"a","provider_specific_fields":{}}"#),
        message(r#"{"role":"tool","name":"f","tool_call_id":"1","content":"a"}"#),
        message(r#"{"role":"assistant","tool_calls":[{"index":0,"id":"1","function":{"name":"f","arguments":"{}"}}]}"#),
    ] {
        assert_eq!(read(&body).unwrap().unmapped, [""; 0], "{body}");
    }
}

#[test]
fn mistakes_are_refused_with_their_place() {
    let content = |part: &str| message(&format!(r#"{{"role":"user","content":[{part}]}}"#));
    for (body, path) in [
        ("[]".to_owned(), "body"),
        (r#"{"messages":[]}"#.to_owned(), "model"),
        (r#"{"model":"m"}"#.to_owned(), "messages"),
        (r#"{"model":"m","messages":[]}"#.to_owned(), "messages"),
        (r#"{"model":"m","messages":{}}"#.to_owned(), "messages"),
        (message("3"), "messages[0]"),
        (message("{}"), "messages[0].role"),
        (message(r#"{"role":"robot","content":"a"}"#), "messages[0].role"),
        (message(r#"{"role":"user"}"#), "messages[0].content"),
        (message(r#"{"role":"user","content":3}"#), "messages[0].content"),
        (message(r#"{"role":"tool","content":"a"}"#), "messages[0].tool_call_id"),
        (message(r#"{"role":"assistant","tool_calls":[{"id":"1"}]}"#), "messages[0].tool_calls[0].function"),
        (
            message(r#"{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":{}}}]}"#),
            "messages[0].tool_calls[0].function.arguments",
        ),
        (content(r#"{"type":"hologram"}"#), "messages[0].content[0].type"),
        (content(r#"{"text":"a"}"#), "messages[0].content[0].type"),
        (content(r#"{"type":"image_url"}"#), "messages[0].content[0].image_url"),
        (content(r#"{"type":"file","file":{}}"#), "messages[0].content[0].file.file_data"),
        (
            content(r#"{"type":"text","text":"a","cache_control":{"type":"forever"}}"#),
            "messages[0].content[0].cache_control.type",
        ),
        (with(r#""max_tokens":1,"max_completion_tokens":2"#), "max_tokens"),
        (with(r#""max_tokens":-1"#), "max_tokens"),
        (with(r#""temperature":"hot""#), "temperature"),
        (with(r#""metadata":"x""#), "metadata"),
        (with(r#""guardrailConfig":["g"]"#), "guardrailConfig"),
        (content(r#"{"type":"video_url"}"#), "messages[0].content[0].video_url"),
        (with(r#""stop":3"#), "stop"),
        (with(r#""stream":"yes""#), "stream"),
        (with(r#""tool_choice":"maybe""#), "tool_choice"),
        (with(r#""tool_choice":{"type":"function"}"#), "tool_choice.function"),
        (with(r#""tool_choice":{"type":"custom"}"#), "tool_choice.custom"),
        (
            with(r#""tool_choice":{"type":"allowed_tools","allowed_tools":{"tools":[]}}"#),
            "tool_choice.allowed_tools.mode",
        ),
        (
            with(r#""tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"none","tools":[]}}"#),
            "tool_choice.allowed_tools.mode",
        ),
        (
            with(r#""tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto"}}"#),
            "tool_choice.allowed_tools.tools",
        ),
        (with(r#""logprobs":2"#), "logprobs"),
        (with(r#""logprobs":true,"top_logprobs":-1"#), "top_logprobs"),
        (with(r#""verbosity":1"#), "verbosity"),
        (
            with(r#""web_search_options":{"user_location":{"type":"exact","approximate":{}}}"#),
            "web_search_options.user_location.type",
        ),
        (
            with(r#""web_search_options":{"user_location":{"type":"approximate"}}"#),
            "web_search_options.user_location.approximate",
        ),
        (
            with(r#""tools":[{"type":"custom","custom":{"name":"t","format":{"type":"xml"}}}]"#),
            "tools[0].custom.format.type",
        ),
        (
            with(r#""tools":[{"type":"custom","custom":{"name":"t","format":{"type":"grammar"}}}]"#),
            "tools[0].custom.format.grammar",
        ),
        (
            message(r#"{"role":"assistant","tool_calls":[{"id":"1","type":"custom","custom":{"input":""}}]}"#),
            "messages[0].tool_calls[0].custom.name",
        ),
        (
            with(r#""tools":[{"type":"function","function":{"name":"f","parameters":[]}}]"#),
            "tools[0].function.parameters",
        ),
        (with(r#""tools":[{"function":{"name":"f"}}]"#), "tools[0].type"),
        (with(r#""response_format":{"type":"xml"}"#), "response_format.type"),
        (
            with(r#""response_format":{"type":"json_schema","json_schema":{"name":"a"}}"#),
            "response_format.json_schema.schema",
        ),
        (
            with(r#""response_format":{"type":"json_schema","json_schema":{"name":"a","schema":[]}}"#),
            "response_format.json_schema.schema",
        ),
        (with(r#""store":"yes""#), "store"),
    ] {
        assert_eq!(read(&body).unwrap_err().path, path, "{body}");
    }
}

#[test]
fn settings_are_kept_digit_for_digit() {
    let request = read(&with(
        r#""temperature":0.70,"top_p":1e-1,"top_k":40,"seed":12345678901234567890123,"n":2,"presence_penalty":-0.0,
        "stop":"END","max_completion_tokens":9,"max_tokens":9,"reasoning_effort":"xhigh","user":"u","service_tier":"flex",
        "parallel_tool_calls":false,"tool_choice":{"type":"function","function":{"name":"f"}},"stream":true,
        "stream_options":{"include_usage":true},"metadata":{"b":"2","a":"1","c":null},
        "guardrailConfig":{"guardrailIdentifier": "g"},
        "tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,"parameters":{ "b" : 1.0 , "a":[] }}}],
        "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"z":1,  "a":2},"strict":false}}"#,
    ))
    .unwrap();
    let s = &request.sampling;
    let raws =
        [&s.temperature, &s.top_p, &s.top_k, &s.seed, &s.presence_penalty].map(|raw| raw.as_ref().unwrap().get());
    assert_eq!(raws, ["0.70", "1e-1", "40", "12345678901234567890123", "-0.0"]);
    assert_eq!((s.n, request.max_output_tokens, request.parallel_tools), (Some(2), Some(9), Some(false)));
    assert_eq!((request.stop, request.stream, request.include_usage), (vec!["END".to_owned()], true, true));
    assert_eq!(request.tool_choice, Some(ToolChoice::Tool("f".into())));
    assert_eq!(request.tools[0].schema.as_ref().unwrap().get(), r#"{ "b" : 1.0 , "a":[] }"#);
    let OutputFormat::JsonSchema { schema, strict, .. } = request.output else { panic!() };
    assert_eq!((schema.get(), strict), (r#"{"z":1,  "a":2}"#, Some(false)));
    assert_eq!(request.reasoning.unwrap().effort, Some(Effort("xhigh".into())));
    assert_eq!(request.metadata, [("b".to_owned(), "2".to_owned()), ("a".to_owned(), "1".to_owned())]);
    assert_eq!(request.guardrail.unwrap().get(), r#"{"guardrailIdentifier": "g"}"#);
    assert_eq!(request.unmapped, [""; 0]);
}

#[test]
fn assistants_hand_back_what_they_were_given() {
    let plain = |text: &str, signature: Option<&str>| {
        Part::Thinking(Thinking::Plain { text: text.into(), signature: signature.map(Into::into) })
    };
    assert_eq!(
        parts(
            r#"{"role":"assistant","content":"","reasoning_content":"ab","thinking_blocks":[{"index":0,"type":"thinking","thinking":"a","signature":"S"},
            {"type":"redacted_thinking","data":"D"}],"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{ \"a\" : 1.0}"}}]}"#
        ),
        [
            plain("a", Some("S")),
            Part::Thinking(Thinking::Redacted { data: "D".into() }),
            Part::ToolCall(ToolCall {
                id: "1".into(),
                name: "f".into(),
                arguments: "{ \"a\" : 1.0}".into(),
                cache: None,
                ..ToolCall::default()
            }),
        ]
    );
    for field in ["reasoning", "reasoning_content"] {
        let text = format!(r#"{{"role":"assistant","content":[{{"type":"refusal","refusal":"no"}}],"{field}":"r"}}"#);
        assert_eq!(parts(&text), [plain("r", None), Part::Refusal { text: "no".into() }]);
    }
    assert_eq!(parts(r#"{"role":"assistant","content":"","refusal":"no"}"#), [Part::Refusal { text: "no".into() }]);
}

#[test]
fn results_of_one_turn_become_one_message() {
    let body = message(
        r#"{"role":"tool","tool_call_id":"1","content":"a"},{"role":"tool","tool_call_id":"2","content":[{"type":"text","text":"b"}]},
        {"role":"user","content":"c"},{"role":"tool","tool_call_id":"3","content":""},{"role":"user","content":"d"}"#,
    );
    let apart = body.replace(
        r#"{"role":"tool","tool_call_id":"2""#,
        r#"{"role":"system","content":"s"},{"role":"tool","tool_call_id":"2""#,
    );
    let ids = |message: &Message| -> Vec<String> {
        let id = |part: &Part| if let Part::ToolResult(result) = part { result.call_id.clone() } else { "-".into() };
        message.parts.iter().map(id).collect()
    };
    for (body, roles) in
        [(body, [Role::User; 4].to_vec()), (apart, vec![Role::User, Role::System, Role::User, Role::User, Role::User])]
    {
        let messages = read(&body).unwrap().messages;
        let (said, rules): (Vec<_>, Vec<_>) = messages.iter().partition(|message| message.role == Role::User);
        assert_eq!(said.into_iter().map(ids).collect::<Vec<_>>(), [vec!["1", "2"], vec!["-"], vec!["3"], vec!["-"]]);
        assert_eq!(
            (messages.iter().map(|message| message.role).collect::<Vec<_>>(), rules.len()),
            (roles, messages.len() - 4)
        );
    }
}
