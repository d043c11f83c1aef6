//! What is asked for beside the conversation.

use serde_json::Value;

use super::tools::switch;
use super::{Refused, only};
use crate::rules::node::Node;

pub(super) fn check(body: &Node<'_>) -> Result<(), Refused> {
    for name in ["logprobs", "raw_prompting", "stream"] {
        switch(body, name)?;
    }
    for name in ["max_tokens", "priority", "seed"] {
        if let Some(count) = body.field(name) {
            count.number(Value::as_u64, |_| true, "a whole number of 0 or more")?;
        }
    }
    if let Some(most) = body.field("k") {
        most.number(Value::as_u64, |most| most <= 500, "a whole number from 0 to 500")?;
    }
    for name in ["temperature", "frequency_penalty", "presence_penalty"] {
        if let Some(number) = body.field(name) {
            number.number(Value::as_f64, |value| (0.0..=1.0).contains(&value), "a number from 0 to 1")?;
        }
    }
    if let Some(mass) = body.field("p") {
        mass.number(Value::as_f64, |value| (0.01..=0.99).contains(&value), "a number from 0.01 to 0.99")?;
    }
    let sequences = body.items("stop_sequences")?;
    if sequences.len() > 5 {
        return Err(body.broken("stop_sequences must not be more than 5").into());
    }
    for sequence in sequences {
        sequence.text(1, usize::MAX)?;
    }
    if let Some(mode) = body.field("safety_mode") {
        mode.word(&["CONTEXTUAL", "STRICT", "OFF"])?;
    }
    if let Some(options) = body.field("citation_options") {
        only(&options, &["mode"])?;
        if let Some(mode) = options.field("mode") {
            mode.word(&["ENABLED", "DISABLED", "FAST", "ACCURATE", "OFF"])?;
        }
    }
    thinking(body)?;
    format(body)
}

fn thinking(body: &Node<'_>) -> Result<(), Refused> {
    let Some(thinking) = body.field("thinking") else { return Ok(()) };
    only(&thinking, &["token_budget", "type"])?;
    thinking.need("type")?.word(&["enabled", "disabled"])?;
    if let Some(budget) = thinking.field("token_budget") {
        budget.number(Value::as_u64, |tokens| tokens >= 1, "a whole number of 1 or more")?;
    }
    Ok(())
}

fn format(body: &Node<'_>) -> Result<(), Refused> {
    let Some(format) = body.field("response_format") else { return Ok(()) };
    only(&format, &["json_schema", "type"])?;
    let kind = format.need("type")?;
    kind.word(&["text", "json_object"])?;
    let Some(schema) = format.field("json_schema") else { return Ok(()) };
    if kind.value() == "text" {
        return Err(schema.broken("must not be given where the type is text").into());
    }
    Ok(schema.need("type")?.word(&["object"])?)
}
