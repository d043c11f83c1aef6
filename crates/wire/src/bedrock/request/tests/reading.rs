//! Reading.

use super::{with, with_blocks};
use crate::bedrock::request::read;
use crate::chat::*;
use crate::json::Raw;

fn only_part(block: &str) -> Part {
    let mut request = read(&with_blocks(block)).unwrap();
    assert_eq!(request.unmapped, [""; 0], "{block}");
    request.messages.remove(0).parts.remove(0)
}

fn base64(media_type: &str) -> MediaSource {
    MediaSource::Base64 { media_type: media_type.to_owned(), data: "aGk=".to_owned() }
}

fn media(source: MediaSource) -> Media {
    Media { source, detail: None, name: None }
}

#[test]
fn reads_every_option() {
    let request = read(&with(
        r#""system":[{"text":"Be brief."},{"cachePoint":{"type":"default","ttl":"1h"}},{"guardContent":{"text":{"text":"Rule"}}}],
        "inferenceConfig":{"maxTokens":100,"temperature":0.70,"topP":1,"stopSequences":["END"]},
        "toolConfig":{"tools":[
            {"toolSpec":{"name":"f","description":"d","inputSchema":{"json":{ "type":"object"}},"strict":true}},
            {"cachePoint":{"type":"default"}},
            {"toolSpec":{"name":"g","inputSchema":{"json":{}}}}],"toolChoice":{"tool":{"name":"f"}}},
        "outputConfig":{"effort":"xhigh","textFormat":{"type":"json_schema","structure":{"jsonSchema":
            {"schema":"{\"type\": \"object\"}","name":"n","description":"d"}}}},
        "guardrailConfig":{"guardrailIdentifier":"g","guardrailVersion":"1"},
        "requestMetadata":{"team":"a","env":"b","none":null},"serviceTier":{"type":"flex"},
        "performanceConfig":{"latency":"standard"},"additionalModelResponseFieldPaths":["/delta/stop_sequence"],
        "promptVariables":{},
        "additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":50,"display":"omitted"},"top_k":40,"anthropic_beta":[]}"#,
    ))
    .unwrap();
    assert_eq!(request.unmapped, [""; 0]);
    let system = &request.messages[0];
    assert_eq!((system.role, request.messages[1].role), (Role::System, Role::User));
    assert!(matches!(&system.parts[0], Part::Text { cache: Some(CacheMark { ttl: Some(ttl) }), .. } if ttl == "1h"));
    assert!(matches!(&system.parts[1], Part::Guarded(Guarded::Text { .. })));
    assert_eq!(request.max_output_tokens, Some(100));
    assert_eq!(request.sampling.temperature.unwrap().get(), "0.70");
    assert_eq!((request.sampling.top_p.unwrap().get(), request.sampling.top_k.unwrap().get()), ("1", "40"));
    assert_eq!((request.stop, request.stream, request.model.as_str()), (vec!["END".to_owned()], false, ""));
    assert_eq!(request.service_tier.as_deref(), Some("flex"));
    let entry = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(request.metadata, [entry("team", "a"), entry("env", "b")]);
    assert_eq!(request.guardrail.unwrap().get(), r#"{"guardrailIdentifier":"g","guardrailVersion":"1"}"#);
    let reasoning = request.reasoning.unwrap();
    assert_eq!((reasoning.mode, reasoning.budget_tokens), (Some(ReasoningMode::Enabled), Some(50)));
    assert_eq!((reasoning.effort, reasoning.display.as_deref()), (Some(Effort("xhigh".to_owned())), Some("omitted")));
    let schema = Raw::parse(r#"{"type": "object"}"#).unwrap();
    let (name, description) = (Some("n".to_owned()), Some("d".to_owned()));
    assert_eq!(request.output, OutputFormat::JsonSchema { name, description, schema, strict: None });
    assert_eq!(request.tools[0].schema.as_ref().unwrap().get(), r#"{ "type":"object"}"#);
    assert_eq!((&request.tools[0].cache, request.tools[0].strict), (&Some(CacheMark { ttl: None }), Some(true)));
    assert_eq!((request.tools[1].cache.as_ref(), request.tools.len()), (None, 2));
    assert_eq!(request.tool_choice, Some(ToolChoice::Tool("f".to_owned())));
}

#[test]
fn reads_every_block() {
    let s3 = MediaSource::S3 {
        media_type: "video/3gpp".to_owned(),
        uri: "s3://b/k".to_owned(),
        owner: Some("123456789012".to_owned()),
    };
    let plain = |text: &str, signature: Option<&str>| {
        Part::Thinking(Thinking::Plain { text: text.to_owned(), signature: signature.map(str::to_owned) })
    };
    let cases = [
        (
            r#"{"image":{"format":"jpeg","source":{"bytes":"aGk="}}}"#,
            Part::Image { media: media(base64("image/jpeg")), cache: None },
        ),
        (
            r#"{"video":{"format":"three_gp","source":{"s3Location":{"uri":"s3://b/k","bucketOwner":"123456789012"}}}}"#,
            Part::Video { media: media(s3) },
        ),
        (r#"{"audio":{"format":"mp3","source":{"bytes":"aGk="}}}"#, Part::Audio { media: media(base64("audio/mpeg")) }),
        (
            r#"{"guardContent":{"text":{"text":"t","qualifiers":["query"]}}}"#,
            Part::Guarded(Guarded::Text { text: "t".to_owned(), qualifiers: vec!["query".to_owned()] }),
        ),
        (
            r#"{"guardContent":{"image":{"format":"png","source":{"bytes":"aGk="}}}}"#,
            Part::Guarded(Guarded::Image { media: media(base64("image/png")) }),
        ),
        (r#"{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s"}}}"#, plain("hm", Some("s"))),
        (r#"{"reasoningContent":{"reasoningText":{"text":"hm","signature":""}}}"#, plain("hm", None)),
        (
            r#"{"reasoningContent":{"reasoningText":{"text":"hm","signature":"turnpike:sealed::gAA"}}}"#,
            Part::Thinking(Thinking::Sealed { id: None, text: "hm".to_owned(), data: "gAA".to_owned() }),
        ),
        (
            r#"{"reasoningContent":{"redactedContent":"ZA=="}}"#,
            Part::Thinking(Thinking::Redacted { data: "ZA==".to_owned() }),
        ),
        (
            r#"{"searchResult":{"source":"https://a","title":"T","content":[{"text":"x"}],"citations":{"enabled":true}}}"#,
            Part::SearchResult(SearchResult {
                source: "https://a".to_owned(),
                title: "T".to_owned(),
                texts: vec!["x".to_owned()],
                citations: true,
                cache: None,
            }),
        ),
        (
            r#"{"citationsContent":{"content":[{"text":"a"},{"text":"b"}],"citations":[{"title":"T"}]}}"#,
            Part::Text {
                text: "ab".to_owned(),
                citations: vec![Citation { title: Some("T".to_owned()), ..Citation::default() }],
                cache: None,
            },
        ),
        (r#"{"image":null,"text":"a"}"#, Part::text("a")),
    ];
    for (block, expected) in cases {
        assert_eq!(only_part(block), expected, "{block}");
    }
}

#[test]
fn reads_documents_whatever_they_are_made_of() {
    let document = |source, context: Option<&str>, citations| Part::Document {
        media: Media { name: Some("D".to_owned()), ..media(source) },
        context: context.map(str::to_owned),
        citations,
        cache: None,
    };
    for (fields, expected) in [
        (r#""format":"pdf","source":{"bytes":"aGk="}"#, document(base64("application/pdf"), None, false)),
        (r#""source":{"bytes":"aGk="}"#, document(base64("application/octet-stream"), None, false)),
        (
            r#""format":"txt","source":{"text":"t"},"context":"c","citations":{"enabled":true}"#,
            document(MediaSource::Text("t".to_owned()), Some("c"), true),
        ),
        (
            r#""source":{"content":[{"text":"a"},{"text":"b"}]},"citations":{"enabled":false}"#,
            document(MediaSource::Texts(vec!["a".to_owned(), "b".to_owned()]), None, false),
        ),
    ] {
        assert_eq!(only_part(&format!(r#"{{"document":{{"name":"D",{fields}}}}}"#)), expected, "{fields}");
    }
}

#[test]
fn arguments_and_results_of_tools_are_kept_as_they_came() {
    let call = only_part(r#"{"toolUse":{"toolUseId":"t","name":"f","input":{"n": 1.0,"u":"\u00e9"}}}"#);
    assert!(matches!(&call, Part::ToolCall(call) if call.arguments == r#"{"n": 1.0,"u":"\u00e9"}"#), "{call:?}");
    for (fields, parts, is_error) in [
        (r#""content":[{"text":"ok"}]"#, vec![Part::text("ok")], false),
        (r#""content":[],"status":"error""#, vec![], true),
        (
            r#""content":[{"json":{"a": 1.0}},{"text":"b"}],"status":"success""#,
            vec![Part::Json(Raw::parse(r#"{"a": 1.0}"#).unwrap()), Part::text("b")],
            false,
        ),
    ] {
        let result = only_part(&format!(r#"{{"toolResult":{{"toolUseId":"t",{fields}}}}}"#));
        assert!(
            matches!(&result, Part::ToolResult(r) if r.call_id == "t" && r.parts == parts && r.is_error == is_error),
            "{fields}"
        );
    }
}

#[test]
fn models_own_fields_are_read_where_sdks_put_them() {
    let with_extra = |fields: &str| read(&with(&format!(r#""additionalModelRequestFields":{{{fields}}}"#))).unwrap();
    for (fields, mode, budget) in [
        (r#""thinking":{"type":"adaptive"}"#, ReasoningMode::Adaptive, None),
        (r#""thinking":{"type":"disabled"}"#, ReasoningMode::Disabled, None),
        (r#""reasoning_config":{"type":"enabled","budget_tokens":9}"#, ReasoningMode::Enabled, Some(9)),
    ] {
        let request = with_extra(fields);
        let reasoning = request.reasoning.unwrap();
        assert_eq!((reasoning.mode, reasoning.budget_tokens), (Some(mode), budget), "{fields}");
        assert_eq!(request.unmapped, [""; 0], "{fields}");
    }
    for fields in [r#""top_k":4"#, r#""topK":4"#, r#""inferenceConfig":{"topK":4}"#] {
        let request = with_extra(fields);
        assert_eq!((request.sampling.top_k.unwrap().get(), request.unmapped.len()), ("4", 0), "{fields}");
    }
    for fields in [r#""reasoning_effort":"low""#, r#""output_config":{"effort":"low"}"#] {
        let reasoning = with_extra(fields).reasoning.unwrap();
        let expected = (Some(ReasoningMode::Unsaid), Some(Effort("low".to_owned())));
        assert_eq!((reasoning.mode, reasoning.effort), expected, "{fields}");
    }
    for (fields, choice, parallel, named) in [
        (r#""disable_parallel_tool_use":true"#, None, Some(false), None),
        (r#""type":"auto","disable_parallel_tool_use":false"#, Some(ToolChoice::Auto), Some(true), None),
        (r#""type":"any""#, Some(ToolChoice::Required), None, None),
        (r#""type":"none""#, Some(ToolChoice::None), None, None),
        (r#""type":"tool","name":"f""#, Some(ToolChoice::Tool("f".to_owned())), None, None),
        (r#""type":"new""#, None, None, Some("additionalModelRequestFields.tool_choice.type")),
    ] {
        let request = with_extra(&format!(r#""tool_choice":{{{fields}}}"#));
        assert_eq!((request.tool_choice, request.parallel_tools), (choice, parallel), "{fields}");
        assert_eq!(request.unmapped, named.into_iter().collect::<Vec<_>>(), "{fields}");
    }
    assert_eq!(with_extra(r#""tool_choice":"auto""#).unmapped, ["additionalModelRequestFields.tool_choice"]);
    let output = with_extra(r#""output_config":{"format":{"type":"json_schema","schema":{ }}}"#).output;
    assert!(
        matches!(&output, OutputFormat::JsonSchema { schema, name: None, .. } if schema.get() == "{ }"),
        "{output:?}"
    );
    let twice =
        with_extra(r#""thinking":{"type":"adaptive"},"reasoning_config":{"type":"disabled"},"topK":1,"top_k":2"#);
    let expected = ["additionalModelRequestFields.reasoning_config", "additionalModelRequestFields.topK"];
    assert_eq!(
        {
            let mut named = twice.unmapped;
            named.sort();
            named
        },
        expected
    );
}

#[test]
fn a_request_for_a_stored_prompt_has_no_messages() {
    let request = read(r#"{"system":[]}"#).unwrap();
    assert_eq!((request.messages.len(), request.unmapped.len()), (0, 0));
}
