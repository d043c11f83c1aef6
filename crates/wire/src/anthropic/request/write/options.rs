//! `thinking` and `output_config`.

use serde::Serialize;

use crate::chat::{self, ReasoningMode};
use crate::json::{Invalid, Raw};

/// Bedrock hands the same object on to the same models.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Thinking<'a> {
    Enabled {
        budget_tokens: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        display: Option<&'a str>,
    },
    Adaptive {
        #[serde(skip_serializing_if = "Option::is_none")]
        display: Option<&'a str>,
    },
    Disabled,
}

#[derive(Serialize)]
pub(super) struct OutputConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    effort: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Format<'a>>,
}

#[derive(Serialize)]
struct Format<'a> {
    r#type: &'static str,
    schema: &'a Raw,
}

/// What the conversation's reasoning is in Anthropic's two places.
#[derive(Default)]
pub(super) struct Reasoning<'a> {
    pub(super) thinking: Option<Thinking<'a>>,
    pub(super) effort: Option<&'a str>,
}

impl<'a> OutputConfig<'a> {
    pub(super) fn of(effort: Option<&'a str>, schema: Option<&'a Raw>) -> Option<Self> {
        let format = schema.map(|schema| Format { r#type: "json_schema", schema });
        (effort.is_some() || format.is_some()).then_some(Self { effort, format })
    }
}

/// A budget switches thinking on with it, an effort alone lets the model decide, the effort `none` switches thinking off.
pub(super) fn reasoning<'a>(
    reasoning: Option<&'a chat::Reasoning>,
    max_tokens: u64,
    dropped: &mut Vec<String>,
) -> Result<Reasoning<'a>, Invalid> {
    let Some(reasoning) = reasoning else { return Ok(Reasoning::default()) };
    let display = reasoning.display.as_deref();
    let (off, effort) = match reasoning.effort.as_ref().map(|effort| effort.0.as_str()) {
        Some("none") => (true, None),
        Some("minimal") => (false, Some("low")),
        other => (false, other),
    };
    let thinking = match (reasoning.mode, reasoning.budget_tokens) {
        _ if off => Some(Thinking::Disabled),
        (Some(ReasoningMode::Disabled), _) => Some(Thinking::Disabled),
        (Some(ReasoningMode::Adaptive), _) => Some(Thinking::Adaptive { display }),
        (_, Some(budget_tokens)) if budget_tokens >= max_tokens => return Err(too_large(budget_tokens, max_tokens)),
        (_, Some(budget_tokens)) => Some(Thinking::Enabled { budget_tokens, display }),
        (Some(ReasoningMode::Enabled), None) => Some(Thinking::Adaptive { display }),
        (None, None) => effort.is_some().then_some(Thinking::Adaptive { display }),
    };
    if reasoning.budget_tokens.is_some() && !matches!(thinking, Some(Thinking::Enabled { .. })) {
        dropped.push("reasoning.budget_tokens".to_owned());
    }
    if display.is_some() && matches!(thinking, None | Some(Thinking::Disabled)) {
        dropped.push("reasoning.display".to_owned());
    }
    Ok(Reasoning { thinking, effort })
}

fn too_large(budget: u64, max_tokens: u64) -> Invalid {
    Invalid::new(
        "reasoning.budget_tokens",
        format!("{budget} must be less than the output ceiling of {max_tokens} tokens"),
    )
}
