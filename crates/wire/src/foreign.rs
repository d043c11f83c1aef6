//! Reasoning, and searches, of another provider in a body that goes on as the client's own bytes.
//!
//! A client that changes its model in the middle of a session hands back what the first one thought, with a proof that the
//! second one's provider refuses. Such parts are found here, so that they can be cut out and named.

use std::borrow::Cow;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::Dialect;
use crate::chat::seal;
use crate::edit::{self, FieldPath};
use crate::envelope::Span;
use crate::gemini::proof;
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

/// Where messages stand, and in each its pieces: in Anthropic's dialect and Bedrock's, and in Gemini's.
const BLOCKS: (&str, &str) = ("messages", "content");
const PARTS: (&str, &str) = ("contents", "parts");

/// Finds the reasoning in `body` that the provider who is asked in `dialect` cannot have made. Bodies without any pay for a
/// search; one that cannot be read goes on as it is.
pub fn find(dialect: Dialect, body: &str) -> Cut {
    let has = |word: &&str| memchr::memmem::find(body.as_bytes(), word.as_bytes()).is_some();
    let in_anthropic =
        || has_empty(body, SIGNATURE) || has_empty(body, INDEX) || has(&SEARCH) && has(&SEARCH_OF_OPENAI);
    let suspicious = match dialect {
        // its providers read neither proofs nor `provider_specific_fields`, so both go on as they came
        Dialect::OpenAiChat | Dialect::OpenAiCompletions => false,
        Dialect::OpenAiResponses => has(&OURS) || has(&CITATIONS),
        Dialect::Anthropic | Dialect::BedrockInvoke => seal::may_stand_in(body) || in_anthropic(),
        Dialect::Bedrock => seal::may_stand_in(body),
        Dialect::Gemini => has(&proof::DISGUISED),
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
                finder.blocks(body, BLOCKS, foreign_block, r#"{"type":"text","text":"..."}"#);
            }
            Dialect::Bedrock => finder.blocks(body, BLOCKS, foreign_reasoning, r#"{"text":"..."}"#),
            Dialect::Gemini => finder.blocks(body, PARTS, foreign_thought, r#"{"text":"..."}"#),
            Dialect::Cohere => finder.blocks(body, BLOCKS, foreign_proof, r#"{"type":"text","text":"..."}"#),
        }
    }
    finder.cut
}

/// What another provider made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Foreign {
    /// Named when it is cut out.
    Reasoning,
    /// What it found stands in the text behind it, so nothing is lost that had to be named.
    Search,
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

    fn blocks(
        &mut self,
        mut body: Object<'a>,
        (messages, content): (&str, &str),
        foreign: fn(&RawValue) -> Option<Foreign>,
        filler: &'static str,
    ) {
        for (path, message) in body.take_list(messages).ok().flatten().unwrap_or_default() {
            let content = Object::parse(message.get(), path).ok().and_then(|mut message| {
                let path = message.path_of(content);
                message.take(content).map(|content| (path, content))
            });
            if let Some((path, content)) = content {
                self.list(content, &path, foreign, filler);
            }
        }
    }

    /// Cuts the foreign elements out of a list. `filler` stands where nothing would be left: no message may be empty.
    fn list(&mut self, list: &RawValue, path: &str, foreign: fn(&RawValue) -> Option<Foreign>, filler: &'static str) {
        let (mut kept, mut changed) = (Vec::new(), false);
        for (path, element) in json::list(list, path).unwrap_or_default() {
            match foreign(element) {
                Some(Foreign::Reasoning) => self.cut.names.push(format!("{path} (another provider's)")),
                Some(Foreign::Search) => {}
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

/// A thought with another's proof. Gemini's own stands at the part behind.
fn foreign_thought(part: &RawValue) -> Option<Foreign> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Part {
        #[serde(alias = "thought_signature")]
        thought_signature: String,
        thought: bool,
    }
    let part = serde_json::from_str::<Part>(part.get()).ok()?;
    (part.thought && part.thought_signature.starts_with(proof::DISGUISED)).then_some(Foreign::Reasoning)
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

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::edit::Edits;

    fn without(dialect: Dialect, body: &str) -> (String, Vec<String>) {
        let Cut { lists, names } = find(dialect, body);
        let mut edits = Edits::default();
        for (span, json) in lists {
            edits.replace(span, json);
        }
        (String::from_utf8(edits.apply(&Bytes::copy_from_slice(body.as_bytes())).to_vec()).unwrap(), names)
    }

    #[test]
    fn what_another_provider_thought_is_cut_out_and_named() {
        let cases = [
            (
                Dialect::Anthropic,
                r#"{"messages": [{"role":"user","content":"turnpike:sealed:"},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"turnpike:sealed:rs_1:x"}, {"type":"text", "text":"a"}]}], "x": 1.0}"#,
                r#"{"messages": [{"role":"user","content":"turnpike:sealed:"},{"role":"assistant","content":[{"type":"text", "text":"a"}]}], "x": 1.0}"#,
                "messages[1].content[0] (another provider's)",
            ),
            (
                Dialect::Anthropic,
                r#"{"messages":[{"content":[{"type":"thinking","thinking":"t","signature" : ""}]}]}"#,
                r#"{"messages":[{"content":[{"type":"text","text":"..."}]}]}"#,
                "messages[0].content[0] (another provider's)",
            ),
            (
                Dialect::Anthropic,
                r#"{"messages":[{"content":[{"type":"server_tool_use","id":"ws_1","name":"web_search","input":{}},{"type":"server_tool_use","id":"srvtoolu_1"}]}]}"#,
                r#"{"messages":[{"content":[{"type":"server_tool_use","id":"srvtoolu_1"}]}]}"#,
                "",
            ),
            (
                Dialect::Anthropic,
                r#"{"messages":[{"content":[{"type":"text","citations":[{"type":"web_search_result_location","encrypted_index": ""}],"text":"a"},{"type":"text","text":"b","citations":[{"encrypted_index":"Eo8"}]}]}]}"#,
                r#"{"messages":[{"content":[{"type":"text","text":"a"},{"type":"text","text":"b","citations":[{"encrypted_index":"Eo8"}]}]}]}"#,
                "",
            ),
            (
                Dialect::Bedrock,
                r#"{"messages":[{"content":[{"text":"a"},{"reasoningContent":{"reasoningText":{"text":"t","signature":"turnpike:sealed::x"}}}]}]}"#,
                r#"{"messages":[{"content":[{"text":"a"}]}]}"#,
                "messages[0].content[1] (another provider's)",
            ),
            (
                Dialect::Gemini,
                r#"{"contents":[{"role":"model","parts":[{"text":"t","thought":true,"thought_signature":"dHVybnBpa2U6c2lnbmVkOkU="},{"text":"a","thoughtSignature":"Ci"}]}]}"#,
                r#"{"contents":[{"role":"model","parts":[{"text":"a","thoughtSignature":"Ci"}]}]}"#,
                "contents[0].parts[0] (another provider's)",
            ),
            (
                Dialect::Gemini,
                r#"{"contents":[{"parts":[{"thought":true,"thoughtSignature":"dHVybnBpa2U6cmVkYWN0ZWQ6RQ=="}]}]}"#,
                r#"{"contents":[{"parts":[{"text":"..."}]}]}"#,
                "contents[0].parts[0] (another provider's)",
            ),
            (
                Dialect::Cohere,
                r#"{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":""}, {"type":"text","text":"a"}]},{"role":"user","content":"b"}]}"#,
                r#"{"messages":[{"role":"assistant","content":[{"type":"text","text":"a"}]},{"role":"user","content":"b"}]}"#,
                "messages[0].content[0] (another provider's)",
            ),
            (
                Dialect::OpenAiResponses,
                r#"{"input":[{"type":"reasoning","encrypted_content":"turnpike:signed:E"},{"role":"user","content":"a"}]}"#,
                r#"{"input":[{"role":"user","content":"a"}]}"#,
                "input[0] (another provider's)",
            ),
            (
                Dialect::OpenAiResponses,
                r#"{"input":[{"role":"user","content":"a"},{"type":"reasoning","encrypted_content":"turnpike:sealed:rs_1:x"}]}"#,
                r#"{"input":[{"role":"user","content":"a"}]}"#,
                "input[1] (another provider's)",
            ),
            (
                Dialect::OpenAiResponses,
                r#"{"input":[{"type":"reasoning","id":"rs_turnpike_a_0","summary":[],"encrypted_content":null}]}"#,
                r#"{"input":[{"role":"assistant","content":"..."}]}"#,
                "input[0] (another provider's)",
            ),
            (
                Dialect::OpenAiResponses,
                r#"{"input":[{"type":"web_search_call","id":"ws_turnpike_a_0"},{"type":"reasoning","encrypted_content":"turnpike:redacted:E"}]}"#,
                r#"{"input":[{"role":"assistant","content":"..."}]}"#,
                "input[1] (another provider's)",
            ),
        ];
        for (dialect, body, expected, name) in cases {
            let name = Some(name).filter(|name| !name.is_empty()).map(str::to_owned).into_iter().collect();
            assert_eq!(without(dialect, body), (expected.to_owned(), name), "{dialect:?}");
        }
    }

    #[test]
    fn citations_beside_a_text_do_not_go_back_to_openai() {
        let body = r#"{"input":[{"content":[{"type":"output_text","text":"a","provider_specific_fields":{"citations":[]}}], "role":"assistant"},
            {"content":[{"text":"provider_specific_fields"} ],"role":"user"},{"role":"user","content":"provider_specific_fields"}]}"#;
        let expected = r#"{"input":[{"content":[{"type":"output_text","text":"a"}], "role":"assistant"},{"content":[{"text":"provider_specific_fields"} ],"role":"user"},{"role":"user","content":"provider_specific_fields"}]}"#;
        assert_eq!(without(Dialect::OpenAiResponses, body), (expected.to_owned(), vec![]));
    }

    #[test]
    fn what_is_the_providers_own_stays() {
        for (dialect, body) in [
            (Dialect::Anthropic, r#"{"messages":[{"content":[{"type":"thinking","thinking":"t","signature":"Eq"}]}]}"#),
            (Dialect::Anthropic, r#"{"messages":[{"content":"say turnpike:sealed: and \"signature\":\"\""}]}"#),
            (Dialect::OpenAiResponses, r#"{"input":"turnpike:signed:x"}"#),
            (Dialect::OpenAiResponses, r#"{"input":[{"type":"reasoning","encrypted_content":"gAAA"}]}"#),
            (
                Dialect::OpenAiResponses,
                r#"{"input":[{"type":"reasoning","id":"rs_turnpike_1","encrypted_content":"gAAA"}]}"#,
            ),
            (
                Dialect::OpenAiResponses,
                r#"{"input":[{"type":"function_call","id":"fc_turnpike_1"},{"type":"reasoning","id":"rs_1"}]}"#,
            ),
            (Dialect::OpenAiChat, r#"{"messages":[{"content":"turnpike:sealed:"}]}"#),
            (Dialect::Bedrock, "turnpike:sealed: is no JSON"),
            (Dialect::Gemini, r#"{"contents":[{"parts":[{"text":"dHVybnBpa2U6","thought":true}]}]}"#),
        ] {
            assert_eq!(find(dialect, body), Cut::default(), "{body}");
        }
    }
}
