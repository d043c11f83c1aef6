//! What is known of models: prices, limits, abilities. Read from data, so that a new model needs no
//! code.

mod row;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{AmountError, Prices};

/// Relative to this file; the data lives beside the crates, where people edit it.
const BUILTIN: &str = include_str!("../../../catalog/models.json");

/// Models by provider and id.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    models: Vec<Model>,
    /// provider → id or alias → place in `models`
    index: HashMap<String, HashMap<String, usize>>,
}

/// One model at one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// The name that the provider knows it by.
    pub id: String,
    /// The provider's id.
    pub provider: String,
    /// Other names of the same model at the same price.
    pub aliases: Vec<String>,
    /// What kind of call it answers.
    pub mode: Mode,
    /// Tokens that a prompt may have.
    pub max_input_tokens: Option<u64>,
    /// Tokens that an answer may have. A true bound; some providers state no better one than the
    /// context.
    pub max_output_tokens: Option<u64>,
    /// What it costs, and when; versioned `catalog:<date>`.
    pub prices: Prices,
    /// What it can do.
    pub abilities: Vec<Ability>,
    /// The page that the figures are from.
    pub source: String,
    /// The day of the look-up, `YYYY-MM-DD`.
    pub date: String,
}

/// What kind of call a model answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the wire names")]
pub enum Mode {
    Chat,
    Responses,
    Completion,
    Embedding,
    Rerank,
    Moderation,
    ImageGeneration,
    AudioTranscription,
    AudioSpeech,
}

impl Mode {
    /// Its word in the catalogue.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Responses => "responses",
            Self::Completion => "completion",
            Self::Embedding => "embedding",
            Self::Rerank => "rerank",
            Self::Moderation => "moderation",
            Self::ImageGeneration => "image_generation",
            Self::AudioTranscription => "audio_transcription",
            Self::AudioSpeech => "audio_speech",
        }
    }
}

/// What a model can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the wire names")]
pub enum Ability {
    AssistantPrefill,
    AudioInput,
    AudioOutput,
    ComputerUse,
    FunctionCalling,
    NativeStreaming,
    ParallelFunctionCalling,
    PdfInput,
    PromptCaching,
    Reasoning,
    ResponseSchema,
    SystemMessages,
    ToolChoice,
    VideoInput,
    Vision,
    WebSearch,
}

/// Why a catalogue is refused; names the row.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Not JSON, or not of the shape that `catalog/README.md` describes.
    #[error("the catalogue cannot be read")]
    Json(#[from] serde_json::Error),
    /// A figure is not a price.
    #[error("{model}: the price `{field}` is not valid")]
    Rate {
        /// `provider/id`
        model: String,
        /// The key in the row.
        field: String,
        /// What is wrong with it.
        source: AmountError,
    },
    /// Zero by oversight and zero on purpose must differ.
    #[error("{model}: a row is marked \"free\": true if and only if all its prices are zero")]
    Free {
        /// `provider/id`
        model: String,
    },
    /// A figure without a source or date cannot be checked.
    #[error("{model}: `{field}` is missing or malformed")]
    Field {
        /// `provider/id`
        model: String,
        /// The key in the row.
        field: &'static str,
    },
    /// Two rows of a provider claim one name, and at some time both.
    #[error("{model}: the name `{name}` is taken by another row of this provider")]
    Duplicate {
        /// `provider/id`
        model: String,
        /// The id or alias.
        name: String,
    },
}

// === impl Catalog ===

impl Catalog {
    /// Reads the text of a catalogue; the first bad row refuses it.
    pub fn parse(text: &str) -> Result<Self, CatalogError> {
        let mut catalog = Self::default();
        for row in row::parse(text)? {
            catalog.add(row.into_model()?)?;
        }
        Ok(catalog)
    }

    /// The catalogue that this build carries. A test keeps it from failing.
    pub fn builtin() -> Result<Self, CatalogError> {
        Self::parse(BUILTIN)
    }

    /// The model of exactly this id or alias.
    pub fn find(&self, provider: &str, model: &str) -> Option<&Model> {
        let place = self.index.get(provider)?.get(model)?;
        self.models.get(*place)
    }

    /// All models in the order of the file.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.models.iter()
    }

    /// A further row of a model adds a price for another time; the rest of the later row counts.
    fn add(&mut self, mut model: Model) -> Result<(), CatalogError> {
        let names = self.index.entry(model.provider.clone()).or_default();
        let known = names.get(&model.id).and_then(|place| self.models.get_mut(*place));
        if let Some(earlier) = known.filter(|earlier| follows(earlier, &model)) {
            model.prices = earlier.prices.clone().or(&model.prices);
            *earlier = model;
            return Ok(());
        }
        let place = self.models.len();
        for name in std::iter::once(&model.id).chain(&model.aliases) {
            if names.insert(name.clone(), place).is_some() {
                return Err(CatalogError::Duplicate {
                    model: row::label(&model.provider, &model.id),
                    name: name.clone(),
                });
            }
        }
        self.models.push(model);
        Ok(())
    }
}

/// Whether `later` is the same model, under the same names, at another time.
fn follows(earlier: &Model, later: &Model) -> bool {
    let mut pairs = earlier.prices.iter().flat_map(|(one, _)| later.prices.iter().map(move |(other, _)| (one, other)));
    earlier.id == later.id && earlier.aliases == later.aliases && pairs.all(|(one, other)| !one.overlaps(&other))
}

// === impl Model ===

impl Model {
    /// Whether it is known to be able to.
    pub fn can(&self, ability: Ability) -> bool {
        self.abilities.contains(&ability)
    }
}
