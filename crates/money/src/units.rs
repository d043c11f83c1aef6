//! What is charged otherwise than by tokens: seconds, pictures, searches.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// One thing that has a price, in the form that matters for it: `output_image` of `1024x1024`, `web_search` of `high`. Its text
/// is `kind` or `kind:form`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Unit {
    /// What it is.
    pub kind: UnitKind,
    /// Size, quality, resolution, or how much of the web is read.
    pub form: Option<Arc<str>>,
}

/// How much of each a call used. What is counted by the second is counted in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Units(BTreeMap<Unit, u64>);

/// A text that names no unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("names nothing that has a price")]
pub struct NoUnit;

/// Declares the kinds with their words.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $word:literal,)*) => {
        /// What is counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum UnitKind {
            $($(#[$doc])* $kind,)*
        }

        impl UnitKind {
            /// Each once.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// Its word in the catalogue and in the ledger.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)*
                }
            }
        }
    };
}

kinds! {
    /// A second of whatever goes in, or of the work on it.
    InputSecond = "input_second",
    /// A second of whatever comes out.
    OutputSecond = "output_second",
    /// A second of sound that goes in.
    InputAudioSecond = "input_audio_second",
    /// A second of sound that comes out.
    OutputAudioSecond = "output_audio_second",
    /// A second of film that goes in.
    InputVideoSecond = "input_video_second",
    /// A second of film that comes out.
    OutputVideoSecond = "output_video_second",
    /// A character of text that goes in.
    InputCharacter = "input_character",
    /// A character of text that comes out.
    OutputCharacter = "output_character",
    /// A picture that goes in.
    InputImage = "input_image",
    /// A picture that comes out.
    OutputImage = "output_image",
    /// A pixel that goes in.
    InputPixel = "input_pixel",
    /// A pixel that comes out.
    OutputPixel = "output_pixel",
    /// A query: of a rerank, of a search.
    Query = "query",
    /// A page that is read.
    Page = "page",
    /// A page that is annotated.
    AnnotationPage = "annotation_page",
    /// A credit of a reader of pages.
    Credit = "credit",
    /// A text that is looked at.
    TextMessage = "text_message",
    /// A token of what is quoted from elsewhere.
    CitationToken = "citation_token",
    /// What a guardrail looks at.
    GuardrailUnit = "guardrail_unit",
    /// A search of the web that the provider makes.
    WebSearch = "web_search",
    /// A look at a map that the provider takes.
    MapSearch = "map_search",
    /// A search of files that the provider keeps.
    FileSearch = "file_search",
    /// A container in which the provider runs code.
    CodeInterpreterSession = "code_interpreter_session",
}

// === impl UnitKind ===

impl UnitKind {
    /// How many counts the price is of.
    pub(crate) fn counts(self) -> u64 {
        match self {
            Self::InputSecond
            | Self::OutputSecond
            | Self::InputAudioSecond
            | Self::OutputAudioSecond
            | Self::InputVideoSecond
            | Self::OutputVideoSecond => 1_000,
            _ => 1,
        }
    }
}

// === impl Unit ===

impl Unit {
    /// Of no form that matters.
    pub fn plain(kind: UnitKind) -> Self {
        Self { kind, form: None }
    }

    /// Of that form.
    pub fn of(kind: UnitKind, form: impl Into<Arc<str>>) -> Self {
        Self { kind, form: Some(form.into()) }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.as_str())?;
        self.form.as_ref().map_or(Ok(()), |form| write!(f, ":{form}"))
    }
}

impl FromStr for Unit {
    type Err = NoUnit;

    fn from_str(text: &str) -> Result<Self, NoUnit> {
        let (word, form) = text.split_once(':').map_or((text, None), |(word, form)| (word, Some(form)));
        let kind = UnitKind::ALL.iter().find(|kind| kind.as_str() == word).ok_or(NoUnit)?;
        match form {
            Some("") => Err(NoUnit),
            form => Ok(Self { kind: *kind, form: form.map(Arc::from) }),
        }
    }
}

impl TryFrom<String> for Unit {
    type Error = NoUnit;

    fn try_from(text: String) -> Result<Self, NoUnit> {
        text.parse()
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> Self {
        unit.to_string()
    }
}

// === impl Units ===

impl Units {
    /// Counts so many more.
    pub fn add(&mut self, unit: Unit, count: u64) {
        let sum = self.0.entry(unit).or_default();
        *sum = sum.saturating_add(count);
    }

    /// With so many more.
    #[must_use]
    pub fn with(mut self, unit: Unit, count: u64) -> Self {
        self.add(unit, count);
        self
    }

    /// How many there are.
    pub fn count(&self, unit: &Unit) -> u64 {
        self.0.get(unit).copied().unwrap_or_default()
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each with its count.
    pub fn iter(&self) -> impl Iterator<Item = (&Unit, u64)> {
        self.0.iter().map(|(unit, count)| (unit, *count))
    }
}

impl FromIterator<(Unit, u64)> for Units {
    fn from_iter<T: IntoIterator<Item = (Unit, u64)>>(counts: T) -> Self {
        counts.into_iter().fold(Self::default(), |units, (unit, count)| units.with(unit, count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_name_units_both_ways() {
        for kind in UnitKind::ALL {
            for unit in [Unit::plain(*kind), Unit::of(*kind, "high:1024x1024")] {
                assert_eq!(unit.to_string().parse(), Ok(unit));
            }
        }
        for text in ["", "sheep", "query:", "Query"] {
            assert_eq!(text.parse::<Unit>(), Err(NoUnit), "{text}");
        }
        let units =
            Units::default().with(Unit::plain(UnitKind::Query), 2).with(Unit::of(UnitKind::WebSearch, "low"), 1);
        let text = r#"{"query":2,"web_search:low":1}"#;
        assert_eq!(serde_json::to_string(&units).unwrap(), text);
        assert_eq!(serde_json::from_str::<Units>(text).unwrap(), units);
    }
}
