//! What a call used of everything that may have a price.

use serde::{Deserialize, Serialize};

use crate::{Class, Tokens, Units};

/// All that a call is charged for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Its tokens.
    pub tokens: Tokens,
    /// What of them was no text.
    pub media: Media,
    /// What is counted otherwise.
    pub units: Units,
    /// As what it was served.
    pub tier: ServiceTier,
}

/// The parts of a call's tokens that were no text. What exceeds the tokens that they are parts of is not counted, but for
/// sound beyond the uncached prompt, which the cache had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Media {
    /// Of [`Tokens::input`].
    #[serde(skip_serializing_if = "is_zero")]
    pub input_audio: u64,
    /// Of [`Tokens::input`].
    #[serde(skip_serializing_if = "is_zero")]
    pub input_image: u64,
    /// Of [`Tokens::input`].
    #[serde(skip_serializing_if = "is_zero")]
    pub input_video: u64,
    /// Of [`Tokens::cache_read`].
    #[serde(skip_serializing_if = "is_zero")]
    pub cache_read_audio: u64,
    /// Of [`Tokens::output`].
    #[serde(skip_serializing_if = "is_zero")]
    pub output_audio: u64,
    /// Of [`Tokens::output`].
    #[serde(skip_serializing_if = "is_zero")]
    pub output_image: u64,
}

/// How fast, or when, a provider promises to answer, where that has prices of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceTier {
    /// The ordinary one.
    #[default]
    Standard,
    /// Within a day.
    Batch,
    /// When there is room.
    Flex,
    /// First.
    Priority,
    /// OpenAI's between flex and standard.
    Balanced,
    /// The fastest of those that sell speed.
    Ultrafast,
}

// === impl Usage ===

impl Usage {
    /// Of tokens of text at the ordinary tier.
    pub fn of(tokens: Tokens) -> Self {
        Self { tokens, ..Self::default() }
    }

    /// The tokens by class, each in one.
    pub(crate) fn classes(&self) -> [(Class, u64); Class::ALL.len()] {
        let (tokens, media) = (&self.tokens, &self.media);
        let mut input = tokens.input;
        let input_audio = take(&mut input, media.input_audio);
        let input_image = take(&mut input, media.input_image);
        let input_video = take(&mut input, media.input_video);
        let mut cache_read = tokens.cache_read;
        let cached_audio = media.cache_read_audio.max(media.input_audio - input_audio);
        let cache_read_audio = take(&mut cache_read, cached_audio);
        let mut output = tokens.output;
        let reasoning = take(&mut output, tokens.reasoning);
        let output_audio = take(&mut output, media.output_audio);
        let output_image = take(&mut output, media.output_image);
        [
            (Class::Input, input),
            (Class::CacheRead, cache_read),
            (Class::CacheWrite5m, tokens.cache_write_5m),
            (Class::CacheWrite1h, tokens.cache_write_1h),
            (Class::InputAudio, input_audio),
            (Class::CacheReadAudio, cache_read_audio),
            (Class::InputImage, input_image),
            (Class::InputVideo, input_video),
            (Class::Output, output),
            (Class::Reasoning, reasoning),
            (Class::OutputAudio, output_audio),
            (Class::OutputImage, output_image),
        ]
    }
}

impl From<Tokens> for Usage {
    fn from(tokens: Tokens) -> Self {
        Self::of(tokens)
    }
}

// === impl Media ===

impl Media {
    /// Whether all was text.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

// === impl ServiceTier ===

impl ServiceTier {
    /// Each once.
    pub const ALL: [Self; 6] =
        [Self::Standard, Self::Batch, Self::Flex, Self::Priority, Self::Balanced, Self::Ultrafast];

    /// Its word in the catalogue, in keys of a configuration and in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Batch => "batch",
            Self::Flex => "flex",
            Self::Priority => "priority",
            Self::Balanced => "balanced",
            Self::Ultrafast => "ultrafast",
        }
    }
}

/// Takes `part` out of `whole`, as far as it is in there.
fn take(whole: &mut u64, part: u64) -> u64 {
    let part = part.min(*whole);
    *whole -= part;
    part
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
