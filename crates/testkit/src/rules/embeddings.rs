//! What is refused of a request for vectors: fields that nobody knows, inputs that are none, a model that is not the URL's. The
//! texts are this upstream's own.

use serde_json::Value;

use super::gemini::{known, part};
use super::node::{Broken, Node};
use super::openai_responses::Refused;
use crate::dialect::Dialect;
use crate::write::{self, Answer};

const OPENAI: &[&str] = &["dimensions", "encoding_format", "input", "model", "user"];
const GEMINI: &[&str] = &["content", "embedContentConfig", "model", "outputDimensionality", "taskType", "title"];
/// What newer clients of Gemini's put into an object of its own.
const CONFIG: &[&str] =
    &["audioTrackExtraction", "autoTruncate", "documentOcr", "outputDimensionality", "taskType", "title"];
const TASKS: &[&str] = &[
    "TASK_TYPE_UNSPECIFIED",
    "RETRIEVAL_QUERY",
    "RETRIEVAL_DOCUMENT",
    "SEMANTIC_SIMILARITY",
    "CLASSIFICATION",
    "CLUSTERING",
    "QUESTION_ANSWERING",
    "FACT_VERIFICATION",
    "CODE_RETRIEVAL_QUERY",
];

/// OpenAI's largest list.
const MOST_INPUTS: usize = 2048;
/// Gemini's; its reference does not say so, its answers do.
const MOST_REQUESTS: usize = 100;
/// The longest vector of either.
const MOST_DIMENSIONS: u64 = 3072;
/// Models of Gemini's that take more than text.
const SEES: &str = "embedding-2";

/// What a provider of this dialect refuses of a request for vectors; `several` is what Gemini's URL says.
pub(crate) fn refusal(dialect: Dialect, body: &Value, model: &str, several: bool) -> Option<Answer> {
    match dialect {
        Dialect::Gemini => of_gemini(body, model, several).err().map(|broken| write::gemini::error(400, &broken)),
        _ => of_openai(body).err().map(|refused| refused.answer()),
    }
}

fn of_openai(body: &Value) -> Result<(), Refused> {
    let body = Node::root(body);
    if let Some(name) = body.object()?.keys().find(|name| !OPENAI.contains(&name.as_str())) {
        return Err(refused(format!("Unrecognized request argument supplied: {name}"), name));
    }
    let Some(model) = body.field("model") else {
        return Err(refused("you must provide a model parameter".to_owned(), "model"));
    };
    model.text(1, usize::MAX)?;
    input(&body)?;
    dimensions(&body, "dimensions")?;
    body.field("user").map_or(Ok(""), |user| user.text(0, usize::MAX))?;
    body.field("encoding_format").map_or(Ok(()), |format| format.word(&["float", "base64"]))?;
    Ok(())
}

/// A text that is not empty, tokens, or a list of either.
fn input(body: &Node<'_>) -> Result<(), Refused> {
    let Some(input) = body.field("input") else {
        return Err(refused("Missing required parameter: 'input'.".to_owned(), "input"));
    };
    let text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    let tokens = |items: &[Value]| !items.is_empty() && items.iter().all(Value::is_u64);
    let fits = match input.value() {
        Value::Array(items) if items.is_empty() || items.len() > MOST_INPUTS => false,
        Value::Array(items) => {
            items.iter().all(text)
                || tokens(items)
                || items.iter().all(|item| item.as_array().is_some_and(|item| tokens(item)))
        }
        one => text(one),
    };
    if fits { Ok(()) } else { Err(refused("Invalid value for 'input'.".to_owned(), "input")) }
}

fn refused(message: String, param: &str) -> Refused {
    Refused::new(message, Some(param.to_owned()), None)
}

fn of_gemini(body: &Value, model: &str, several: bool) -> Result<(), Broken> {
    let body = Node::root(body);
    if !several {
        return one(&body, model);
    }
    known(&body, &["requests"])?;
    let requests = body.items("requests")?;
    if requests.is_empty() || requests.len() > MOST_REQUESTS {
        return Err(body.broken(&format!("requests must be from 1 to {MOST_REQUESTS}")));
    }
    requests.iter().try_for_each(|request| {
        request.need("model")?;
        one(request, model)
    })
}

fn one(request: &Node<'_>, model: &str) -> Result<(), Broken> {
    known(request, GEMINI)?;
    if let Some(named) = request.field("model")
        && named.text(1, 256)?.strip_prefix("models/") != Some(model)
    {
        return Err(named.broken("must be the model of the URL, in the form models/{model}"));
    }
    let content = request.need("content")?;
    known(&content, &["parts", "role"])?;
    let parts = content.items("parts")?;
    if parts.is_empty() {
        return Err(content.broken("must include at least one parts field"));
    }
    for part in parts {
        part::check(&part)?;
        if part.field("text").is_none() && !model.contains(SEES) {
            return Err(part.broken("only text is supported by this model"));
        }
    }
    settings(request)?;
    let Some(config) = request.field("embedContentConfig") else { return Ok(()) };
    known(&config, CONFIG)?;
    settings(&config)
}

fn settings(holder: &Node<'_>) -> Result<(), Broken> {
    holder.field("taskType").map_or(Ok(()), |task| task.word(TASKS))?;
    holder.field("title").map_or(Ok(""), |title| title.text(0, usize::MAX))?;
    dimensions(holder, "outputDimensionality")
}

fn dimensions(holder: &Node<'_>, name: &str) -> Result<(), Broken> {
    let Some(dimensions) = holder.field(name) else { return Ok(()) };
    let what = format!("a whole number from 1 to {MOST_DIMENSIONS}");
    dimensions.number(Value::as_u64, |count| (1..=MOST_DIMENSIONS).contains(&count), &what)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_of_openai() {
        for (more, broken) in [
            (json!({}), ""),
            (json!({"dimensions": 8, "encoding_format": "base64", "user": "u"}), ""),
            (json!({"input": ["a", "b"]}), ""),
            (json!({"input": [1, 2]}), ""),
            (json!({"input": [[1, 2], [3]]}), ""),
            (json!({"input": ""}), "Invalid value for 'input'."),
            (json!({"input": []}), "Invalid value for 'input'."),
            (json!({"input": ["a", 1]}), "Invalid value for 'input'."),
            (json!({"input": [-1]}), "Invalid value for 'input'."),
            (json!({"input": vec!["a"; 2049]}), "Invalid value for 'input'."),
            (json!({"input": null}), "Missing required parameter: 'input'."),
            (json!({"model": null}), "you must provide a model parameter"),
            (json!({"dimensions": 0}), "from 1 to 3072"),
            (json!({"encoding_format": "hex"}), "must be one of float, base64"),
            (json!({"taskType": "x"}), "Unrecognized request argument supplied: taskType"),
        ] {
            let mut body = json!({"model": "m", "input": "x"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let said = of_openai(&body).err().map(|refused| refused.message).unwrap_or_default();
            assert!(if broken.is_empty() { said.is_empty() } else { said.contains(broken) }, "{more}: {said}");
        }
    }

    #[test]
    fn rules_of_gemini() {
        let image = json!({"parts": [{"inlineData": {"mimeType": "image/png", "data": "AAAA"}}]});
        for (model, more, broken) in [
            ("m", json!({}), ""),
            ("m", json!({"taskType": "CLUSTERING", "title": "t", "outputDimensionality": 8}), ""),
            ("m", json!({"embedContentConfig": {"autoTruncate": false, "outputDimensionality": 8}}), ""),
            ("m", json!({"model": null}), "model is required"),
            ("m", json!({"model": "models/other"}), "must be the model of the URL"),
            ("m", json!({"model": "m"}), "must be the model of the URL"),
            ("m", json!({"content": null}), "content is required"),
            ("m", json!({"content": {"parts": []}}), "at least one parts"),
            ("m", json!({"content": image}), "only text"),
            ("m", json!({"taskType": "POETRY"}), "must be one of"),
            ("m", json!({"outputDimensionality": 0}), "from 1 to 3072"),
            ("m", json!({"dimensions": 8}), "Unknown name \"dimensions\""),
            ("gemini-embedding-2", json!({"content": image, "model": "models/gemini-embedding-2"}), ""),
        ] {
            let mut request = json!({"model": "models/m", "content": {"parts": [{"text": "x"}]}});
            request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let said = of_gemini(&json!({"requests": [request]}), model, true).err().unwrap_or_default();
            assert!(if broken.is_empty() { said.is_empty() } else { said.contains(broken) }, "{more}: {said}");
            // alone, only the name of the model may be left out
            let alone = of_gemini(&request, model, false).err().unwrap_or_default();
            assert_eq!(alone.is_empty(), broken.is_empty() || request["model"].is_null(), "{more}: {alone}");
        }
        for (body, several) in
            [(json!({"requests": []}), true), (json!({"content": {}}), true), (json!({"requests": []}), false)]
        {
            assert!(of_gemini(&body, "m", several).is_err(), "{body}");
        }
    }
}
