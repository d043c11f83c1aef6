//! Reading what has no place in the conversation, or is wrong.

use super::{with, with_blocks};
use crate::bedrock::request::read;
use crate::chat::Part;

fn unmapped(body: &str) -> Vec<String> {
    let mut unmapped = read(body).unwrap().unmapped;
    unmapped.sort();
    unmapped
}

#[test]
fn a_cache_point_marks_the_part_before_it() {
    let point = r#"{"cachePoint":{"type":"default"}}"#;
    let text = r#"{"text":"a"}"#;
    let audio = r#"{"audio":{"format":"mp3","source":{"bytes":"aGk="}}}"#;
    let foreign = r#"{"toolAddition":{"tool":{"name":"t"}}}"#;
    let path = |i: usize| format!("messages[0].content[{i}].cachePoint");
    let cases = [
        (vec![text, point], true, vec![]),
        (vec![point, text], false, vec![path(0)]),
        (vec![text, point, point], true, vec![path(2)]),
        (vec![audio, point], false, vec![path(1)]),
        (vec![text, foreign, point], false, vec!["messages[0].content[1].toolAddition".to_owned(), path(2)]),
    ];
    for (blocks, marked, expected) in cases {
        let request = read(&with_blocks(&blocks.join(","))).unwrap();
        assert_eq!(request.unmapped, expected, "{blocks:?}");
        let is_marked = |part: &Part| matches!(part, Part::Text { cache: Some(_), .. });
        assert_eq!(request.messages[0].parts.iter().any(is_marked), marked, "{blocks:?}");
    }
}

#[test]
fn what_the_conversation_has_no_place_for_is_named() {
    for (fields, expected) in [
        (r#""performanceConfig":{"latency":"optimized"}"#, vec!["performanceConfig"]),
        (r#""promptVariables":{"a":{"text":"b"}}"#, vec!["promptVariables"]),
        (r#""additionalModelResponseFieldPaths":["/usage"]"#, vec!["additionalModelResponseFieldPaths"]),
        (r#""inferenceConfig":{"maxTokens":1,"topK":1}"#, vec!["inferenceConfig.topK"]),
        (
            r#""toolConfig":{"tools":[{"systemTool":{"name":"nova_grounding"}}]}"#,
            vec!["toolConfig.tools[0].systemTool"],
        ),
        (r#""toolConfig":{"tools":[{"cachePoint":{"type":"default"}}]}"#, vec!["toolConfig.tools[0].cachePoint"]),
        (r#""new":1,"old":null"#, vec!["new"]),
        (
            r#""additionalModelRequestFields":{"anthropic_beta":["x"],"seed":1}"#,
            vec!["additionalModelRequestFields.anthropic_beta", "additionalModelRequestFields.seed"],
        ),
    ] {
        assert_eq!(unmapped(&with(fields)), expected, "{fields}");
    }
    for (block, expected) in [
        (r#"{"toolRemoval":{"tool":{}}}"#, vec![".toolRemoval"]),
        (
            r#"{"toolUse":{"toolUseId":"t","name":"f","input":{},"type":"server_tool_use"}}"#,
            vec![".toolUse (server_tool_use)"],
        ),
        (r#"{"toolResult":{"toolUseId":"t","content":[],"type":"x"}}"#, vec![".toolResult.type"]),
        (
            r#"{"toolResult":{"toolUseId":"t","content":[{"text":"a"},{"cachePoint":{"type":"default"}},{"new":1}]}}"#,
            vec![".toolResult.content[2].new"],
        ),
        (r#"{"image":{"format":"png","source":{"bytes":"aGk="},"error":{}}}"#, vec![".image.error"]),
    ] {
        let expected: Vec<_> = expected.iter().map(|path| format!("messages[0].content[0]{path}")).collect();
        assert_eq!(unmapped(&with_blocks(block)), expected, "{block}");
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    let bodies = [
        with_blocks("{}"),
        with_blocks(r#"{"text":"a","image":{}}"#),
        with_blocks(r#"{"text":1}"#),
        with_blocks(r#"{"image":{"format":"svg","source":{"bytes":""}}}"#),
        with_blocks(r#"{"document":{"name":"d","source":{"content":[{"image":{}}]}}}"#),
        with_blocks(r#"{"cachePoint":{"type":"x"}}"#),
        with_blocks(r#"{"guardContent":{"image":{"format":"png","source":{"s3Location":{"uri":"s3://b"}}}}}"#),
        with(r#""system":[{"image":{}}]"#),
        with(r#""toolConfig":{"toolChoice":{"auto":{},"any":{}}}"#),
        with(r#""toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":"x"}}}]}"#),
        with(r#""outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"[1"}}}}"#),
        with(r#""requestMetadata":{"a":1}"#),
        with(r#""guardrailConfig":"g""#),
        r#"{"messages":[{"role":"tool","content":[]}]}"#.to_owned(),
        "[]".to_owned(),
    ];
    let told: Vec<_> = bodies.iter().map(|body| read(body).unwrap_err().to_string()).collect();
    insta::assert_snapshot!(told.join("\n"));
}
