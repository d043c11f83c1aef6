//! Gemini's generateContent.

use super::{SSE, Script, sse, text};

/// Each piece tells what was used so far, and the last one why the model stopped, beside an empty text.
pub(super) fn generate_content() -> Script {
    let answer = |text: &str, finish: &str, output: u32| {
        let total = 220 + output;
        format!(
            r#"{{"candidates":[{{"content":{{"parts":[{{"text":"{text}"}}],"role":"model"}},{finish}"index":0}}],"usageMetadata":{{"promptTokenCount":220,"candidatesTokenCount":{output},"totalTokenCount":{total},"promptTokensDetails":[{{"modality":"TEXT","tokenCount":220}}]}},"modelVersion":"canned","responseId":"gen-canned"}}"#
        )
    };
    let stopped = r#""finishReason":"STOP","#;
    Script::new(
        &answer(&text(), stopped, 100),
        SSE,
        &[],
        |text| sse(None, answer(text, "", 1)),
        |_| vec![sse(None, answer("", stopped, 100))],
    )
}
