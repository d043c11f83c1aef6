//! `inferenceConfig`, `outputConfig`, `additionalModelRequestFields`, `requestMetadata`, `serviceTier`.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::legal;
use super::tools::Serial;
use crate::anthropic::request::{Sampling, Thinking, name_settings};
use crate::chat::{OutputFormat, Request};
use crate::json::{Invalid, Raw};

/// The most entries of a request's metadata.
const ENTRIES: usize = 16;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Inference<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<&'a Raw>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    stop_sequences: &'a [String],
}

impl<'a> Inference<'a> {
    pub(super) fn of(
        request: &'a Request,
        sampling: &Sampling<'a>,
        dropped: &mut Vec<String>,
    ) -> Result<Option<Self>, Invalid> {
        if request.sampling.n.is_some_and(|n| n > 1) {
            return Err(Invalid::new("sampling.n", "this provider gives one answer a request"));
        }
        let inference = Self {
            max_tokens: request.max_output_tokens,
            temperature: sampling.temperature,
            top_p: sampling.top_p,
            stop_sequences: &request.stop,
        };
        name_settings(request, dropped);
        dropped.extend(request.web_search.is_some().then(|| "web_search".to_owned()));
        let says = inference.max_tokens.is_some()
            || inference.temperature.is_some()
            || inference.top_p.is_some()
            || !inference.stop_sequences.is_empty();
        Ok(says.then_some(inference))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OutputConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    text_format: Option<TextFormat<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effort: Option<&'a str>,
}

#[derive(Serialize)]
struct TextFormat<'a> {
    r#type: &'static str,
    structure: Structure<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Structure<'a> {
    JsonSchema {
        /// The text of the schema.
        schema: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<&'a str>,
    },
}

impl<'a> OutputConfig<'a> {
    /// `strict` is how Bedrock always takes a schema.
    pub(super) fn of(effort: Option<&'a str>, output: &'a OutputFormat, dropped: &mut Vec<String>) -> Option<Self> {
        let text_format = match output {
            OutputFormat::Text => None,
            OutputFormat::JsonObject => {
                dropped.push("response_format".to_owned());
                None
            }
            OutputFormat::JsonSchema { name, description, schema, .. } => {
                let (name, description) = (name.as_deref(), description.as_deref());
                let structure = Structure::JsonSchema { schema: schema.get(), name, description };
                Some(TextFormat { r#type: "json_schema", structure })
            }
        };
        (effort.is_some() || text_format.is_some()).then_some(Self { text_format, effort })
    }
}

/// What Converse has no field for, as Claude takes it.
#[derive(Serialize)]
pub(super) struct Extra<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Thinking<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_k: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<Serial>,
}

impl<'a> Extra<'a> {
    pub(super) fn of(
        thinking: Option<Thinking<'a>>,
        top_k: Option<&'a Raw>,
        tool_choice: Option<Serial>,
    ) -> Option<Self> {
        let says = thinking.is_some() || top_k.is_some() || tool_choice.is_some();
        says.then_some(Self { thinking, top_k, tool_choice })
    }
}

/// Notes on the call, which Bedrock keeps in its logs.
pub(super) struct Metadata<'a>(Vec<(&'a str, Cow<'a, str>)>);

impl<'a> Metadata<'a> {
    /// The end user is among the notes, the only place for one. Entries that Bedrock does not take are named.
    pub(super) fn of(request: &'a Request, dropped: &mut Vec<String>) -> Self {
        let mut entries: Vec<(&str, Cow<'_, str>)> = Vec::new();
        for (key, value) in &request.metadata {
            if entries.len() < ENTRIES && legal::is_metadata(key, value) {
                entries.push((key, Cow::Borrowed(value)));
            } else {
                dropped.push(format!("metadata.{key}"));
            }
        }
        if let Some(user) = request.user.as_deref().filter(|user| !user.is_empty()) {
            if entries.len() < ENTRIES && entries.iter().all(|(key, _)| *key != "user") {
                entries.push(("user", legal::user(user)));
            } else {
                dropped.push("user".to_owned());
            }
        }
        Self(entries)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Metadata<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

#[derive(Serialize)]
pub(super) struct Tier<'a> {
    r#type: &'a str,
}

impl<'a> Tier<'a> {
    /// `auto` leaves the choice to the provider, as leaving it out does.
    pub(super) fn of(tier: Option<&'a str>, dropped: &mut Vec<String>) -> Option<Self> {
        match tier? {
            "auto" => None,
            known @ ("default" | "priority" | "flex" | "reserved") => Some(Self { r#type: known }),
            _ => {
                dropped.push("service_tier".to_owned());
                None
            }
        }
    }
}
