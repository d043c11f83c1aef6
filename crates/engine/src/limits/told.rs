//! What clients are told of their limits, in headers: LiteLLM's, and those that OpenAI's SDKs know.

use super::line::Line;
use super::rule::{Holds, Kind, Measure};
use super::taken::Taken;
use super::window::Span;

/// Headers of an answer.
pub(crate) type Headers = Vec<(&'static str, String)>;

/// Of each limit the tightest of its kind, and the tightest of all for those who know one only.
pub(crate) fn headers(taken: &Taken) -> Headers {
    let lines =
        || taken.lines().iter().filter(|line| line.rule.holds == Holds::Always && line.kind != Kind::Deployment);
    // two of each line at most, and the tightest of all
    let mut headers = Headers::with_capacity(2 * taken.lines().len() + 8);
    for (measure, [limit, remaining, reset]) in [
        (
            Measure::Requests,
            ["x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"],
        ),
        (Measure::Tokens, ["x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"]),
    ] {
        let of_measure = lines().filter(|line| line.rule.measure == measure);
        if let Some(line) = of_measure.min_by_key(|line| line.remaining) {
            headers.push((limit, line.rule.limit.to_string()));
            headers.push((remaining, line.remaining.to_string()));
            headers.push((reset, seconds(line.reset)));
        }
    }
    for line in lines().filter(|line| is_tightest(line, taken.lines())) {
        if let Some([limit, remaining]) = names(line.kind, line.rule.measure) {
            headers.push((limit, line.rule.limit.to_string()));
            headers.push((remaining, line.remaining.to_string()));
        }
    }
    for line in lines().filter(|line| line.kind == Kind::Key && line.rule.span == Span::Minute) {
        match line.rule.measure {
            Measure::Requests => headers.push(("x-litellm-key-rpm-limit", line.rule.limit.to_string())),
            Measure::Tokens => headers.push(("x-litellm-key-tpm-limit", line.rule.limit.to_string())),
            _ => {}
        }
    }
    headers
}

/// Whether no other limit of its kind leaves less.
fn is_tightest(line: &Line, lines: &[Line]) -> bool {
    let same = lines.iter().filter(|other| {
        other.kind == line.kind && other.rule.measure == line.rule.measure && other.rule.holds == Holds::Always
    });
    same.min_by_key(|other| other.remaining).is_some_and(|tightest| std::ptr::eq(tightest, line))
}

/// As OpenAI writes it.
fn seconds(micros: i64) -> String {
    format!("{}s", micros.saturating_add(999_999) / 1_000_000)
}

macro_rules! names {
    ($of:literal) => {
        |measure| match measure {
            Measure::Requests => Some([
                concat!("x-ratelimit-", $of, "-limit-requests"),
                concat!("x-ratelimit-", $of, "-remaining-requests"),
            ]),
            Measure::Tokens => {
                Some([concat!("x-ratelimit-", $of, "-limit-tokens"), concat!("x-ratelimit-", $of, "-remaining-tokens")])
            }
            Measure::Parallel => Some([
                concat!("x-ratelimit-", $of, "-limit-max_parallel_requests"),
                concat!("x-ratelimit-", $of, "-remaining-max_parallel_requests"),
            ]),
            Measure::Input => Some([
                concat!("x-ratelimit-", $of, "-limit-input_tokens"),
                concat!("x-ratelimit-", $of, "-remaining-input_tokens"),
            ]),
            Measure::Output => Some([
                concat!("x-ratelimit-", $of, "-limit-output_tokens"),
                concat!("x-ratelimit-", $of, "-remaining-output_tokens"),
            ]),
        }
    };
}

/// The headers of a limit of that kind. What is nobody's but the gateway's is not told.
fn names(kind: Kind, measure: Measure) -> Option<[&'static str; 2]> {
    let names: fn(Measure) -> Option<[&'static str; 2]> = match kind {
        Kind::Key => names!("api_key"),
        Kind::User => names!("user"),
        Kind::Team => names!("team"),
        Kind::TeamMember => names!("team_member"),
        Kind::Organization => names!("organization"),
        Kind::OrganizationMember => names!("organization_member"),
        Kind::Project => names!("project"),
        Kind::EndUser => names!("end_user"),
        Kind::Tag => names!("tag"),
        Kind::TagPerKey => names!("tag_per_key"),
        Kind::ModelPerKey => names!("model_per_key"),
        Kind::ModelPerTeam => names!("model_per_team"),
        Kind::ModelPerOrganization => names!("model_per_organization"),
        Kind::ModelPerProject => names!("model_per_project"),
        Kind::Global | Kind::Deployment | Kind::Model | Kind::Priority | Kind::Throttled => return None,
    };
    names(measure)
}
