//! Reasoning, and searches, of another provider in a body that goes on as the client's own bytes.
//!
//! A client that changes its model in the middle of a session hands back what the first one thought, with a proof that the
//! second one's provider refuses. Such parts are found here, so that they can be cut out and named.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::Dialect;
use crate::chat::seal;
use crate::envelope::Span;
use crate::json::{self, Object, span_of};

/// What is to be edited, and the paths of what is cut out by that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// Lists, and what is to stand in their place.
    pub lists: Vec<(Span, String)>,
    pub names: Vec<String>,
}

/// How clients hand back reasoning that came without a signature, from a provider that has none.
const UNSIGNED: &[&str] = &[r#""signature":"""#, r#""signature": """#];

/// How the ids of OpenAI's searches begin.
const SEARCH_OF_OPENAI: &str = "ws_";
const SEARCH: &str = "server_tool_use";

/// Where answers in OpenAI's dialects have the citations that are no pages of the web.
const CITATIONS: &str = "provider_specific_fields";

/// Finds the reasoning in `body` that the provider who is asked in `dialect` cannot have made. Bodies without any pay for a
/// search; one that cannot be read goes on as it is.
pub fn find(dialect: Dialect, body: &str) -> Cut {
    let has = |word: &&str| memchr::memmem::find(body.as_bytes(), word.as_bytes()).is_some();
    let in_anthropic = || UNSIGNED.iter().any(has) || has(&SEARCH) && has(&SEARCH_OF_OPENAI);
    let suspicious = match dialect {
        // its providers read no proofs
        Dialect::OpenAiChat => false,
        Dialect::OpenAiResponses => seal::may_stand_in(body) || has(&CITATIONS),
        Dialect::Anthropic => seal::may_stand_in(body) || in_anthropic(),
        Dialect::Bedrock => seal::may_stand_in(body),
    };
    let mut finder = Finder { body, cut: Cut::default() };
    if suspicious && let Ok(body) = Object::parse(body, "") {
        finder.look(dialect, body);
    }
    finder.cut
}

struct Finder<'a> {
    body: &'a str,
    cut: Cut,
}

impl<'a> Finder<'a> {
    fn look(&mut self, dialect: Dialect, mut body: Object<'a>) {
        let (is_foreign, filler): (fn(&RawValue) -> bool, _) = match dialect {
            Dialect::OpenAiChat => return,
            Dialect::OpenAiResponses => {
                if let Some(input) = body.take("input") {
                    self.items(input);
                }
                return;
            }
            Dialect::Anthropic => (foreign_block, r#"{"type":"text","text":"..."}"#),
            Dialect::Bedrock => (foreign_reasoning, r#"{"text":"..."}"#),
        };
        for (path, message) in body.take_list("messages").ok().flatten().unwrap_or_default() {
            let content = Object::parse(message.get(), path).ok().and_then(|mut message| {
                let path = message.path_of("content");
                message.take("content").map(|content| (path, content))
            });
            if let Some((path, content)) = content {
                self.list(content, &path, is_foreign, filler);
            }
        }
    }

    /// Cuts foreign reasoning out of the input of OpenAI's Responses, and out of what is left the citations that this gateway put
    /// beside a text: OpenAI refuses a member that it does not know.
    fn items(&mut self, input: &RawValue) {
        let before = self.cut.names.len();
        let mut changed = false;
        let mut kept = Vec::new();
        for (path, item) in json::list(input, "input").unwrap_or_default() {
            if disguised_item(item) {
                self.cut.names.push(foreign_name(&path));
            } else {
                let bare = item.get().contains(CITATIONS).then(|| without_citations(item)).flatten();
                changed |= bare.is_some();
                kept.push(bare.map_or(Cow::Borrowed(item.get()), Cow::Owned));
            }
        }
        if changed || self.cut.names.len() > before {
            self.cut.lists.push((span_of(self.body, input), format!("[{}]", kept.join(","))));
        }
    }

    /// Cuts the foreign elements out of a list. `filler` stands where nothing would be left: no message may be empty.
    fn list(&mut self, list: &RawValue, path: &str, is_foreign: fn(&RawValue) -> bool, filler: &str) {
        let elements = json::list(list, path).unwrap_or_default();
        let (foreign, kept): (Vec<_>, Vec<_>) = elements.into_iter().partition(|(_, element)| is_foreign(element));
        if foreign.is_empty() {
            return;
        }
        let kept: Vec<_> = kept.into_iter().map(|(_, element)| element.get()).collect();
        let inside = if kept.is_empty() { filler.to_owned() } else { kept.join(",") };
        self.cut.lists.push((span_of(self.body, list), format!("[{inside}]")));
        self.cut.names.extend(foreign.iter().map(|(path, _)| foreign_name(path)));
    }
}

/// A thinking block whose signature is missing or another's, or a search that OpenAI made.
fn foreign_block(block: &RawValue) -> bool {
    #[derive(Deserialize)]
    struct Block {
        r#type: String,
        signature: Option<String>,
        id: Option<String>,
        tool_use_id: Option<String>,
    }
    let foreign = |signature: &str| signature.is_empty() || seal::is_sealed(signature);
    let is_openais = |id: Option<String>| id.is_some_and(|id| id.starts_with(SEARCH_OF_OPENAI));
    serde_json::from_str::<Block>(block.get()).is_ok_and(|block| match block.r#type.as_str() {
        "thinking" => block.signature.as_deref().is_none_or(foreign),
        "server_tool_use" => is_openais(block.id),
        "web_search_tool_result" => is_openais(block.tool_use_id),
        _ => false,
    })
}

fn foreign_reasoning(block: &RawValue) -> bool {
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
    serde_json::from_str::<Block>(block.get())
        .is_ok_and(|block| seal::is_sealed(&block.reasoning_content.reasoning_text.signature))
}

fn foreign_name(path: &str) -> String {
    format!("{path} (another provider's)")
}

/// The message without the citations beside its texts. `None` where there are none.
fn without_citations(item: &RawValue) -> Option<String> {
    let mut members: BTreeMap<&str, &RawValue> = serde_json::from_str(item.get()).ok()?;
    let content: Vec<BTreeMap<&str, &RawValue>> = serde_json::from_str(members.get("content")?.get()).ok()?;
    let bare = content.into_iter().map(|mut part| {
        part.remove(CITATIONS);
        part
    });
    let bare = serde_json::value::to_raw_value(&bare.collect::<Vec<_>>()).ok()?;
    members.insert("content", &bare);
    serde_json::to_string(&members).ok()
}

fn disguised_item(item: &RawValue) -> bool {
    #[derive(Deserialize)]
    struct Item {
        encrypted_content: String,
    }
    serde_json::from_str::<Item>(item.get()).is_ok_and(|item| seal::is_disguised(&item.encrypted_content))
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
                r#"{"messages":[{"content":[{"type":"thinking","thinking":"t","signature":""}]}]}"#,
                r#"{"messages":[{"content":[{"type":"text","text":"..."}]}]}"#,
                "messages[0].content[0] (another provider's)",
            ),
            (
                Dialect::Anthropic,
                r#"{"messages":[{"content":[{"type":"server_tool_use","id":"ws_1","name":"web_search","input":{}},{"type":"server_tool_use","id":"srvtoolu_1"}]}]}"#,
                r#"{"messages":[{"content":[{"type":"server_tool_use","id":"srvtoolu_1"}]}]}"#,
                "messages[0].content[0] (another provider's)",
            ),
            (
                Dialect::Bedrock,
                r#"{"messages":[{"content":[{"text":"a"},{"reasoningContent":{"reasoningText":{"text":"t","signature":"turnpike:sealed::x"}}}]}]}"#,
                r#"{"messages":[{"content":[{"text":"a"}]}]}"#,
                "messages[0].content[1] (another provider's)",
            ),
            (
                Dialect::OpenAiResponses,
                r#"{"input":[{"type":"reasoning","encrypted_content":"turnpike:signed:E"},{"role":"user","content":"a"}]}"#,
                r#"{"input":[{"role":"user","content":"a"}]}"#,
                "input[0] (another provider's)",
            ),
        ];
        for (dialect, body, expected, name) in cases {
            assert_eq!(without(dialect, body), (expected.to_owned(), vec![name.to_owned()]), "{dialect:?}");
        }
    }

    #[test]
    fn citations_beside_a_text_do_not_go_back_to_openai() {
        let body = r#"{"input":[{"content":[{"type":"output_text","text":"a","provider_specific_fields":{"citations":[]}}], "role":"assistant"},
            {"role":"user","content":"provider_specific_fields"}]}"#;
        let expected = r#"{"input":[{"content":[{"text":"a","type":"output_text"}],"role":"assistant"},{"role":"user","content":"provider_specific_fields"}]}"#;
        assert_eq!(without(Dialect::OpenAiResponses, body), (expected.to_owned(), vec![]));
    }

    #[test]
    fn what_is_the_providers_own_stays() {
        for (dialect, body) in [
            (Dialect::Anthropic, r#"{"messages":[{"content":[{"type":"thinking","thinking":"t","signature":"Eq"}]}]}"#),
            (Dialect::Anthropic, r#"{"messages":[{"content":"say turnpike:sealed: and \"signature\":\"\""}]}"#),
            (Dialect::OpenAiResponses, r#"{"input":"turnpike:signed:x"}"#),
            (Dialect::OpenAiResponses, r#"{"input":[{"type":"reasoning","encrypted_content":"gAAA"}]}"#),
            (Dialect::OpenAiChat, r#"{"messages":[{"content":"turnpike:sealed:"}]}"#),
            (Dialect::Bedrock, "turnpike:sealed: is no JSON"),
        ] {
            assert_eq!(find(dialect, body), Cut::default(), "{body}");
        }
    }
}
