//! The top-level fields that are read, each checked as it comes by.

mod end_user;
pub(super) mod fields;
pub(super) mod kept;
mod prompts;
mod tags;
mod value;

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, MapAccess, Visitor};
use serde_json::value::RawValue;

use self::end_user::EndUser;
use self::fields::{NOT_YET, OURS, RESERVED};
pub(super) use self::value::tier;
use super::{Address, Envelope, EnvelopeError, MAX_MODEL_ID, bedrock, gemini};
use crate::Dialect;
use crate::dialect::CeilingField;
use crate::json::{Key, span_of};

/// Reads the fields of `text`, which must be one object.
pub(super) fn read(dialect: Dialect, address: Option<&Address>, text: &str) -> Result<Envelope, EnvelopeError> {
    let required = match dialect {
        Dialect::OpenAiCompletions => vec!["model", "prompt"],
        Dialect::OpenAiResponses => vec!["model", "input"],
        Dialect::OpenAiChat | Dialect::Anthropic | Dialect::Bedrock | Dialect::BedrockInvoke | Dialect::Cohere => {
            vec!["model", "messages"]
        }
        Dialect::Gemini => vec!["model", "contents"],
        Dialect::CohereV1 => vec!["model", "message"],
    };
    walk(dialect, address, text, fields::of(dialect), required)
}

/// The same for a request for vectors.
pub(super) fn read_embedding(
    dialect: Dialect,
    address: Option<&Address>,
    text: &str,
) -> Result<Envelope, EnvelopeError> {
    let (fields, required): (&[_], _) = match dialect {
        Dialect::Gemini => (&["model", "requests"], vec!["model"]),
        Dialect::OpenAiChat
        | Dialect::OpenAiCompletions
        | Dialect::OpenAiResponses
        | Dialect::Anthropic
        | Dialect::Bedrock
        | Dialect::BedrockInvoke
        | Dialect::Cohere
        | Dialect::CohereV1 => (&["model", "input", "user", "metadata", "safety_identifier"], vec!["model", "input"]),
    };
    let mut envelope = walk(dialect, address, text, fields, required)?;
    if dialect == Dialect::Gemini {
        gemini::embedding(text, &mut envelope)?;
    }
    Ok(envelope)
}

fn walk(
    dialect: Dialect,
    address: Option<&Address>,
    text: &str,
    fields: &'static [&'static str],
    mut required: Vec<&'static str>,
) -> Result<Envelope, EnvelopeError> {
    let mut envelope = Envelope { n: 1, prompts: 1, ..Envelope::default() };
    if let Some(address) = address {
        model_name(&address.model, MAX_MODEL_ID)?;
        bedrock::addressed(address, &mut envelope);
        // the conversation may stand in a prompt that the model's name points at
        required.clear();
    }
    let mut scan = Scan {
        dialect,
        text,
        fields,
        seen: Vec::with_capacity(8),
        envelope,
        best_of: 1,
        end_user: EndUser::default(),
        refused: None,
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let walked = (&mut scan).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    if let Some(refused) = scan.refused {
        return Err(refused);
    }
    walked.map_err(|error| EnvelopeError::Syntax(error.to_string()))?;
    for required in required {
        if !scan.seen.contains(&required) {
            return Err(EnvelopeError::Missing(required));
        }
    }
    let mut ceilings = scan.envelope.ceilings.iter().map(|(_, value, _)| *value);
    if let (Some(one), Some(other)) = (ceilings.next(), ceilings.next())
        && one != other
    {
        return Err(EnvelopeError::Ceilings);
    }
    scan.envelope.end_user = scan.end_user.id();
    scan.envelope.n = scan.envelope.n.max(scan.best_of).saturating_mul(scan.envelope.prompts);
    Ok(scan.envelope)
}

/// A body that only the model knows how to read (InvokeModel's, but for Claude). It is sent as it is, so nothing binds what is
/// generated, and its price is that of no field.
pub(super) fn sealed(address: &Address, text: &str) -> Result<Envelope, EnvelopeError> {
    model_name(&address.model, MAX_MODEL_ID)?;
    serde_json::from_str::<de::IgnoredAny>(text).map_err(|error| EnvelopeError::Syntax(error.to_string()))?;
    let mut envelope = Envelope { n: 1, prompts: 1, ..Envelope::default() };
    bedrock::addressed(address, &mut envelope);
    (envelope.sealed, envelope.has_references) = (true, true);
    envelope.priced_apart.field("body");
    Ok(envelope)
}

struct Scan<'a> {
    dialect: Dialect,
    text: &'a str,
    fields: &'static [&'static str],
    seen: Vec<&'static str>,
    envelope: Envelope,
    /// Of completions: how many answers are made to a prompt, from which the best are chosen.
    best_of: u64,
    end_user: EndUser,
    /// The first reason to refuse; serde's own errors cannot carry it.
    refused: Option<EnvelopeError>,
}

impl<'a> Scan<'a> {
    fn field(&mut self, key: &Key<'a>, value: &'a RawValue) -> Result<(), EnvelopeError> {
        let name = key.0.as_ref();
        let mut fields = self.fields.iter().chain(OURS).copied();
        let Some(known) = fields.find(|field| field.eq_ignore_ascii_case(name)) else {
            return refuse_gateway_words(name);
        };
        if known != name {
            return Err(EnvelopeError::Spelling { written: name.to_owned(), meant: known });
        }
        if matches!(key.0, Cow::Owned(_)) {
            return Err(EnvelopeError::Escaped(name.to_owned()));
        }
        if self.seen.iter().any(|seen| fields::are_one(seen, known)) {
            return Err(EnvelopeError::Duplicate(name.to_owned()));
        }
        self.seen.push(known);
        if value.get() == "null" { self.null(known, value) } else { self.value(known, value) }
    }

    /// A field that says nothing. Its place is kept where an edit may have to say something.
    fn null(&mut self, field: &'static str, value: &'a RawValue) -> Result<(), EnvelopeError> {
        let span = span_of(self.text, value);
        match field {
            "model" | "messages" | "message" | "input" | "contents" => return Err(EnvelopeError::Missing(field)),
            "prompt" if self.dialect == Dialect::OpenAiCompletions => return Err(EnvelopeError::Missing(field)),
            "stream_options" => self.envelope.stream_options = Some(span),
            "inferenceConfig" | "generationConfig" | "generation_config" => {
                self.envelope.inference_config = Some(span);
            }
            "max_tokens" => self.envelope.unset_ceilings.push((CeilingField::MaxTokens, span)),
            "max_output_tokens" => self.envelope.unset_ceilings.push((CeilingField::MaxOutputTokens, span)),
            "max_completion_tokens" => self.envelope.unset_ceilings.push((CeilingField::MaxCompletionTokens, span)),
            // to llama.cpp that is no bound, though there be another one
            "n_predict" | "n_cmpl" => self.envelope.priced_apart.field(field),
            "tags" => self.envelope.tags.have_a_field = true,
            _ => {}
        }
        Ok(())
    }
}

fn model_name(name: &str, most: usize) -> Result<(), EnvelopeError> {
    // a name may become a part of a URL's path, where these two are ways and no names
    let is_way = |part: &str| matches!(part, "." | "..");
    let fits = name.len() <= most && !name.contains(char::is_control) && !name.split('/').any(is_way);
    if fits { Ok(()) } else { Err(EnvelopeError::ModelName { most }) }
}

pub(super) fn is_one_of(value: &RawValue, words: &[&str]) -> bool {
    serde_json::from_str::<String>(value.get()).is_ok_and(|word| words.contains(&word.as_str()))
}

pub(super) fn typed<'a, T: Deserialize<'a>>(
    field: &'static str,
    expected: &'static str,
    value: &'a RawValue,
) -> Result<T, EnvelopeError> {
    serde_json::from_str(value.get()).map_err(|_| EnvelopeError::WrongType { field, expected })
}

pub(super) fn ceiling(field: &'static str, value: &RawValue) -> Result<u64, EnvelopeError> {
    let expected = "a whole number of at least 1";
    typed::<u64>(field, expected, value)
        .and_then(|n| if n == 0 { Err(EnvelopeError::WrongType { field, expected }) } else { Ok(n) })
}

fn refuse_gateway_words(name: &str) -> Result<(), EnvelopeError> {
    if RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name)) {
        return Err(EnvelopeError::Reserved(name.to_owned()));
    }
    if NOT_YET.contains(&name) {
        return Err(EnvelopeError::NotYet(name.to_owned()));
    }
    Ok(())
}

impl<'de> DeserializeSeed<'de> for &mut Scan<'de> {
    type Value = ();
    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Scan<'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((key, value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
            if let Err(refused) = self.field(&key, value) {
                self.refused = Some(refused);
                return Err(de::Error::custom("refused"));
            }
        }
        Ok(())
    }
}
