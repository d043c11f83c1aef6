//! Reading a client's request: what the conversation has no place for is named, never skipped.

use serde_json::value::RawValue;

use super::harmless::{Place, name_unread};
use crate::chat::{Message, Part, Request, Role};
use crate::json::{self, Invalid, Object};
use crate::openai_chat::request::{include_usage, sampling, stop};

/// Reads a client's request. OpenAI's own ceiling where none is said, 16 tokens, is not put in: other providers have theirs.
pub fn read(body: &str) -> Result<Request, Invalid> {
    let mut body = Object::parse(body, "")?;
    let mut unmapped = Vec::new();
    let request = Request {
        model: body.require_string("model")?,
        messages: vec![prompt(&mut body)?],
        max_output_tokens: ceiling(&mut body)?,
        sampling: sampling(&mut body)?,
        stop: stop(&mut body)?,
        logprobs: body.take_u64("logprobs")?,
        stream: body.take_bool("stream")?.unwrap_or(false),
        include_usage: include_usage(&mut body, &mut unmapped)?,
        user: body.take_string("user")?,
        ..Request::default()
    };
    best_of(&mut body, request.sampling.n)?;
    name_unread(body, Place::Top, &mut unmapped);
    Ok(Request { unmapped, ..request })
}

/// The ceiling. A conversation has an answer: that only the prompt is scored is said by a ceiling of 0.
fn ceiling(body: &mut Object<'_>) -> Result<Option<u64>, Invalid> {
    let most = body.take_u64("max_tokens")?;
    if most == Some(0) {
        let problem = "is 0, and this model's provider cannot score a prompt without an answer: ask for at least 1, or ask \
                       a deployment that speaks completions itself";
        return Err(body.invalid("max_tokens", problem));
    }
    Ok(most)
}

/// What a user says, word for word. Several prompts are several conversations, and tokens are words of one model only.
fn prompt(body: &mut Object<'_>) -> Result<Message, Invalid> {
    let prompt = body.take("prompt").ok_or_else(|| body.invalid("prompt", "is required"))?;
    let says =
        |path: &str, text: &RawValue| Ok(Message::at(path, Role::User, vec![Part::text(json::string(text, path)?)]));
    if json::is_string(prompt) {
        return says("prompt", prompt);
    }
    // there may be as many tokens as the body has room for
    let inside = prompt.get().strip_prefix('[').map(str::trim_start).unwrap_or_default();
    if inside.starts_with(|first: char| first == '[' || first == '-' || first.is_ascii_digit()) {
        let problem = "holds tokens, which only the model that they are of can read: send the text, or ask a deployment that \
                       speaks completions itself";
        return Err(body.invalid("prompt", problem));
    }
    let list = serde_json::from_str::<Vec<&RawValue>>(prompt.get()).unwrap_or_default();
    let problem = match list.as_slice() {
        [only] if json::is_string(only) => return says("prompt[0]", only),
        [first, _, ..] if json::is_string(first) => {
            "holds several prompts, and no conversation begins more than once: send one prompt a call"
        }
        _ => "must be a string, or a list with one string",
    };
    Err(body.invalid("prompt", problem))
}

/// Takes `best_of` where there is nothing to choose from: as many answers are made as are wanted. Otherwise it stays unread.
fn best_of(body: &mut Object<'_>, wanted: Option<u64>) -> Result<(), Invalid> {
    let made = body.peek("best_of").map(|made| made.get().parse::<u64>());
    match made {
        Some(Err(_)) => Err(body.invalid("best_of", "must be a whole number, not negative")),
        Some(Ok(made)) if made == wanted.unwrap_or(1) => {
            body.take("best_of");
            Ok(())
        }
        _ => Ok(()),
    }
}
