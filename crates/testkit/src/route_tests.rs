//! Which path is what.

use super::*;

#[test]
fn routes() {
    for (method, path, expect) in [
        (Method::POST, "/v1/chat/completions", Route::Turn(Dialect::OpenaiChat)),
        (Method::POST, "/chat/completions", Route::Turn(Dialect::OpenaiChat)),
        (Method::POST, "/openai/v1/chat/completions", Route::Turn(Dialect::OpenaiChat)),
        (Method::POST, "/v1/v1/chat/completions", Route::Unknown),
        (Method::POST, "/v1/completions", Route::Turn(Dialect::OpenaiCompletions)),
        (Method::POST, "/completions", Route::Turn(Dialect::OpenaiCompletions)),
        (Method::GET, "/v1/completions", Route::Unknown),
        (Method::POST, "/v1/responses", Route::Turn(Dialect::OpenaiResponses)),
        (Method::POST, "/responses", Route::Turn(Dialect::OpenaiResponses)),
        (Method::POST, "/openai/v1/responses", Route::Turn(Dialect::OpenaiResponses)),
        (Method::GET, "/v1/responses", Route::Unknown),
        (Method::POST, "/v2/chat", Route::Turn(Dialect::Cohere)),
        (Method::POST, "/cohere/v2/chat", Route::Turn(Dialect::Cohere)),
        (Method::POST, "/v2/v2/chat", Route::Unknown),
        (Method::POST, "/v1/chat", Route::Unknown),
        (Method::GET, "/v2/chat", Route::Unknown),
        (Method::POST, "/v1/messages", Route::Turn(Dialect::Anthropic)),
        (Method::POST, "/messages", Route::Unknown),
        (Method::GET, "/v1/messages", Route::Unknown),
        (Method::GET, "/v1/models", Route::Models),
        (Method::GET, "/v1/models/a/b", Route::Model("a/b")),
        (Method::GET, "/v1/models/", Route::Unknown),
        (Method::GET, "/healthz", Route::Health),
        (Method::POST, "/model/m/converse", Route::Converse { model: "m", stream: false }),
        (Method::POST, "/bedrock/model/a:b/converse-stream", Route::Converse { model: "a:b", stream: true }),
        (Method::POST, "/model/arn:x/y/converse", Route::Converse { model: "arn:x/y", stream: false }),
        (Method::POST, "/v1/messages/count_tokens", Route::Count { dialect: Dialect::Anthropic, model: None }),
        (Method::POST, "/responses/input_tokens", Route::Count { dialect: Dialect::OpenaiResponses, model: None }),
        (Method::POST, "/model/a%3Ab/count-tokens", Route::Count { dialect: Dialect::Bedrock, model: Some("a%3Ab") }),
        (Method::POST, "/v1beta/models/m:generateContent", Route::Generate { model: "m", stream: false }),
        (Method::POST, "/v1/models/a/b:1:streamGenerateContent", Route::Generate { model: "a/b:1", stream: true }),
        (Method::POST, "/v1beta/models/m:countTokens", Route::Count { dialect: Dialect::Gemini, model: Some("m") }),
        (Method::POST, "/v1/embeddings", Route::Embed { dialect: Dialect::OpenaiChat, model: None, several: true }),
        (Method::POST, "/embeddings", Route::Embed { dialect: Dialect::OpenaiChat, model: None, several: true }),
        (
            Method::POST,
            "/v1beta/models/m:embedContent",
            Route::Embed { dialect: Dialect::Gemini, model: Some("m"), several: false },
        ),
        (
            Method::POST,
            "/v1/models/a/b:1:batchEmbedContents",
            Route::Embed { dialect: Dialect::Gemini, model: Some("a/b:1"), several: true },
        ),
        (Method::GET, "/v1/embeddings", Route::Unknown),
        (Method::POST, "/v1beta/models/:embedContent", Route::Unknown),
        (Method::POST, "/v1beta/models/m:predict", Route::Unknown),
        (Method::POST, "/models/m:generateContent", Route::Unknown),
        (Method::POST, "/model//converse", Route::OtherOperation),
        (Method::POST, "/model/m/invoke", Route::Invoke { model: "m", stream: false }),
        (Method::POST, "/bedrock/model/a:b/invoke-with-response-stream", Route::Invoke { model: "a:b", stream: true }),
        (Method::POST, "/model/m/invoke-with-bidirectional-stream", Route::OtherOperation),
        (Method::GET, "/model/m/converse", Route::Unknown),
        (Method::POST, "/v1/model/m/converse", Route::Unknown),
    ] {
        assert_eq!(route(&method, path), expect, "{method} {path}");
    }
}

#[test]
fn models_in_paths() {
    for (path, model) in [
        ("plain-v1:0", "plain-v1:0"),
        ("plain-v1%3A0", "plain-v1:0"),
        ("arn%3Aaws%3Abedrock%3A%3A1%3Aprompt%2Fx", "arn:aws:bedrock::1:prompt/x"),
        ("my%2fmodel", "my/model"),
        ("twice%252F", "twice%2F"),
        ("%E4%BD%A0", "你"),
        ("100%", "100%"),
        ("%+1%4", "%+1%4"),
    ] {
        assert_eq!(decoded(path), model, "{path}");
    }
}
