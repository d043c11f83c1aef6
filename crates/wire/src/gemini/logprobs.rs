//! The log probabilities of an answer's tokens. The conversation has them in OpenAI's form.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::json::Raw;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    #[serde(borrow, default)]
    chosen_candidates: Vec<Candidate<'a>>,
    #[serde(borrow, default)]
    top_candidates: Vec<Top<'a>>,
}

#[derive(Deserialize)]
struct Top<'a> {
    #[serde(borrow, default)]
    candidates: Vec<Candidate<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate<'a> {
    #[serde(default)]
    token: String,
    #[serde(borrow)]
    log_probability: Option<&'a RawValue>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the name on the wire")]
struct Token<'a> {
    token: &'a str,
    logprob: Option<&'a RawValue>,
    bytes: &'a [u8],
    #[serde(skip_serializing_if = "Option::is_none")]
    top_logprobs: Option<Vec<Token<'a>>>,
}

impl<'a> Token<'a> {
    fn of(candidate: &'a Candidate<'_>) -> Self {
        let (token, logprob) = (candidate.token.as_str(), candidate.log_probability);
        Self { token, logprob, bytes: token.as_bytes(), top_logprobs: None }
    }
}

/// Reads `logprobsResult`. What has another shape must not cost the answer: it is left out.
pub(super) fn read(told: &RawValue) -> Vec<Raw> {
    let Ok(told) = serde_json::from_str::<Told<'_>>(told.get()) else { return Vec::new() };
    let mut tops = told.top_candidates.iter();
    let tokens = told.chosen_candidates.iter().filter_map(|chosen| {
        let others = tops.next().map_or(&[] as &[_], |top| &top.candidates);
        Raw::of(&Token { top_logprobs: Some(others.iter().map(Token::of).collect()), ..Token::of(chosen) }).ok()
    });
    tokens.collect()
}

/// `logprobsResult` as it is written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Written {
    chosen_candidates: Vec<WrittenCandidate>,
    top_candidates: Vec<WrittenTop>,
}

#[derive(Serialize)]
struct WrittenTop {
    candidates: Vec<WrittenCandidate>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WrittenCandidate {
    token: String,
    log_probability: Option<Raw>,
}

/// Nothing where nothing was told.
pub(super) fn write(tokens: &[Raw]) -> Option<Written> {
    #[derive(Deserialize)]
    struct Given<'a> {
        #[serde(default)]
        token: String,
        #[serde(borrow)]
        logprob: Option<&'a RawValue>,
        #[serde(borrow, default)]
        top_logprobs: Vec<Given<'a>>,
    }
    fn candidate(given: &Given<'_>) -> WrittenCandidate {
        WrittenCandidate { token: given.token.clone(), log_probability: given.logprob.map(Raw::from) }
    }
    let given: Vec<Given<'_>> = tokens.iter().filter_map(|token| serde_json::from_str(token.get()).ok()).collect();
    let tops = given.iter().map(|token| WrittenTop { candidates: token.top_logprobs.iter().map(candidate).collect() });
    (!given.is_empty())
        .then(|| Written { chosen_candidates: given.iter().map(candidate).collect(), top_candidates: tops.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_keep_their_digits_both_ways() {
        let told = r#"{"chosenCandidates":[{"token":"Hé","logProbability":-0.10},{"token":"!","logProbability":-1e-7}],"topCandidates":[{"candidates":[{"token":"Hé","logProbability":-0.10}]},{"candidates":[]}]}"#;
        let tokens = read(serde_json::from_str(told).unwrap());
        let shown: Vec<_> = tokens.iter().map(Raw::get).collect();
        insta::assert_snapshot!(shown.join("\n"));
        assert_eq!(serde_json::to_string(&write(&tokens)).unwrap(), told);
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        for text in ["3", "{}", r#"{"chosenCandidates":3}"#] {
            assert_eq!(read(serde_json::from_str(text).unwrap()), []);
        }
        assert!(write(&[]).is_none() && write(&[Raw::parse("3").unwrap()]).is_none());
    }
}
