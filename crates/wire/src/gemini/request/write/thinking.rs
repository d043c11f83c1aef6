//! `thinkingConfig`: a level for models of generation 3 and later, a budget for those before.

use serde::Serialize;

use super::model::Model;
use crate::chat::{Reasoning, ReasoningMode};
use crate::openai_chat::request::Dropped;

#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names on the wire")]
pub(super) struct Thinking {
    #[serde(skip_serializing_if = "Option::is_none")]
    include_thoughts: Option<bool>,
    /// In tokens; 0 switches it off, -1 leaves it to the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_budget: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_level: Option<&'static str>,
}

impl Thinking {
    pub(super) fn of(reasoning: Option<&Reasoning>, model: Model, dropped: &mut Dropped) -> Option<Self> {
        let reasoning = reasoning?;
        let word = reasoning.effort.as_ref().map(|effort| effort.0.as_str());
        let off = word == Some("none") || reasoning.mode == Some(ReasoningMode::Disabled);
        let thinking = if off {
            Self::off(model, dropped)
        } else {
            let (level, budget) = if model.third { third(reasoning, dropped) } else { earlier(reasoning, dropped) };
            Self { include_thoughts: shows(reasoning), thinking_budget: budget, thinking_level: level }
        };
        (thinking != Self::default()).then_some(thinking)
    }

    /// The least that there is. Models that always think are told so by name.
    fn off(model: Model, dropped: &mut Dropped) -> Self {
        if model.pro {
            dropped.name("reasoning (this model always thinks)");
        }
        match (model.third, model.pro) {
            (true, true) => Self { thinking_level: Some("LOW"), ..Self::default() },
            (true, false) => Self { thinking_level: Some("MINIMAL"), ..Self::default() },
            (false, true) => Self { thinking_budget: Some(128), ..Self::default() },
            (false, false) => Self { thinking_budget: Some(0), ..Self::default() },
        }
    }
}

/// Whether thoughts are shown. Gemini shows none unless asked; clients whose own provider shows them when it thinks ask by
/// switching it on.
fn shows(reasoning: &Reasoning) -> Option<bool> {
    match (reasoning.display.as_deref(), reasoning.summary.as_deref()) {
        (Some("omitted"), _) => Some(false),
        (Some(_), _) => Some(true),
        (None, Some(summary)) => Some(summary != "none"),
        (None, None) => {
            matches!(reasoning.mode, Some(ReasoningMode::Enabled | ReasoningMode::Adaptive)).then_some(true)
        }
    }
}

/// A level, or a budget where there is none. Both at once are refused.
fn third(reasoning: &Reasoning, dropped: &mut Dropped) -> (Option<&'static str>, Option<i64>) {
    let Some(effort) = &reasoning.effort else {
        return (None, budget(reasoning));
    };
    if reasoning.budget_tokens.is_some() {
        dropped.name("reasoning.budget_tokens");
    }
    let level = match effort.0.as_str() {
        "minimal" => "MINIMAL",
        "low" => "LOW",
        "medium" => "MEDIUM",
        "high" => "HIGH",
        // the highest that there is
        "xhigh" | "max" => "XHIGH",
        _ => {
            dropped.name("reasoning.effort");
            return (None, None);
        }
    };
    (Some(level), None)
}

/// Models before generation 3 know budgets only. What an effort is in tokens is Google's own table (its page "OpenAI
/// compatibility").
fn earlier(reasoning: &Reasoning, dropped: &mut Dropped) -> (Option<&'static str>, Option<i64>) {
    let budget = budget(reasoning);
    let word = reasoning.effort.as_ref().map(|effort| effort.0.as_str());
    let of_word = match word {
        Some("minimal" | "low") => Some(1_024),
        Some("medium") => Some(8_192),
        Some("high" | "xhigh" | "max") => Some(24_576),
        Some(_) => {
            dropped.name("reasoning.effort");
            None
        }
        None => None,
    };
    match reasoning.budget_tokens {
        // it says the same more exactly
        Some(_) => (None, budget),
        None => (None, of_word.or(budget)),
    }
}

fn budget(reasoning: &Reasoning) -> Option<i64> {
    match (reasoning.mode, reasoning.budget_tokens) {
        (_, Some(tokens)) => Some(i64::try_from(tokens).unwrap_or(i64::MAX)),
        (Some(ReasoningMode::Adaptive | ReasoningMode::Enabled), None) => Some(-1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Effort;

    fn written(reasoning: &Reasoning, model: &str) -> (String, Vec<String>) {
        let mut dropped = Dropped::default();
        let thinking = Thinking::of(Some(reasoning), Model::of(model), &mut dropped);
        (serde_json::to_string(&thinking).unwrap(), dropped.into_paths())
    }

    #[test]
    fn effort_budget_and_mode_find_their_place() {
        use ReasoningMode::*;
        let told = |mode, effort: Option<&str>, budget_tokens| Reasoning {
            mode,
            effort: effort.map(|word| Effort(word.to_owned())),
            budget_tokens,
            ..Reasoning::default()
        };
        let (old, new, new_pro) = ("gemini-2.5-flash", "gemini-3-flash", "gemini-3-pro");
        for (reasoning, model, expected, dropped) in [
            (told(None, Some("low"), None), new, r#"{"thinkingLevel":"LOW"}"#, ""),
            (told(None, Some("low"), None), old, r#"{"thinkingBudget":1024}"#, ""),
            (told(None, Some("max"), None), new, r#"{"thinkingLevel":"XHIGH"}"#, ""),
            (told(None, Some("newer"), None), new, "null", "reasoning.effort"),
            (told(None, Some("none"), None), new, r#"{"thinkingLevel":"MINIMAL"}"#, ""),
            (told(Some(Disabled), None, None), old, r#"{"thinkingBudget":0}"#, ""),
            (
                told(Some(Disabled), None, None),
                new_pro,
                r#"{"thinkingLevel":"LOW"}"#,
                "reasoning (this model always thinks)",
            ),
            (told(Some(Enabled), None, Some(2000)), old, r#"{"includeThoughts":true,"thinkingBudget":2000}"#, ""),
            (told(Some(Enabled), None, Some(2000)), new, r#"{"includeThoughts":true,"thinkingBudget":2000}"#, ""),
            (
                told(Some(Enabled), Some("high"), Some(2000)),
                new,
                r#"{"includeThoughts":true,"thinkingLevel":"HIGH"}"#,
                "reasoning.budget_tokens",
            ),
            (
                told(Some(Enabled), Some("high"), Some(2000)),
                old,
                r#"{"includeThoughts":true,"thinkingBudget":2000}"#,
                "",
            ),
            (told(Some(Adaptive), None, None), new, r#"{"includeThoughts":true,"thinkingBudget":-1}"#, ""),
            (told(Some(Unsaid), Some("medium"), None), new, r#"{"thinkingLevel":"MEDIUM"}"#, ""),
            (told(Some(Unsaid), None, None), new, "null", ""),
        ] {
            let names = Vec::from_iter(Some(dropped).filter(|name| !name.is_empty()).map(str::to_owned));
            assert_eq!(written(&reasoning, model), (expected.to_owned(), names), "{model} {reasoning:?}");
        }
    }

    #[test]
    fn thoughts_are_shown_where_they_are_asked_for() {
        let low = Reasoning { effort: Some(Effort("low".into())), ..Reasoning::default() };
        for (display, summary, expected) in [
            (Some("omitted"), Some("auto"), r#"{"includeThoughts":false,"thinkingLevel":"LOW"}"#),
            (Some("summarized"), None, r#"{"includeThoughts":true,"thinkingLevel":"LOW"}"#),
            (None, Some("auto"), r#"{"includeThoughts":true,"thinkingLevel":"LOW"}"#),
            (None, Some("none"), r#"{"includeThoughts":false,"thinkingLevel":"LOW"}"#),
        ] {
            let (display, summary) = (display.map(str::to_owned), summary.map(str::to_owned));
            assert_eq!(written(&Reasoning { display, summary, ..low.clone() }, "gemini-3").0, expected);
        }
    }
}
