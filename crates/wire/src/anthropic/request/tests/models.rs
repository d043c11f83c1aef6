//! What each Claude takes, from what clients of OpenAI's chat and of Converse ask.

use crate::anthropic::request::write;
use crate::chat::{Reasoning, Request};
use crate::dialect::{CeilingField, Target};
use crate::{bedrock, openai_chat};

const TOOL: &str = r#""tools":[{"type":"function","function":{"name":"f"}}]"#;

/// What follows the messages in Anthropic's body, and what is named.
fn told(model: &str, request: &Request) -> (String, String) {
    let target = Target { model, ceiling: CeilingField::default(), extras: true };
    let written = write(request, &target).unwrap();
    let body = String::from_utf8(written.body).unwrap();
    let (_, settings) = body.split_once(r#""content":"Hi"}]"#).unwrap();
    let settings = settings.replace(r#","tools":[{"name":"f","input_schema":{"type":"object","properties":{}}}]"#, "");
    (settings.trim_end_matches('}').trim_start_matches(',').to_owned(), written.dropped.join(", "))
}

fn chat(settings: &str) -> Request {
    let body = format!(r#"{{"model":"m","messages":[{{"role":"user","content":"Hi"}}],"max_tokens":9000{settings}}}"#);
    openai_chat::request::read(&body).unwrap()
}

#[test]
fn thinking() {
    let adaptive = r#""thinking":{"type":"adaptive"},"output_config":{"effort":"#;
    for (model, effort, expected, named) in [
        ("claude-opus-4-8", "high", format!(r#"{adaptive}"high""#), ""),
        ("claude-sonnet-5-5", "xhigh", format!(r#"{adaptive}"xhigh""#), ""),
        ("claude-sonnet-4-6", "xhigh", format!(r#"{adaptive}"high""#), ""),
        ("claude-sonnet-4-6", "max", format!(r#"{adaptive}"max""#), ""),
        ("claude-haiku-4-5", "low", r#""thinking":{"type":"enabled","budget_tokens":1024"#.to_owned(), ""),
        ("claude-haiku-4-5", "medium", r#""thinking":{"type":"enabled","budget_tokens":2048"#.to_owned(), ""),
        ("claude-haiku-4-5", "max", r#""thinking":{"type":"enabled","budget_tokens":4500"#.to_owned(), ""),
        ("claude-haiku-4-5", "newer", String::new(), "reasoning.effort"),
        (
            "claude-opus-4-5",
            "max",
            r#""thinking":{"type":"enabled","budget_tokens":4500},"output_config":{"effort":"high""#.to_owned(),
            "",
        ),
        ("claude-3-5-haiku-20241022", "low", String::new(), "reasoning (this model does not think)"),
        ("claude-3-5-haiku-20241022", "none", String::new(), ""),
        ("claude-opus-4-8", "none", String::new(), ""),
        ("claude-haiku-5-5", "none", r#""thinking":{"type":"disabled""#.to_owned(), ""),
        ("claude-sonnet-5-5", "none", r#""thinking":{"type":"between_tools""#.to_owned(), ""),
        (
            "claude-opus-5-5",
            "none",
            r#""output_config":{"effort":"low""#.to_owned(),
            "reasoning (this model always thinks)",
        ),
        ("tuned", "none", r#""thinking":{"type":"disabled""#.to_owned(), ""),
    ] {
        let (body, dropped) = told(model, &chat(&format!(r#","reasoning_effort":"{effort}""#)));
        assert_eq!((body.as_str(), dropped.as_str()), (expected.as_str(), named), "{model} {effort}");
    }
    let small = openai_chat::request::read(
        r#"{"model":"m","messages":[{"role":"user","content":"Hi"}],"max_tokens":1024,"reasoning_effort":"low"}"#,
    );
    let (body, dropped) = told("claude-haiku-4-5", &small.unwrap());
    assert_eq!((body.as_str(), dropped.as_str()), ("", "reasoning (the output ceiling leaves no room for it)"));
}

#[test]
fn budgets() {
    for (model, tokens, expected, named) in [
        ("claude-opus-4-6", 5000, r#""thinking":{"type":"enabled","budget_tokens":5000"#, ""),
        ("claude-opus-4-7", 5000, r#""thinking":{"type":"adaptive"},"output_config":{"effort":"high""#, ""),
        ("claude-opus-5-5", 1024, r#""thinking":{"type":"adaptive"},"output_config":{"effort":"low""#, ""),
        ("claude-3-5-haiku", 1024, "", "reasoning (this model does not think)"),
    ] {
        let body = format!(
            r#"{{"messages":[{{"role":"user","content":[{{"text":"Hi"}}]}}],"inferenceConfig":{{"maxTokens":9000}},
            "additionalModelRequestFields":{{"thinking":{{"type":"enabled","budget_tokens":{tokens}}}}}}}"#
        );
        let (body, dropped) = told(model, &bedrock::request::read(&body).unwrap());
        assert_eq!((body.as_str(), dropped.as_str()), (expected, named), "{model} {tokens}");
    }
}

#[test]
fn sampling() {
    for (model, settings, expected, named) in [
        ("claude-sonnet-4", r#""temperature":0.5,"top_p":0.9"#, r#""temperature":0.5,"top_p":0.9"#, ""),
        (
            "claude-sonnet-4-5",
            r#""temperature":0.5,"top_p":0.9"#,
            r#""temperature":0.5"#,
            "sampling.top_p (not beside a temperature)",
        ),
        ("claude-sonnet-4-5", r#""temperature":0.5,"top_p":1"#, r#""temperature":0.5"#, ""),
        ("claude-sonnet-4-5", r#""temperature":1,"top_p":0.9"#, r#""top_p":0.9"#, ""),
        ("claude-sonnet-4-5", r#""temperature":1.0,"top_p":1"#, r#""temperature":1.0"#, ""),
        ("claude-sonnet-4-5", r#""top_p":0.9"#, r#""top_p":0.9"#, ""),
        (
            "claude-opus-4-6",
            r#""temperature":1,"top_p":0.95,"reasoning_effort":"low""#,
            r#""thinking":{"type":"adaptive"},"output_config":{"effort":"low"},"top_p":0.95"#,
            "",
        ),
        (
            "claude-opus-4-7",
            r#""temperature":0.5,"top_p":0.9,"top_k":3"#,
            "",
            "sampling.temperature (not of this model), sampling.top_p (not of this model), \
             sampling.top_k (not of this model)",
        ),
        ("claude-opus-4-7", r#""temperature":1.0,"top_p":1"#, "", ""),
        (
            "claude-opus-4-6",
            r#""temperature":0.5,"top_p":0.9,"top_k":3,"reasoning_effort":"low""#,
            r#""thinking":{"type":"adaptive"},"output_config":{"effort":"low""#,
            "sampling.temperature (not while it thinks), sampling.top_p (not below 0.95 while it thinks), \
             sampling.top_k (not while it thinks)",
        ),
        (
            "claude-opus-4-6",
            r#""top_p":0.95,"reasoning_effort":"low""#,
            r#""thinking":{"type":"adaptive"},"output_config":{"effort":"low"},"top_p":0.95"#,
            "",
        ),
        (
            "tuned",
            r#""temperature":0.5,"top_p":0.9,"reasoning_effort":"low""#,
            r#""thinking":{"type":"adaptive"},"output_config":{"effort":"low"},"temperature":0.5,"top_p":0.9"#,
            "",
        ),
    ] {
        let (body, dropped) = told(model, &chat(&format!(",{settings}")));
        assert_eq!((body.as_str(), dropped.as_str()), (expected, named), "{model} {settings}");
    }
}

/// Agents send the summary `auto` with every request: it is no wish to think, and no word against it.
#[test]
fn how_thinking_is_shown_says_nothing_of_whether() {
    for (model, settings, expected) in [
        ("claude-3-5-haiku-20241022", "", ""),
        ("claude-haiku-4-5", "", ""),
        ("claude-sonnet-5", "", ""),
        ("claude-sonnet-5", TOOL, r#""tool_choice":{"type":"any"},"thinking":{"type":"disabled""#),
        ("claude-fable-5", TOOL, r#""tool_choice":{"type":"any""#),
    ] {
        let choice =
            if settings.is_empty() { String::new() } else { format!(r#",{settings},"tool_choice":"required""#) };
        let shown = Reasoning { summary: Some("auto".to_owned()), ..Reasoning::default() };
        let request = Request { reasoning: Some(shown), ..chat(&choice) };
        assert_eq!(told(model, &request), (expected.to_owned(), String::new()), "{model} {settings}");
    }
}

#[test]
fn forced_calls() {
    let thinks = r#","reasoning_effort":"high""#;
    for (model, thinking, expected, named) in [
        ("claude-sonnet-4-6", "", r#""tool_choice":{"type":"any""#, ""),
        (
            "claude-sonnet-4-6",
            thinks,
            r#""tool_choice":{"type":"any"},"output_config":{"effort":"high""#,
            "reasoning (not while a tool is forced)",
        ),
        ("claude-sonnet-5", "", r#""tool_choice":{"type":"any"},"thinking":{"type":"disabled""#, ""),
        (
            "claude-fable-5",
            thinks,
            r#""tool_choice":{"type":"any"},"thinking":{"type":"adaptive"},"output_config":{"effort":"high""#,
            "",
        ),
        (
            "claude-sonnet-5-5",
            thinks,
            r#""tool_choice":{"type":"auto"},"thinking":{"type":"adaptive"},"output_config":{"effort":"high""#,
            "tool_choice (this model cannot be forced)",
        ),
        ("tuned", "", r#""tool_choice":{"type":"any""#, ""),
    ] {
        let settings = format!(r#",{TOOL},"tool_choice":"required"{thinking}"#);
        let (body, dropped) = told(model, &chat(&settings));
        assert_eq!((body.as_str(), dropped.as_str()), (expected, named), "{model} {thinking}");
    }
}
