//! What is said: texts, instructions, how an answer ends, what it is counted at.

use testkit::Stop;
use wire::Dialect::{Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::super::{asks, checks};
use super::Lost::{Named, Nothing};
use super::{CLAUDES, Case, OPENAI, case, counted, stop};

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    case("text", asks::text, checks::text),
    case("text beyond ASCII", asks::unicode, checks::unicode),
    case("system, sampling, ceiling, user", asks::options, checks::options).loses(|client, provider| match (client, provider) {
        (OpenAiChat | OpenAiResponses, Cohere) => Named("user"),
        (Anthropic, Cohere) => Named("metadata.user_id"),
        _ => Nothing,
    }),
    case("instructions in pieces", asks::bedrock::systems, checks::extras::systems),
    case("instructions of the application", asks::openai::developer, checks::openai::developer).only(OPENAI),
    case("stop sequences", asks::stop_sequence, checks::stop_sequence).only(&[OpenAiChat, Anthropic, Bedrock, Gemini, Cohere])
        .loses(|_, provider| if provider == OpenAiResponses { Named("stop") } else { Nothing }),
    case("stop: length", asks::text, checks::length).answered(|| stop(Stop::Length)),
    case("stop: sequence", asks::stop_sequence, checks::sequence).answered(|| stop(Stop::Sequence)).only(&[OpenAiChat, Anthropic, Bedrock, Gemini, Cohere])
        .loses(|_, provider| if provider == OpenAiResponses { Named("stop") } else { Nothing }),
    case("stop: filter", asks::text, checks::filter).answered(|| stop(Stop::Filter)),
    case("refusal", asks::refusal, checks::refusal),
    case("usage classes", asks::text, checks::usage).answered(counted),
    case("thinking", asks::thinking, checks::thinking),
    case("no thinking", asks::no_thinking, checks::no_thinking),
    case("structured output", asks::schema, checks::schema),
    // Gemini keeps what it sees fit, and what is stored there under a name beforehand; Cohere what it sees fit
    case("cache marks", asks::cache_marks, checks::cache_marks).only(&[OpenAiChat, OpenAiResponses, Anthropic, Bedrock])
        .loses(|client, provider| match (client, provider) {
            (OpenAiResponses, Gemini | Cohere) => Named("prompt_cache_breakpoint"),
            (Bedrock, Gemini | Cohere) => Named("cachePoint"),
            (_, Gemini | Cohere) => Named("cache_control"),
            _ => Nothing,
        }),
    case("text for the guardrail", asks::bedrock::guarded_text, checks::extras::guarded_text).only(&[OpenAiChat, Bedrock])
        .loses(|_, provider| if provider == Bedrock { Nothing } else { Named("guard") }),
    case("search result", asks::media::search_result, checks::media::search_result).only(CLAUDES),
    case("log probabilities", asks::openai::logprobs, checks::openai::logprobs).only(&[OpenAiChat, OpenAiResponses, Gemini, Cohere])
        .loses(|client, provider| match (client, provider) {
            (_, OpenAiChat | OpenAiResponses | Gemini) => Nothing,
            // of its tokens it tells no alternatives
            (Gemini, Cohere) => Named("responseLogprobs (alternatives)"),
            (_, Cohere) => Named("logprobs (alternatives)"),
            (Gemini, _) => Named("responseLogprobs"),
            _ => Named("logprobs"),
        }),
];
