//! Writing an answer for a client.

use serde::Serialize;

use crate::chat::{Choice, Part, Reply, Thinking};
use crate::gemini::part::{self, Call, Content};
use crate::gemini::{finish, grounding, logprobs, media, proof, usage};
use crate::json::Raw;

/// An answer on its way to a client, or a piece of one in a stream.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::gemini) struct Answer<'a> {
    pub(in crate::gemini) candidates: Vec<WrittenCandidate<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gemini) usage_metadata: Option<usage::Written>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(in crate::gemini) model_version: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(in crate::gemini) response_id: &'a str,
    /// Bedrock's, of a guardrail: SDKs leave out members that they do not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gemini) trace: Option<&'a Raw>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::gemini) struct WrittenCandidate<'a> {
    pub(in crate::gemini) content: WrittenContent<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gemini) finish_reason: Option<&'static str>,
    pub(in crate::gemini) index: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gemini) logprobs_result: Option<logprobs::Written>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gemini) grounding_metadata: Option<grounding::Written>,
}

#[derive(Serialize)]
pub(in crate::gemini) struct WrittenContent<'a> {
    role: &'static str,
    parts: Vec<part::Part<'a>>,
}

impl<'a> WrittenContent<'a> {
    /// SDKs take a content without parts for a broken turn, and forget it.
    pub(in crate::gemini) fn of(mut parts: Vec<part::Part<'a>>) -> Self {
        if parts.is_empty() {
            parts.push(part::Part::text(""));
        }
        Self { role: "model", parts }
    }
}

/// What is said in an answer.
#[derive(Default)]
pub(in crate::gemini) struct Said<'a> {
    pub(in crate::gemini) parts: Vec<part::Part<'a>>,
    pub(in crate::gemini) grounding: grounding::Written,
    /// Waits for the part that it belongs to.
    proof: Option<&'a str>,
}

impl<'a> Said<'a> {
    /// Says a part. What an answer cannot hold here is said in words.
    pub(in crate::gemini) fn part(&mut self, part: &'a Part) {
        let content = match part {
            Part::Text { text, .. } | Part::Refusal { text } if text.is_empty() => return,
            Part::Text { text, citations, .. } => {
                for citation in citations {
                    self.grounding.cite(citation, self.parts.len(), 0..text.len(), Some(text));
                }
                Content::Text(text.into())
            }
            Part::Refusal { text } => Content::Text(text.into()),
            Part::Thinking(thinking) => return self.thought(thinking),
            Part::ToolCall(call) => match Call::of(call) {
                Some(call) => Content::FunctionCall(call),
                None => return,
            },
            Part::Image { media, .. }
            | Part::Document { media, .. }
            | Part::Audio { media }
            | Part::Video { media } => media::content(media).unwrap_or(Content::Text(part.uncarried().into())),
            Part::WebSearch(search) => return self.grounding.search(search),
            Part::ToolResult(_) | Part::SearchResult(_) | Part::Guarded(_) | Part::Json(_) => return,
        };
        self.parts.push(part::Part::from(content).signed(self.proof.take()));
    }

    fn thought(&mut self, thinking: &'a Thinking) {
        self.finish();
        match thinking {
            Thinking::Bound { text, proof } => {
                self.proof = Some(proof);
                self.parts.extend((!text.is_empty()).then(|| part::Part::thought(text)));
            }
            Thinking::Plain { text, .. } | Thinking::Sealed { text, .. } => {
                let disguise = proof::disguise(thinking);
                if !text.is_empty() || disguise.is_some() {
                    self.parts.push(part::Part::thought(text).signed(disguise));
                }
            }
            Thinking::Redacted { .. } => self.parts.push(part::Part::thought("").signed(proof::disguise(thinking))),
        }
    }

    /// A proof that no part followed stands at an empty text.
    pub(in crate::gemini) fn finish(&mut self) {
        if let Some(proof) = self.proof.take() {
            self.parts.push(part::Part::text("").signed(Some(proof)));
        }
    }
}

/// Writes a whole answer.
pub fn write(reply: &Reply) -> Vec<u8> {
    let answer = Answer {
        candidates: (0..).zip(&reply.choices).map(|(index, choice)| candidate(index, choice)).collect(),
        usage_metadata: Some(usage::Written::of(&reply.usage)),
        model_version: &reply.model,
        response_id: &reply.id,
        trace: reply.trace.as_ref(),
    };
    serde_json::to_vec(&answer).unwrap_or_default()
}

fn candidate(index: u32, choice: &Choice) -> WrittenCandidate<'_> {
    let mut said = Said::default();
    choice.parts.iter().for_each(|part| said.part(part));
    said.finish();
    WrittenCandidate {
        content: WrittenContent::of(said.parts),
        finish_reason: Some(finish::word(&choice.stop)),
        index,
        logprobs_result: logprobs::write(&choice.logprobs),
        grounding_metadata: said.grounding.said(),
    }
}
