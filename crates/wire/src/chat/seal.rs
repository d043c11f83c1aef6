//! How reasoning travels through a language that has no place for its proof.
//!
//! Signatures of Claude's and Gemini's reasoning and what OpenAI encrypts are strings that a client hands back unchanged. Where a client's
//! dialect has only the other's place, the proof stands there behind a word of ours, and is taken out when it comes back: it is
//! in disguise. There are two places, a signature (Anthropic, Bedrock, OpenAI chat) and a seal, which is `encrypted_content`
//! (OpenAI Responses):
//!
//! | proof of | variant of [`Thinking`] | disguise | stands in disguise as |
//! |---|---|---|---|
//! | Claude, signed | `Plain` | `turnpike:signed:SIGNATURE` | a seal |
//! | Claude, redacted | `Redacted` | `turnpike:redacted:DATA` | a seal |
//! | OpenAI | `Sealed` | `turnpike:sealed:ID:DATA` | a signature, or a seal whose item has another id |
//! | Gemini | `Bound` | `turnpike:bound:PROOF` | a signature or a seal |

use super::Thinking;

const SEALED: &str = "turnpike:sealed:";
const SIGNED: &str = "turnpike:signed:";
const REDACTED: &str = "turnpike:redacted:";
const BOUND: &str = "turnpike:bound:";

/// How every disguise begins.
const DISGUISE: &str = "turnpike:";

impl Thinking {
    /// What a client that knows signatures is given as one. `None` where there is no proof, or all of it is hidden.
    pub fn as_signature(&self) -> Option<String> {
        match self {
            Self::Plain { signature, .. } => signature.clone(),
            Self::Redacted { .. } => None,
            Self::Sealed { id, data, .. } => Some(disguise_sealed(id.as_deref(), data)),
            Self::Bound { proof, .. } => Some(disguise_bound(proof)),
        }
    }

    /// Reasoning that came with a signature, which may be a seal or Gemini's proof in disguise.
    pub fn signed(text: String, signature: Option<String>) -> Self {
        if let Some(proof) = signature.as_deref().and_then(|signature| signature.strip_prefix(BOUND)) {
            return Self::Bound { text, proof: proof.to_owned() };
        }
        let seal = signature.as_deref().and_then(|signature| signature.strip_prefix(SEALED)?.split_once(':'));
        match seal {
            Some((id, data)) => {
                let id = (!id.is_empty()).then(|| id.to_owned());
                Self::Sealed { id, text, data: data.to_owned() }
            }
            None => Self::Plain { text, signature },
        }
    }

    /// What a client that knows OpenAI's `encrypted_content` is given as it. `None` where there is no proof.
    pub fn as_seal(&self) -> Option<String> {
        match self {
            Self::Plain { signature, .. } => signature.as_deref().map(disguise_signed),
            Self::Redacted { data } => Some(disguise_redacted(data)),
            Self::Sealed { data, .. } => Some(data.clone()),
            Self::Bound { proof, .. } => Some(disguise_bound(proof)),
        }
    }

    /// Reasoning that came with `encrypted_content`, which may be another's proof in disguise, or a seal with another id than its
    /// item's: a stream must name an item before it knows the id that belongs to the seal.
    pub fn sealed(id: Option<String>, text: String, data: String) -> Self {
        if data.starts_with(SEALED) || data.starts_with(BOUND) {
            Self::signed(text, Some(data))
        } else if let Some(signature) = data.strip_prefix(SIGNED) {
            Self::Plain { text, signature: Some(signature.to_owned()) }
        } else if let Some(data) = data.strip_prefix(REDACTED) {
            Self::Redacted { data: data.to_owned() }
        } else {
            Self::Sealed { id, text, data }
        }
    }
}

/// OpenAI's proof in disguise. Ids of items hold no colon.
pub fn disguise_sealed(id: Option<&str>, data: &str) -> String {
    format!("{SEALED}{}:{data}", id.unwrap_or_default())
}

/// Claude's signature in disguise.
pub fn disguise_signed(signature: &str) -> String {
    format!("{SIGNED}{signature}")
}

/// Claude's redacted reasoning in disguise.
pub fn disguise_redacted(data: &str) -> String {
    format!("{REDACTED}{data}")
}

/// Gemini's proof in disguise.
pub fn disguise_bound(proof: &str) -> String {
    format!("{BOUND}{proof}")
}

/// Whether something in `body` may be a proof in disguise.
pub(crate) fn may_stand_in(body: &str) -> bool {
    memchr::memmem::find(body.as_bytes(), DISGUISE.as_bytes()).is_some()
}

/// Whether a signature or a seal is a proof in disguise.
pub(crate) fn is_disguised(proof: &str) -> bool {
    proof.starts_with(DISGUISE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_proof_comes_back_through_the_other_place() {
        for id in [Some("rs_1".to_owned()), None] {
            let sealed = Thinking::Sealed { id, text: "t".into(), data: "gAAA:x".into() };
            assert_eq!(Thinking::signed("t".into(), sealed.as_signature()), sealed);
            let under_another_id = Thinking::sealed(Some("rs_2".into()), "t".into(), sealed.as_signature().unwrap());
            assert_eq!(under_another_id, sealed);
        }
        let signed = Thinking::Plain { text: "t".into(), signature: Some("Eq:==".into()) };
        let redacted = Thinking::Redacted { data: "AA==".into() };
        for (proof, text) in [(signed, "t"), (redacted, "")] {
            let seal = proof.as_seal().unwrap();
            assert_eq!(Thinking::sealed(Some("rs_1".into()), text.into(), seal), proof);
        }
        let bound = Thinking::Bound { text: "t".into(), proof: "CiQ:==".into() };
        assert_eq!(Thinking::signed("t".into(), bound.as_signature()), bound);
        assert_eq!(Thinking::sealed(None, "t".into(), bound.as_seal().unwrap()), bound);
    }
}
