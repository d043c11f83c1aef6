//! Requests and answers of both languages, and each in the other.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::Dialect::{self, Gemini, OpenAiChat};

fn text(text: &str) -> Input {
    Input::Text(text.to_owned())
}

#[test]
fn inputs_are_texts_or_tokens() {
    for (input, expected) in [
        (r#""a""#, vec![text("a")]),
        (r#"["a","b"]"#, vec![text("a"), text("b")]),
        ("[1,2]", vec![Input::Tokens(vec![1, 2])]),
        ("[[1,2],[3]]", vec![Input::Tokens(vec![1, 2]), Input::Tokens(vec![3])]),
    ] {
        let body = format!(r#"{{"model":"m","input":{input}}}"#);
        assert_eq!(OpenAiChat.read_embedding_request(&body).unwrap().inputs, expected, "{input}");
    }
    for (body, path) in [
        (r#"{"model":"m","input":[]}"#, "input"),
        (r#"{"model":"m","input":[1,"a"]}"#, "input"),
        (r#"{"model":"m","input":{"a":1}}"#, "input"),
        (r#"{"model":"m","input":[-1]}"#, "input"),
        (r#"{"model":"m"}"#, "input"),
        (r#"{"input":"a"}"#, "model"),
        (r#"{"model":"m","input":"a","encoding_format":"hex"}"#, "encoding_format"),
    ] {
        assert_eq!(OpenAiChat.read_embedding_request(body).unwrap_err().path, path, "{body}");
    }
}

#[test]
fn one_content_and_several() {
    let one = r#"{"model":"models/m","content":{"role":"user","parts":[{"text":"a"},{"text":"b","y":1}],"z":1},"task_type":"RETRIEVAL_DOCUMENT","title":"t","outputDimensionality":8,"x":1}"#;
    let read = Gemini.read_embedding_request(one).unwrap();
    assert_eq!((read.inputs, read.dimensions, read.form.single), (vec![text("a\nb")], Some(8), true));
    assert_eq!((read.task.as_deref(), read.title.as_deref()), (Some("RETRIEVAL_DOCUMENT"), Some("t")));
    assert_eq!(read.unmapped, ["content.z", "content.parts[1].y", "x"]);
    let several = r#"{"requests":[{"content":{"parts":[{"text":"a"}]},"y":1},{"model":"models/m","content":{"parts":[{"text":"b"}]}}],"x":1}"#;
    let read = Gemini.read_embedding_request(several).unwrap();
    assert_eq!((read.inputs, read.form.single), (vec![text("a"), text("b")], false));
    assert_eq!(read.unmapped, ["x", "requests[0].y"]);
    for (body, path) in [
        ("{}", "content"),
        (r#"{"content":{}}"#, "content.parts"),
        (r#"{"content":{"parts":[{"inlineData":{}}]}}"#, "content.parts[0]"),
        (r#"{"requests":[]}"#, "requests"),
        (r#"{"requests":[{}]}"#, "requests[0].content"),
        (r#"{"requests":[{"content":{"parts":[]}},{"content":{"parts":[]},"outputDimensionality":3}]}"#, "requests[1]"),
    ] {
        assert_eq!(Gemini.read_embedding_request(body).unwrap_err().path, path, "{body}");
    }
}

#[test]
fn each_in_the_others_words() {
    let asked = r#"{"model":"m","input":["a","b"],"dimensions":8,"user":"u","encoding_format":"base64"}"#;
    let written = Gemini.write_embedding_request(&OpenAiChat.read_embedding_request(asked).unwrap(), "g").unwrap();
    insta::assert_snapshot!(String::from_utf8(written.body).unwrap(), @r#"{"requests":[{"model":"models/g","content":{"parts":[{"text":"a"}]},"outputDimensionality":8},{"model":"models/g","content":{"parts":[{"text":"b"}]},"outputDimensionality":8}]}"#);
    assert_eq!(written.dropped, ["user"]);
    let asked = r#"{"content":{"parts":[{"text":"a"}]},"taskType":"RETRIEVAL_QUERY","outputDimensionality":8}"#;
    let written = OpenAiChat.write_embedding_request(&Gemini.read_embedding_request(asked).unwrap(), "o").unwrap();
    insta::assert_snapshot!(String::from_utf8(written.body).unwrap(), @r#"{"model":"o","input":["a"],"dimensions":8,"encoding_format":"float"}"#);
    assert_eq!(written.dropped, ["taskType"]);
    let tokens = OpenAiChat.read_embedding_request(r#"{"model":"m","input":[1,2]}"#).unwrap();
    assert_eq!(Gemini.write_embedding_request(&tokens, "g").unwrap_err().path, "input");
    let written = OpenAiChat.write_embedding_request(&tokens, "o").unwrap();
    assert_eq!(written.body, br#"{"model":"o","input":[[1,2]],"encoding_format":"float"}"#);
}

#[test]
fn answers_keep_their_digits_and_their_order() {
    let told = r#"{"object":"list","data":[{"index":1,"embedding":[0.50]},{"index":0,"embedding":[-1.25e-2, 3]}],"model":"o","usage":{"prompt_tokens":4,"total_tokens":4}}"#;
    let reply = OpenAiChat.read_embeddings(told).unwrap();
    assert_eq!((reply.usage.input, reply.usage.output), (Some(4), Some(0)));
    assert_eq!(reply.usage, OpenAiChat.scan_embedding_usage(told));
    let as_text = |dialect: Dialect, form| String::from_utf8(dialect.write_embeddings(&reply, form)).unwrap();
    let single = Form { single: true, base64: false };
    insta::assert_snapshot!(as_text(Gemini, Form::default()), @r#"{"embeddings":[{"values":[-1.25e-2, 3]},{"values":[0.50]}],"usageMetadata":{"promptTokenCount":4,"totalTokenCount":4}}"#);
    insta::assert_snapshot!(as_text(Gemini, single), @r#"{"embedding":{"values":[-1.25e-2, 3]},"usageMetadata":{"promptTokenCount":4,"totalTokenCount":4}}"#);
    for (told, vectors) in [
        (as_text(Gemini, Form::default()), 2),
        (as_text(Gemini, single), 1),
        (r#"{"embeddings":[{"values":[1]}]}"#.to_owned(), 1),
    ] {
        assert_eq!(Gemini.read_embeddings(&told).unwrap().vectors.len(), vectors, "{told}");
    }
    assert!(Gemini.scan_embedding_usage(r#"{"embeddings":[]}"#).is_empty());
    let untold = Reply { usage: Usage::default(), ..reply.clone() };
    let untold = String::from_utf8(Gemini.write_embeddings(&untold, single)).unwrap();
    assert_eq!(untold, r#"{"embedding":{"values":[-1.25e-2, 3]}}"#);
    let base64 = as_text(OpenAiChat, Form { base64: true, single: false });
    let numbers: Vec<u8> = [-0.0125_f32, 3.0].into_iter().flat_map(f32::to_le_bytes).collect();
    assert!(base64.contains(&STANDARD.encode(numbers)), "{base64}");
    let back = OpenAiChat.read_embeddings(&base64).unwrap();
    let written = String::from_utf8(Gemini.write_embeddings(&back, Form::default())).unwrap();
    assert!(written.contains("[-0.0125,3.0]"), "{written}");
}

#[test]
fn what_is_no_vector_is_refused() {
    for (dialect, body, path) in [
        (OpenAiChat, r#"{"data":[{"embedding":["x"]}]}"#, "data[0].embedding"),
        (OpenAiChat, r#"{"data":[{"embedding":"AAA="}]}"#, "data[0].embedding"),
        (OpenAiChat, r#"{"data":[{}]}"#, "data[0].embedding"),
        (OpenAiChat, "{}", "data"),
        (Gemini, r#"{"embedding":{}}"#, "embedding.values"),
        (Gemini, r#"{"embeddings":[{"values":{}}]}"#, "embeddings[0].values"),
    ] {
        assert_eq!(dialect.read_embeddings(body).unwrap_err().path, path, "{body}");
    }
}
