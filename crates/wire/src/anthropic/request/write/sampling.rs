//! `temperature`, `top_p` and `top_k`, as each Claude takes them.

use crate::anthropic::model::Model;
use crate::chat;
use crate::json::Raw;

/// The least `top_p` beside thinking.
const LEAST_TOP_P: f64 = 0.95;

/// What of the sampling is written.
#[derive(Default)]
pub(crate) struct Sampling<'a> {
    pub(crate) temperature: Option<&'a Raw>,
    pub(crate) top_p: Option<&'a Raw>,
    pub(crate) top_k: Option<&'a Raw>,
}

impl<'a> Sampling<'a> {
    /// What the model does not take is named, unless it is the default of those who send it with every request: a temperature or
    /// a `top_p` of 1. `thinking` is whether it is asked to think.
    pub(crate) fn of(sampling: &'a chat::Sampling, model: Model, thinking: bool, dropped: &mut Vec<String>) -> Self {
        let mut written = Self {
            temperature: temperature(sampling, dropped),
            top_p: sampling.top_p.as_ref(),
            top_k: sampling.top_k.as_ref(),
        };
        let mut name = |name: &str| dropped.push(format!("sampling.{name}"));
        let is_one = |value: &Raw| number(value) == Some(1.0);
        if !model.takes_sampling() {
            for (setting, value) in [("temperature", written.temperature), ("top_p", written.top_p)] {
                if value.is_some_and(|value| !is_one(value)) {
                    name(&format!("{setting} (not of this model)"));
                }
            }
            if written.top_k.is_some() {
                name("top_k (not of this model)");
            }
            return Self::default();
        }
        if thinking && model.is_known() {
            if written.temperature.take_if(|value| !is_one(value)).is_some() {
                name("temperature (not while it thinks)");
            }
            if written.top_p.take_if(|value| number(value).is_some_and(|number| number < LEAST_TOP_P)).is_some() {
                name("top_p (not below 0.95 while it thinks)");
            }
            if written.top_k.take().is_some() {
                name("top_k (not while it thinks)");
            }
        }
        if model.takes_one_of_sampling() && written.temperature.is_some() && written.top_p.is_some() {
            // one of 1 says what the model does by itself
            if written.top_p.take_if(|value| is_one(value)).is_none()
                && written.temperature.take_if(|value| is_one(value)).is_none()
            {
                written.top_p = None;
                name("top_p (not beside a temperature)");
            }
        }
        written
    }
}

/// The temperature of both ends at 1 where OpenAI's and Google's end at 2. One above is not the same as 1, so it is named, and
/// refused unless an administrator lets fields be dropped.
fn temperature<'a>(sampling: &'a chat::Sampling, dropped: &mut Vec<String>) -> Option<&'a Raw> {
    let temperature = sampling.temperature.as_ref()?;
    if number(temperature).is_some_and(|number| number > 1.0) {
        dropped.push("sampling.temperature (above 1)".to_owned());
        return None;
    }
    Some(temperature)
}

fn number(value: &Raw) -> Option<f64> {
    value.get().parse().ok()
}
