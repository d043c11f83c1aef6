//! Settings that neither Anthropic's own API nor Bedrock has.

use crate::chat::{Request, Sampling};
use crate::json::Raw;

/// The temperature of both ends at 1 where OpenAI's and Google's end at 2. One above is not the same as 1, so it is named, and
/// refused unless an administrator lets fields be dropped.
pub(crate) fn temperature<'a>(sampling: &'a Sampling, dropped: &mut Vec<String>) -> Option<&'a Raw> {
    let temperature = sampling.temperature.as_ref()?;
    if temperature.get().parse::<f64>().is_ok_and(|number| number > 1.0) {
        dropped.push("sampling.temperature (above 1)".to_owned());
        return None;
    }
    Some(temperature)
}

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
