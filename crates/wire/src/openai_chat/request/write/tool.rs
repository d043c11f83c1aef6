//! Tools and the choice among them, as this dialect writes them. Tools that a provider does not take have stand-ins by now.

use std::collections::HashSet;

use super::Dropped;
use super::wire::{Allowed, Choice, CustomTool, Format, FunctionTool, Grammar, Named, Tagged};
use crate::chat::{CustomFormat, Tool, ToolChoice, ToolKind};
use crate::strict::{self, Closed};

pub(super) fn all<'a>(tools: &'a [Tool], dropped: &mut Dropped) -> Vec<Tagged<FunctionTool<'a>, CustomTool<'a>>> {
    tools.iter().enumerate().map(|(index, tool)| write(tool, index, dropped)).collect()
}

/// The switch of the tool that stands at `index` of the request. Other servers than OpenAI's have rules of their own.
pub(crate) fn strict(tool: &Tool, index: usize, dropped: &mut Dropped) -> Option<bool> {
    if !dropped.is_for_openai() {
        return tool.strict;
    }
    strict::strict(tool, Closed::Required, || dropped.name(format!("tools[{index}].strict")))
}

fn write<'a>(tool: &'a Tool, index: usize, dropped: &mut Dropped) -> Tagged<FunctionTool<'a>, CustomTool<'a>> {
    dropped.cache(tool.cache.as_ref());
    let (name, description) = (tool.name.as_str(), tool.description.as_deref());
    match &tool.kind {
        ToolKind::Function => {
            let (parameters, strict) = (tool.schema.as_ref(), strict(tool, index, dropped));
            Tagged::Function { function: FunctionTool { name, description, parameters, strict } }
        }
        ToolKind::Custom { format } => {
            Tagged::Custom { custom: CustomTool { name, description, format: write_format(format) } }
        }
    }
}

fn write_format(format: &CustomFormat) -> Option<Format<'_>> {
    match format {
        CustomFormat::Text => None,
        CustomFormat::Grammar { syntax, definition } => {
            Some(Format::Grammar { grammar: Grammar { syntax, definition } })
        }
    }
}

pub(super) fn choice<'a>(choice: &'a ToolChoice, tools: &'a [Tool]) -> Choice<'a> {
    match choice {
        ToolChoice::Auto => Choice::Word("auto"),
        ToolChoice::Required => Choice::Word("required"),
        ToolChoice::None => Choice::Word("none"),
        ToolChoice::Tool(name) => Choice::Tool(tagged(name, &custom_names(tools))),
        ToolChoice::Allowed { required, names } => {
            let custom = custom_names(tools);
            let mode = if *required { "required" } else { "auto" };
            let tools = names.iter().map(|name| tagged(name, &custom)).collect();
            Choice::Allowed { r#type: "allowed_tools", allowed_tools: Allowed { mode, tools } }
        }
    }
}

fn custom_names(tools: &[Tool]) -> HashSet<&str> {
    let custom = tools.iter().filter(|tool| matches!(tool.kind, ToolKind::Custom { .. }));
    custom.map(|tool| tool.name.as_str()).collect()
}

fn tagged<'a>(name: &'a str, custom: &HashSet<&str>) -> Tagged<Named<'a>> {
    let named = Named { name };
    if custom.contains(name) { Tagged::Custom { custom: named } } else { Tagged::Function { function: named } }
}
