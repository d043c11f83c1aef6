//! The log probabilities of an answer's tokens. Those of refusals have no place in the conversation and are left out.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::json::Raw;

/// Reads `logprobs`. What has another shape must not cost the answer: it is left out.
pub(crate) fn read(told: &RawValue) -> Vec<Raw> {
    #[derive(Deserialize)]
    struct Told<'a> {
        #[serde(borrow)]
        content: Option<Vec<&'a RawValue>>,
    }
    let told = serde_json::from_str::<Told<'_>>(told.get()).ok();
    told.and_then(|told| told.content).unwrap_or_default().into_iter().map(Raw::from).collect()
}

/// `logprobs` as it is written.
#[derive(Serialize)]
pub(super) struct Written<'a> {
    content: &'a [Raw],
    refusal: (),
}

/// `null` where nothing was told.
pub(super) fn write(tokens: &[Raw]) -> Option<Written<'_>> {
    (!tokens.is_empty()).then_some(Written { content: tokens, refusal: () })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_the_text_as_they_came() {
        for (text, count) in [
            (r#"{"content":[{"token":"a","logprob":-0.10,"bytes":[97],"top_logprobs":[]},{}],"refusal":null}"#, 2),
            (r#"{"content":null,"refusal":[{"token":"no"}]}"#, 0),
            (r#"{"tokens":["a"],"token_logprobs":[-0.1]}"#, 0),
            ("null", 0),
            ("3", 0),
        ] {
            let told: &RawValue = serde_json::from_str(text).unwrap();
            let tokens = read(told);
            assert_eq!(tokens.len(), count, "{text}");
            if let Some(first) = tokens.first() {
                assert!(text.contains(first.get()), "{text}");
            }
            let written = serde_json::to_string(&write(&tokens)).unwrap();
            assert_eq!(read(serde_json::from_str(&written).unwrap()), tokens, "{text}");
        }
    }
}
