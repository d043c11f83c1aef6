//! Vectors: OpenAI's list of embeddings, Gemini's values. A text has the same vector in both.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Answer, Reported, usage};
use crate::counts::Counts;
use crate::dialect::Dialect;
use crate::json::{Json, Object};
use crate::read::embeddings::Asked;
use crate::script::Script;

/// Models of Gemini's tell how many tokens they read from this generation on.
const TELLS_USAGE: &str = "embedding-2";

/// All that a writer needs to know.
pub(crate) struct Vectors<'a> {
    pub(crate) asked: &'a Asked,
    pub(crate) script: &'a Script,
    pub(crate) model: &'a str,
    pub(crate) counts: Counts,
    /// A list is answered, also of one (Gemini).
    pub(crate) several: bool,
}

impl Vectors<'_> {
    pub(crate) fn answer(&self, dialect: Dialect) -> Answer {
        let (body, reported) = match dialect {
            Dialect::Gemini => self.of_gemini(),
            _ => self.of_openai(),
        };
        Answer::reply(&body.with_all(&self.script.extra), reported)
    }

    fn of_openai(&self) -> (Object, Option<Reported>) {
        let embedding = |(index, text): (u64, &String)| {
            let numbers = self.numbers(text);
            let vector = if self.asked.base64 { base64(&numbers).into() } else { list(&numbers) };
            let embedding = Object::new().with("object", "embedding").with("index", index).with("embedding", vector);
            embedding.with_all(&self.script.extra_inner)
        };
        let input = self.script.usage.number(self.counts.input);
        let told = Object::new().with("prompt_tokens", input.clone()).with("total_tokens", input);
        let (told, reported) = self.usage(told).unzip();
        let body = Object::new()
            .with("object", "list")
            .with("data", (0..).zip(&self.asked.texts).map(embedding).collect::<Json>())
            .with("model", self.model)
            .with_some("usage", told);
        (body, reported)
    }

    fn of_gemini(&self) -> (Object, Option<Reported>) {
        let mut values = self
            .asked
            .texts
            .iter()
            .map(|text| Object::new().with("values", list(&self.numbers(text))).with_all(&self.script.extra_inner));
        let body = if self.several {
            Object::new().with("embeddings", values.collect::<Json>())
        } else {
            Object::new().with_some("embedding", values.next())
        };
        let input = self.script.usage.number(self.counts.input);
        let of_text = Object::new().with("modality", "TEXT").with("tokenCount", input.clone());
        let told = Object::new().with("promptTokenCount", input).with("promptTokenDetails", Json::from_iter([of_text]));
        let told = self.model.contains(TELLS_USAGE).then_some(told);
        let (told, reported) = told.and_then(|told| self.usage(told)).unzip();
        (body.with_some("usageMetadata", told), reported)
    }

    /// As the script wants it told. Nothing is generated, so there is no output that could be told wrongly.
    fn usage(&self, told: Object) -> Option<(Json, Reported)> {
        let (told, reported) = usage(self.script.usage, self.counts, told)?;
        let counts = reported.counts.map(|counts| Counts { output: 0, ..counts });
        Some((told, Reported { counts, ..reported }))
    }

    /// The numbers depend on the text alone: a shorter vector is the beginning of a longer one. Each is a count of 128ths, which
    /// both 32 bits and few digits hold in full.
    fn numbers(&self, text: &str) -> Vec<f32> {
        let mut state = u64::from(crc32fast::hash(text.as_bytes()));
        let next = |_| {
            // Knuth's MMIX generator, whose high bits are the good ones
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let [.., high] = state.to_le_bytes();
            f32::from(i8::from_le_bytes([high])) / 128.0
        };
        (0..self.asked.dimensions).map(next).collect()
    }
}

fn list(numbers: &[f32]) -> Json {
    Json::List(numbers.iter().map(|number| Json::from(*number)).collect())
}

/// 32-bit floats, the lowest byte first.
fn base64(numbers: &[f32]) -> String {
    STANDARD.encode(numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<_>>())
}
