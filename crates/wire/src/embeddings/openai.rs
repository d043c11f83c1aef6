//! OpenAI's `POST /v1/embeddings`, both directions.

use serde::Serialize;
use serde_json::value::RawValue;

use super::vector::List;
use super::{Form, Input, Reply, Request, Vector};
use crate::chat::Usage;
use crate::dialect::Written;
use crate::envelope::Span;
use crate::json::{self, Invalid, Object, span_of};
use crate::openai_chat;

/// Reads a client's request.
pub(super) fn read(body: &str) -> Result<Request, Invalid> {
    let mut body = Object::parse(body, "")?;
    let input = body.take("input").ok_or_else(|| body.invalid("input", "is required"))?;
    let base64 = match body.take_string("encoding_format")?.as_deref() {
        None | Some("float") => false,
        Some("base64") => true,
        Some(_) => return Err(body.invalid("encoding_format", "must be float or base64")),
    };
    let request = Request {
        model: body.require_string("model")?,
        inputs: inputs(input)?,
        dimensions: body.take_u64("dimensions")?,
        user: body.take_string("user")?,
        form: Form { base64, single: false },
        ..Request::default()
    };
    Ok(Request { unmapped: body.unread().collect(), ..request })
}

/// One text, one list of tokens, or a list of either.
fn inputs(input: &RawValue) -> Result<Vec<Input>, Invalid> {
    let problem = || Invalid::new("input", "must be a text, a list of texts, a list of tokens or a list of such lists");
    if json::is_string(input) {
        return Ok(vec![Input::Text(json::string(input, "input")?)]);
    }
    if let Ok(tokens) = serde_json::from_str::<Vec<u64>>(input.get())
        && !tokens.is_empty()
    {
        return Ok(vec![Input::Tokens(tokens)]);
    }
    let list = json::list(input, "input").map_err(|_| problem())?;
    if list.is_empty() {
        return Err(Invalid::new("input", "must not be empty"));
    }
    let one = |(path, value): (String, &RawValue)| {
        if json::is_string(value) {
            return json::string(value, &path).map(Input::Text);
        }
        serde_json::from_str(value.get()).map(Input::Tokens).map_err(|_| problem())
    };
    list.into_iter().map(one).collect()
}

/// Where the model stands.
pub(super) fn models(body: &str) -> Vec<Span> {
    let model = Object::parse(body, "").ok().and_then(|mut body| body.take("model"));
    model.map(|model| span_of(body, model)).into_iter().collect()
}

/// Writes a request for a provider, which answers in lists.
pub(super) fn write(request: &Request, model: &str) -> Result<Written, Invalid> {
    #[derive(Serialize)]
    struct Body<'a> {
        model: &'a str,
        input: Vec<Said<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        dimensions: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        user: Option<&'a str>,
        encoding_format: &'static str,
    }
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Said<'a> {
        Text(&'a str),
        Tokens(&'a [u64]),
    }
    let input = request.inputs.iter().map(|input| match input {
        Input::Text(text) => Said::Text(text),
        Input::Tokens(tokens) => Said::Tokens(tokens),
    });
    let body = Body {
        model,
        input: input.collect(),
        dimensions: request.dimensions,
        user: request.user.as_deref(),
        encoding_format: "float",
    };
    let unsaid = [("taskType", request.task.is_some()), ("title", request.title.is_some())];
    let dropped = unsaid.into_iter().filter(|(_, said)| *said).map(|(name, _)| name.to_owned()).collect();
    let body = serde_json::to_vec(&body).map_err(|error| Invalid::new("body", error.to_string()))?;
    Ok(Written { body, dropped })
}

/// Reads a provider's answer. Its list need not be in order.
pub(super) fn read_reply(body: &str) -> Result<Reply, Invalid> {
    let mut reply = Object::parse(body, "")?;
    let data = reply.take_list("data")?.ok_or_else(|| reply.invalid("data", "is required"))?;
    let mut vectors = Vec::with_capacity(data.len());
    for (path, element) in data {
        let mut element = Object::parse(element.get(), path)?;
        let index = element.take_u64("index")?.unwrap_or_default();
        let vector = element.take("embedding").ok_or_else(|| element.invalid("embedding", "is required"))?;
        vectors.push((index, Vector::read(vector, &element.path_of("embedding"))?));
    }
    vectors.sort_by_key(|(index, _)| *index);
    let vectors = vectors.into_iter().map(|(_, vector)| vector).collect();
    Ok(Reply { model: reply.take_string("model")?.unwrap_or_default(), vectors, usage: usage(body) })
}

/// The usage of an answer: nothing is generated.
pub(super) fn usage(body: &str) -> Usage {
    let told = openai_chat::reply::scan_usage(body);
    Usage { output: told.input.map(|_| 0), ..told }
}

/// Writes an answer for a client.
pub(super) fn write_reply(reply: &Reply, form: Form) -> Vec<u8> {
    #[derive(Serialize)]
    struct Body<'a> {
        object: &'static str,
        data: Vec<Element<'a>>,
        model: &'a str,
        usage: Tokens,
    }
    #[derive(Serialize)]
    struct Element<'a> {
        object: &'static str,
        index: usize,
        embedding: Numbers<'a>,
    }
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Numbers<'a> {
        List(List<'a>),
        Base64(String),
    }
    #[derive(Serialize)]
    struct Tokens {
        prompt_tokens: u64,
        total_tokens: u64,
    }
    let data = reply.vectors.iter().enumerate().map(|(index, vector)| {
        let embedding = if form.base64 { Numbers::Base64(vector.base64()) } else { Numbers::List(vector.list()) };
        Element { object: "embedding", index, embedding }
    });
    let prompt = reply.usage.input.unwrap_or_default();
    let usage = Tokens { prompt_tokens: prompt, total_tokens: prompt };
    let body = Body { object: "list", data: data.collect(), model: &reply.model, usage };
    serde_json::to_vec(&body).unwrap_or_default()
}
