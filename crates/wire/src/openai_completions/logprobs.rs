//! The log probabilities of an answer's tokens: here lists side by side, in the conversation one object a token, as in the chat.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::json::Raw;
use crate::openai_chat::logprobs;
use crate::openai_chat::request::pairs;

#[derive(Default, Deserialize)]
struct Told<'a> {
    #[serde(default)]
    tokens: Vec<String>,
    #[serde(borrow, default)]
    token_logprobs: Vec<&'a RawValue>,
    #[serde(borrow)]
    top_logprobs: Option<Vec<Option<BTreeMap<String, &'a RawValue>>>>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the name on the wire")]
struct Token<'a> {
    token: &'a str,
    logprob: &'a RawValue,
    bytes: &'a [u8],
    #[serde(skip_serializing_if = "Option::is_none")]
    top_logprobs: Option<Vec<Token<'a>>>,
}

/// Reads `logprobs`, also in the form of the chat, which llama.cpp has here too. What has another shape must not cost the
/// answer: it is left out, and so is a token without a probability.
pub(super) fn read(told: &RawValue) -> Vec<Raw> {
    let lists = serde_json::from_str::<Told<'_>>(told.get()).unwrap_or_default();
    if lists.tokens.is_empty() {
        return logprobs::read(told);
    }
    let tops = lists.top_logprobs.unwrap_or_default();
    let mut tops = tops.iter();
    let tokens = lists.tokens.iter().zip(lists.token_logprobs).filter_map(|(token, logprob)| {
        let top = tops.next().and_then(Option::as_ref).map(ranked).unwrap_or_default();
        number(logprob)?;
        Raw::of(&Token { top_logprobs: Some(top), ..Token::of(token, logprob) }).ok()
    });
    tokens.collect()
}

/// The likeliest first, as the chat has them.
fn ranked<'a>(top: &'a BTreeMap<String, &'a RawValue>) -> Vec<Token<'a>> {
    let mut numbered: Vec<_> =
        top.iter().filter_map(|(token, logprob)| Some((number(logprob)?, token, logprob))).collect();
    numbered.sort_by(|(one, ..), (other, ..)| other.total_cmp(one));
    numbered.into_iter().map(|(_, token, logprob)| Token::of(token, logprob)).collect()
}

fn number(logprob: &RawValue) -> Option<f64> {
    logprob.get().parse().ok()
}

impl<'a> Token<'a> {
    fn of(token: &'a str, logprob: &'a RawValue) -> Self {
        Self { token, logprob, bytes: token.as_bytes(), top_logprobs: None }
    }
}

/// `logprobs` as it is written.
#[derive(Default, Serialize)]
pub(super) struct Written<'a> {
    tokens: Vec<String>,
    token_logprobs: Vec<&'a RawValue>,
    /// `null` where no alternatives were asked for.
    top_logprobs: Option<Vec<Top<'a>>>,
    /// In characters from the beginning of the answer, as servers count that do not say the prompt again.
    text_offset: Vec<usize>,
}

#[derive(Serialize)]
#[serde(transparent)]
struct Top<'a>(#[serde(serialize_with = "pairs")] Vec<(String, &'a RawValue)>);

#[derive(Deserialize)]
struct Given<'a> {
    token: String,
    #[serde(borrow)]
    logprob: &'a RawValue,
    bytes: Option<Vec<u8>>,
    #[serde(borrow)]
    top_logprobs: Option<Vec<Given<'a>>>,
}

/// Writes tokens whose text begins behind `start` characters of the answer; nothing where nothing was told.
pub(super) fn write(tokens: &[Raw], start: usize) -> Option<Written<'_>> {
    let given = tokens.iter().filter_map(|token| serde_json::from_str::<Given<'_>>(token.get()).ok());
    let given = given.filter(|token| number(token.logprob).is_some());
    let (mut written, mut offset, mut tops) = (Written::default(), start, Vec::new());
    for token in given {
        written.text_offset.push(offset);
        offset += token.characters();
        tops.push(token.top());
        written.token_logprobs.push(token.logprob);
        written.tokens.push(token.token);
    }
    written.top_logprobs = tops.iter().any(|Top(top)| !top.is_empty()).then_some(tops);
    (!written.tokens.is_empty()).then_some(written)
}

impl<'a> Given<'a> {
    /// How many characters begin in the token: of one that is cut between tokens, the first has the character.
    fn characters(&self) -> usize {
        match &self.bytes {
            Some(bytes) => bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count(),
            None => self.token.chars().count(),
        }
    }

    /// The alternatives, each text once, and the token itself, which this API always has among them.
    fn top(&self) -> Top<'a> {
        let alternatives = self.top_logprobs.iter().flatten();
        let mut top: Vec<(String, &'a RawValue)> = Vec::new();
        let all = alternatives.map(|other| (&other.token, other.logprob)).chain([(&self.token, self.logprob)]);
        let asked = self.top_logprobs.as_ref().is_some_and(|list| !list.is_empty());
        for (token, logprob) in all.filter(|(_, logprob)| asked && number(logprob).is_some()) {
            if top.iter().all(|(said, _)| said != token) {
                top.push((token.clone(), logprob));
            }
        }
        Top(top)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(told: &str) -> Vec<Raw> {
        read(serde_json::from_str(told).unwrap())
    }

    #[test]
    fn lists_become_tokens_and_come_back() {
        let told = r#"{"tokens":["Hé","!"],"token_logprobs":[-0.10,-2e-1],"top_logprobs":[{"Hé":-0.10,"A":-3},{"!":-2e-1,"?":-0.9}],"text_offset":[0,2]}"#;
        let read = tokens(told);
        let shown: Vec<_> = read.iter().map(Raw::get).collect();
        insta::assert_snapshot!(shown.join("\n"));
        assert_eq!(serde_json::to_string(&write(&read, 0)).unwrap(), told);
    }

    #[test]
    fn what_servers_tell_in_other_forms() {
        for (told, expected) in [
            ("null", ""),
            ("3", ""),
            ("{}", ""),
            (r#"{"tokens":3}"#, ""),
            (r#"{"content":[{"token":"a","logprob":-1}]}"#, r#"{"token":"a","logprob":-1}"#),
            (
                r#"{"tokens":["a","b"],"token_logprobs":[null,-1],"top_logprobs":[null,{"c":-2,"b":-1,"d":null}]}"#,
                r#"{"token":"b","logprob":-1,"bytes":[98],"top_logprobs":[{"token":"b","logprob":-1,"bytes":[98]},{"token":"c","logprob":-2,"bytes":[99]}]}"#,
            ),
            (
                r#"{"tokens":["a"],"token_logprobs":[-1],"top_logprobs":null}"#,
                r#"{"token":"a","logprob":-1,"bytes":[97],"top_logprobs":[]}"#,
            ),
            (r#"{"tokens":["a","b"],"token_logprobs":[]}"#, ""),
        ] {
            let read: Vec<_> = tokens(told).iter().map(|token| token.get().to_owned()).collect();
            assert_eq!(read.join("\n"), expected, "{told}");
        }
    }

    #[test]
    fn places_are_in_characters_and_the_token_is_among_its_alternatives() {
        for (given, start, expected) in [
            (vec![], 0, "null"),
            (vec!["3", "{}"], 0, "null"),
            (
                // a character in two tokens, whose texts are escapes
                vec![
                    r#"{"token":"\\xc3","logprob":-1,"bytes":[195]}"#,
                    r#"{"token":"\\xa9","logprob":-1,"bytes":[169]}"#,
                    r#"{"token":"x","logprob":-1}"#,
                ],
                7,
                r#"{"tokens":["\\xc3","\\xa9","x"],"token_logprobs":[-1,-1,-1],"top_logprobs":null,"text_offset":[7,8,8]}"#,
            ),
            (
                vec![
                    r#"{"token":"a","logprob":-9.0,"top_logprobs":[{"token":"b","logprob":-1},{"token":"b","logprob":-2}]}"#,
                    r#"{"token":"c","logprob":-1,"top_logprobs":[]}"#,
                ],
                0,
                r#"{"tokens":["a","c"],"token_logprobs":[-9.0,-1],"top_logprobs":[{"b":-1,"a":-9.0},{}],"text_offset":[0,1]}"#,
            ),
        ] {
            let given: Vec<_> = given.into_iter().map(|token| Raw::parse(token).unwrap()).collect();
            assert_eq!(serde_json::to_string(&write(&given, start)).unwrap(), expected, "{given:?}");
        }
    }
}
