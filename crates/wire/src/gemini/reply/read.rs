//! Reading a provider's answer. What the conversation does not have, or what cannot be read, is said in a sentence: the answer is
//! paid for.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::chat::{Choice, Part, Reply, StopReason, ToolCall, Usage, uncarried};
use crate::gemini::grounding::{self, Grounding};
use crate::gemini::speech::Speech;
use crate::gemini::{finish, logprobs, media, proof, usage};
use crate::json::{self, Invalid, Object};

/// An answer, or a piece of one in a stream.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::gemini) struct Chunk<'a> {
    #[serde(borrow)]
    pub(in crate::gemini) candidates: Option<Vec<Candidate<'a>>>,
    #[serde(borrow)]
    prompt_feedback: Option<&'a RawValue>,
    #[serde(borrow)]
    usage_metadata: Option<&'a RawValue>,
    pub(in crate::gemini) model_version: Option<String>,
    pub(in crate::gemini) response_id: Option<String>,
    #[serde(borrow)]
    pub(in crate::gemini) error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::gemini) struct Candidate<'a> {
    #[serde(borrow)]
    content: Option<Content<'a>>,
    pub(in crate::gemini) finish_reason: Option<String>,
    finish_message: Option<String>,
    pub(in crate::gemini) index: Option<u32>,
    #[serde(borrow)]
    grounding_metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    citation_metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    logprobs_result: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Content<'a> {
    #[serde(borrow)]
    parts: Option<Vec<&'a RawValue>>,
}

/// A part of an answer, with the proof that stands at it.
#[derive(Debug)]
pub(in crate::gemini) struct Piece {
    pub(in crate::gemini) kind: Kind,
    pub(in crate::gemini) proof: Option<String>,
}

#[derive(Debug)]
pub(in crate::gemini) enum Kind {
    Text(String),
    Thought(String),
    Call {
        id: Option<String>,
        name: String,
        args: String,
    },
    Whole(Part),
    /// Of a kind that the conversation does not have; the provider's word.
    Foreign(String),
}

impl<'a> Chunk<'a> {
    /// Reads the text of an answer.
    pub(in crate::gemini) fn of(text: &'a str) -> Result<Self, Invalid> {
        serde_json::from_str(text).map_err(|error| Invalid::new("body", format!("is no answer of Gemini's ({error})")))
    }

    pub(in crate::gemini) fn usage(&self) -> Option<Usage> {
        self.usage_metadata.map(|told| usage::read(told.get()))
    }

    /// The answer to a prompt that was blocked: there is no candidate, and what was read of it is billed.
    pub(in crate::gemini) fn blocked(&self) -> Option<Choice> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Feedback {
            block_reason: String,
            block_reason_message: Option<String>,
        }
        let feedback = serde_json::from_str::<Feedback>(self.prompt_feedback?.get()).ok()?;
        let words = feedback.block_reason_message.filter(|message| !message.is_empty());
        let stop = match feedback.block_reason.as_str() {
            "MODEL_ARMOR" => StopReason::Guardrail,
            _ => StopReason::ContentFilter,
        };
        Some(Choice::new(words.map(|text| Part::Refusal { text }).into_iter().collect(), stop))
    }
}

impl<'a> Candidate<'a> {
    /// The parts of the content, each with its place.
    pub(in crate::gemini) fn parts(&self) -> impl Iterator<Item = &'a RawValue> {
        self.content.iter().flat_map(|content| content.parts.iter().flatten().copied())
    }

    pub(in crate::gemini) fn grounding(&self, id: &str) -> Grounding {
        grounding::read(self.grounding_metadata, self.citation_metadata, id)
    }

    pub(in crate::gemini) fn logprobs(&self) -> Vec<crate::json::Raw> {
        self.logprobs_result.map(logprobs::read).unwrap_or_default()
    }

    /// What Google says of the ending, which is worth something where nothing else was said.
    pub(in crate::gemini) fn last_words(&mut self) -> Option<String> {
        self.finish_message.take().filter(|message| !message.is_empty())
    }
}

/// Reads a part. Half a text or call would be another answer, so one that cannot be read is refused.
pub(in crate::gemini) fn part_of(raw: &RawValue) -> Result<Piece, Invalid> {
    let mut object = Object::parse(raw.get(), "parts")?;
    let thought = object.take_bool("thought")?.unwrap_or(false);
    let proof = proof::told(object.take_string("thoughtSignature")?);
    let kind = if let Some(text) = object.take_string("text")? {
        if thought { Kind::Thought(text) } else { Kind::Text(text) }
    } else if let Some(mut call) = object.take_object("functionCall")? {
        Kind::Call {
            id: call.take_string("id")?.filter(|id| !id.is_empty()),
            name: call.require_string("name")?,
            args: call.take("args").map_or("{}", RawValue::get).to_owned(),
        }
    } else {
        other(&mut object, thought)
    };
    Ok(Piece { kind, proof })
}

fn other(object: &mut Object<'_>, thought: bool) -> Kind {
    let word = object.names().find(|name| object.peek(name).is_some_and(json::is_object)).map(str::to_owned);
    let Some(word) = word else { return Kind::Text(String::new()) };
    let inner = object.take_object(&word).ok().flatten();
    let part = match (word.as_str(), inner) {
        // a draft of a picture that is thought of is no part of the answer
        ("inlineData" | "fileData", _) if thought => return Kind::Text(String::new()),
        ("inlineData", Some(mut blob)) => media::inline(&mut blob).ok(),
        ("fileData", Some(mut file)) => media::stored(&mut file).ok(),
        _ => None,
    };
    part.map_or(Kind::Foreign(word), Kind::Whole)
}

/// The id of a call that has none, as clients of other dialects must have one to answer.
pub(in crate::gemini) fn made_id(reply: &str, choice: u32, index: usize) -> String {
    format!("call_{choice}_{index}_{reply}")
}

/// Reads a provider's whole answer.
pub fn read(body: &str) -> Result<Reply, Invalid> {
    let mut chunk = Chunk::of(body)?;
    let id = chunk.response_id.take().unwrap_or_default();
    let mut choices = Vec::new();
    for (at, candidate) in (0..).zip(chunk.candidates.take().unwrap_or_default()) {
        choices.push(choice(candidate, at, &id)?);
    }
    if choices.is_empty() {
        choices.push(chunk.blocked().ok_or_else(|| Invalid::new("candidates", "is required"))?);
    }
    Ok(Reply {
        model: chunk.model_version.take().unwrap_or_default(),
        created: None,
        choices,
        usage: chunk.usage().unwrap_or_default(),
        service_tier: None,
        trace: None,
        id,
    })
}

fn choice(mut candidate: Candidate<'_>, at: u32, id: &str) -> Result<Choice, Invalid> {
    let mut speech = Speech::new(false);
    let (mut calls, mut texts) = (0, Vec::new());
    for raw in candidate.parts() {
        let Piece { kind, proof } = part_of(raw)?;
        let before = speech.len();
        match kind {
            Kind::Thought(text) => speech.think(text, proof),
            Kind::Text(text) => speech.add(Part::text(text), proof),
            Kind::Whole(part) => speech.add(part, proof),
            Kind::Foreign(word) => speech.add(Part::text(uncarried(&word)), proof),
            Kind::Call { id: own, name, args } => {
                let id = own.unwrap_or_else(|| made_id(id, at, calls));
                calls += 1;
                speech.add(Part::ToolCall(ToolCall::new(id, name, args)), proof);
            }
        }
        texts.push((speech.len() > before).then(|| speech.len().saturating_sub(1)));
    }
    let mut parts = speech.into_parts();
    if parts.is_empty() {
        parts.extend(candidate.last_words().map(|text| Part::Refusal { text }));
    }
    let grounding = candidate.grounding(id);
    cite(&mut parts, &texts, grounding.citations);
    parts.splice(0..0, grounding.searches.into_iter().map(Part::WebSearch));
    let word = candidate.finish_reason.take();
    Ok(Choice {
        parts,
        stop: word.map_or_else(|| StopReason::Other("null".to_owned()), |word| finish::read(&word, calls > 0)),
        stop_sequence: None,
        logprobs: candidate.logprobs(),
    })
}

/// Citations stand at the text that Google says, or at the first one.
fn cite(parts: &mut [Part], texts: &[Option<usize>], citations: Vec<(usize, crate::chat::Citation)>) {
    let first = parts.iter().position(|part| matches!(part, Part::Text { .. }));
    for (part, citation) in citations {
        let own = texts.get(part).copied().flatten().filter(|at| matches!(parts.get(*at), Some(Part::Text { .. })));
        if let Some(Part::Text { citations, .. }) = own.or(first).and_then(|at| parts.get_mut(at)) {
            citations.push(citation);
        }
    }
}

/// Whether an answer is an error in disguise, without reading the rest of it.
pub fn is_error(body: &str) -> bool {
    #[derive(Deserialize)]
    struct Told<'a> {
        #[serde(borrow)]
        error: Option<&'a RawValue>,
        #[serde(borrow)]
        candidates: Option<&'a RawValue>,
    }
    let is =
        |told: &Told<'_>| told.candidates.is_none() && told.error.is_some_and(|error| json::is_truthy(error.get()));
    if body.trim_start().starts_with('[') {
        return serde_json::from_str::<Vec<Told<'_>>>(body).is_ok_and(|list| list.first().is_some_and(is));
    }
    serde_json::from_str::<Told<'_>>(body).is_ok_and(|told| is(&told))
}

/// The usage in an answer, without reading the rest of it.
pub fn scan_usage(body: &str) -> Usage {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Told<'a> {
        #[serde(borrow)]
        usage_metadata: Option<&'a RawValue>,
    }
    let told = serde_json::from_str::<Told<'_>>(body).ok().and_then(|told| told.usage_metadata);
    told.map(|told| usage::read(told.get())).unwrap_or_default()
}
