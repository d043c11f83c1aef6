//! What has no place in the conversation is named; what asks for nothing is not.

use super::*;
use crate::gemini::request::read;

#[test]
fn what_only_gemini_has_is_named() {
    for (fields, names) in [
        (r#""cachedContent":"cachedContents/x""#, vec!["cachedContent"]),
        (r#""safetySettings":[{"category":"X","threshold":"BLOCK_LOW_AND_ABOVE"}]"#, vec!["safetySettings"]),
        (r#""store":true,"newField":1"#, vec!["store", "newField"]),
        (
            r#""generationConfig":{"speechConfig":{},"responseModalities":["IMAGE"],"mediaResolution":"MEDIA_RESOLUTION_LOW","imageConfig":{}}"#,
            vec![
                "generationConfig.speechConfig",
                "generationConfig.imageConfig",
                "generationConfig.mediaResolution",
                "generationConfig.responseModalities",
            ],
        ),
        (
            r#""generationConfig":{"responseMimeType":"text/x.enum","responseSchema":{"type":"STRING","enum":["a"]}}"#,
            vec!["generationConfig.responseMimeType (text/x.enum)"],
        ),
        (
            r#""tools":[{"codeExecution":{}},{"google_search":{"timeRangeFilter":{}}},{"functionDeclarations":[{"name":"f","behavior":"NON_BLOCKING","response":{}}]}]"#,
            vec![
                "tools[0].codeExecution",
                "tools[1].googleSearch.timeRangeFilter",
                "tools[2].functionDeclarations[0].behavior",
            ],
        ),
        (
            r#""toolConfig":{"retrievalConfig":{},"includeServerSideToolInvocations":true}"#,
            vec!["toolConfig.retrievalConfig", "toolConfig.includeServerSideToolInvocations"],
        ),
    ] {
        let mut unmapped = read(&with(fields)).unwrap().unmapped;
        let mut names: Vec<_> = names.into_iter().map(str::to_owned).collect();
        unmapped.sort();
        names.sort();
        assert_eq!(unmapped, names, "{fields}");
    }
}

#[test]
fn parts_that_nobody_else_has_are_named_and_left_out() {
    let body = r#"{"contents":[{"role":"model","parts":[{"executableCode":{"code":"1","language":"PYTHON"}},
        {"codeExecutionResult":{"outcome":"OUTCOME_OK"}},{"toolCall":{"id":"a"}},{"text":"x","partMetadata":{"a":1}},
        {"fileData":{"fileUri":"gs://b/a.mp4"},"videoMetadata":{"fps":1},"mediaResolution":{"level":"L"}},
        {"inlineData":{"mimeType":"image/png","data":"AA=="},"mediaResolution":{"level":"MEDIA_RESOLUTION_LOW","num_tokens":1}}]}]}"#;
    let request = read(body).unwrap();
    assert_eq!(request.messages[0].parts.len(), 3);
    let part = |at: usize, name: &str| format!("contents[0].parts[{at}].{name}");
    let expected = [
        part(0, "executableCode"),
        part(1, "codeExecutionResult"),
        part(2, "toolCall"),
        part(3, "partMetadata"),
        part(4, "mediaResolution"),
        part(4, "videoMetadata"),
        part(5, "mediaResolution"),
    ];
    let mut unmapped = request.unmapped;
    unmapped.sort();
    assert_eq!(unmapped, expected);
}

#[test]
fn what_asks_for_nothing_is_not_named() {
    for fields in [
        r#""model":"models/gemini-3""#,
        r#""store":false,"safetySettings":[],"toolConfig":{}"#,
        r#""safetySettings":[{"category":"A","threshold":"OFF"},{"category":"B","threshold":"BLOCK_NONE"}]"#,
        r#""generationConfig":{"responseModalities":["TEXT"],"responseLogprobs":false,"logprobs":3,"thinkingConfig":{}}"#,
        r#""tools":[{"functionDeclarations":[{"name":"f","behavior":"BLOCKING"}]}]"#,
        r#""toolConfig":{"functionCallingConfig":{"mode":"AUTO","streamFunctionCallArguments":true}}"#,
        r#""serviceTier":"unspecified","cachedContent":null"#,
    ] {
        assert_eq!(read(&with(fields)).unwrap().unmapped, [""; 0], "{fields}");
    }
}
