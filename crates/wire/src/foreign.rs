//! Reasoning, and searches, of another provider in a body that goes on as the client's own bytes.
//!
//! A client that changes its model in the middle of a session hands back what the first one thought, with a proof that the
//! second one's provider refuses. Such parts are found here, so that they can be cut out and named; and calls without a proof, where
//! a provider wants one.

mod google;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::Dialect;
use crate::chat::seal;
use crate::edit::{self, FieldPath};
use crate::envelope::Span;
use crate::gemini::{self, proof};
use crate::json::{self, Object, span_of};
use crate::openai_responses::ids;

/// What is to be edited, and the paths of what is cut out by that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// Lists, and what is to stand in their place.
    pub lists: Vec<(Span, String)>,
    pub names: Vec<String>,
}

/// Fields of Anthropic's that clients hand back empty, as they got them: of reasoning by a provider without signatures, and of
/// citations of a search that is not Anthropic's.
const SIGNATURE: &str = r#""signature""#;
const INDEX: &str = r#""encrypted_index""#;

/// How the ids of OpenAI's searches begin.
const SEARCH_OF_OPENAI: &str = "ws_";
const SEARCH: &str = "server_tool_use";

/// Where answers in OpenAI's dialects have the citations that are no pages of the web.
const CITATIONS: &str = "provider_specific_fields";
const CITATIONS_OF_AN_ITEM: &str = "content[*].provider_specific_fields";
const CITATIONS_OF_A_BLOCK: &str = "citations";

/// Stands in the names of our items and in the proofs in disguise.
const OURS: &str = "turnpike";

/// Finds the reasoning in `body` that the provider who is asked for `model` in `dialect` cannot have made, and calls that it would
/// refuse for want of a proof. Bodies without any pay for a search; one that cannot be read goes on as it is.
pub fn find(dialect: Dialect, model: &str, body: &str) -> Cut {
    let has = |word: &&str| memchr::memmem::find(body.as_bytes(), word.as_bytes()).is_some();
    let in_anthropic =
        || has_empty(body, SIGNATURE) || has_empty(body, INDEX) || has(&SEARCH) && has(&SEARCH_OF_OPENAI);
    let wants_proofs = dialect == Dialect::Gemini && gemini::request::wants_proofs(model);
    let unproven_call = || wants_proofs && google::CALL.iter().any(has);
    let suspicious = match dialect {
        // its providers read neither proofs nor `provider_specific_fields`, so both go on as they came
        Dialect::OpenAiChat | Dialect::OpenAiCompletions => false,
        Dialect::OpenAiResponses => has(&OURS) || has(&CITATIONS),
        Dialect::Anthropic | Dialect::BedrockInvoke => seal::may_stand_in(body) || in_anthropic(),
        Dialect::Bedrock => seal::may_stand_in(body),
        Dialect::Gemini => has(&proof::DISGUISED) || unproven_call(),
        Dialect::Cohere => has(&SIGNATURE),
        // nothing of it goes on as it came
        Dialect::CohereV1 => false,
    };
    let mut finder = Finder { body, cut_from_kept: None, cut: Cut::default() };
    if suspicious && let Ok(body) = Object::parse(body, "") {
        match dialect {
            Dialect::OpenAiChat | Dialect::OpenAiCompletions | Dialect::CohereV1 => {}
            Dialect::OpenAiResponses => {
                finder.cut_from_kept = Citations::at(CITATIONS_OF_AN_ITEM, |item| item.contains(CITATIONS));
                finder.items(body);
            }
            Dialect::Anthropic | Dialect::BedrockInvoke => {
                finder.cut_from_kept = Citations::at(CITATIONS_OF_A_BLOCK, |block| has_empty(block, INDEX));
                finder.blocks(body, foreign_block, r#"{"type":"text","text":"..."}"#);
            }
            Dialect::Bedrock => finder.blocks(body, foreign_reasoning, r#"{"text":"..."}"#),
            Dialect::Gemini => finder.contents(body, wants_proofs),
            Dialect::Cohere => finder.blocks(body, foreign_proof, r#"{"type":"text","text":"..."}"#),
        }
    }
    finder.cut
}

/// What another provider made.
enum Foreign {
    /// Named when it is cut out.
    Reasoning,
    /// What it found stands in the text behind it, so nothing is lost that had to be named.
    Search,
    /// A call without a proof, and what is to stand in its place.
    Call(String),
}

struct Finder<'a> {
    body: &'a str,
    /// What is cut out of the elements that stay.
    cut_from_kept: Option<Citations>,
    cut: Cut,
}

impl<'a> Finder<'a> {
    fn items(&mut self, mut body: Object<'a>) {
        if let Some(input) = body.take("input") {
            self.list(input, "input", foreign_item, r#"{"role":"assistant","content":"..."}"#);
        }
    }

    fn blocks(&mut self, mut body: Object<'a>, foreign: fn(&RawValue) -> Option<Foreign>, filler: &'static str) {
        for (path, message) in body.take_list("messages").ok().flatten().unwrap_or_default() {
            let content = Object::parse(message.get(), path).ok().and_then(|mut message| {
                let path = message.path_of("content");
                message.take("content").map(|content| (path, content))
            });
            if let Some((path, content)) = content {
                self.list(content, &path, foreign, filler);
            }
        }
    }

    /// Cuts the foreign elements out of a list. `filler` stands where nothing would be left: no message may be empty.
    fn list(
        &mut self,
        list: &RawValue,
        path: &str,
        mut foreign: impl FnMut(&RawValue) -> Option<Foreign>,
        filler: &'static str,
    ) {
        let (mut kept, mut changed) = (Vec::new(), false);
        for (path, element) in json::list(list, path).unwrap_or_default() {
            match foreign(element) {
                Some(Foreign::Reasoning) => self.cut.names.push(format!("{path} (another provider's)")),
                Some(Foreign::Search) => {}
                Some(Foreign::Call(instead)) => kept.push(Cow::Owned(instead)),
                None => {
                    let bare = self.cut_from_kept.as_ref().and_then(|citations| citations.cut(element.get()));
                    changed |= bare.is_some();
                    kept.push(bare.map_or(Cow::Borrowed(element.get()), Cow::Owned));
                    continue;
                }
            }
            changed = true;
        }
        if !changed {
            return;
        }
        if kept.is_empty() {
            kept.push(Cow::Borrowed(filler));
        }
        self.cut.lists.push((span_of(self.body, list), format!("[{}]", kept.join(","))));
    }
}

/// A thinking block whose signature is empty or another's, or a search that OpenAI made.
fn foreign_block(block: &RawValue) -> Option<Foreign> {
    #[derive(Deserialize)]
    struct Block {
        r#type: String,
        signature: Option<String>,
        id: Option<String>,
        tool_use_id: Option<String>,
    }
    let block = serde_json::from_str::<Block>(block.get()).ok()?;
    let foreign = |signature: &str| signature.is_empty() || seal::is_disguised(signature);
    let is_openais = |id: Option<String>| id.is_some_and(|id| id.starts_with(SEARCH_OF_OPENAI));
    match block.r#type.as_str() {
        "thinking" => block.signature.as_deref().is_some_and(foreign).then_some(Foreign::Reasoning),
        "server_tool_use" => is_openais(block.id).then_some(Foreign::Search),
        "web_search_tool_result" => is_openais(block.tool_use_id).then_some(Foreign::Search),
        _ => None,
    }
}

/// Reasoning with another's proof. Without a signature it stays, unlike Anthropic's: Bedrock has models that do not sign, and takes
/// back what they thought.
fn foreign_reasoning(block: &RawValue) -> Option<Foreign> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Block {
        reasoning_content: Reasoning,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Reasoning {
        reasoning_text: Text,
    }
    #[derive(Deserialize)]
    struct Text {
        signature: String,
    }
    let block = serde_json::from_str::<Block>(block.get()).ok()?;
    seal::is_disguised(&block.reasoning_content.reasoning_text.signature).then_some(Foreign::Reasoning)
}

/// Thinking with a proof, of which Cohere makes none: SDKs hand back the field beside it that a client got from here.
fn foreign_proof(content: &RawValue) -> Option<Foreign> {
    let mut content = Object::parse(content.get(), "").ok()?;
    content.peek("signature")?;
    let word = content.take_string("type").ok()??;
    (word == "thinking").then_some(Foreign::Reasoning)
}

/// Reasoning with another's proof, or reasoning and searches that have their name from here: OpenAI would look for those among
/// what it keeps.
fn foreign_item(item: &RawValue) -> Option<Foreign> {
    #[derive(Deserialize)]
    struct Item {
        r#type: String,
        id: Option<String>,
        encrypted_content: Option<String>,
    }
    let item = serde_json::from_str::<Item>(item.get()).ok()?;
    let is_ours = item.id.as_deref().is_some_and(ids::is_ours);
    match (item.r#type.as_str(), item.encrypted_content) {
        ("reasoning", Some(proof)) if !proof.is_empty() => seal::is_disguised(&proof).then_some(Foreign::Reasoning),
        ("reasoning", _) => is_ours.then_some(Foreign::Reasoning),
        ("web_search_call", _) => is_ours.then_some(Foreign::Search),
        _ => None,
    }
}

/// Citations beside a text that its provider does not take back. They tell people what it rests on, so nothing is lost to a
/// model.
struct Citations {
    path: FieldPath,
    are_in: fn(&str) -> bool,
}

impl Citations {
    fn at(path: &str, are_in: fn(&str) -> bool) -> Option<Self> {
        FieldPath::parse(path).ok().map(|path| Self { path, are_in })
    }

    /// The element without them. `None` where it has none.
    fn cut(&self, element: &str) -> Option<String> {
        if !(self.are_in)(element) {
            return None;
        }
        let (bare, _) = edit::cut(&Bytes::copy_from_slice(element.as_bytes()), std::slice::from_ref(&self.path))?;
        String::from_utf8(bare.into()).ok()
    }
}

/// Whether somewhere in `body` the field `key`, in its quotes, is an empty string.
fn has_empty(body: &str, key: &str) -> bool {
    memchr::memmem::find_iter(body.as_bytes(), key.as_bytes()).any(|at| {
        let rest = body.get(at + key.len()..).unwrap_or_default().trim_start();
        rest.strip_prefix(':').is_some_and(|value| value.trim_start().starts_with("\"\""))
    })
}
