//! What the structure of a body tells, at any depth: does it name things that stand elsewhere, does it bring tools.
//!
//! One walk over the strings, the same that bounds depth, values, strings and lists. Strings are skipped whole, and only one before a colon is a
//! key, so a prompt may speak of images and computers without being taken for one. A kind that is not known to stand in
//! the body itself counts as one that does not: a new kind of content is held for at its worst until somebody lists it.

mod bounds;

use std::borrow::Cow;

use self::bounds::Bounds;
use super::{EnvelopeError, MAX_STRING, PricedApart};
use crate::Dialect;

/// Values of `type` whose tokens stand in the body, and the words for other things that have a `type`: tools, formats,
/// cache marks, JSON Schema.
const INLINE: &[&str] = &[
    "text",
    "function",
    "string",
    "object",
    "tool_use",
    "tool_result",
    "ephemeral",
    "number",
    "integer",
    "boolean",
    "array",
    "null",
    "input_text",
    "output_text",
    "refusal",
    "custom",
    "tool",
    "function_call",
    "function_call_output",
    "server_tool_use",
    "thinking",
    "redacted_thinking",
    "reasoning",
    "json_object",
    "json_schema",
    "auto",
    "any",
    "none",
    "enabled",
    "disabled",
    "adaptive",
    "allowed_tools",
    "grammar",
    "regex",
    "lark",
    // Bedrock's cache points and tiers
    "default",
    "flex",
    "priority",
    "reserved",
    // items and parts of OpenAI's Responses
    "custom_tool_call",
    "custom_tool_call_output",
    "message",
    "namespace",
    "reasoning_text",
    "summary_text",
];

/// Keys of what stands elsewhere, or comes to be there while the provider answers.
const ELSEWHERE: &[&str] = &[
    "file_id",
    "container",
    "mcp_servers",
    "thread",
    "web_search_options",
    "audio",
    "previous_response_id",
    // content parts of servers that do without a type
    "image_url",
    "input_audio",
    "video_url",
    "file_data",
    "file_url",
    // Bedrock's unions
    "image",
    "document",
    "video",
    "s3Location",
    "systemTool",
    // Gemini's parts
    "inlineData",
    "inline_data",
    "fileData",
];

/// How the tools begin that a provider runs itself and charges for beside the tokens.
const CHARGED: &[&str] =
    &["web_search", "code_execution", "code_interpreter", "file_search", "computer_use", "image_generation", "shell"];

/// A server whose tools the provider calls by itself, as often as the model likes (OpenAI). What comes of it begins with the
/// same word.
const REMOTE: &str = "mcp";

/// How the kinds of edits begin that only take context away.
const SHORTENS: &[&str] = &["clear_", "compact_"];

/// Keys whose objects are the user's own words, JSON Schema and arguments of tools: what stands there is text to a provider.
const OWN_WORDS: &[&str] = &["input_schema", "inputSchema", "parameters", "schema", "input", "json"];

/// Gemini's.
const GEMINIS_OWN_WORDS: &[&str] = &[
    "args",
    "response",
    "labels",
    "parametersJsonSchema",
    "parameters_json_schema",
    "responseSchema",
    "response_schema",
    "responseJsonSchema",
    "response_json_schema",
];

/// Keys of the tools that Google runs, in both spellings. What they find counts as input.
const GOOGLES_TOOLS: &[&str] = &[
    "googleSearch",
    "google_search",
    "googleSearchRetrieval",
    "google_search_retrieval",
    "googleMaps",
    "google_maps",
    "enterpriseWebSearch",
    "enterprise_web_search",
    "urlContext",
    "url_context",
    "fileSearch",
    "file_search",
    "codeExecution",
    "code_execution",
    "computerUse",
    "computer_use",
    "mcpServers",
    "mcp_servers",
];

/// Keys of tools and output formats.
const TOOLS: &[&str] = &["tools", "functions", "response_format", "output_config", "toolConfig", "outputConfig"];

/// See the fields of the envelope.
#[derive(Debug, Default)]
pub(super) struct Marks {
    is_gemini: bool,
    pub(super) has_references: bool,
    pub(super) brings_tools: bool,
    /// It names items that stand at the provider (OpenAI's Responses).
    pub(super) names_kept_items: bool,
    /// It hands reasoning back (OpenAI's Responses).
    pub(super) hands_back_reasoning: bool,
    pub(super) priced_apart: PricedApart,
}

/// Reads the marks of `body`, which may have so many values. Whether it is JSON, others say.
pub(super) fn read(dialect: Dialect, body: &[u8], most_nodes: usize) -> Result<Marks, EnvelopeError> {
    let mut marks = Marks { is_gemini: dialect == Dialect::Gemini, ..Marks::default() };
    let mut bounds = Bounds::new(most_nodes);
    // how deep the user's own words are that the walk is in
    let mut own_words: Option<usize> = None;
    // the walk is in the prompt of completions
    let mut in_prompt = false;
    let mut rest = body;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            b'{' | b'[' => {
                bounds.open(*byte == b'[', tail)?;
                if in_prompt {
                    rest = behind_tokens(tail);
                }
            }
            b'}' | b']' => {
                bounds.close();
                own_words = own_words.filter(|outside| *outside < bounds.depth());
            }
            b',' => bounds.next()?,
            b'"' => {
                let (inside, behind) = string(tail);
                if inside.len() > MAX_STRING {
                    return Err(EnvelopeError::LongString);
                }
                rest = behind;
                if let (Some(value), None) = (behind.trim_ascii_start().strip_prefix(b":"), own_words) {
                    let (key, value) = (plain(inside), value.trim_ascii_start());
                    if bounds.depth() == 1 {
                        in_prompt = dialect == Dialect::OpenAiCompletions && key == "prompt";
                    }
                    if marks.are_own_words(&key) && value.starts_with(b"{") {
                        own_words = Some(bounds.depth());
                    } else {
                        marks.key(&key, value);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(marks)
}

impl Marks {
    /// Whether an object behind this key is the user's own words.
    fn are_own_words(&self, key: &str) -> bool {
        OWN_WORDS.contains(&key) || (self.is_gemini && GEMINIS_OWN_WORDS.contains(&key))
    }

    /// A key, and the body from its value on.
    fn key(&mut self, key: &str, value: &[u8]) {
        if key == "type" {
            if let Some(text) = value.strip_prefix(b"\"") {
                self.kind(&plain(string(text).0));
            }
        } else if self.is_gemini && GOOGLES_TOOLS.contains(&key) {
            if !value.starts_with(b"null") {
                self.has_references = true;
                self.priced_apart.tool(key);
            }
        } else if ELSEWHERE.contains(&key) {
            // null is absent
            self.has_references |= !value.starts_with(b"null");
            if key == "systemTool" {
                self.priced_apart.tool(key);
            }
        } else if TOOLS.contains(&key) || (key == "text" && value.starts_with(b"{")) {
            self.brings_tools = true;
        }
    }

    /// The value of a `type`.
    fn kind(&mut self, kind: &str) {
        self.hands_back_reasoning |= kind == "reasoning";
        if INLINE.contains(&kind) || SHORTENS.iter().any(|shortens| kind.starts_with(shortens)) {
            return;
        }
        self.has_references = true;
        self.names_kept_items |= kind == "item_reference";
        // what such a tool once did and answered is text that is handed back
        let handed_back = ["_result", "_call", "_output"].iter().any(|end| kind.ends_with(end));
        let runs = CHARGED.iter().any(|charged| kind.starts_with(charged)) || kind == REMOTE;
        let is_tool = runs && !handed_back;
        if is_tool {
            self.priced_apart.tool(kind);
        }
    }
}

/// What follows the tokens that a list begins with. They are not counted: nobody here makes values of them, and the size of the
/// body bounds how many there are.
fn behind_tokens(list: &[u8]) -> &[u8] {
    let is_token = |byte: &u8| byte.is_ascii_digit() || *byte == b',' || byte.is_ascii_whitespace();
    let tokens = list.iter().take_while(|byte| is_token(byte)).count();
    list.get(tokens..).unwrap_or_default()
}

/// The inside of the string whose opening quote was just passed, and what stands behind it.
fn string(text: &[u8]) -> (&[u8], &[u8]) {
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'"', b'\\', rest) {
        if rest.get(at) == Some(&b'"') {
            let behind = rest.get(at + 1..).unwrap_or_default();
            return (text.get(..text.len() - behind.len() - 1).unwrap_or_default(), behind);
        }
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    (text, &[])
}

/// The text of a string, its escapes resolved. What is not text is nothing: the parser will refuse it.
fn plain(inside: &[u8]) -> Cow<'_, str> {
    let Ok(text) = std::str::from_utf8(inside) else { return Cow::Borrowed("") };
    if memchr::memchr(b'\\', inside).is_none() {
        return Cow::Borrowed(text);
    }
    serde_json::from_str(&format!("\"{text}\"")).map_or(Cow::Borrowed(""), Cow::Owned)
}

#[cfg(test)]
mod tests;
