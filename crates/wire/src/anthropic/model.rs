//! What a Claude takes, as far as its name tells.
//!
//! The rules are of Anthropic's pages on thinking and effort and of its migration guides from Opus 4.7 to Opus 5.5
//! (<https://platform.claude.com/docs/en/build-with-claude/effort>,
//! <https://platform.claude.com/docs/en/models/opus-5-5/migration-guide>, November 2026). A name without a number, and one that is
//! no Claude's, tells nothing: such a model is asked what the client asked.

/// A model of Anthropic's, or another one that speaks its dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Model {
    family: Family,
    /// `(4, 7)`, where the name tells.
    version: Option<(u32, u32)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Haiku,
    Sonnet,
    Opus,
    /// Fable and Mythos.
    Mythos,
    Other,
}

/// How thinking is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Off {
    /// It is off unless it is asked for.
    Unsaid,
    /// `disabled`, with an effort of `high` at most.
    Disabled,
    /// `between_tools`, likewise: notes between two calls stay.
    BetweenTools,
    Never,
}

impl Model {
    /// By the name at Anthropic, at Bedrock or elsewhere: `claude-opus-4-7`, `us.anthropic.claude-3-7-sonnet-20250219-v1:0`.
    pub(crate) fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let Some((_, rest)) = name.split_once("claude-") else { return Self { family: Family::Other, version: None } };
        let family = [
            ("haiku", Family::Haiku),
            ("sonnet", Family::Sonnet),
            ("opus", Family::Opus),
            ("fable", Family::Mythos),
            ("mythos", Family::Mythos),
        ];
        let family =
            family.into_iter().find(|(word, _)| rest.contains(word)).map_or(Family::Other, |(_, family)| family);
        let version = version(rest).or((family == Family::Mythos).then_some((5, 0)));
        Self { family, version }
    }

    /// Its name tells which one it is.
    pub(crate) fn is_known(self) -> bool {
        self.version.is_some()
    }

    fn is_at_least(self, version: (u32, u32)) -> bool {
        self.version.is_some_and(|own| own >= version)
    }

    /// It thinks when it is asked to.
    pub(crate) fn thinks(self) -> bool {
        self.version.is_none_or(|own| own >= (3, 7))
    }

    /// It takes a budget to think with.
    pub(crate) fn takes_budgets(self) -> bool {
        !self.is_at_least((4, 7))
    }

    /// It decides by itself how much to think, when it is told to.
    pub(crate) fn adapts(self) -> bool {
        self.version.is_none_or(|own| own >= (4, 6))
    }

    pub(crate) fn off(self) -> Off {
        match self.family {
            Family::Mythos => Off::Never,
            Family::Opus if self.is_at_least((5, 5)) => Off::Never,
            Family::Sonnet if self.is_at_least((5, 5)) => Off::BetweenTools,
            _ if self.version.is_some_and(|own| own < (5, 0)) => Off::Unsaid,
            Family::Haiku | Family::Sonnet | Family::Opus | Family::Other => Off::Disabled,
        }
    }

    /// The word nearest to an effort's, not above it but for want of a lower one; nothing at models without efforts.
    pub(crate) fn effort(self, word: &str) -> Option<&str> {
        let Some(version) = self.version else { return Some(word) };
        match (version, word) {
            (version, word) if version >= (4, 7) => Some(word),
            ((4, 6), "xhigh") => Some("high"),
            ((4, 6), word) => Some(word),
            ((4, 5), "xhigh" | "max") if self.family == Family::Opus => Some("high"),
            ((4, 5), word) if self.family == Family::Opus => Some(word),
            _ => None,
        }
    }

    /// It takes a temperature, `top_p` and `top_k`.
    pub(crate) fn takes_sampling(self) -> bool {
        !self.is_at_least((4, 7))
    }

    /// It takes a temperature or `top_p`, but not both.
    pub(crate) fn takes_one_of_sampling(self) -> bool {
        self.is_at_least((4, 1))
    }

    /// It can be made to call a tool.
    pub(crate) fn can_be_forced(self) -> bool {
        match self.family {
            Family::Opus | Family::Sonnet => !self.is_at_least((5, 5)),
            Family::Mythos => !self.is_at_least((5, 1)),
            Family::Haiku | Family::Other => true,
        }
    }
}

/// The first number of a name and the one right behind it. A date is none.
fn version(name: &str) -> Option<(u32, u32)> {
    let number = |part: &str| (part.len() <= 2).then(|| part.parse().ok()).flatten();
    let mut parts = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    let major = parts.find_map(number)?;
    Some((major, parts.next().and_then(number).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_family_and_version() {
        for (name, family, version) in [
            ("claude-opus-4-7", Family::Opus, Some((4, 7))),
            ("claude-opus-4-20250514", Family::Opus, Some((4, 0))),
            ("claude-3-7-sonnet-20250219", Family::Sonnet, Some((3, 7))),
            ("us.anthropic.claude-haiku-4-5-20251001-v1:0", Family::Haiku, Some((4, 5))),
            ("anthropic.claude-opus-4-6-v1", Family::Opus, Some((4, 6))),
            ("claude-sonnet-4-5@20250929", Family::Sonnet, Some((4, 5))),
            ("anthropic/claude-opus-4.6", Family::Opus, Some((4, 6))),
            ("claude-sonnet-5", Family::Sonnet, Some((5, 0))),
            ("claude-fable-5-1", Family::Mythos, Some((5, 1))),
            ("claude-mythos-preview", Family::Mythos, Some((5, 0))),
            ("claude-instant-v1", Family::Other, None),
            ("claude-2.1", Family::Other, Some((2, 1))),
            ("claude-opus-latest", Family::Opus, None),
            ("deepseek-chat", Family::Other, None),
            ("arn:aws:bedrock:us-east-1:1:application-inference-profile/abc", Family::Other, None),
        ] {
            assert_eq!(Model::of(name), Model { family, version }, "{name}");
        }
    }

    #[test]
    fn each_model_has_its_rules() {
        for (name, budgets, adapts, effort, sampling, off, forced) in [
            ("claude-haiku-4-5", true, false, None, true, Off::Unsaid, true),
            ("claude-opus-4-5", true, false, Some("high"), true, Off::Unsaid, true),
            ("claude-sonnet-4-6", true, true, Some("high"), true, Off::Unsaid, true),
            ("claude-opus-4-8", false, true, Some("xhigh"), false, Off::Unsaid, true),
            ("claude-mythos-preview", false, true, Some("xhigh"), false, Off::Never, true),
            ("claude-sonnet-5", false, true, Some("xhigh"), false, Off::Disabled, true),
            ("claude-fable-5", false, true, Some("xhigh"), false, Off::Never, true),
            ("claude-fable-5-1", false, true, Some("xhigh"), false, Off::Never, false),
            ("claude-opus-5-5", false, true, Some("xhigh"), false, Off::Never, false),
            ("claude-sonnet-5-5", false, true, Some("xhigh"), false, Off::BetweenTools, false),
            ("claude-haiku-5-5", false, true, Some("xhigh"), false, Off::Disabled, true),
            ("tuned", true, true, Some("xhigh"), true, Off::Disabled, true),
        ] {
            let model = Model::of(name);
            let rules = (model.takes_budgets(), model.adapts(), model.effort("xhigh"), model.takes_sampling());
            assert_eq!(rules, (budgets, adapts, effort, sampling), "{name}");
            assert_eq!((model.off(), model.can_be_forced()), (off, forced), "{name}");
        }
    }
}
