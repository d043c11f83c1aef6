//! How much to think. Converse has a field for the effort; modes and budgets are the models' own, and those on Bedrock that
//! have any are Claude's, so they are said as Anthropic does.

use crate::anthropic::request::Thinking;
use crate::chat::{self, ReasoningMode};
use crate::json::Invalid;

/// The longest word for an effort.
const EFFORT: usize = 16;

/// What the conversation's reasoning is in its two places.
#[derive(Default)]
pub(super) struct Reasoning<'a> {
    pub(super) thinking: Option<Thinking<'a>>,
    pub(super) effort: Option<&'a str>,
}

/// A budget switches thinking on with it, the effort `none` switches it off. An effort alone is the effort alone: models that
/// are not Claude know it too, and refuse Anthropic's field.
pub(super) fn of<'a>(
    reasoning: Option<&'a chat::Reasoning>,
    max_tokens: Option<u64>,
    dropped: &mut Vec<String>,
) -> Result<Reasoning<'a>, Invalid> {
    let Some(reasoning) = reasoning else { return Ok(Reasoning::default()) };
    let display = reasoning.display.as_deref();
    let (off, effort) = match reasoning.effort.as_ref().map(|effort| effort.0.as_str()) {
        Some("none") => (true, None),
        Some("minimal") => (false, Some("low")),
        Some(long) if long.len() > EFFORT => {
            dropped.push("reasoning.effort".to_owned());
            (false, None)
        }
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
        (None, None) => None,
    };
    if reasoning.budget_tokens.is_some() && !matches!(thinking, Some(Thinking::Enabled { .. })) {
        dropped.push("reasoning.budget_tokens".to_owned());
    }
    if display.is_some() && matches!(thinking, None | Some(Thinking::Disabled)) {
        dropped.push("reasoning.display".to_owned());
    }
    Ok(Reasoning { thinking, effort })
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
