//! Functions as they were before there were tools.

use super::{message, read, with};
use crate::chat::{Part, Request, Role, ToolChoice};

#[test]
fn functions_are_tools_that_are_called_one_at_a_time() {
    let function = r#"{"name":"f","description":"d","parameters":{"type": "object"}}"#;
    let new = read(&with(&format!(r#""tools":[{{"type":"function","function":{function}}}]"#))).unwrap();
    for (field, choice) in [
        ("", None),
        (r#","function_call":null,"tools":[],"parallel_tool_calls":true"#, None),
        (r#","function_call":"auto""#, Some(ToolChoice::Auto)),
        (r#","function_call":"none""#, Some(ToolChoice::None)),
        (r#","function_call":{"name":"f"}"#, Some(ToolChoice::Tool("f".into()))),
    ] {
        let old = read(&with(&format!(r#""functions":[{function}]{field}"#))).unwrap();
        let expected = Request { tool_choice: choice, parallel_tools: Some(false), single_call: true, ..new.clone() };
        assert_eq!(old, expected, "{field}");
    }
    for (field, path) in [
        (r#""functions":{}"#, "functions"),
        (r#""functions":[{}]"#, "functions[0].name"),
        (r#""functions":[{"name":"f"}],"function_call":"required""#, "function_call"),
        (r#""functions":[{"name":"f"}],"function_call":{}"#, "function_call.name"),
    ] {
        assert_eq!(read(&with(field)).unwrap_err().path, path, "{field}");
    }
}

/// The calls and results of a conversation, a message a word.
fn said(messages: &str) -> (String, Vec<String>) {
    let request = read(&message(messages)).unwrap();
    let part = |part: &Part| match part {
        Part::ToolCall(call) => format!("{}={}{}", call.id, call.name, call.arguments),
        Part::ToolResult(result) => format!("{}:{:?}", result.call_id, result.parts),
        Part::Text { text, .. } => text.clone(),
        other => panic!("{other:?}"),
    };
    let who = |role| if role == Role::User { "user" } else { "assistant" };
    let words = request.messages.iter().map(|message| {
        format!("{} {}", who(message.role), message.parts.iter().map(part).collect::<Vec<_>>().join(" "))
    });
    (words.collect::<Vec<_>>().join("\n").replace(", citations: [], cache: None", ""), request.unmapped)
}

#[test]
fn a_result_belongs_to_the_first_call_of_its_name_that_has_none() {
    let call = |name: &str| {
        format!(r#"{{"role":"assistant","content":"","function_call":{{"name":"{name}","arguments":"{{ }}"}}}}"#)
    };
    let result = |name: &str, content: &str| format!(r#"{{"role":"function","name":"{name}","content":{content}}}"#);
    let text = |text: &str| format!(r#"[Text {{ text: "{text}" }}]"#);
    for (messages, expected, unmapped) in [
        (
            vec![call("f"), result("f", "\"1\""), call("f"), result("f", "null")],
            format!(
                "assistant call00000=f{{ }}\nuser call00000:{}\nassistant call00001=f{{ }}\nuser call00001:{}",
                text("1"),
                text("")
            ),
            "",
        ),
        // two calls before their results are one turn's
        (
            vec![call("f"), call("g"), result("g", "\"1\""), result("f", "\"2\"")],
            format!(
                "assistant call00000=f{{ }}\nassistant call00001=g{{ }}\nuser call00001:{} call00000:{}",
                text("1"),
                text("2")
            ),
            "",
        ),
        (
            vec![call("f"), result("f", "\"1\""), result("f", "\"2\""), result("g", "\"3\"")],
            format!("assistant call00000=f{{ }}\nuser call00000:{}", text("1")),
            "messages[2] messages[3]",
        ),
        (
            vec![
                call("f").replace(
                    r#""content":"""#,
                    r#""content":"so","tool_calls":[{"id":"t","function":{"name":"g","arguments":""}}]"#,
                ),
                result("f", "\"1\"").replace(r#""name""#, r#""x":1,"name""#),
            ],
            format!("assistant so t=g call00000=f{{ }}\nuser call00000:{}", text("1")),
            "messages[1].x",
        ),
    ] {
        let (told, named) = said(&messages.join(","));
        assert_eq!((told, named.join(" ").as_str()), (expected, unmapped), "{messages:?}");
    }
    for (odd, path) in [
        (r#"{"role":"function","content":"a"}"#, "messages[0].name"),
        (r#"{"role":"assistant","function_call":{}}"#, "messages[0].function_call.name"),
        (r#"{"role":"assistant","function_call":{"name":"f","arguments":{}}}"#, "messages[0].function_call.arguments"),
    ] {
        assert_eq!(read(&message(odd)).unwrap_err().path, path, "{odd}");
    }
}
