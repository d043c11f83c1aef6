//! Reading an answer: what can be understood is taken, only nonsense is refused.

use serde_json::value::RawValue;

use crate::chat::{Choice, Part, Reply};
use crate::json::{Invalid, Object};
use crate::openai_chat::reply::text;
use crate::openai_chat::usage;
use crate::openai_completions::{finish, logprobs};

/// Reads a provider's answer.
pub fn read(body: &str) -> Result<Reply, Invalid> {
    let mut body = Object::parse(body, "")?;
    let choices = body.take_list("choices")?.unwrap_or_default();
    if choices.is_empty() {
        return Err(body.invalid("choices", "must have at least one choice"));
    }
    let usage = body.take("usage").map(|told| usage::read(told.get())).unwrap_or_default();
    let service_tier = text(&mut body, "service_tier");
    Ok(Reply {
        choices: choices.into_iter().map(|(path, choice)| read_choice(path, choice)).collect::<Result<_, _>>()?,
        id: text(&mut body, "id").unwrap_or_default(),
        model: text(&mut body, "model").unwrap_or_default(),
        created: body.take("created").and_then(|created| serde_json::from_str(created.get()).ok()),
        usage: usage.served_as(service_tier.as_deref()),
        // vLLM's
        service_tier,
        trace: None,
    })
}

fn read_choice(path: String, choice: &RawValue) -> Result<Choice, Invalid> {
    let mut choice = Object::parse(choice.get(), path)?;
    let said = choice.require_string("text")?;
    let word = text(&mut choice, "finish_reason").filter(|word| !word.is_empty());
    let (stop, stop_sequence) = finish::read(word.as_deref().unwrap_or("stop"), choice.take("stop_reason"));
    let logprobs = choice.take("logprobs").map(logprobs::read).unwrap_or_default();
    let parts = if said.is_empty() { Vec::new() } else { vec![Part::text(said)] };
    Ok(Choice { parts, stop, stop_sequence, logprobs })
}
