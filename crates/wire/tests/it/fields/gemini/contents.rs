//! What is said, and what was said and done before.

use super::super::Row;

/// A part behind a text of the user's.
macro_rules! part {
    ($part:literal) => {
        concat!(r#"{"contents":[{"role":"user","parts":[{"text":"hi"},"#, $part, r#"]}]}"#)
    };
}

/// What the model said, between two contents of the user's.
macro_rules! said {
    ($parts:literal) => {
        concat!(
            r#"{"contents":[{"role":"user","parts":[{"text":"hi"}]},{"role":"model","parts":["#,
            $parts,
            r#"]},{"role":"user","parts":[{"text":"ho"}]}]}"#
        )
    };
}

/// A call of a function with what came of it.
macro_rules! result {
    ($response:literal) => {
        concat!(
            r#"{"contents":[{"role":"user","parts":[{"text":"hi"}]},{"role":"model","parts":[{"functionCall":{"id":"c1","name":"wetter","args":{"ort":"Ulm"}}}]},{"role":"user","parts":[{"functionResponse":{"id":"c1","name":"wetter","#,
            $response,
            r#"}}]}],"tools":[{"functionDeclarations":[{"name":"wetter","parametersJsonSchema":{"type":"object"}}]}]}"#
        )
    };
}

const IMAGE: &str = part!(r#"{"inlineData":{"mimeType":"image/png","data":"UE5HIQ=="}}"#);
const FILM: &str = part!(r#"{"inlineData":{"mimeType":"video/mp4","data":"TVA0IQ=="}}"#);
const MOIN: &str = said!(r#"{"text":"moin"}"#);
const TOOL: &str =
    r#"{"tools":[{"functionDeclarations":[{"name":"wetter","parametersJsonSchema":{"type":"object"}}]}]}"#;
const SUNNY: &str = result!(r#""response":{"output":"sonnig"}"#);

/// A part before the model's text.
const fn before(field: &'static str, with: &'static str, mark: &'static str) -> Row {
    Row::new(field, with, mark).without(MOIN)
}

/// Something of a response.
const fn gives(field: &'static str, with: &'static str, mark: &'static str) -> Row {
    Row::new(field, with, mark).without(SUNNY)
}

pub(super) const SAID: &[Row] = &[
    Row::new("`text`", part!(r#"{"text":"ho ho"}"#), "ho ho"),
    before("role `model`", said!(r#"{"text":"servus"},{"text":" moin"}"#), "servus"),
    Row::new("`inlineData`: image", IMAGE, "UE5HIQ=="),
    Row::new("`inlineData`: document", part!(r#"{"inlineData":{"mimeType":"application/pdf","data":"UERGIQ=="}}"#), "UERGIQ=="),
    Row::new("`inlineData`: audio", part!(r#"{"inlineData":{"mimeType":"audio/wav","data":"V0FWIQ=="}}"#), "V0FWIQ=="),
    Row::new("`inlineData`: video", FILM, "TVA0IQ=="),
    Row::new("`displayName` of a document", part!(r#"{"inlineData":{"mimeType":"application/pdf","data":"UERGIQ==","displayName":"bericht"}}"#), "bericht")
        .without(part!(r#"{"inlineData":{"mimeType":"application/pdf","data":"UERGIQ=="}}"#)),
    Row::new("`displayName` of an image", part!(r#"{"inlineData":{"mimeType":"image/png","data":"UE5HIQ==","displayName":"bericht"}}"#), "bericht").without(IMAGE),
    Row::new("`fileData` with a URL: image", part!(r#"{"fileData":{"mimeType":"image/png","fileUri":"https://bild.example/a.png"}}"#), "bild.example"),
    Row::new("`fileData` with a URL: document", part!(r#"{"fileData":{"mimeType":"application/pdf","fileUri":"https://akte.example/a.pdf"}}"#), "akte.example"),
    Row::new("`fileData` with a URL: audio", part!(r#"{"fileData":{"mimeType":"audio/wav","fileUri":"https://ton.example/a.wav"}}"#), "ton.example"),
    Row::new("`fileData` with a URL: video", part!(r#"{"fileData":{"mimeType":"video/mp4","fileUri":"https://film.example/a.mp4"}}"#), "film.example"),
    Row::new("`fileData` of Google's Files API", part!(r#"{"fileData":{"mimeType":"application/pdf","fileUri":"https://generativelanguage.googleapis.com/v1beta/files/f37"}}"#), "f37"),
    Row::new("`fileData` of Google's cloud storage", part!(r#"{"fileData":{"mimeType":"image/png","fileUri":"gs://eimer/a.png"}}"#), "gs://eimer"),
    Row::new("`fileData` of YouTube", part!(r#"{"fileData":{"fileUri":"https://www.youtube.com/watch?v=abc37"}}"#), "abc37"),
    Row::new("`mediaResolution` low or high, of an image", part!(r#"{"inlineData":{"mimeType":"image/png","data":"UE5HIQ=="},"mediaResolution":{"level":"MEDIA_RESOLUTION_LOW"}}"#), "").without(IMAGE),
    Row::new("`mediaResolution` medium, of an image", part!(r#"{"inlineData":{"mimeType":"image/png","data":"UE5HIQ=="},"mediaResolution":{"level":"MEDIA_RESOLUTION_MEDIUM"}}"#), "").without(IMAGE),
    Row::new("`mediaResolution` of a video", part!(r#"{"inlineData":{"mimeType":"video/mp4","data":"TVA0IQ=="},"mediaResolution":{"level":"MEDIA_RESOLUTION_LOW"}}"#), "").without(FILM),
    Row::new("`videoMetadata`", part!(r#"{"inlineData":{"mimeType":"video/mp4","data":"TVA0IQ=="},"videoMetadata":{"fps":2}}"#), "").without(FILM),
    Row::new("`documentMetadata`", part!(r#"{"inlineData":{"mimeType":"application/pdf","data":"UERGIQ=="},"documentMetadata":{"marke":1}}"#), "marke")
        .without(part!(r#"{"inlineData":{"mimeType":"application/pdf","data":"UERGIQ=="}}"#)),
    Row::new("`partMetadata`", part!(r#"{"text":"ho","partMetadata":{"marke":1}}"#), "marke").without(part!(r#"{"text":"ho"}"#)),
];

pub(super) const DONE: &[Row] = &[
    before("`thought` with Gemini's `thoughtSignature` behind it", said!(r#"{"text":"grübel","thought":true},{"text":"moin","thoughtSignature":"CiQBcsjaMarke="}"#), "CiQBcsjaMarke="),
    before("`thought` without one", said!(r#"{"text":"grübel","thought":true},{"text":"moin"}"#), "grübel"),
    before("`thoughtSignature` without a thought", said!(r#"{"text":"moin","thoughtSignature":"CiQBcsjaMarke="}"#), "CiQBcsjaMarke="),
    before("`thought` that a Claude signed", said!(r#"{"text":"grübel","thought":true,"thoughtSignature":"dHVybnBpa2U6c2lnbmVkOkVyVUJDa1lJTWFya2U9"},{"text":"moin"}"#), "grübel"),
    before("`thought` that a Claude hides", said!(r#"{"text":"","thought":true,"thoughtSignature":"dHVybnBpa2U6cmVkYWN0ZWQ6RW13S0FoZ0JNYXJr"},{"text":"moin"}"#), "EmwKAhgBMark"),
    before("`thought` of OpenAI's", said!(r#"{"text":"grübel","thought":true,"thoughtSignature":"dHVybnBpa2U6c2VhbGVkOnJzXzM3OmdBQUFBQUJwTWFya2U="},{"text":"moin"}"#), "gAAAAABpMarke"),
    Row::new("`functionCall` and `functionResponse`, `output`", SUNNY, "sonnig").without(TOOL),
    Row::new(
        "both without `id`",
        r#"{"contents":[{"role":"user","parts":[{"text":"hi"}]},{"role":"model","parts":[{"functionCall":{"name":"wetter","args":{"ort":"Ulm"}}}]},{"role":"user","parts":[{"functionResponse":{"name":"wetter","response":{"output":"sonnig"}}}]}],"tools":[{"functionDeclarations":[{"name":"wetter","parametersJsonSchema":{"type":"object"}}]}]}"#,
        "sonnig",
    )
    .without(TOOL),
    Row::new("`response` with `result` (google-genai)", result!(r#""response":{"result":"sonnig"}"#), "sonnig").without(TOOL),
    Row::new("`response` with `error`", result!(r#""response":{"error":"kaputt"}"#), "kaputt").without(TOOL),
    Row::new("`response` with any object", result!(r#""response":{"himmel":"sonnig","grad":21}"#), "himmel").without(TOOL),
    gives("image in `parts` of a response", result!(r#""response":{"output":"sonnig"},"parts":[{"inlineData":{"mimeType":"image/png","data":"UE5HIQ=="}}]"#), "UE5HIQ=="),
    gives("document in `parts` of a response", result!(r#""response":{"output":"sonnig"},"parts":[{"inlineData":{"mimeType":"application/pdf","data":"UERGIQ=="}}]"#), "UERGIQ=="),
    gives("`willContinue`", result!(r#""response":{"output":"sonnig"},"willContinue":true"#), ""),
    gives("`scheduling`", result!(r#""response":{"output":"sonnig"},"scheduling":"SILENT""#), ""),
    before("`executableCode`", said!(r#"{"executableCode":{"language":"PYTHON","code":"1+36"}},{"text":"moin"}"#), "1+36"),
    before("`codeExecutionResult`", said!(r#"{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"37"}},{"text":"moin"}"#), "37"),
    before("`toolCall`", said!(r#"{"toolCall":{"id":"t37","toolType":"GOOGLE_SEARCH_WEB","args":{}}},{"text":"moin"}"#), "t37"),
    before("`toolResponse`", said!(r#"{"toolResponse":{"id":"t37","toolType":"GOOGLE_SEARCH_WEB","response":{}}},{"text":"moin"}"#), "t37"),
];
