//! The table: what is asked, how it is answered, what must be true of it, and what of it a provider cannot be told.

use testkit::{Counts, Script, Stop};
use wire::Dialect::{self, Anthropic, Bedrock, OpenAiChat};

use super::{Cell, asks, checks};

pub(super) struct Case {
    pub(super) name: &'static str,
    /// Those that have words for it.
    pub(super) clients: &'static [Dialect],
    /// The fields that the client sends beside model and stream.
    pub(super) ask: fn(Dialect) -> serde_json::Value,
    pub(super) script: fn() -> Script,
    pub(super) check: fn(&Cell),
    /// What is lost between a client and a provider that differ.
    pub(super) lost: fn(Dialect, Dialect) -> Lost,
}

/// What a provider cannot be told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lost {
    Nothing,
    /// Refused by this name, or dropped and named where an administrator said so.
    Named(&'static str),
    /// Refused with these words, whatever may be dropped.
    Refused(&'static str),
}
use Lost::{Named, Nothing, Refused};

type Ask = fn(Dialect) -> serde_json::Value;

const fn case(name: &'static str, ask: Ask, check: fn(&Cell)) -> Case {
    Case { name, clients: &Dialect::ALL, ask, script: Script::default, check, lost: |_, _| Nothing }
}

impl Case {
    const fn answered(self, script: fn() -> Script) -> Self {
        Self { script, ..self }
    }

    const fn only(self, clients: &'static [Dialect]) -> Self {
        Self { clients, ..self }
    }

    const fn loses(self, lost: fn(Dialect, Dialect) -> Lost) -> Self {
        Self { lost, ..self }
    }
}

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    case("text", asks::text, checks::text),
    case("text beyond ASCII", asks::unicode, checks::unicode),
    case("system, sampling, stop", asks::options, checks::options),
    case("instructions in pieces", asks::bedrock::systems, checks::extras::systems),
    case("tool", asks::tool, checks::tool),
    case("forced tool", asks::forced_tool, checks::forced_tool),
    case("one tool at once", asks::one_tool_at_once, checks::one_tool_at_once).loses(|client, provider| match (client, provider) {
        (OpenAiChat | Anthropic, Bedrock) => Named("parallel_tools"),
        _ => Nothing,
    }),
    case("parallel tools", asks::tools, checks::tools),
    case("arguments in odd pieces", asks::tool, checks::tool).answered(|| Script { chunk_bytes: Some(3), ..Script::default() }),
    case("a tool that failed", asks::results::failed, checks::extras::failed).loses(|client, provider| match (client, provider) {
        (Anthropic | Bedrock, OpenAiChat) => Named("tool_result.is_error"),
        _ => Nothing,
    }),
    case("a tool that answers JSON", asks::results::as_json, checks::extras::as_json),
    case("a tool that answers an image", asks::results::with_image, checks::extras::image_result)
        .only(&[Anthropic, Bedrock])
        .loses(|_, provider| if provider == OpenAiChat { Named("tool_result.image") } else { Nothing }),
    case("image in the body", asks::image_data, checks::image_data),
    case("image elsewhere", asks::image_url, checks::image_url).only(&[OpenAiChat, Anthropic])
        .loses(|_, provider| if provider == Bedrock { Refused("send the bytes") } else { Nothing }),
    case("image in S3", asks::media::in_s3, checks::extras::in_s3).only(&[Bedrock]).loses(|_, provider| match provider {
        OpenAiChat => Named("messages[0].content[1].image"),
        Anthropic => Refused("in Amazon S3"),
        Bedrock => Nothing,
    }),
    case("document in S3", asks::media::document_in_s3, checks::extras::in_s3).only(&[Bedrock]).loses(|_, provider| match provider {
        OpenAiChat => Named("messages[0].content[1].document"),
        Anthropic => Refused("in Amazon S3"),
        Bedrock => Nothing,
    }),
    case("document: PDF", asks::media::pdf, checks::extras::pdf),
    case("document: text", asks::media::plain_document, checks::extras::plain_document).only(&[Anthropic, Bedrock]),
    case("document: to be cited", asks::media::cited_document, checks::extras::cited_document).only(&[Anthropic, Bedrock])
        .loses(|_, provider| if provider == OpenAiChat { Named("document.citations") } else { Nothing }),
    case("search result", asks::media::search_result, checks::extras::search_result).only(&[Anthropic, Bedrock]),
    case("stop: length", asks::text, checks::length).answered(|| stop(Stop::Length)),
    case("stop: sequence", asks::options, checks::sequence).answered(|| stop(Stop::Sequence)),
    case("stop: filter", asks::text, checks::filter).answered(|| stop(Stop::Filter)),
    case("usage classes", asks::text, checks::usage).answered(counted),
    case("thinking", asks::thinking, checks::thinking),
    case("structured output", asks::schema, checks::schema),
    case("cache marks", asks::cache_marks, checks::cache_marks)
        .loses(|_, provider| if provider == OpenAiChat { Named("cache_control") } else { Nothing }),
    case("seed, top_k", asks::sampling, checks::sampling).loses(|client, provider| match (client, provider) {
        (OpenAiChat, _) => Named("seed"),
        (_, OpenAiChat) => Named("top_k"),
        _ => Nothing,
    }),
    case("guardrail", asks::bedrock::guardrail, checks::extras::guardrail)
        .loses(|_, provider| if provider == Bedrock { Nothing } else { Named("guardrail") }),
    case("text for the guardrail", asks::bedrock::guarded_text, checks::extras::guarded_text).only(&[OpenAiChat, Bedrock])
        .loses(|_, provider| if provider == Bedrock { Nothing } else { Named("guarded") }),
    case("notes", asks::bedrock::metadata, checks::extras::metadata).only(&[OpenAiChat, Bedrock])
        .loses(|_, provider| if provider == Anthropic { Named("metadata.team") } else { Nothing }),
    case("service tier", asks::bedrock::flex_tier, checks::extras::flex_tier)
        .loses(|_, provider| if provider == Anthropic { Named("service_tier") } else { Nothing }),
    case("optimised latency", asks::bedrock::faster, checks::extras::as_it_came).only(&[Bedrock]).loses(|_, _| Named("performanceConfig")),
    case("a field of the model", asks::bedrock::models_own, checks::extras::as_it_came).only(&[Bedrock])
        .loses(|_, _| Named("additionalModelRequestFields.x_of_the_model")),
];

fn stop(stop: Stop) -> Script {
    Script { stop: Some(stop), ..Script::default() }
}

/// Counts in which every class differs from every other and from every sum.
pub(super) fn counted() -> Script {
    let counts = Counts { input: 1000, output: 57, cache_read: 300, cache_write: 20 };
    Script { counts: Some(counts), ..Script::default() }
}
