//! What proves reasoning to its provider. Cohere's has no proof; SDKs keep a field that they do not know, so the proofs of
//! others stand beside the text, in `signature`.

use std::borrow::Cow;

use crate::chat::{Thinking, seal};

/// The proof, in disguise where it is no signature.
pub(super) fn proof(thinking: &Thinking) -> Option<Cow<'_, str>> {
    match thinking {
        Thinking::Plain { signature, .. } => signature.as_deref().map(Cow::Borrowed),
        Thinking::Redacted { .. } => thinking.as_seal().map(Cow::Owned),
        Thinking::Sealed { .. } | Thinking::Bound { .. } => thinking.as_signature().map(Cow::Owned),
    }
}

/// Reasoning that a client hands back.
pub(super) fn proved(text: String, proof: Option<String>) -> Thinking {
    match proof {
        Some(proof) if seal::is_disguised(&proof) => Thinking::sealed(None, text, proof),
        proof => Thinking::signed(text, proof),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_proof_comes_back_as_it_went() {
        for (thinking, text) in [
            (Thinking::Plain { text: "t".into(), signature: None }, "t"),
            (Thinking::Plain { text: "t".into(), signature: Some("Eq==".into()) }, "t"),
            (Thinking::Redacted { data: "AA==".into() }, ""),
            (Thinking::Sealed { id: Some("rs_1".into()), text: "t".into(), data: "gA".into() }, "t"),
            (Thinking::Sealed { id: None, text: String::new(), data: "gA".into() }, ""),
        ] {
            let proof = proof(&thinking).map(Cow::into_owned);
            assert_eq!(proved(text.to_owned(), proof), thinking);
        }
    }
}
