//! Names of models at AWS say more than the model: LiteLLM's `[route/][region/]model`.

use wire::Dialect;

/// A model's name, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<'a> {
    /// The region that the name says.
    pub region: Option<&'a str>,
    /// The dialect that the name asks for, whatever the client speaks.
    pub only: Option<Dialect>,
    /// The id or ARN.
    pub model: &'a str,
}

/// The way of calling that a name asks for is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the route {route}/ is not supported: leave it out, and the model is called as its client asks, else by Converse"
)]
pub struct NoRoute {
    pub route: String,
}

/// The ways of calling that there are. The first is the usual one, which may be said.
const CONVERSE: &str = "converse";
const INVOKE: &str = "invoke";
/// LiteLLM's other ways.
const OTHERS: &[&str] =
    &["agent", "agentcore", "async_invoke", "chat_completions", "claude_platform", "converse_like", "mantle", "openai"];

/// Takes the name of a model apart.
pub fn locate(name: &str) -> Result<Located<'_>, NoRoute> {
    let (mut model, mut only) = (name, None);
    if let Some((route, rest)) = model.split_once('/') {
        if OTHERS.contains(&route) {
            return Err(NoRoute { route: route.to_owned() });
        }
        if matches!(route, CONVERSE | INVOKE) {
            model = rest;
            only = (route == INVOKE).then_some(Dialect::BedrockInvoke);
        }
    }
    let region = model.split_once('/').filter(|(first, _)| is_region(first));
    Ok(region.map_or_else(
        || Located { region: region_of_arn(model), only, model },
        |(region, model)| Located { region: Some(region), only, model },
    ))
}

/// The host's end: AWS in China has its own.
pub fn in_region(template: &str, region: &str) -> String {
    let url = template.replace("{region}", region);
    if region.starts_with("cn-") { url.replace(".amazonaws.com", ".amazonaws.com.cn") } else { url }
}

/// `us-east-1`, `us-gov-west-1`: a resource's ARN holds no such word before its first slash.
fn is_region(word: &str) -> bool {
    let mut parts = word.split('-');
    let area = parts.next().is_some_and(|area| area.len() == 2 && area.bytes().all(|byte| byte.is_ascii_lowercase()));
    let number =
        parts.next_back().is_some_and(|number| number.len() == 1 && number.bytes().all(|b| b.is_ascii_digit()));
    let mut between = parts.peekable();
    area && number && between.peek().is_some() && between.all(|part| part.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// The fourth part of `arn:partition:service:region:account:resource`.
fn region_of_arn(model: &str) -> Option<&str> {
    let rest = model.strip_prefix("arn:")?;
    rest.split(':').nth(2).filter(|region| is_region(region))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_apart() {
        let arn = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc";
        for (name, region, model) in [
            ("anthropic.claude-v2:1", None, "anthropic.claude-v2:1"),
            ("converse/anthropic.claude-v2:1", None, "anthropic.claude-v2:1"),
            ("us-west-2/anthropic.claude-v2:1", Some("us-west-2"), "anthropic.claude-v2:1"),
            ("converse/us-gov-west-1/m", Some("us-gov-west-1"), "m"),
            (arn, Some("eu-west-1"), arn),
            ("us.anthropic.claude/x", None, "us.anthropic.claude/x"),
            ("*", None, "*"),
        ] {
            assert_eq!(locate(name), Ok(Located { region, only: None, model }), "{name}");
        }
        let invoked = Located { region: Some("us-west-2"), only: Some(Dialect::BedrockInvoke), model: "m" };
        assert_eq!(locate("invoke/us-west-2/m"), Ok(invoked));
        assert_eq!(locate("agent/m"), Err(NoRoute { route: "agent".to_owned() }));
    }

    #[test]
    fn china_has_its_own_domain() {
        let template = "https://bedrock-runtime.{region}.amazonaws.com";
        assert_eq!(in_region(template, "us-east-1"), "https://bedrock-runtime.us-east-1.amazonaws.com");
        assert_eq!(in_region(template, "cn-north-1"), "https://bedrock-runtime.cn-north-1.amazonaws.com.cn");
    }
}
