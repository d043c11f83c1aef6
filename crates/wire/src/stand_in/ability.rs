//! What a provider takes of that for which functions can stand in.

use crate::Dialect;
use crate::chat::{CallKind, Tool, ToolCall, ToolKind};
use crate::dialect::Target;

#[derive(Clone, Copy, Debug)]
pub(super) struct Ability {
    /// Tools that are called with text.
    pub(super) custom: bool,
    /// Groups of tools.
    pub(super) namespaces: bool,
    /// A choice among some of the tools.
    pub(super) allowed: bool,
    /// The most letters in a tool's name; all providers take `A-Z a-z 0-9 _ -`.
    pub(super) longest: usize,
    /// A name may begin with a digit or a dash.
    pub(super) any_first: bool,
}

/// A tool, declared or called.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    pub(super) namespace: Option<&'a str>,
    pub(super) kind: CallKind,
}

impl Ability {
    pub(super) fn of(dialect: Dialect, target: &Target<'_>) -> Self {
        let functions = Self { custom: false, namespaces: false, allowed: false, longest: 64, any_first: true };
        match dialect {
            Dialect::OpenAiResponses => Self { custom: true, namespaces: true, allowed: true, ..functions },
            Dialect::OpenAiChat => Self { custom: target.extras, allowed: target.extras, ..functions },
            Dialect::Anthropic | Dialect::BedrockInvoke => Self { longest: 128, ..functions },
            Dialect::OpenAiCompletions | Dialect::Bedrock | Dialect::Cohere | Dialect::CohereV1 => functions,
            // its own refusal of other names says both; its SDK's text says 128 letters
            Dialect::Gemini => Self { allowed: true, any_first: false, ..functions },
        }
    }

    /// Whether a name may begin as this one does.
    pub(super) fn may_begin(&self, name: &str) -> bool {
        self.any_first || !name.starts_with(|first: char| first.is_ascii_digit() || first == '-')
    }

    /// Whether the provider takes the tool as it is.
    pub(super) fn fits(&self, tool: Named<'_>) -> bool {
        (self.custom || tool.kind == CallKind::Function)
            && (self.namespaces || tool.namespace.is_none())
            && (1..=self.longest).contains(&tool.name.len())
            && tool.name.bytes().all(is_letter)
            && self.may_begin(tool.name)
    }
}

impl<'a> From<&'a Tool> for Named<'a> {
    fn from(tool: &'a Tool) -> Self {
        let kind = match tool.kind {
            ToolKind::Function => CallKind::Function,
            ToolKind::Custom { .. } => CallKind::Custom,
        };
        Self { name: &tool.name, namespace: tool.namespace.as_ref().map(|group| group.name.as_str()), kind }
    }
}

impl<'a> From<&'a ToolCall> for Named<'a> {
    fn from(call: &'a ToolCall) -> Self {
        Self { name: &call.name, namespace: call.namespace.as_deref(), kind: call.kind }
    }
}

/// Whether a byte may stand in a tool's name.
pub(super) fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}
