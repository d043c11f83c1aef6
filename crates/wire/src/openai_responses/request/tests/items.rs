//! Items, and the messages that they become.

use super::{messages, parts, request};
use crate::chat::{
    CacheMark, CallKind, Media, MediaSource, Message, Page, Part, Role, SearchOutcome, Thinking, ToolCall, ToolResult,
    WebSearch,
};
use crate::openai_responses::request::read;

fn media(source: MediaSource, detail: Option<&str>, name: Option<&str>) -> Media {
    Media { source, detail: detail.map(Into::into), name: name.map(Into::into) }
}

fn base64(media_type: &str) -> MediaSource {
    MediaSource::Base64 { media_type: media_type.into(), data: "AA==".into() }
}

fn marked(text: &str, ttl: Option<&str>) -> Part {
    Part::Text { text: text.into(), citations: Vec::new(), cache: Some(CacheMark { ttl: ttl.map(Into::into) }) }
}

fn result(id: &str, parts: Vec<Part>) -> Part {
    Part::ToolResult(ToolResult { call_id: id.into(), parts, is_error: false, cache: None })
}

fn search(id: &str, query: Option<&str>, outcome: Option<SearchOutcome>) -> Part {
    Part::WebSearch(WebSearch { id: id.into(), query: query.map(Into::into), outcome })
}

#[test]
fn parts_of_what_a_user_says() {
    for (part, expected) in [
        (r#"{"type":"input_text","text":"a"}"#, Part::text("a")),
        (r#"{"type":"input_text","text":"a","prompt_cache_breakpoint":{"mode":"explicit"}}"#, marked("a", None)),
        (
            r#"{"type":"input_text","text":"a","prompt_cache_breakpoint":{"mode":"explicit","ttl":"30m"}}"#,
            marked("a", Some("1h")),
        ),
        (
            r#"{"type":"input_text","text":"a","prompt_cache_breakpoint":{"mode":"explicit","ttl":"12h"}}"#,
            marked("a", Some("12h")),
        ),
        (
            r#"{"type":"input_image","image_url":"data:image/png;base64,AA==","detail":"low"}"#,
            Part::Image { media: media(base64("image/png"), Some("low"), None), cache: None },
        ),
        (
            r#"{"type":"input_image","image_url":"https://a/b.png","detail":"auto"}"#,
            Part::Image { media: media(MediaSource::Url("https://a/b.png".into()), None, None), cache: None },
        ),
        (
            r#"{"type":"input_image","file_id":"file-1"}"#,
            Part::Image { media: media(MediaSource::FileId("file-1".into()), None, None), cache: None },
        ),
        (
            r#"{"type":"input_file","file_data":"data:text/csv;base64,AA==","filename":"a.csv","detail":"auto"}"#,
            Part::document(media(base64("text/csv"), None, Some("a.csv")), None),
        ),
        (
            r#"{"type":"input_file","file_data":"AA==","filename":"a.PDF"}"#,
            Part::document(media(base64("application/pdf"), None, Some("a.PDF")), None),
        ),
        (
            r#"{"type":"input_file","file_data":"AA==","filename":"a.xls"}"#,
            Part::document(media(base64("application/octet-stream"), None, Some("a.xls")), None),
        ),
        (
            r#"{"type":"input_file","file_url":"https://a/b"}"#,
            Part::document(media(MediaSource::Url("https://a/b".into()), None, None), None),
        ),
        (
            r#"{"type":"input_file","file_id":"file-1","prompt_cache_breakpoint":{"mode":"explicit"}}"#,
            Part::document(media(MediaSource::FileId("file-1".into()), None, None), Some(CacheMark { ttl: None })),
        ),
        (
            r#"{"type":"input_audio","input_audio":{"data":"AA==","format":"mp3"}}"#,
            Part::Audio { media: media(base64("audio/mpeg"), None, None) },
        ),
    ] {
        let said = parts(&format!(r#"{{"role":"user","content":[{part}]}}"#));
        assert_eq!(said, std::slice::from_ref(&expected), "{part}");
        let output = format!(r#"{{"type":"function_call_output","call_id":"1","output":[{part}]}}"#);
        assert_eq!(parts(&output), [result("1", vec![expected])], "{part}");
    }
}

#[test]
fn items_of_an_assistant() {
    let call = |kind, namespace: Option<&str>, arguments: &str| {
        let namespace = namespace.map(Into::into);
        Part::ToolCall(ToolCall { namespace, kind, ..ToolCall::new("1", "f", arguments) })
    };
    let sealed = |id: Option<&str>, text: &str| {
        Part::Thinking(Thinking::Sealed { id: id.map(Into::into), text: text.into(), data: "D".into() })
    };
    let plain = |text: &str, signature: Option<&str>| {
        Part::Thinking(Thinking::Plain { text: text.into(), signature: signature.map(Into::into) })
    };
    let page = |url: &str| Page { url: url.into(), ..Page::default() };
    for (item, expected) in [
        (r#"{"role":"assistant","content":"a"}"#, Part::text("a")),
        (r#"{"role":"assistant","content":[{"type":"refusal","refusal":"no"}]}"#, Part::Refusal { text: "no".into() }),
        (
            r#"{"type":"message","id":"msg_1","role":"assistant","status":"completed","phase":null,"content":[{"type":"output_text",
            "text":"a","logprobs":[],"annotations":[{"type":"url_citation","url":"https://x","title":"T","start_index":0,"end_index":1}]}]}"#,
            Part::text("a"),
        ),
        (
            r#"{"role":"assistant","content":[{"type":"output_text","text":"a","provider_specific_fields":{"citations":[]}}]}"#,
            Part::text("a"),
        ),
        (
            r#"{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"a"},{"type":"summary_text","text":"b"}],
            "content":[{"type":"reasoning_text","text":"c"}],"encrypted_content":"D"}"#,
            sealed(Some("rs_1"), "a\n\nb\n\nc"),
        ),
        (r#"{"type":"reasoning","summary":[],"encrypted_content":"D","status":null}"#, sealed(None, "")),
        (
            r#"{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"a"}],"encrypted_content":null}"#,
            plain("a", None),
        ),
        (
            r#"{"type":"reasoning","id":"rs_1","summary":[{"text":"a"}],"encrypted_content":"turnpike:signed:S"}"#,
            plain("a", Some("S")),
        ),
        (
            r#"{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"turnpike:redacted:R"}"#,
            Part::Thinking(Thinking::Redacted { data: "R".into() }),
        ),
        (
            r#"{"type":"function_call","call_id":"1","name":"f","arguments":"{ \"a\" : 1.0}","async":false,
            "caller":{"type":"direct"},"id":"fc_1","status":"completed"}"#,
            call(CallKind::Function, None, "{ \"a\" : 1.0}"),
        ),
        (
            r#"{"type":"function_call","call_id":"1","name":"f","arguments":"","namespace":"n"}"#,
            call(CallKind::Function, Some("n"), ""),
        ),
        (
            r#"{"type":"custom_tool_call","call_id":"1","name":"f","input":"any\ntext","id":"ctc_1"}"#,
            call(CallKind::Custom, None, "any\ntext"),
        ),
        (
            r#"{"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"q","queries":["q"],
            "sources":[{"type":"url","url":"https://x"}]}}"#,
            search("ws_1", Some("q"), Some(SearchOutcome::Found(vec![page("https://x")]))),
        ),
        (
            r#"{"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","queries":["q","r"]}}"#,
            search("ws_1", Some("q; r"), None),
        ),
        (
            r#"{"type":"web_search_call","id":"ws_1","status":"failed","action":{"type":"open_page","url":"https://x"}}"#,
            search("ws_1", None, Some(SearchOutcome::Failed("failed".into()))),
        ),
    ] {
        assert_eq!(parts(item), [expected], "{item}");
        assert_eq!(messages(item)[0].role, Role::Assistant, "{item}");
    }
}

#[test]
fn results_of_tools() {
    for (output, expected) in [
        (r#""""#, vec![]),
        ("[]", vec![]),
        (r#""a""#, vec![Part::text("a")]),
        (
            r#"[{"type":"input_text","text":"a"},{"type":"input_text","text":"b"}]"#,
            vec![Part::text("a"), Part::text("b")],
        ),
    ] {
        for kind in ["function_call_output", "custom_tool_call_output"] {
            let item = format!(
                r#"{{"type":"{kind}","id":"x","call_id":"1","name":"f","namespace":"n","status":"completed",
                "caller":{{"type": "direct"}},"output":{output}}}"#
            );
            assert_eq!(parts(&item), [result("1", expected.clone())], "{item}");
        }
    }
}

#[test]
fn what_one_speaker_says_in_a_row_is_one_message() {
    const TEXT: &str = r#"{"role":"user","content":"u"}"#;
    const SAID: &str = r#"{"role":"assistant","content":"a"}"#;
    const EMPTY: &str = r#"{"role":"assistant","content":""}"#;
    const THOUGHT: &str = r#"{"type":"reasoning","summary":[],"encrypted_content":"D"}"#;
    const NOTHING: &str = r#"{"type":"reasoning","summary":[]}"#;
    const CALL: &str = r#"{"type":"function_call","call_id":"1","name":"f","arguments":"{}"}"#;
    const RESULT: &str = r#"{"type":"function_call_output","call_id":"1","output":"r"}"#;
    const RULE: &str = r#"{"role":"system","content":"s"}"#;
    let shape = |message: &Message| {
        let role = match message.role {
            Role::System => "s",
            Role::Developer => "d",
            Role::User => "u",
            Role::Assistant => "a",
        };
        let words: Vec<_> = message.parts.iter().map(Part::word).collect();
        format!("{role}:{}", words.join("+"))
    };
    for (items, expected) in [
        (vec![TEXT, TEXT], "u:text u:text"),
        (vec![TEXT, THOUGHT, SAID, CALL, SAID, CALL], "u:text a:thinking+text+tool_call+text+tool_call"),
        (vec![CALL, CALL, RESULT, RESULT, TEXT, TEXT], "a:tool_call+tool_call u:tool_result+tool_result+text u:text"),
        (vec![CALL, TEXT, RESULT, TEXT], "a:tool_call u:text u:tool_result+text"),
        (vec![RESULT, TEXT, RESULT], "u:tool_result+text u:tool_result"),
        (vec![RESULT, RULE, TEXT], "u:tool_result s:text u:text"),
        (vec![CALL, CALL, RESULT, RULE, RESULT, TEXT], "a:tool_call+tool_call u:tool_result+tool_result s:text u:text"),
        (vec![CALL, RESULT, RULE, CALL, RESULT], "a:tool_call u:tool_result s:text a:tool_call u:tool_result"),
        (vec![RULE, RULE], "s:text s:text"),
        (vec![SAID, EMPTY, NOTHING, CALL], "a:text+tool_call"),
        (vec![TEXT, NOTHING, EMPTY, TEXT], "u:text u:text"),
        (vec![CALL, RESULT, NOTHING, RESULT], "a:tool_call u:tool_result+tool_result"),
    ] {
        let read = messages(&items.join(","));
        assert_eq!(read.iter().map(shape).collect::<Vec<_>>().join(" "), expected, "{items:?}");
    }
}

#[test]
fn instructions_stand_in_front() {
    let system = |text: &str| Message::new(Role::System, vec![Part::text(text)]);
    let user = Message::new(Role::User, vec![Part::text("hi")]);
    assert_eq!(request(r#""hi""#).messages, std::slice::from_ref(&user));
    assert_eq!(request(r#""hi","instructions":null"#).messages, std::slice::from_ref(&user));
    assert_eq!(request(r#""hi","instructions":"one""#).messages, [system("one"), user.clone()]);
    assert_eq!(
        request(
            r#"[{"role":"user","content":"hi"}],"instructions":[{"type":"message","role":"system","content":"one"}]"#
        )
        .messages,
        [system("one"), user]
    );
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (input, expected) in [
        ("[]", "input: must have at least one item"),
        ("7", "input: must be a string or a list of items"),
        ("null", "input: is required"),
        (r#""hi","instructions":7"#, "instructions: must be a string"),
        (r#"[{"role":"robot","content":"x"}]"#, "input[0].role: is not a known role: 'robot'"),
        (r#"[{"role":"user"}]"#, "input[0].content: is required"),
        (r#"[{"role":"user","content":7}]"#, "input[0].content: must be a string or a list of content parts"),
        (r#"[{"role":"user","content":[{"text":"x"}]}]"#, "input[0].content[0].type: is required"),
        (
            r#"[{"role":"user","content":[{"type":"input_image"}]}]"#,
            "input[0].content[0].image_url: or file_id is required",
        ),
        (
            r#"[{"role":"user","content":[{"type":"input_file"}]}]"#,
            "input[0].content[0].file_data: or file_url or file_id is required",
        ),
        (
            r#"[{"role":"user","content":[{"type":"input_text","text":"a","prompt_cache_breakpoint":{"mode":"x"}}]}]"#,
            "input[0].content[0].prompt_cache_breakpoint.mode: must be 'explicit'",
        ),
        (r#"[{"type":"function_call","name":"f","arguments":"{}"}]"#, "input[0].call_id: is required"),
        (
            r#"[{"type":"function_call","call_id":"1","name":"f","arguments":{}}]"#,
            "input[0].arguments: must be a string",
        ),
        (r#"[{"type":"function_call_output","call_id":"1"}]"#, "input[0].output: is required"),
    ] {
        let refused = read(&format!(r#"{{"model":"m","input":{input}}}"#)).unwrap_err();
        assert_eq!(refused.to_string(), expected, "{input}");
    }
}
