//! Gemini's `:embedContent`, of one content, and `:batchEmbedContents`, of several (google-genai 3.4.0), both directions.

use serde::Serialize;
use serde_json::value::RawValue;

use super::vector::List;
use super::{Form, Input, Reply, Request, Vector};
use crate::chat::Usage;
use crate::dialect::Written;
use crate::envelope::Span;
use crate::gemini::spelling::object as spelt;
use crate::gemini::{resource, usage as usage_metadata};
use crate::json::{Invalid, Object, span_of};

/// Reads a client's request; the model stands in the URL.
pub(super) fn read(body: &str) -> Result<Request, Invalid> {
    let mut body = spelt(body, "")?;
    let Some(requests) = body.take_list("requests")? else {
        let mut request = Request { form: Form { single: true, base64: false }, ..Request::default() };
        read_one(body, &mut request)?;
        return Ok(request);
    };
    let mut all = Request { unmapped: body.unread().collect(), ..Request::default() };
    if requests.is_empty() {
        return Err(body.invalid("requests", "must not be empty"));
    }
    for (at, (path, request)) in requests.into_iter().enumerate() {
        let mut one = Request::default();
        read_one(spelt(request.get(), path.clone())?, &mut one)?;
        let settings = |request: &Request| (request.dimensions, request.task.clone(), request.title.clone());
        if at == 0 {
            (all.dimensions, all.task, all.title) = settings(&one);
        } else if settings(&all) != settings(&one) {
            return Err(Invalid::new(path, "must have the settings of the others where its provider is not Gemini"));
        }
        all.inputs.extend(one.inputs);
        all.unmapped.extend(one.unmapped);
    }
    Ok(all)
}

fn read_one(mut body: Object<'_>, request: &mut Request) -> Result<(), Invalid> {
    // the URL's once more
    body.take("model");
    let content = body.take("content").ok_or_else(|| body.invalid("content", "is required"))?;
    let text = text(content, body.path_of("content"), &mut request.unmapped)?;
    request.inputs.push(Input::Text(text));
    request.task = body.take_string("taskType")?;
    request.title = body.take_string("title")?;
    request.dimensions = body.take_u64("outputDimensionality")?;
    request.unmapped.extend(body.unread());
    Ok(())
}

/// The texts of a content, which get one vector.
fn text(content: &RawValue, path: String, unmapped: &mut Vec<String>) -> Result<String, Invalid> {
    let mut content = spelt(content.get(), path)?;
    // nobody else speaks in it
    content.take("role");
    let parts = content.take_list("parts")?.ok_or_else(|| content.invalid("parts", "is required"))?;
    unmapped.extend(content.unread());
    let mut texts = Vec::with_capacity(parts.len());
    for (path, part) in parts {
        let mut part = spelt(part.get(), path)?;
        let text = part.take_string("text")?;
        texts.push(text.ok_or_else(|| {
            Invalid::new(part.path(), "must be a text: another provider than Gemini makes vectors of texts only")
        })?);
        unmapped.extend(part.unread());
    }
    Ok(texts.join("\n"))
}

/// Where the model stands: beside the content, in each of several requests.
pub(super) fn models(body: &str) -> Vec<Span> {
    let Ok(mut all) = Object::parse(body, "") else { return Vec::new() };
    let several = all.take_list("requests").ok().flatten().unwrap_or_default();
    let inner = several.into_iter().filter_map(|(path, one)| Object::parse(one.get(), path).ok()?.take("model"));
    all.take("model").into_iter().chain(inner).map(|model| span_of(body, model)).collect()
}

/// Writes a request for a provider, always as one of several.
pub(super) fn write(request: &Request, model: &str) -> Result<Written, Invalid> {
    #[derive(Serialize)]
    struct Body<'a> {
        requests: Vec<One<'a>>,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct One<'a> {
        model: &'a str,
        content: Content<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        task_type: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        output_dimensionality: Option<u64>,
    }
    #[derive(Serialize)]
    struct Content<'a> {
        parts: [Part<'a>; 1],
    }
    #[derive(Serialize)]
    struct Part<'a> {
        text: &'a str,
    }
    let model = resource(model);
    let mut requests = Vec::with_capacity(request.inputs.len());
    for input in &request.inputs {
        let Input::Text(text) = input else {
            return Err(Invalid::new("input", "must be text: only the model's own maker knows what tokens mean"));
        };
        requests.push(One {
            model: &model,
            content: Content { parts: [Part { text }] },
            task_type: request.task.as_deref(),
            title: request.title.as_deref(),
            output_dimensionality: request.dimensions,
        });
    }
    let dropped = request.user.iter().map(|_| "user".to_owned()).collect();
    let body = serde_json::to_vec(&Body { requests }).map_err(|error| Invalid::new("body", error.to_string()))?;
    Ok(Written { body, dropped })
}

/// Reads a provider's answer in either form.
pub(super) fn read_reply(body: &str) -> Result<Reply, Invalid> {
    let mut reply = spelt(body, "")?;
    let mut vectors = Vec::new();
    if let Some(one) = reply.take("embedding") {
        vectors.push(vector(one, "embedding".to_owned())?);
    }
    for (path, one) in reply.take_list("embeddings")?.unwrap_or_default() {
        vectors.push(vector(one, path)?);
    }
    Ok(Reply { model: String::new(), vectors, usage: usage(body) })
}

fn vector(embedding: &RawValue, path: String) -> Result<Vector, Invalid> {
    let mut embedding = Object::parse(embedding.get(), path)?;
    let values = embedding.take("values").ok_or_else(|| embedding.invalid("values", "is required"))?;
    Vector::read(values, &embedding.path_of("values"))
}

/// The usage of an answer, where it tells any: nothing is generated.
pub(super) fn usage(body: &str) -> Usage {
    let told = spelt(body, "").ok().and_then(|mut body| body.take("usageMetadata"));
    let told = told.map(|told| usage_metadata::read(told.get())).unwrap_or_default();
    Usage { output: told.input.map(|_| 0), ..told }
}

/// Writes an answer for a client.
pub(super) fn write_reply(reply: &Reply, form: Form) -> Vec<u8> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        embedding: Option<Values<'a>>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        embeddings: Vec<Values<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        usage_metadata: Option<Tokens>,
    }
    #[derive(Serialize)]
    struct Values<'a> {
        values: List<'a>,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Tokens {
        prompt_token_count: u64,
        total_token_count: u64,
    }
    let mut vectors = reply.vectors.iter().map(|vector| Values { values: vector.list() });
    let tokens = |prompt| Tokens { prompt_token_count: prompt, total_token_count: prompt };
    let usage_metadata = reply.usage.input.map(tokens);
    let (embedding, embeddings) =
        if form.single { (vectors.next(), Vec::new()) } else { (None, vectors.collect::<Vec<_>>()) };
    serde_json::to_vec(&Body { embedding, embeddings, usage_metadata }).unwrap_or_default()
}
