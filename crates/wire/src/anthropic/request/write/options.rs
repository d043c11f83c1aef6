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
pub(crate) struct Reasoning<'a> {
    pub(crate) thinking: Option<Thinking<'a>>,
    pub(crate) effort: Option<&'a str>,
}

impl<'a> OutputConfig<'a> {
    pub(super) fn of(effort: Option<&'a str>, schema: Option<&'a Raw>) -> Option<Self> {
        let format = schema.map(|schema| Format { r#type: "json_schema", schema });
        (effort.is_some() || format.is_some()).then_some(Self { effort, format })
    }
}

/// A budget switches thinking on with it, the effort `none` switches it off. An effort without a word on thinking lets the model
/// decide if `think`, and says nothing of thinking otherwise.
pub(crate) fn reasoning<'a>(
    reasoning: Option<&'a chat::Reasoning>,
    max_tokens: Option<u64>,
    think: bool,
    dropped: &mut Vec<String>,
) -> Result<Reasoning<'a>, Invalid> {
    let Some(reasoning) = reasoning else { return Ok(Reasoning::default()) };
    let display = display(reasoning);
    let (off, effort) = match reasoning.effort.as_ref().map(|effort| effort.0.as_str()) {
        Some("none") => (true, None),
        Some("minimal") => (false, Some("low")),
        other => (false, other),
    };
    let thinking = match (reasoning.mode, reasoning.budget_tokens) {
        _ if off => Some(Thinking::Disabled),
        (Some(ReasoningMode::Disabled), _) => Some(Thinking::Disabled),
        (Some(ReasoningMode::Adaptive), _) => Some(Thinking::Adaptive { display }),
        (_, Some(budget_tokens)) => {
            check_budget(budget_tokens, max_tokens)?;
            Some(Thinking::Enabled { budget_tokens, display })
        }
        (Some(ReasoningMode::Enabled), None) => Some(Thinking::Adaptive { display }),
        (Some(ReasoningMode::Unsaid), None) => None,
        (None, None) => (think && effort.is_some()).then_some(Thinking::Adaptive { display }),
    };
    if reasoning.budget_tokens.is_some() && !matches!(thinking, Some(Thinking::Enabled { .. })) {
        dropped.push("reasoning.budget_tokens".to_owned());
    }
    if matches!(thinking, None | Some(Thinking::Disabled)) {
        name_display(reasoning, dropped);
    }
    Ok(Reasoning { thinking, effort })
}

/// How thinking is shown. OpenAI has several kinds of summaries, Anthropic has one.
fn display(reasoning: &chat::Reasoning) -> Option<&str> {
    let summary = reasoning.summary.as_deref().filter(|summary| *summary != "none");
    reasoning.display.as_deref().or(summary.map(|_| "summarized"))
}

/// Names what was said of how to show thinking that is not asked for. The summary `auto`, which agents send with every request,
/// leaves it to the provider, as saying nothing does.
fn name_display(reasoning: &chat::Reasoning, dropped: &mut Vec<String>) {
    if reasoning.display.is_some() {
        dropped.push("reasoning.display".to_owned());
    }
    if reasoning.summary.as_deref().is_some_and(|summary| !matches!(summary, "auto" | "none")) {
        dropped.push("reasoning.summary".to_owned());
    }
}

fn check_budget(budget: u64, max_tokens: Option<u64>) -> Result<(), Invalid> {
    match max_tokens {
        Some(most) if budget >= most => {
            let problem = format!("{budget} must be less than the output ceiling of {most} tokens");
            Err(Invalid::new("reasoning.budget_tokens", problem))
        }
        _ => Ok(()),
    }
}
