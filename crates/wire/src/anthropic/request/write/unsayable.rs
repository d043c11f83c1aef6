//! Settings that neither Anthropic's own API nor Bedrock has.

use crate::chat::Request;

/// Names them. The verbosity `medium` is OpenAI's default, so it asks for nothing.
pub(crate) fn name_settings(request: &Request, dropped: &mut Vec<String>) {
    let sampling = &request.sampling;
    for (name, said) in [
        ("sampling.presence_penalty", sampling.presence_penalty.is_some()),
        ("sampling.frequency_penalty", sampling.frequency_penalty.is_some()),
        ("sampling.seed", sampling.seed.is_some()),
        ("verbosity", request.verbosity.as_deref().is_some_and(|word| word != "medium")),
        ("logprobs", request.logprobs.is_some()),
    ] {
        if said {
            dropped.push(name.to_owned());
        }
    }
    dropped.extend(request.openai.iter().map(|(name, _)| (*name).to_owned()));
}
