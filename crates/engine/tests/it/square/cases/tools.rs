//! Tools: declared, chosen, called and answered.

use testkit::Script;
use wire::Dialect::{Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::super::{asks, checks};
use super::Lost::{Named, Nothing};
use super::{Case, OPENAI, case};

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    case("tool", asks::tools::tool, checks::tools::tool),
    case("parallel tools", asks::tools::tools, checks::tools::tools),
    case("arguments in odd pieces", asks::tools::tool, checks::tools::tool).answered(|| Script { chunk_bytes: Some(3), ..Script::default() }),
    case("strict tool", asks::tools::strict, checks::tools::strict),
    // clients of Cohere cannot say which
    case("choice: one tool", asks::tools::forced, checks::tools::forced).only(&[OpenAiChat, OpenAiResponses, Anthropic, Bedrock, Gemini]),
    case("choice: any tool", asks::tools::required, checks::tools::required),
    case("choice: no tool", asks::tools::no_tool, checks::tools::no_tool).only(&[OpenAiChat, OpenAiResponses, Anthropic, Gemini, Cohere]),
    case("choice: some of the tools", asks::tools::allowed, checks::tools::allowed).only(OPENAI),
    case("one tool at once", asks::tools::one_at_once, checks::tools::one_at_once).only(&[OpenAiChat, OpenAiResponses, Anthropic, Bedrock, Gemini])
        .loses(|client, provider| match (client, provider) {
            (OpenAiChat | OpenAiResponses | Anthropic, Bedrock | Gemini | Cohere) => Named("parallel"),
            _ => Nothing,
        }),
    case("custom tool", asks::tools::custom, checks::tools::custom).only(OPENAI),
    case("tools in a namespace", asks::tools::namespace, checks::tools::namespace).only(&[OpenAiResponses]),
    case("search of the web", asks::tools::search, checks::tools::search).only(&[OpenAiChat, OpenAiResponses, Anthropic, Gemini])
        .loses(|client, provider| match (client, provider) {
            (Gemini, Bedrock | Cohere) => Named("googleSearch"),
            (_, Bedrock | Cohere) => Named("web_search"),
            _ => Nothing,
        }),
    case("a name that fits nowhere", asks::tools::oddly_named, checks::tools::oddly_named).across(),
    case("a tool that failed", asks::results::failed, checks::media::failed),
    case("a tool that answers JSON", asks::results::as_json, checks::media::as_json),
    case("a tool that answers an image", asks::results::with_image, checks::media::image_result)
        .only(&[OpenAiChat, OpenAiResponses, Anthropic, Bedrock, Gemini]),
    case("a tool that answers a document", asks::results::with_document, checks::media::document_result)
        .only(&[OpenAiResponses, Anthropic, Bedrock, Gemini])
        .loses(|_, provider| if provider == Cohere { Named("document") } else { Nothing }),
    case("two results", asks::results::two, checks::media::two_results),
];
