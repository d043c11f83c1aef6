//! Requests for vectors, OpenAI's and Gemini's, that were found to be in order.

use serde_json::Value;

use super::{list, string};
use crate::dialect::Dialect;

/// What a vector has where nobody says how many numbers it shall have.
const DIMENSIONS: u64 = 8;

/// What is asked for, whatever the dialect.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Each gets a vector. Tokens are their numbers, with blanks between them.
    pub(crate) texts: Vec<String>,
    pub(crate) dimensions: u64,
    /// As base64 (OpenAI only).
    pub(crate) base64: bool,
}

pub(crate) fn asked(dialect: Dialect, body: &Value) -> Asked {
    match dialect {
        Dialect::Gemini => of_gemini(body),
        _ => of_openai(body),
    }
}

fn of_openai(body: &Value) -> Asked {
    let input = body.get("input").unwrap_or(&Value::Null);
    let texts = match input {
        Value::Array(items) if !items.iter().all(Value::is_number) => items.iter().map(words).collect(),
        one => vec![words(one)],
    };
    Asked {
        texts,
        dimensions: body.get("dimensions").and_then(Value::as_u64).unwrap_or(DIMENSIONS),
        base64: string(body, "encoding_format") == Some("base64"),
    }
}

fn words(input: &Value) -> String {
    match input {
        Value::String(text) => text.clone(),
        Value::Array(tokens) => tokens.iter().map(Value::to_string).collect::<Vec<_>>().join(" "),
        _ => String::new(),
    }
}

/// Several, or one alone.
fn of_gemini(body: &Value) -> Asked {
    let requests = match list(body, "requests") {
        [] => std::slice::from_ref(body),
        several => several,
    };
    // newer clients say it in an object of its own; all requests are taken to want what the first wants
    let dimensions = requests.iter().find_map(|request| {
        let config = request.get("embedContentConfig").and_then(|config| config.get("outputDimensionality"));
        request.get("outputDimensionality").or(config)?.as_u64()
    });
    Asked {
        texts: requests.iter().map(|request| text(request.get("content").unwrap_or(&Value::Null))).collect(),
        dimensions: dimensions.unwrap_or(DIMENSIONS),
        base64: false,
    }
}

/// The parts of a content, which get one vector.
fn text(content: &Value) -> String {
    let parts = list(content, "parts").iter();
    parts
        .map(|part| string(part, "text").map_or_else(|| part.to_string(), str::to_owned))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_form_of_input() {
        for (input, texts) in [
            (json!("a"), vec!["a"]),
            (json!(["a", "b"]), vec!["a", "b"]),
            (json!([1, 2]), vec!["1 2"]),
            (json!([[1, 2], [3]]), vec!["1 2", "3"]),
        ] {
            let asked = asked(Dialect::OpenaiChat, &json!({"input": input, "dimensions": 3}));
            assert_eq!(
                (asked.texts, asked.dimensions, asked.base64),
                (texts.iter().map(ToString::to_string).collect(), 3, false)
            );
        }
        let content =
            |text: &str| json!({"content": {"parts": [{"text": text}, {"text": "z"}]}, "outputDimensionality": 4});
        for (body, texts) in
            [(content("a"), vec!["a\nz"]), (json!({"requests": [content("a"), content("b")]}), vec!["a\nz", "b\nz"])]
        {
            let asked = asked(Dialect::Gemini, &body);
            assert_eq!((asked.texts, asked.dimensions), (texts.iter().map(ToString::to_string).collect::<Vec<_>>(), 4));
        }
    }
}
