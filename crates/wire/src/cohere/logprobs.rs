//! The log probabilities of an answer's text. Cohere tells them of pieces of one or more tokens, which it names by number;
//! the conversation has them of single tokens, named by their text, as OpenAI does.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::json::Raw;

#[derive(Deserialize)]
struct Told<'a> {
    text: Option<String>,
    #[serde(borrow)]
    logprobs: Option<Vec<&'a RawValue>>,
}

#[derive(Serialize)]
struct Probability<'a> {
    token: &'a str,
    logprob: Raw,
    bytes: &'a [u8],
    top_logprobs: [(); 0],
}

/// Reads a piece as one token: the probability of all its tokens together. What has another shape must not cost the answer: it
/// is left out.
pub(super) fn read(piece: &RawValue) -> Option<Raw> {
    let Told { text, logprobs } = serde_json::from_str(piece.get()).ok()?;
    let (text, logprobs) = (text?, logprobs?);
    let logprob = match logprobs.as_slice() {
        [] => return None,
        [single] => Raw::from(*single),
        several => {
            let numbers = several.iter().map(|number| number.get().parse::<f64>());
            Raw::of(&numbers.sum::<Result<f64, _>>().ok()?).ok()?
        }
    };
    Raw::of(&Probability { token: &text, logprob, bytes: text.as_bytes(), top_logprobs: [] }).ok()
}

/// Tokens as a piece.
#[derive(Debug, Serialize)]
pub(super) struct Written<'a> {
    text: String,
    /// Required, and known to Cohere's own models only.
    token_ids: [(); 0],
    logprobs: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct ToldToken<'a> {
    token: String,
    #[serde(borrow)]
    logprob: &'a RawValue,
}

impl<'a> Written<'a> {
    /// `None` when there are no tokens that can be read.
    pub(super) fn of(tokens: &'a [Raw]) -> Option<Self> {
        let told = tokens.iter().filter_map(|token| serde_json::from_str::<ToldToken<'_>>(token.get()).ok());
        let (texts, logprobs): (Vec<_>, Vec<_>) = told.map(|told| (told.token, told.logprob)).unzip();
        (!logprobs.is_empty()).then(|| Self { text: texts.concat(), token_ids: [], logprobs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(text: &str) -> Option<Raw> {
        read(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn pieces_become_tokens_and_come_back() {
        let token = piece(r#"{"text":"hé","token_ids":[5],"logprobs":[-0.10]}"#).unwrap();
        assert_eq!(token.get(), r#"{"token":"hé","logprob":-0.10,"bytes":[104,195,169],"top_logprobs":[]}"#);
        let two = piece(r#"{"text":"ab","token_ids":[5,6],"logprobs":[-0.5,-0.25]}"#).unwrap();
        assert_eq!(two.get(), r#"{"token":"ab","logprob":-0.75,"bytes":[97,98],"top_logprobs":[]}"#);
        let tokens = [token, two, Raw::parse("{}").unwrap()];
        let written = serde_json::to_string(&Written::of(&tokens)).unwrap();
        assert_eq!(written, r#"{"text":"héab","token_ids":[],"logprobs":[-0.10,-0.75]}"#);
    }

    #[test]
    fn what_tells_no_probability_is_left_out() {
        for text in [
            "3",
            "{}",
            r#"{"text":"a","token_ids":[1]}"#,
            r#"{"text":"a","logprobs":[]}"#,
            r#"{"text":"a","logprobs":[1,"x"]}"#,
        ] {
            assert_eq!(piece(text), None, "{text}");
        }
        assert!(Written::of(&[Raw::parse("7").unwrap()]).is_none());
    }
}
