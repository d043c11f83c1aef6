//! Images, documents and sound.

use wire::Dialect::{Anthropic, Bedrock, Gemini, OpenAiChat, OpenAiResponses};

use super::super::{asks, checks};
use super::Lost::{Named, Nothing, Refused};
use super::{CLAUDES, Case, case};

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    case("image in the body", asks::image_data, checks::media::image_data),
    case("image elsewhere", asks::image_url, checks::media::image_url).only(&[OpenAiChat, OpenAiResponses, Anthropic, Gemini])
        .loses(|_, provider| if provider == Bedrock { Refused("send the bytes") } else { Nothing }),
    case("image in S3", asks::media::in_s3, checks::media::in_s3).only(&[Bedrock]).loses(|_, provider| match provider {
        OpenAiChat => Named("[0].image"),
        OpenAiResponses => Named("[0].image"),
        Anthropic => Refused("in Amazon S3"),
        Gemini => Refused("is kept at another provider"),
        Bedrock => Nothing,
    }),
    case("document in S3", asks::media::document_in_s3, checks::media::in_s3).only(&[Bedrock]).loses(|_, provider| match provider {
        OpenAiChat => Named("[0].document"),
        OpenAiResponses => Named("[0].document"),
        Anthropic => Refused("in Amazon S3"),
        Gemini => Refused("is kept at another provider"),
        Bedrock => Nothing,
    }),
    case("document: PDF", asks::media::pdf, checks::media::pdf),
    case("document: text", asks::media::plain_document, checks::media::plain_document).only(CLAUDES),
    case("document: to be cited", asks::media::cited_document, checks::media::cited_document).only(CLAUDES)
        .loses(|_, provider| match provider {
            OpenAiChat | OpenAiResponses | Gemini => Named("document.citations"),
            Anthropic | Bedrock => Nothing,
        }),
    case("sound", asks::openai::audio, checks::media::audio).only(&[OpenAiChat, Gemini]).loses(|_, provider| match provider {
        OpenAiChat | OpenAiResponses | Bedrock | Gemini => Nothing,
        Anthropic => Refused("audio"),
    }),
];
