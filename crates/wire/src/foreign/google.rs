//! What another model made in a conversation with Gemini, and what Gemini refuses in it.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Finder, Foreign};
use crate::gemini::proof;
use crate::json::{self, Object, span_of};

/// A function's call, its result and a proof as Gemini spells them.
pub(super) const CALL: [&str; 2] = ["functionCall", "function_call"];
const RESULT: [&str; 2] = ["functionResponse", "function_response"];
const PROOF: [&str; 2] = ["thoughtSignature", "thought_signature"];

impl<'a> Finder<'a> {
    /// Gemini's messages. The first call of each step in the current turn says so where it has no proof, whoever made or lost it:
    /// its newer models refuse a body in which it does not, and only that (Google's page "Thought signatures"). What a model
    /// says in a row is one step, as clients hand back each piece of a stream by itself.
    pub(super) fn contents(&mut self, mut body: Object<'a>, wants_proofs: bool) {
        let contents = body.take_list("contents").ok().flatten().unwrap_or_default();
        let contents: Vec<_> = contents.into_iter().filter_map(|(path, content)| Content::of(content, path)).collect();
        let turn = contents.iter().rposition(Content::begins_turn).unwrap_or(0);
        let mut is_first = true;
        for (at, content) in contents.into_iter().enumerate() {
            is_first |= !content.is_models;
            let is_checked = wants_proofs && at >= turn;
            // a long session pays for its last turn only
            if !is_checked
                && memchr::memmem::find(content.parts.get().as_bytes(), proof::DISGUISED.as_bytes()).is_none()
            {
                continue;
            }
            let foreign = |part: &RawValue| {
                let Some(has_proof) = call_has_proof(part) else { return foreign_thought(part) };
                let is_first = std::mem::take(&mut is_first);
                (is_first && is_checked && !has_proof).then(|| unproven(part)).flatten()
            };
            self.list(content.parts, &content.path, foreign, r#"{"text":"..."}"#);
        }
    }
}

/// A thought with another's proof. Gemini's own stands at the part behind.
fn foreign_thought(part: &RawValue) -> Option<Foreign> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Part {
        #[serde(alias = "thought_signature")]
        thought_signature: String,
        thought: bool,
    }
    let part = serde_json::from_str::<Part>(part.get()).ok()?;
    (part.thought && part.thought_signature.starts_with(proof::DISGUISED)).then_some(Foreign::Reasoning)
}

/// One of Gemini's messages.
struct Content<'a> {
    is_models: bool,
    parts: &'a RawValue,
    /// Of its parts.
    path: String,
}

impl<'a> Content<'a> {
    fn of(content: &'a RawValue, path: String) -> Option<Self> {
        let mut content = Object::parse(content.get(), path).ok()?;
        let is_models = content.peek("role").is_some_and(|role| role.get() == r#""model""#);
        let path = content.path_of("parts");
        Some(Self { is_models, parts: content.take("parts")?, path })
    }

    /// Whether the user says something, rather than to answer calls.
    fn begins_turn(&self) -> bool {
        let answers = |part: &RawValue| Object::parse(part.get(), "").is_ok_and(|part| has_any(&part, RESULT));
        let parts = json::list(self.parts, &self.path).unwrap_or_default();
        !self.is_models && !parts.into_iter().any(|(_, part)| answers(part))
    }
}

fn has_any(object: &Object<'_>, names: [&str; 2]) -> bool {
    names.iter().any(|name| object.peek(name).is_some())
}

/// Whether a call of a function has a proof; an empty one is none. `None` where it is no call.
fn call_has_proof(part: &RawValue) -> Option<bool> {
    let part = Object::parse(part.get(), "").ok()?;
    let has_proof = || PROOF.iter().any(|name| part.peek(name).is_some_and(|proof| proof.get() != r#""""#));
    has_any(&part, CALL).then(has_proof)
}

/// A call that another model made, or whose proof is lost: Google's newer models take it with a word for that.
fn unproven(part: &RawValue) -> Option<Foreign> {
    let (call, word) = (part.get(), format!(r#""{}""#, proof::UNCHECKED));
    let mut fields = Object::parse(call, "").ok()?;
    let said = match PROOF.iter().find_map(|name| fields.take_nullable(name)) {
        Some(empty) => {
            let mut said = call.to_owned();
            said.replace_range(span_of(call, empty), &word);
            said
        }
        None => format!(r#"{{"thoughtSignature":{word},{}"#, call.strip_prefix('{')?),
    };
    Some(Foreign::Call(said))
}
