//! Settings that one dialect has, or some.

use wire::Dialect::{Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::super::{asks, checks};
use super::Lost::{Named, Nothing, Refused};
use super::{Case, OPENAI, case, of_openai};

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    case("seed, top_k", asks::sampling, checks::sampling).only(&[OpenAiChat, Anthropic, Bedrock, Gemini, Cohere]).loses(|client, provider| match (client, provider) {
        (_, Gemini | Cohere) => Nothing,
        (OpenAiChat, _) => Named("seed"),
        (Gemini, OpenAiChat | OpenAiResponses) => Named("topK"),
        (Cohere, OpenAiChat | OpenAiResponses) => Named("k"),
        (_, OpenAiChat | OpenAiResponses) => Named("top_k"),
        _ => Nothing,
    }),
    case("penalties", asks::openai::penalties, checks::openai::penalties).only(&[OpenAiChat, Gemini, Cohere])
        .loses(|client, provider| match (client, provider) {
            (_, OpenAiChat | Gemini | Cohere) => Nothing,
            (Gemini, _) => Named("presencePenalty"),
            _ => Named("presence_penalty"),
        }),
    case("biased tokens", asks::openai::bias, checks::extras::as_it_came).only(&[OpenAiChat]).loses(|_, _| Named("logit_bias")),
    case("two answers", asks::openai::two_answers, checks::openai::two_answers).only(&[OpenAiChat, Gemini])
        .loses(|client, provider| match (client, provider) {
            (_, OpenAiChat | Gemini) => Nothing,
            (Gemini, _) => Refused("candidateCount"),
            _ => Refused("n"),
        }),
    case("verbosity", asks::openai::verbosity, checks::openai::verbosity).only(OPENAI)
        .loses(|_, provider| if of_openai(provider) { Nothing } else { Named("verbosity") }),
    case("key of the cache", asks::openai::cache_key, checks::openai::cache_key).only(OPENAI)
        .loses(|_, provider| if of_openai(provider) { Nothing } else { Named("prompt_cache_key") }),
    case("truncation", asks::openai::truncation, checks::extras::as_it_came).only(&[OpenAiResponses]).loses(|_, _| Named("truncation")),
    case("guardrail", asks::bedrock::guardrail, checks::extras::guardrail).only(&[OpenAiChat, Anthropic, Bedrock])
        .loses(|_, provider| if provider == Bedrock { Nothing } else { Named("guardrail") }),
    case("notes", asks::bedrock::metadata, checks::extras::metadata).only(&[OpenAiChat, OpenAiResponses, Bedrock, Gemini])
        .loses(|client, provider| match (client, provider) {
            (Bedrock, Anthropic | Cohere) => Named("requestMetadata.team"),
            (Gemini, Anthropic | Cohere) => Named("labels.team"),
            (_, Anthropic | Cohere) => Named("metadata.team"),
            _ => Nothing,
        }),
    case("service tier", asks::bedrock::flex_tier, checks::extras::flex_tier).only(&[OpenAiChat, OpenAiResponses, Anthropic, Bedrock, Gemini])
        .loses(|client, provider| match (client, provider) {
            (Bedrock | Gemini, Anthropic | Cohere) => Named("serviceTier"),
            // it asks for the usual one
            (Anthropic, Cohere) => Nothing,
            (_, Anthropic | Cohere) => Named("service_tier"),
            _ => Nothing,
        }),
    case("optimised latency", asks::bedrock::faster, checks::extras::as_it_came).only(&[Bedrock]).loses(|_, _| Named("performanceConfig")),
    case("a field of the model", asks::bedrock::models_own, checks::extras::as_it_came).only(&[Bedrock])
        .loses(|_, _| Named("additionalModelRequestFields.x_of_the_model")),
    case("safety mode", asks::cohere::safety, checks::extras::as_it_came).only(&[Cohere]).loses(|_, _| Named("safety_mode")),
    case("priority", asks::cohere::priority, checks::extras::as_it_came).only(&[Cohere]).loses(|_, _| Named("priority")),
];
