//! How much to think, on its way to Anthropic.

use super::writing::{body, request, says, written};
use crate::chat::*;

#[test]
fn effort_and_budget_become_thinking() {
    let effort = |word: &str| Reasoning { effort: Some(Effort(word.to_owned())), ..Reasoning::default() };
    let mode = |mode| Reasoning { mode: Some(mode), ..Reasoning::default() };
    let adaptive = r#""thinking":{"type":"adaptive"}"#;
    let cases = [
        (effort("high"), format!(r#"{adaptive},"output_config":{{"effort":"high"}}"#)),
        (effort("minimal"), format!(r#"{adaptive},"output_config":{{"effort":"low"}}"#)),
        (effort("none"), r#""thinking":{"type":"disabled"}"#.to_owned()),
        (mode(ReasoningMode::Disabled), r#""thinking":{"type":"disabled"}"#.to_owned()),
        (mode(ReasoningMode::Enabled), adaptive.to_owned()),
        (
            Reasoning { mode: Some(ReasoningMode::Unsaid), ..effort("high") },
            r#""output_config":{"effort":"high"}"#.to_owned(),
        ),
        (
            Reasoning { summary: Some("detailed".to_owned()), ..mode(ReasoningMode::Adaptive) },
            r#""thinking":{"type":"adaptive","display":"summarized"}"#.to_owned(),
        ),
        (
            Reasoning { summary: Some("auto".to_owned()), budget_tokens: Some(7), ..Reasoning::default() },
            r#""thinking":{"type":"enabled","budget_tokens":7,"display":"summarized"}"#.to_owned(),
        ),
        (
            Reasoning { summary: Some("none".to_owned()), ..effort("low") },
            format!(r#"{adaptive},"output_config":{{"effort":"low"}}"#),
        ),
        (
            Reasoning { budget_tokens: Some(7), display: Some("omitted".to_owned()), ..effort("max") },
            r#""thinking":{"type":"enabled","budget_tokens":7,"display":"omitted"},"output_config":{"effort":"max"}"#
                .to_owned(),
        ),
    ];
    for (reasoning, expected) in cases {
        let body = body(&Request { reasoning: Some(reasoning), ..request(vec![says(Role::User, "Hi")]) });
        assert!(body.ends_with(&format!("}}],{expected}}}")), "{body}");
    }
    // a ceiling that nobody said leaves room beside the thinking
    let deep = Reasoning { budget_tokens: Some(8000), mode: Some(ReasoningMode::Enabled), ..Reasoning::default() };
    let deep = Request { reasoning: Some(deep), max_output_tokens: None, ..request(vec![says(Role::User, "Hi")]) };
    assert!(body(&deep).contains(r#""max_tokens":12096"#), "{}", body(&deep));
    let refused = written(&Request { max_output_tokens: Some(8000), ..deep }).unwrap_err();
    assert_eq!(refused.path, "reasoning.budget_tokens");
    for (summary, named) in [("auto", None), ("none", None), ("concise", Some("reasoning.summary"))] {
        let alone = Reasoning { summary: Some(summary.to_owned()), ..Reasoning::default() };
        let (body, dropped) = written(&Request { reasoning: Some(alone), ..request(vec![]) }).unwrap();
        assert_eq!(dropped, named.into_iter().collect::<Vec<_>>());
        assert!(!body.contains("thinking"), "{body}");
    }
    let contradiction = Reasoning { budget_tokens: Some(7), display: Some("omitted".to_owned()), ..effort("none") };
    let (_, dropped) = written(&Request { reasoning: Some(contradiction), ..request(vec![]) }).unwrap();
    assert_eq!(dropped, ["reasoning.budget_tokens", "reasoning.display"]);
}
