//! Vectors: OpenAI's clients and Gemini's at providers of either. The upstream makes one vector of one text, whoever asks.

mod errors;
mod fields;
mod money;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use engine::call::Task;
use engine::secret::Secret;
use serde_json::{Value, json};
use store::ledger::{AttemptStatus, Provenance};
use testkit::{Script, Served};
use wire::Dialect::{self, Gemini, OpenAiChat};
use wire::envelope::Address;

use crate::kit::{BOTH, GEMINI, GPT, Got, Kit, MASTER, Setup, collect, deployment};

const CLIENTS: [Dialect; 2] = [OpenAiChat, Gemini];
/// A model of Gemini's that tells how many tokens it read; older ones do not.
const TELLS: &str = "gemini-tells";
/// Groups that have vectors, and what their provider speaks.
const EMBEDDERS: [(&str, Dialect); 4] = [(GPT, OpenAiChat), (BOTH, OpenAiChat), (GEMINI, Gemini), (TELLS, Gemini)];

async fn start() -> Kit {
    Kit::with(with_newer).await
}

/// The model that tells its usage beside the others.
fn with_newer(setup: &mut Setup) {
    let mut newer = deployment(GEMINI, &setup.base);
    (newer.id, newer.group, newer.model) = ("tells-1".to_owned(), TELLS.to_owned(), "gemini-embedding-2".to_owned());
    setup.deployments.push(newer);
}

/// Every client at every embedder.
fn cells() -> impl Iterator<Item = (Dialect, &'static str, Dialect)> {
    CLIENTS.into_iter().flat_map(|client| EMBEDDERS.map(|(group, provider)| (client, group, provider)))
}

/// What a client of `dialect` asks of these texts, with `more` fields: OpenAI's beside the texts, Gemini's in each request.
fn ask(dialect: Dialect, model: &str, texts: &[&str], more: &Value) -> Value {
    let with = |mut body: Value| {
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    if dialect == OpenAiChat {
        return with(json!({"model": model, "input": texts}));
    }
    let named = format!("models/{model}");
    let request = |text: &&str| with(json!({"model": named, "content": {"parts": [{"text": text}], "role": "user"}}));
    json!({"requests": texts.iter().map(request).collect::<Vec<_>>()})
}

/// A request for vectors, with the body byte for byte.
async fn embed_as(kit: &Kit, key: &Secret, dialect: Dialect, model: &str, body: impl Into<Bytes>) -> Got {
    let address = (dialect == Gemini).then(|| Address { model: model.to_owned(), stream: false });
    let body: Bytes = body.into();
    let is_one = dialect == Gemini && memchr::memmem::find(&body, b"\"requests\"").is_none();
    let (principal, mut call) = kit.prepare_raw(key, dialect, address, body).await;
    (call.task, call.call_type) = (if is_one { Task::EmbedOne } else { Task::Embed }, "aembedding");
    let id = call.id.clone();
    collect(id, kit.engine.serve(principal, call).await).await
}

async fn embed(kit: &Kit, dialect: Dialect, model: &str, body: &Value) -> Got {
    embed_as(kit, &Secret::new(MASTER), dialect, model, body.to_string()).await
}

/// The vectors of an answer in the client's order, whatever their form.
fn vectors(dialect: Dialect, got: &Got) -> Vec<Vec<f64>> {
    let body = got.json();
    assert_eq!(got.status, 200, "{body}");
    let (list, member) = if dialect == OpenAiChat { ("data", "embedding") } else { ("embeddings", "values") };
    let list = body[list].as_array().unwrap_or_else(|| panic!("no vectors: {body}"));
    for (at, embedding) in list.iter().enumerate().filter(|_| dialect == OpenAiChat) {
        assert_eq!((&embedding["object"], &embedding["index"]), (&json!("embedding"), &json!(at)), "{body}");
    }
    list.iter().map(|embedding| numbers(&embedding[member])).collect()
}

fn numbers(vector: &Value) -> Vec<f64> {
    match vector {
        Value::String(packed) => {
            let bytes = STANDARD.decode(packed).unwrap();
            let (floats, rest) = bytes.as_chunks();
            assert!(rest.is_empty());
            floats.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect()
        }
        list => list.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect(),
    }
}

/// What an answer tells of the tokens read.
fn told(dialect: Dialect, got: &Got) -> Option<u64> {
    let path = if dialect == OpenAiChat { "/usage/prompt_tokens" } else { "/usageMetadata/promptTokenCount" };
    got.json().pointer(path)?.as_u64()
}

fn last(kit: &Kit) -> Served {
    kit.upstream.last().unwrap()
}

#[tokio::test]
async fn a_text_has_its_vector_whoever_asks_whom() {
    let kit = start().await;
    let mut first = None;
    for (client, group, provider) in cells() {
        let cell = format!("{client:?} → {group}");
        let dimensions = if client == OpenAiChat { "dimensions" } else { "outputDimensionality" };
        let texts = ["a", "words \"of\" h\u{e9}llo \u{1F980}\n", "a"];
        let got = embed(&kit, client, group, &ask(client, group, &texts, &json!({dimensions: 5}))).await;
        let vectors = vectors(client, &got);
        assert_eq!(vectors.iter().map(Vec::len).collect::<Vec<_>>(), [5, 5, 5], "{cell}");
        assert!(vectors[0] == vectors[2] && vectors[0] != vectors[1], "{cell}: {vectors:?}");
        assert_eq!(&vectors, first.get_or_insert_with(|| vectors.clone()), "{cell}");
        assert_eq!(got.header("x-turnpike-dropped"), None, "{cell}");
        let served = last(&kit);
        if client == OpenAiChat {
            let model = served.model.as_deref().unwrap();
            assert_eq!((&got.json()["object"], &got.json()["model"]), (&json!("list"), &json!(model)), "{cell}");
        }
        let row = kit.rows_of(&got.id).await.pop().unwrap();
        assert_eq!((row.call_type.as_str(), row.status, row.stream), ("aembedding", AttemptStatus::Success, false));
        assert_eq!((row.tokens.output, row.error_kind.as_deref()), (0, None), "{cell}: {row:?}");
        if let Some(counted) = served.usage {
            assert_eq!((row.tokens.input, row.provenance), (counted.input, Provenance::Final), "{cell}");
            assert_eq!(told(client, &got), Some(counted.input), "{cell}");
        } else {
            assert_eq!((group, row.provenance), (GEMINI, Provenance::Estimated), "{cell}");
            let shown = (client != provider).then_some(row.tokens.input);
            assert_eq!(told(client, &got), shown, "{cell}: what is charged is what is told");
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// Gemini's clients may ask of one content, whose parts get one vector.
#[tokio::test]
async fn one_content_has_one_vector() {
    let kit = start().await;
    let expected =
        vectors(OpenAiChat, &embed(&kit, OpenAiChat, GPT, &ask(OpenAiChat, GPT, &["a\nb"], &json!({}))).await);
    let asked = json!({"content": {"parts": [{"text": "a"}, {"text": "b"}]}, "output_dimensionality": 3});
    for (group, provider) in EMBEDDERS {
        let got = embed(&kit, Gemini, group, &asked).await;
        let body = got.json();
        assert_eq!(
            (got.status, numbers(&body["embedding"]["values"])),
            (200, expected[0][..3].to_vec()),
            "{group}: {body}"
        );
        assert!(body.get("embeddings").is_none(), "{body}");
        let served = last(&kit);
        if provider == Gemini {
            assert!(served.path.ends_with(":embedContent"), "{}", served.path);
            assert_eq!(served.body, asked.to_string());
        } else {
            assert_eq!(
                served.json(),
                json!({"model": format!("{group}-model"), "input": ["a\nb"], "dimensions": 3, "encoding_format": "float"})
            );
        }
    }
}

#[tokio::test]
async fn base64_is_of_the_same_numbers() {
    let kit = start().await;
    for (group, _) in EMBEDDERS {
        let told = async |format: &str| {
            let asked = ask(OpenAiChat, group, &["a", "b"], &json!({"encoding_format": format, "dimensions": 7}));
            embed(&kit, OpenAiChat, group, &asked).await
        };
        let (packed, plain) = (told("base64").await, told("float").await);
        assert!(packed.json()["data"][0]["embedding"].is_string(), "{group}: {}", packed.text());
        assert!(plain.json()["data"][0]["embedding"].is_array(), "{group}: {}", plain.text());
        assert_eq!(vectors(OpenAiChat, &packed), vectors(OpenAiChat, &plain), "{group}");
    }
}

/// Across dialects the numbers keep the digits that the provider wrote, and their order is that of its indices; on the same
/// dialect nothing is changed at all.
#[tokio::test]
async fn answers_keep_their_digits() {
    let kit = start().await;
    let vectors = ["[0.10, -1e-3,3]", "[ 1.2345678901234567890 ]"];
    let openai = format!(
        r#"{{"object": "list" ,"data":[{{"index":1,"embedding":{}}},{{"index":0,"embedding":{}}}],"model":"m","usage":{{"prompt_tokens":3,"total_tokens":3}},"x":1}}"#,
        vectors[1], vectors[0]
    );
    let gemini = format!(r#"{{"embeddings": [{{"values":{}}},{{"values":{},"y":[]}}] }}"#, vectors[0], vectors[1]);
    for (client, group, provider) in cells() {
        let raw = if provider == OpenAiChat { &openai } else { &gemini };
        kit.upstream.script(Script { raw_body: Some(raw.clone().into_bytes()), ..Script::default() });
        let got = embed(&kit, client, group, &ask(client, group, &["a", "b"], &json!({}))).await;
        assert_eq!(got.status, 200, "{}", got.text());
        if client == provider {
            assert_eq!(got.text(), raw.as_str());
            continue;
        }
        let text = got.text();
        let places: Vec<_> = vectors.iter().map(|vector| text.find(vector)).collect();
        assert!(places[0].is_some() && places[0] < places[1], "{client:?} → {group}: {text}");
    }
}
