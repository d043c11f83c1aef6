//! Settings.

use serde::Serialize;

use crate::anthropic::request::check_budget;
use crate::chat::{self, OutputFormat, ReasoningMode, Request, Sampling};
use crate::json::{Invalid, Raw};
use crate::openai_chat::request::Dropped;

/// The form of an answer. Any schema is kept to strictly.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ResponseFormat<'a> {
    JsonObject {
        #[serde(skip_serializing_if = "Option::is_none")]
        json_schema: Option<&'a Raw>,
    },
}

impl<'a> ResponseFormat<'a> {
    pub(super) fn of(output: &'a OutputFormat, dropped: &mut Dropped) -> Option<Self> {
        match output {
            OutputFormat::Text => None,
            OutputFormat::JsonObject => Some(Self::JsonObject { json_schema: None }),
            OutputFormat::JsonSchema { description, schema, .. } => {
                if description.is_some() {
                    dropped.name("response_format.description");
                }
                Some(Self::JsonObject { json_schema: Some(schema) })
            }
        }
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Thinking {
    Enabled {
        #[serde(skip_serializing_if = "Option::is_none")]
        token_budget: Option<u64>,
    },
    Disabled,
}

impl Thinking {
    /// Cohere has a switch and a budget. An effort becomes the budget for which it stands elsewhere; from `high` on the model
    /// may think as long as it likes, as it does by itself. All thinking is shown, whatever was wished for.
    pub(super) fn of(
        reasoning: &chat::Reasoning,
        max_tokens: Option<u64>,
        dropped: &mut Dropped,
    ) -> Result<Option<Self>, Invalid> {
        if reasoning.summary.as_deref().is_some_and(|summary| !matches!(summary, "auto" | "none")) {
            dropped.name("reasoning.summary");
        }
        let word = reasoning.effort.as_ref().map(|effort| effort.0.as_str());
        if reasoning.mode == Some(ReasoningMode::Disabled) || word == Some("none") {
            return Ok(Some(Self::Disabled));
        }
        let token_budget = match (reasoning.budget_tokens, word) {
            (Some(budget), _) => {
                check_budget(budget, max_tokens)?;
                Some(budget)
            }
            (None, Some("minimal" | "low")) => Some(of_effort(1024, max_tokens, dropped)),
            (None, Some("medium")) => Some(of_effort(4096, max_tokens, dropped)),
            (None, Some("high" | "xhigh" | "max") | None) => None,
            (None, Some(_)) => {
                dropped.name("reasoning.effort");
                None
            }
        };
        // a switch is how Cohere says so: a budget must be positive
        if token_budget == Some(0) {
            return Ok(Some(Self::Disabled));
        }
        let switched = matches!(reasoning.mode, Some(ReasoningMode::Enabled | ReasoningMode::Adaptive));
        let asked = word.is_some() && reasoning.mode.is_none();
        Ok((switched || asked || token_budget.is_some()).then_some(Self::Enabled { token_budget }))
    }
}

/// The budget of an effort. Half of what may be written is for the answer.
fn of_effort(tokens: u64, max_tokens: Option<u64>, dropped: &mut Dropped) -> u64 {
    let budget = max_tokens.map_or(tokens, |most| tokens.min(most / 2));
    if budget == 0 {
        dropped.name("reasoning (the output ceiling leaves no room for it)");
    }
    budget
}

/// The settings whose ranges are narrower than OpenAI's (the API reference of `/v2/chat`).
#[derive(Serialize)]
pub(super) struct Ranged<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_penalty: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    presence_penalty: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<Nucleus<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Nucleus<'a> {
    Said(&'a Raw),
    Most(f64),
}

/// The most that `p` may be; 1, which asks for no cut elsewhere, is refused.
const MOST_NUCLEUS: f64 = 0.99;

impl<'a> Ranged<'a> {
    /// What is outside a range is not the same as its end, so it is named, and refused unless an administrator lets fields be
    /// dropped. Between the most that `p` may be and 1 there is no difference to tell.
    pub(super) fn of(sampling: &'a Sampling, dropped: &mut Dropped) -> Self {
        let mut within = |number: &'a Option<Raw>, path: &str| {
            let number = number.as_ref()?;
            let value = number.get().parse::<f64>().unwrap_or_default();
            let outside = if value > 1.0 {
                "above 1"
            } else if value < 0.0 {
                "below 0"
            } else {
                return Some(number);
            };
            dropped.name(format!("sampling.{path} ({outside})"));
            None
        };
        let nucleus = within(&sampling.top_p, "top_p");
        let is_open = |number: &&Raw| number.get().parse::<f64>().is_ok_and(|value| value > MOST_NUCLEUS);
        Self {
            temperature: within(&sampling.temperature, "temperature"),
            frequency_penalty: within(&sampling.frequency_penalty, "frequency_penalty"),
            presence_penalty: within(&sampling.presence_penalty, "presence_penalty"),
            p: nucleus.map(|said| if is_open(&said) { Nucleus::Most(MOST_NUCLEUS) } else { Nucleus::Said(said) }),
        }
    }
}

/// Names the settings for which Cohere has no field.
pub(super) fn name_unsayable(request: &Request, dropped: &mut Dropped) {
    for (path, said) in [
        ("parallel_tools", request.parallel_tools == Some(false)),
        ("logprobs (alternatives)", request.logprobs.is_some_and(|alternatives| alternatives > 0)),
        ("verbosity", request.verbosity.as_deref().is_some_and(|word| word != "medium")),
        ("user", request.user.as_deref().is_some_and(|user| !user.is_empty())),
        ("service_tier", request.service_tier.as_deref().is_some_and(|tier| !matches!(tier, "auto" | "default"))),
        ("guardrail", request.guardrail.is_some()),
        ("web_search", request.web_search.is_some()),
    ] {
        if said {
            dropped.name(path);
        }
    }
    for (key, _) in &request.metadata {
        dropped.name(format!("metadata.{key}"));
    }
    for (name, _) in &request.openai {
        dropped.name(*name);
    }
}
