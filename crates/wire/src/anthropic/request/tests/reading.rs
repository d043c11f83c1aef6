//! Reading.

use crate::anthropic::request::read;
use crate::chat::{
    CacheMark, Citation, Effort, Location, Media, MediaSource, OutputFormat, Part, ReasoningMode, Role, SearchResult,
    Thinking, ToolChoice,
};
use crate::json::Raw;

/// A request with `fields` (`"a":1,"b":2`) besides the required ones.
pub(super) fn with(fields: &str) -> String {
    let comma = if fields.is_empty() { "" } else { "," };
    format!(r#"{{"model":"m","max_tokens":10,"messages":[{{"role":"user","content":"Hi"}}]{comma}{fields}}}"#)
}

/// A request whose one user message has `block`.
pub(super) fn with_block(block: &str) -> String {
    format!(r#"{{"model":"m","max_tokens":10,"messages":[{{"role":"user","content":[{block}]}}]}}"#)
}

fn media(source: MediaSource) -> Media {
    Media { source, detail: None, name: None }
}

pub(super) fn only_part(block: &str) -> Part {
    let mut request = read(&with_block(block)).unwrap();
    assert_eq!(request.unmapped, [""; 0], "{block}");
    request.messages.remove(0).parts.remove(0)
}

#[test]
fn reads_every_option() {
    let request = read(&with(
        r#""system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral","ttl":"1h"}}],
        "temperature":0.70,"top_p":1,"top_k":40,"stop_sequences":["END"],"stream":true,"service_tier":"standard_only",
        "metadata":{"user_id":"u"},"thinking":{"type":"enabled","budget_tokens":5,"display":"omitted"},
        "output_config":{"effort":"xhigh","format":{"type":"json_schema","schema":{"type": "object"}}},
        "tools":[{"name":"f","description":"d","input_schema":{ "type":"object"},"strict":true},
                 {"type":"custom","name":"g","cache_control":{"type":"ephemeral"}}],
        "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},
        "guardrailConfig":{"guardrailIdentifier": "g"}"#,
    ))
    .unwrap();
    let system = &request.messages[0];
    assert_eq!(system.role, Role::System);
    assert!(matches!(&system.parts[0], Part::Text { cache: Some(CacheMark { ttl: Some(ttl) }), .. } if ttl == "1h"));
    assert_eq!(request.sampling.temperature.unwrap().get(), "0.70");
    assert_eq!(request.sampling.top_k.unwrap().get(), "40");
    assert_eq!((request.stream, request.stop), (true, vec!["END".to_owned()]));
    assert_eq!(request.service_tier.as_deref(), Some("default"));
    assert_eq!(request.user.as_deref(), Some("u"));
    let reasoning = request.reasoning.unwrap();
    assert_eq!((reasoning.mode, reasoning.budget_tokens), (Some(ReasoningMode::Enabled), Some(5)));
    assert_eq!((reasoning.effort, reasoning.display.as_deref()), (Some(Effort("xhigh".to_owned())), Some("omitted")));
    let schema = Raw::parse(r#"{"type": "object"}"#).unwrap();
    assert_eq!(request.output, OutputFormat::JsonSchema { name: None, description: None, schema, strict: None });
    assert_eq!(request.tools[0].schema.as_ref().unwrap().get(), r#"{ "type":"object"}"#);
    assert_eq!(request.tools[1].cache, Some(CacheMark { ttl: None }));
    assert_eq!(request.guardrail, Some(Raw::parse(r#"{"guardrailIdentifier": "g"}"#).unwrap()));
    assert_eq!((request.tool_choice, request.parallel_tools), (Some(ToolChoice::Tool("f".to_owned())), Some(false)));
    assert_eq!(request.unmapped, [""; 0]);
}

#[test]
fn reads_every_block() {
    let base64 = MediaSource::Base64 { media_type: "image/png".to_owned(), data: "aGk=".to_owned() };
    let cases = [
        (
            r#"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}}"#,
            Part::Image { media: media(base64), cache: None },
        ),
        (
            r#"{"type":"image","source":{"type":"url","url":"https://x/y"},"cache_control":{"type":"ephemeral"}}"#,
            Part::Image {
                media: media(MediaSource::Url("https://x/y".to_owned())),
                cache: Some(CacheMark { ttl: None }),
            },
        ),
        (
            r#"{"type":"document","source":{"type":"file","file_id":"file_1"},"citations":{"enabled":false}}"#,
            Part::document(media(MediaSource::FileId("file_1".to_owned())), None),
        ),
        (
            r#"{"type":"document","title":"T","source":{"type":"text","media_type":"text/plain","data":"x"}}"#,
            Part::document(Media { name: Some("T".to_owned()), ..media(MediaSource::Text("x".to_owned())) }, None),
        ),
        (
            r#"{"type":"thinking","thinking":"hm","signature":"s"}"#,
            Part::Thinking(Thinking::Plain { text: "hm".to_owned(), signature: Some("s".to_owned()) }),
        ),
        (
            r#"{"type":"thinking","thinking":"hm","signature":""}"#,
            Part::Thinking(Thinking::Plain { text: "hm".to_owned(), signature: None }),
        ),
        (
            r#"{"type":"thinking","thinking":"hm","signature":"turnpike:sealed:rs_1:gAA"}"#,
            Part::Thinking(Thinking::Sealed {
                id: Some("rs_1".to_owned()),
                text: "hm".to_owned(),
                data: "gAA".to_owned(),
            }),
        ),
        (r#"{"type":"redacted_thinking","data":"d"}"#, Part::Thinking(Thinking::Redacted { data: "d".to_owned() })),
    ];
    for (block, expected) in cases {
        assert_eq!(only_part(block), expected, "{block}");
    }
}

#[test]
fn reads_what_is_to_be_cited_and_what_is_cited() {
    let pieces = |texts: &[&str]| Media {
        source: MediaSource::Texts(texts.iter().map(|&text| text.to_owned()).collect()),
        detail: None,
        name: None,
    };
    let cites = |title: Option<&str>, location| {
        let (title, source) = (title.map(str::to_owned), None);
        let citations = vec![Citation { title, source, quotes: vec!["q".to_owned()], location: Some(location) }];
        Part::Text { text: "x".to_owned(), citations, cache: None }
    };
    let cases = [
        (
            r#"{"type":"document","source":{"type":"content","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},"context":"c","citations":{"enabled":true}}"#,
            Part::Document { media: pieces(&["a", "b"]), context: Some("c".to_owned()), citations: true, cache: None },
        ),
        (
            r#"{"type":"document","source":{"type":"content","content":"a"},"citations":null}"#,
            Part::document(pieces(&["a"]), None),
        ),
        (
            r#"{"type":"search_result","source":"s","title":"t","content":[{"type":"text","text":"a"}],"citations":{"enabled":true},"cache_control":{"type":"ephemeral"}}"#,
            Part::SearchResult(SearchResult {
                source: "s".to_owned(),
                title: "t".to_owned(),
                texts: vec!["a".to_owned()],
                citations: true,
                cache: Some(CacheMark { ttl: None }),
            }),
        ),
        (
            r#"{"type":"text","text":"x","citations":[{"type":"char_location","cited_text":"q","document_index":1,"document_title":"T","start_char_index":2,"end_char_index":3,"file_id":"file_1"}]}"#,
            cites(Some("T"), Location::Characters { document: 1, start: 2, end: 3 }),
        ),
        (
            r#"{"type":"text","text":"x","citations":[{"type":"web_search_result_location","cited_text":"q","url":"u","title":null,"encrypted_index":""}]}"#,
            cites(None, Location::Web { url: "u".to_owned() }),
        ),
    ];
    for (block, expected) in cases {
        assert_eq!(only_part(block), expected, "{block}");
    }
}

#[test]
fn arguments_and_results_of_tools_are_kept_as_they_came() {
    let call = only_part(
        r#"{"type":"tool_use","id":"t","name":"f","input":{"n": 1.0,"u":"\u00e9"},"caller":{"type":"direct"}}"#,
    );
    assert!(matches!(&call, Part::ToolCall(call) if call.arguments == r#"{"n": 1.0,"u":"\u00e9"}"#), "{call:?}");
    let cases = [
        (r#""content":"ok""#, vec![Part::text("ok")], false),
        (r#""content":"","is_error":true"#, vec![], true),
        (r#""is_error":false"#, vec![], false),
        (
            r#""content":[{"type":"image","source":{"type":"url","url":"u"}},{"type":"document","source":{"type":"file","file_id":"f"}}]"#,
            vec![
                Part::Image { media: media(MediaSource::Url("u".to_owned())), cache: None },
                Part::document(media(MediaSource::FileId("f".to_owned())), None),
            ],
            false,
        ),
        (
            r#""content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]"#,
            vec![Part::text("a"), Part::text("b")],
            false,
        ),
    ];
    for (fields, parts, is_error) in cases {
        let result = only_part(&format!(r#"{{"type":"tool_result","tool_use_id":"t",{fields}}}"#));
        assert!(
            matches!(&result, Part::ToolResult(r) if r.call_id == "t" && r.parts == parts && r.is_error == is_error),
            "{fields}"
        );
    }
}

#[test]
fn instructions_stand_where_they_were_put() {
    let request = read(
        r#"{"model":"m","max_tokens":1,"system":"","messages":[{"role":"user","content":"a"},{"role":"system","content":"b"},{"role":"assistant","content":"c"}]}"#,
    );
    let roles: Vec<Role> = request.unwrap().messages.iter().map(|message| message.role).collect();
    assert_eq!(roles, [Role::User, Role::System, Role::Assistant]);
}
