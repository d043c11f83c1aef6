//! What OpenAI's text completions refuse: fields that they do not know, settings out of range, best of what is streamed.

use serde_json::Value;

use super::node::Node;
use super::openai_responses::Refused;

const KNOWN: &[&str] = &[
    "best_of",
    "echo",
    "frequency_penalty",
    "logit_bias",
    "logprobs",
    "max_tokens",
    "model",
    "n",
    "presence_penalty",
    "prompt",
    "seed",
    "stop",
    "stream",
    "stream_options",
    "suffix",
    "temperature",
    "top_p",
    "user",
];

/// The first rule that a request breaks.
pub(crate) fn check(body: &Value) -> Result<(), Refused> {
    let body = Node::root(body);
    if let Some(name) = body.object()?.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(refused(format!("Unrecognized request argument supplied: {name}"), None));
    }
    if body.field("model").is_none() {
        return Err(refused("you must provide a model parameter".to_owned(), None));
    }
    prompt(&body)?;
    for name in ["model", "suffix", "user"] {
        body.field(name).map_or(Ok(""), |field| field.text(0, usize::MAX))?;
    }
    for name in ["echo", "stream"] {
        body.field(name).map_or(Ok(()), |field| field.number(Value::as_bool, |_| true, "true or false"))?;
    }
    for (name, least, most) in [
        ("temperature", 0.0, 2.0),
        ("top_p", 0.0, 1.0),
        ("presence_penalty", -2.0, 2.0),
        ("frequency_penalty", -2.0, 2.0),
    ] {
        let Some(field) = body.field(name) else { continue };
        let what = format!("a number from {least} to {most}");
        field.number(Value::as_f64, |value| (least..=most).contains(&value), &what)?;
    }
    for (name, least, most) in [("best_of", 1, 20), ("logprobs", 0, 5), ("max_tokens", 0, u64::MAX), ("n", 1, 128)] {
        let Some(field) = body.field(name) else { continue };
        let what = format!("a whole number from {least} to {most}");
        field.number(Value::as_u64, |value| (least..=most).contains(&value), &what)?;
    }
    if let Some(seed) = body.field("seed") {
        seed.number(Value::as_i64, |_| true, "a whole number")?;
    }
    around(&body)
}

/// A text or a list of texts, of tokens, of lists of tokens.
fn prompt(body: &Node<'_>) -> Result<(), Refused> {
    let Some(prompt) = body.field("prompt") else {
        let message = "Missing required parameter: 'prompt'.".to_owned();
        return Err(refused(message, Some("prompt")));
    };
    let tokens = |items: &[Value]| !items.is_empty() && items.iter().all(Value::is_u64);
    let fits = match prompt.value() {
        Value::String(_) => true,
        Value::Array(items) if items.is_empty() => false,
        Value::Array(items) => {
            items.iter().all(Value::is_string)
                || tokens(items)
                || items.iter().all(|item| item.as_array().is_some_and(|item| tokens(item)))
        }
        _ => false,
    };
    if fits { Ok(()) } else { Err(refused("Invalid value for 'prompt'.".to_owned(), Some("prompt"))) }
}

/// What goes together and what does not.
fn around(body: &Node<'_>) -> Result<(), Refused> {
    if body.field("stop").is_some_and(|stop| !stop.value().is_string()) {
        let stops = body.items("stop")?;
        if stops.len() > 4 {
            return Err(body.broken("stop must not be more than 4").into());
        }
        for stop in stops {
            stop.text(1, usize::MAX)?;
        }
    }
    let count = |name: &str| body.field(name).and_then(|field| field.value().as_u64()).unwrap_or(1);
    let streams = body.field("stream").is_some_and(|stream| stream.value() == true);
    if body.field("best_of").is_some() && count("best_of") < count("n") {
        return Err(refused("You must set 'n' to be at most 'best_of', or omit either.".to_owned(), Some("best_of")));
    }
    if streams && count("best_of") > count("n") {
        return Err(refused("Cannot stream results with best_of > n.".to_owned(), Some("best_of")));
    }
    if let Some(bias) = body.field("logit_bias") {
        bias.object()?;
    }
    let Some(options) = body.field("stream_options") else { return Ok(()) };
    options.object()?;
    if !streams {
        let message = "The 'stream_options' parameter is only allowed when 'stream' is enabled.".to_owned();
        return Err(refused(message, Some("stream_options")));
    }
    Ok(())
}

fn refused(message: String, param: Option<&str>) -> Refused {
    Refused::new(message, param.map(str::to_owned), None)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules() {
        for (more, broken) in [
            (json!({"suffix": "s", "echo": true, "n": 2, "best_of": 3, "logprobs": 5, "stop": ["a"], "user": "u"}), ""),
            (json!({"prompt": ["a", "b"], "stream": true, "stream_options": {"include_usage": true}, "seed": -1}), ""),
            (json!({"prompt": [[1, 2], [3]], "logit_bias": {"50256": -100}, "max_tokens": 0, "stop": "a"}), ""),
            (json!({"messages": []}), "Unrecognized request argument supplied: messages"),
            (json!({"model": null}), "you must provide a model parameter"),
            (json!({"prompt": null}), "Missing required parameter: 'prompt'."),
            (json!({"prompt": []}), "Invalid value for 'prompt'."),
            (json!({"prompt": ["a", 1]}), "Invalid value for 'prompt'."),
            (json!({"prompt": [[]]}), "Invalid value for 'prompt'."),
            (json!({"logprobs": 6}), "from 0 to 5"),
            (json!({"logprobs": true}), "from 0 to 5"),
            (json!({"temperature": 3}), "from 0 to 2"),
            (json!({"n": 3, "best_of": 2}), "at most 'best_of'"),
            (json!({"best_of": 2, "stream": true}), "Cannot stream"),
            (json!({"best_of": 2, "n": 2, "stream": true}), ""),
            (json!({"stream_options": {"include_usage": true}}), "only allowed when 'stream' is enabled"),
            (json!({"stop": ["1", "2", "3", "4", "5"]}), "more than 4"),
        ] {
            let mut body = json!({"model": "m", "prompt": "x"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let said = check(&body).err().map(|refused| refused.message).unwrap_or_default();
            assert!(if broken.is_empty() { said.is_empty() } else { said.contains(broken) }, "{more}: {said}");
        }
    }
}
