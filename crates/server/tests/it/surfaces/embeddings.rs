//! Vectors of texts, as OpenAI's and Gemini's SDKs ask for them.

use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp};

fn post(path: &str) -> http::request::Builder {
    Request::post(path).header("authorization", format!("Bearer {MASTER}"))
}

fn numbers(vector: &Value) -> Vec<f64> {
    vector.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[tokio::test]
async fn the_built_in_model_answers_both() {
    let app = TestApp::new().await;
    let asked = json!({"model": "echo", "input": ["ab", "ba", "xyz"], "dimensions": 4}).to_string();
    for path in ["/v1/embeddings", "/embeddings"] {
        let (status, told) = app.send(post(path), asked.clone()).await;
        assert_eq!(
            (status, &told["object"], &told["model"]),
            (StatusCode::OK, &json!("list"), &json!("echo")),
            "{told}"
        );
        let vectors: Vec<_> = (0..3).map(|at| numbers(&told["data"][at]["embedding"])).collect();
        assert_eq!((vectors[0].len(), &vectors[0]), (4, &vectors[1]));
        assert_ne!(vectors[0], vectors[2]);
        assert_eq!(told["usage"], json!({"prompt_tokens": 3, "total_tokens": 3}));
    }
    let one = json!({"content": {"parts": [{"text": "ab"}]}, "outputDimensionality": 4}).to_string();
    let (status, told) = app.send(post("/v1beta/models/echo:embedContent"), one).await;
    assert_eq!((status, numbers(&told["embedding"]["values"]).len()), (StatusCode::OK, 4), "{told}");
    let several =
        json!({"requests": [{"content": {"parts": [{"text": "ab"}]}}, {"content": {"parts": [{"text": "c"}]}}]});
    let (status, told) = app.send(post("/v1beta/models/echo:batchEmbedContents"), several.to_string()).await;
    assert_eq!((status, told["embeddings"].as_array().unwrap().len()), (StatusCode::OK, 2), "{told}");
    assert_eq!(told["usageMetadata"]["promptTokenCount"], 2);
    let (_, logs) = app.get(MASTER, "/spend/logs").await;
    assert!(logs.to_string().contains("aembedding"), "{logs}");
}

#[tokio::test]
async fn what_is_wrong_is_said_in_the_words_of_the_dialect() {
    let app = TestApp::new().await;
    for (path, asked, status, word) in [
        ("/v1/embeddings", json!({"model": "echo"}), 400, "missing required parameter: 'input'"),
        ("/v1/embeddings", json!({"model": "gone", "input": "a"}), 404, "model_not_found"),
        ("/v1/embeddings", json!({"model": "echo", "input": []}), 400, "Invalid 'input'"),
        ("/v1/embeddings", json!({"model": "echo", "input": "a", "api_base": "http://h"}), 400, "api_base"),
        ("/v1beta/models/echo:embedContent", json!({}), 400, "INVALID_ARGUMENT"),
        ("/v1beta/models/echo:embedContent", json!({"requests": [{"content": {"parts": []}}]}), 400, "content"),
        ("/v1beta/models/echo:batchEmbedContents", json!({"content": {"parts": [{"text": "a"}]}}), 400, "requests"),
        ("/v1beta/models/gone:batchEmbedContents", json!({"requests": []}), 404, "NOT_FOUND"),
    ] {
        let (told, body) = app.send(post(path), asked.to_string()).await;
        assert!(told.as_u16() == status && body.to_string().contains(word), "{path} {asked}: {told} {body}");
    }
}
