//! What Gemini refuses: fields that it does not know, calls and results that do not fit each other, proofs. The texts are this
//! upstream's own.

use serde_json::Value;

use super::node::{Broken, Node};
use crate::write::gemini::PROOF;

pub(super) mod part;

const TOP: &[&str] = &[
    "cachedContent",
    "contents",
    "generationConfig",
    "labels",
    "model",
    "safetySettings",
    "serviceTier",
    "store",
    "systemInstruction",
    "toolConfig",
    "tools",
];
const GENERATION: &[&str] = &[
    "candidateCount",
    "frequencyPenalty",
    "logprobs",
    "maxOutputTokens",
    "mediaResolution",
    "presencePenalty",
    "responseJsonSchema",
    "responseLogprobs",
    "responseMimeType",
    "responseModalities",
    "responseSchema",
    "seed",
    "stopSequences",
    "temperature",
    "thinkingConfig",
    "topK",
    "topP",
];
const FUNCTION: &[&str] =
    &["behavior", "description", "name", "parameters", "parametersJsonSchema", "response", "responseJsonSchema"];
/// Words that stand where no proof is there.
const UNCHECKED: &[&str] = &["skip_thought_signature_validator", "context_engineering_is_the_way_to_go"];

/// The first rule that a request breaks, with its place.
pub(crate) fn check(body: &Value) -> Result<(), Broken> {
    let body = Node::root(body);
    known(&body, TOP)?;
    if let Some(system) = body.field("systemInstruction") {
        known(&system, &["role", "parts"])?;
        system.items("parts")?.iter().try_for_each(part::check)?;
    }
    conversation(&body)?;
    for tool in body.items("tools")? {
        for function in tool.items("functionDeclarations")? {
            known(&function, FUNCTION)?;
            let name = function.need("name")?;
            if !name.name("_.-:")?.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
                return Err(name.broken("must begin with a letter or an underscore"));
            }
            if function.field("parameters").is_some() && function.field("parametersJsonSchema").is_some() {
                return Err(function.broken("parameters and parametersJsonSchema exclude each other"));
            }
        }
    }
    if let Some(mode) = body.field("toolConfig").and_then(|config| config.field("functionCallingConfig")?.field("mode"))
    {
        mode.word(&["AUTO", "ANY", "NONE", "VALIDATED", "MODE_UNSPECIFIED"])?;
    }
    let Some(generation) = body.field("generationConfig") else { return Ok(()) };
    known(&generation, GENERATION)?;
    for name in ["maxOutputTokens", "candidateCount"] {
        if let Some(count) = generation.field(name) {
            count.number(Value::as_u64, |count| count >= 1, "a whole number of 1 or more")?;
        }
    }
    let Some(thinking) = generation.field("thinkingConfig") else { return Ok(()) };
    known(&thinking, &["includeThoughts", "thinkingBudget", "thinkingLevel"])?;
    if thinking.field("thinkingBudget").is_some() && thinking.field("thinkingLevel").is_some() {
        return Err(thinking.broken("You can only set one of thinking budget and thinking level."));
    }
    Ok(())
}

/// The same for a request to count tokens.
pub(crate) fn check_count(body: &Value) -> Result<(), Broken> {
    let question = Node::root(body);
    known(&question, &["contents", "generateContentRequest"])?;
    let Some(request) = question.field("generateContentRequest") else { return conversation(&question) };
    request.need("model")?.text(1, 256)?;
    check(request.value())
}

/// Who speaks when, and that each call is answered by the function of its name.
fn conversation(body: &Node<'_>) -> Result<(), Broken> {
    let contents = body.items("contents")?;
    if contents.is_empty() {
        return Err(body.broken("contents is not specified"));
    }
    let mut open: Vec<String> = Vec::new();
    for (at, content) in contents.iter().enumerate() {
        known(content, &["role", "parts"])?;
        if let Some(role) = content.field("role") {
            role.word(&["user", "model"])?;
        }
        let parts = content.items("parts")?;
        if parts.is_empty() {
            return Err(content.broken("must include at least one parts field"));
        }
        parts.iter().try_for_each(part::check)?;
        let (called, answered) = (named(&parts, "functionCall"), named(&parts, "functionResponse"));
        if !called.is_empty() && at == 0 {
            return Err(content
                .broken("a function call turn comes immediately after a user turn or after a function response turn"));
        }
        if !answered.is_empty() && sorted(&answered) != sorted(&open) {
            return Err(
                content.broken("the function response parts must be those of the function calls of the turn before")
            );
        }
        if answered.is_empty() && !open.is_empty() {
            return Err(content.broken("a function response turn comes immediately after a function call turn"));
        }
        open = called;
    }
    Ok(())
}

/// Proofs that it gave, or a word for none. Models of generation 3 want one at the first call of each step of the current turn.
pub(crate) fn proofs(body: &Value, model: &str) -> Result<(), Broken> {
    let root = Node::root(body);
    let contents = root.items("contents")?;
    // the current turn begins with the last content in which the user says something
    let says = |content: &Node<'_>| {
        content.items("parts").is_ok_and(|parts| parts.iter().any(|part| part.field("text").is_some()))
    };
    let is_user = |content: &Node<'_>| content.value().get("role").is_none_or(|role| role == "user");
    let current = contents.iter().rposition(|content| is_user(content) && says(content)).unwrap_or(0);
    for (at, content) in contents.iter().enumerate() {
        let mut first = true;
        for part in content.items("parts")? {
            let proof = part.field("thoughtSignature");
            if let Some(proof) = &proof
                && !proof.value().as_str().is_some_and(|proof| proof == PROOF || UNCHECKED.contains(&proof))
            {
                return Err(proof.broken("Thought signature is not valid."));
            }
            if part.field("functionCall").is_some() {
                if first && proof.is_none() && at > current && model.contains("gemini-3") {
                    return Err(part.broken("Function call is missing a thought_signature in functionCall parts."));
                }
                first = false;
            }
        }
    }
    Ok(())
}

/// Refuses fields that are not among `names`.
pub(super) fn known(node: &Node<'_>, names: &[&str]) -> Result<(), Broken> {
    match node.object()?.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(format!(
            "Invalid JSON payload received. Unknown name \"{name}\" at '{}': Cannot find field.",
            node.place()
        )),
        None => Ok(()),
    }
}

fn named(parts: &[Node<'_>], kind: &str) -> Vec<String> {
    let name = |part: &Node<'_>| Some(part.field(kind)?.field("name")?.value().as_str()?.to_owned());
    parts.iter().filter_map(name).collect()
}

fn sorted(names: &[String]) -> Vec<&String> {
    let mut names: Vec<_> = names.iter().collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests;
