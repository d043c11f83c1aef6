//! `thoughtSignature`: the proof of reasoning that belongs to the part at which it stands.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::media;
use crate::chat::{Thinking, seal};

/// Google's word for "do not look for a proof", for calls that another model made or whose proof was lost (its page "Thought
/// signatures").
pub(crate) const UNCHECKED: &str = "skip_thought_signature_validator";
/// The same in other words.
const UNCHECKED_TOO: &str = "context_engineering_is_the_way_to_go";

/// How every other provider's proof begins here: the base64 of the word that seals begin with.
pub(crate) const DISGUISED: &str = "dHVybnBpa2U6";

/// What a client is given of another provider's proof: it stands at the thought itself, as base64 of a seal. Gemini's own
/// stands at the part that follows.
pub(super) fn disguise(thinking: &Thinking) -> Option<String> {
    let seal = match thinking {
        Thinking::Plain { .. } | Thinking::Redacted { .. } => thinking.as_seal(),
        Thinking::Sealed { .. } => thinking.as_signature(),
        Thinking::Bound { .. } => None,
    };
    seal.map(|seal| of_seal(&seal))
}

/// A seal as bytes on the wire.
pub(super) fn of_seal(seal: &str) -> String {
    STANDARD.encode(seal)
}

/// The proof that stands at a part, unless it proves nothing.
pub(super) fn told(proof: Option<String>) -> Option<String> {
    proof.filter(|proof| !proof.is_empty() && proof != UNCHECKED && proof != UNCHECKED_TOO)
}

/// Reasoning with the proof that stood behind it.
pub(super) fn read(text: String, proof: String) -> Thinking {
    match sealed(&proof) {
        Some(seal) => Thinking::sealed(None, text, seal),
        None => Thinking::Bound { text, proof },
    }
}

fn sealed(proof: &str) -> Option<String> {
    if !proof.starts_with(DISGUISED) {
        return None;
    }
    let seal = String::from_utf8(media::decoded(proof)?).ok()?;
    seal::is_disguised(&seal).then_some(seal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_proof_of_another_provider_comes_back() {
        for thinking in [
            Thinking::Plain { text: "t".into(), signature: Some("Eq?+".into()) },
            Thinking::Sealed { id: Some("rs_1".into()), text: "t".into(), data: "gAAA:~~~".into() },
            Thinking::Redacted { data: "AA==".into() },
        ] {
            let disguise = disguise(&thinking).unwrap();
            let text = if matches!(thinking, Thinking::Redacted { .. }) { "" } else { "t" };
            assert_eq!(read(text.to_owned(), disguise.clone()), thinking);
            let as_sdks_send_it = disguise.replace('+', "-").replace('/', "_");
            assert_eq!(read(text.to_owned(), as_sdks_send_it), thinking);
        }
        assert_eq!(disguise(&Thinking::Plain { text: "t".into(), signature: None }), None);
    }

    #[test]
    fn what_is_gemini_s_own_stays_as_it_came() {
        for proof in ["CiQB-_8=", "dHVybnBpa2U6!"] {
            let bound = Thinking::Bound { text: "t".into(), proof: proof.to_owned() };
            assert_eq!(read("t".to_owned(), proof.to_owned()), bound, "{proof}");
        }
        for nothing in ["", UNCHECKED, UNCHECKED_TOO] {
            assert_eq!(told(Some(nothing.to_owned())), None);
        }
    }
}
