//! `thinking` and the effort, as each Claude takes them.

use serde::Serialize;

use crate::anthropic::model::{Model, Off};
use crate::chat::{self, Effort, ReasoningMode, Request, ToolChoice};
use crate::json::Invalid;

/// The least that Anthropic takes as a budget.
const LEAST_BUDGET: u64 = 1024;

/// Bedrock hands the same object on to the same models.
#[derive(Debug, PartialEq, Eq, Serialize)]
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
    BetweenTools,
}

/// What the conversation's reasoning is in Anthropic's two places.
#[derive(Default)]
pub(crate) struct Reasoning<'a> {
    pub(crate) thinking: Option<Thinking<'a>>,
    pub(crate) effort: Option<&'a str>,
}

/// What a client wants of thinking.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Off,
    /// As much as the model finds right.
    Adaptive,
    Budget(u64),
    /// Nothing: as the model does by itself.
    Unsaid,
}

impl Reasoning<'_> {
    /// Whether the model is asked to think.
    pub(crate) fn is_on(&self) -> bool {
        matches!(self.thinking, Some(Thinking::Enabled { .. } | Thinking::Adaptive { .. }))
    }
}

/// A budget switches thinking on with it, the effort `none` switches it off. An effort without a word on thinking lets the model
/// decide if `think`, and says nothing of thinking otherwise. What the model does not take becomes what it takes: a budget an
/// effort, an effort a budget. `ceiling` is the most that it may write, thoughts included.
pub(crate) fn reasoning<'a>(
    request: &'a Request,
    ceiling: Option<u64>,
    model: Model,
    think: bool,
    dropped: &mut Vec<String>,
) -> Result<Reasoning<'a>, Invalid> {
    let forced = is_forced(request) && model.is_known() && model.can_be_forced() && model.off() != Off::Never;
    let Some(reasoning) = &request.reasoning else {
        // whoever thinks cannot be forced
        return Ok(Reasoning { thinking: if forced { off(model) } else { None }, effort: None });
    };
    let word = match reasoning.effort.as_ref().map(|effort| effort.0.as_str()) {
        Some("none") => None,
        Some("minimal") => Some("low"),
        other => other,
    };
    let mut wish = Wish::of(reasoning, think && word.is_some());
    if !model.thinks() && matches!(wish, Wish::Adaptive | Wish::Budget(_)) {
        dropped.push("reasoning (this model does not think)".to_owned());
        return Ok(Reasoning::default());
    }
    if forced {
        if matches!(wish, Wish::Adaptive | Wish::Budget(_)) {
            dropped.push("reasoning (not while a tool is forced)".to_owned());
        }
        wish = Wish::Off;
    }
    let written = match wish {
        Wish::Off => switched_off(word, model, dropped),
        Wish::Unsaid => Reasoning { thinking: None, effort: effort(word, model, dropped) },
        Wish::Budget(tokens) => budgeted(tokens, word, reasoning, ceiling, model, dropped)?,
        Wish::Adaptive => adaptive(word, reasoning, ceiling, model, dropped),
    };
    if reasoning.budget_tokens.is_some() && !matches!(wish, Wish::Budget(_)) {
        dropped.push("reasoning.budget_tokens".to_owned());
    }
    if !written.is_on() {
        name_display(reasoning, dropped);
    }
    Ok(written)
}

impl Wish {
    fn of(reasoning: &chat::Reasoning, by_effort: bool) -> Self {
        let off = reasoning.effort.as_ref().is_some_and(|effort| effort.0 == "none");
        match (reasoning.mode, reasoning.budget_tokens) {
            _ if off => Self::Off,
            (Some(ReasoningMode::Disabled), _) => Self::Off,
            (Some(ReasoningMode::Adaptive), _) => Self::Adaptive,
            (_, Some(tokens)) => Self::Budget(tokens),
            (Some(ReasoningMode::Enabled), None) => Self::Adaptive,
            (None, None) if by_effort => Self::Adaptive,
            (Some(ReasoningMode::Unsaid) | None, None) => Self::Unsaid,
        }
    }
}

/// Whether a call must be made.
fn is_forced(request: &Request) -> bool {
    let choice = request.tool_choice.as_ref();
    matches!(choice, Some(ToolChoice::Required | ToolChoice::Tool(_) | ToolChoice::Allowed { required: true, .. }))
}

fn off(model: Model) -> Option<Thinking<'static>> {
    match model.off() {
        Off::Disabled => Some(Thinking::Disabled),
        Off::BetweenTools => Some(Thinking::BetweenTools),
        Off::Unsaid | Off::Never => None,
    }
}

/// Models that always think are asked for the least, and it is named. Others may only be told to make an effort of `high` when
/// they do not think.
fn switched_off<'a>(word: Option<&'a str>, model: Model, dropped: &mut Vec<String>) -> Reasoning<'a> {
    if model.off() == Off::Never {
        dropped.push("reasoning (this model always thinks)".to_owned());
        return Reasoning { thinking: None, effort: effort(word.or(Some("low")), model, dropped) };
    }
    let thinking = off(model);
    let too_high = model.is_known() && thinking.is_some() && matches!(word, Some("xhigh" | "max"));
    if too_high {
        dropped.push("reasoning.effort (at most high without thinking)".to_owned());
    }
    Reasoning { thinking, effort: effort(if too_high { Some("high") } else { word }, model, dropped) }
}

fn budgeted<'a>(
    budget_tokens: u64,
    word: Option<&'a str>,
    reasoning: &'a chat::Reasoning,
    ceiling: Option<u64>,
    model: Model,
    dropped: &mut Vec<String>,
) -> Result<Reasoning<'a>, Invalid> {
    let display = display(reasoning);
    if model.takes_budgets() {
        check_budget(budget_tokens, ceiling)?;
        let thinking = Some(Thinking::Enabled { budget_tokens, display });
        return Ok(Reasoning { thinking, effort: effort(word, model, dropped) });
    }
    if word.is_some() {
        dropped.push("reasoning.budget_tokens".to_owned());
    }
    let word = word.unwrap_or_else(|| Effort::of_budget(budget_tokens));
    Ok(Reasoning { thinking: Some(Thinking::Adaptive { display }), effort: effort(Some(word), model, dropped) })
}

/// Models that take budgets only get the effort's, or that of `high`, which is what the others do by themselves.
fn adaptive<'a>(
    word: Option<&'a str>,
    reasoning: &'a chat::Reasoning,
    ceiling: Option<u64>,
    model: Model,
    dropped: &mut Vec<String>,
) -> Reasoning<'a> {
    let display = display(reasoning);
    if model.adapts() {
        return Reasoning { thinking: Some(Thinking::Adaptive { display }), effort: effort(word, model, dropped) };
    }
    let effort = word.and_then(|word| model.effort(word));
    let Some(tokens) = Effort::budget(word.unwrap_or("high")) else {
        dropped.push("reasoning.effort".to_owned());
        return Reasoning::default();
    };
    // half of what may be written is for the answer
    let budget_tokens = ceiling.map_or(tokens, |most| tokens.min(most / 2)).max(LEAST_BUDGET);
    if ceiling.is_some_and(|most| budget_tokens >= most) {
        dropped.push("reasoning (the output ceiling leaves no room for it)".to_owned());
        return Reasoning { thinking: None, effort };
    }
    Reasoning { thinking: Some(Thinking::Enabled { budget_tokens, display }), effort }
}

/// The word for the effort, named where the model knows none.
fn effort<'a>(word: Option<&'a str>, model: Model, dropped: &mut Vec<String>) -> Option<&'a str> {
    let written = word.and_then(|word| model.effort(word));
    if word.is_some() && written.is_none() {
        dropped.push("reasoning.effort".to_owned());
    }
    written
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

/// Thinking counts as output: a budget that reaches the ceiling leaves no room for an answer.
pub(crate) fn check_budget(budget: u64, ceiling: Option<u64>) -> Result<(), Invalid> {
    match ceiling {
        Some(most) if budget >= most => {
            let problem = format!("{budget} must be less than the output ceiling of {most} tokens");
            Err(Invalid::new("reasoning.budget_tokens", problem))
        }
        _ => Ok(()),
    }
}
