//! Images, documents and sound.

use wire::Dialect::{Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::super::{asks, checks};
use super::Lost::{Named, Nothing, Refused};
use super::{Case, case};
use crate::kit::{not_of_the_square, outside};

/// Those that can be told to cite a document.
const CITING: &[wire::Dialect] = &[Anthropic, Bedrock, Cohere];

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    case("image in the body", asks::image_data, checks::media::image_data),
    case("image elsewhere", asks::image_url, checks::media::image_url).only(&[OpenAiChat, OpenAiResponses, Anthropic, Gemini, Cohere])
        .loses(|_, provider| if provider == Bedrock { Refused("send the bytes") } else { Nothing }),
    case("image in S3", asks::media::in_s3, checks::media::in_s3).only(&[Bedrock]).loses(|_, provider| match provider {
        OpenAiChat | OpenAiResponses | Cohere => Named("[0].image"),
        Anthropic => Refused("in Amazon S3"),
        Gemini => Refused("is kept at another provider"),
        Bedrock => Nothing,
        outside!() => not_of_the_square(),
    }),
    case("document in S3", asks::media::document_in_s3, checks::media::in_s3).only(&[Bedrock]).loses(|_, provider| match provider {
        OpenAiChat | OpenAiResponses | Cohere => Named("[0].document"),
        Anthropic => Refused("in Amazon S3"),
        Gemini => Refused("is kept at another provider"),
        Bedrock => Nothing,
        outside!() => not_of_the_square(),
    }),
    // Cohere's documents are texts
    case("document: PDF", asks::media::pdf, checks::media::pdf).only(&[OpenAiChat, OpenAiResponses, Anthropic, Bedrock, Gemini])
        .loses(|_, provider| if provider == Cohere { Named("[0].document") } else { Nothing }),
    case("document: text", asks::media::plain_document, checks::media::plain_document).only(CITING),
    case("document: to be cited", asks::media::cited_document, checks::media::cited_document).only(CITING)
        .loses(|client, provider| match (client, provider) {
            (_, Anthropic | Bedrock | Cohere) => Nothing,
            (Cohere, _) => Named("citation_options.mode"),
            _ => Named("document.citations"),
        }),
    case("sound", asks::openai::audio, checks::media::audio).only(&[OpenAiChat, Gemini]).loses(|_, provider| match provider {
        OpenAiChat | OpenAiResponses | Bedrock | Gemini => Nothing,
        Anthropic => Refused("audio"),
        Cohere => Named("[0].audio"),
        outside!() => not_of_the_square(),
    }),
];
