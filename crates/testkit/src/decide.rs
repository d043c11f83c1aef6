//! From what was asked to what is answered. One answer for one prompt, whatever the dialect.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::instance::instance;
use crate::markers;
use crate::turn::{Call, Choice, Kind, Tool, Turn};

/// The answer, before a dialect has put it in its words.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) text: String,
    /// The same for the other prompts of a request, which have their own text and nothing else.
    pub(crate) others: Vec<String>,
    pub(crate) calls: Vec<Call>,
    /// An HTTP status to fail with.
    pub(crate) error: Option<u16>,
    /// Wait before the head of the reply.
    pub(crate) sleep: Duration,
    /// Wait before each frame of a stream.
    pub(crate) slow: Duration,
    /// Say some text, then the dialect's own error.
    pub(crate) midstream: bool,
    /// Say some text, then hang up.
    pub(crate) cut: bool,
    /// What the provider searches the web for before it answers.
    pub(crate) search: Option<String>,
    /// It stops before it has found anything.
    pub(crate) pauses: bool,
    /// The text declines to answer.
    pub(crate) refuses: bool,
    /// The thinking comes as a block that nobody but the provider can read.
    pub(crate) redacted: bool,
    /// A picture comes after the text.
    pub(crate) image: bool,
}

/// How often each `[[flaky:KEY:...]]` was seen.
#[derive(Debug, Default)]
pub(crate) struct Flaky(Mutex<HashMap<String, u64>>);

impl Flaky {
    fn seen(&self, key: &str) -> u64 {
        let mut counts = self.0.lock();
        let count = counts.entry(key.to_owned()).or_default();
        *count += 1;
        *count
    }
}

pub(crate) fn decide(turn: &Turn, flaky: &Flaky) -> Decision {
    if let Some(results) = &turn.results {
        return after_tools(turn, results);
    }
    if turn.compact {
        return Decision::default();
    }
    let prompt = turn.user.as_str();
    let wait = |name| Duration::from_millis(markers::number(prompt, name).unwrap_or(0));
    let mut decision = Decision { sleep: wait("sleep"), slow: wait("slow"), ..Decision::default() };
    if let Some((key, times, code)) = markers::flaky(prompt) {
        if flaky.seen(key) <= times {
            decision.error = Some(status(code));
        } else {
            "flaky ok".clone_into(&mut decision.text);
        }
        return decision;
    }
    if let Some(code) = markers::number(prompt, "error") {
        decision.error = Some(status(code));
        return decision;
    }
    decision.midstream = prompt.contains("[[midstream]]");
    decision.cut = prompt.contains("[[cut]]");
    decision.redacted = prompt.contains("[[redacted]]");
    decision.image = prompt.contains("[[image]]");
    decision.search = markers::text(prompt, "search").filter(|_| turn.search).map(str::to_owned);
    decision.pauses = decision.search.is_some() && turn.may_pause && prompt.contains("[[pause]]");
    if decision.pauses {
        return decision;
    }
    decision.others = turn.prompts.iter().skip(1).map(|prompt| say(prompt, None)).collect();
    decision.calls = calls(turn);
    if let Some(refusal) = markers::text(prompt, "refuse") {
        decision.refuses = true;
        decision.calls.clear();
        refusal.clone_into(&mut decision.text);
    } else if decision.calls.is_empty() {
        decision.text = say(prompt, turn.schema.as_ref());
        if let Some(ceiling) = turn.ceiling.filter(|_| prompt.contains("[[obey]]")) {
            let most = usize::try_from(ceiling.saturating_mul(4)).unwrap_or(usize::MAX);
            decision.text = decision.text.chars().take(most).collect();
        }
    } else if let Some(text) = markers::text(prompt, "before") {
        text.clone_into(&mut decision.text);
    }
    decision
}

fn after_tools(turn: &Turn, results: &[String]) -> Decision {
    if let Some((name, input)) = &turn.then {
        let call = match find(turn, name) {
            Some(tool) => told(tool, input),
            None => Call { name: name.clone(), arguments: input.clone(), ..Call::default() },
        };
        return Decision { calls: vec![call], ..Decision::default() };
    }
    let count = turn.count.map(|count| format!(" n={count}")).unwrap_or_default();
    Decision { text: format!("TOOL_RESULT: {}{count}", results.join(" | ")), ..Decision::default() }
}

/// A status that HTTP can say; anything else is 500.
pub(crate) fn status(code: u64) -> u16 {
    u16::try_from(code).ok().filter(|code| (200..=999).contains(code)).unwrap_or(500)
}

fn calls(turn: &Turn) -> Vec<Call> {
    if turn.choice == Choice::None {
        return Vec::new();
    }
    let tools = markers::calls(&turn.user, "tool").into_iter().filter_map(|(name, arguments)| {
        let tool = find(turn, &name)?;
        Some(arguments.map_or_else(|| made_up(tool, &turn.user), |arguments| told(tool, &arguments)))
    });
    let customs = markers::customs(&turn.user).into_iter();
    let marked: Vec<_> = tools.chain(customs.filter_map(|(name, text)| Some(free(find(turn, name)?, text)))).collect();
    if !marked.is_empty() {
        return marked;
    }
    forced(turn).or_else(|| mentioned(turn)).into_iter().collect()
}

fn forced(turn: &Turn) -> Option<Call> {
    let name = match &turn.choice {
        Choice::Named(name) => name.as_str(),
        Choice::Any => {
            let in_text = turn.tools.iter().find(|tool| turn.user.contains(&tool.name));
            in_text.or(turn.tools.first()).map_or("?", |tool| tool.name.as_str())
        }
        Choice::Auto | Choice::None => return None,
    };
    let unknown = || Call { name: name.to_owned(), arguments: "{}".to_owned(), ..Call::default() };
    Some(find(turn, name).map_or_else(unknown, |tool| made_up(tool, &turn.user)))
}

/// Few tools, plain words: a tool that the text names is called. Agents with many tools would trip over it.
fn mentioned(turn: &Turn) -> Option<Call> {
    let plain = turn.schema.is_none() && turn.tools.len() < 6 && !turn.user.contains("[[");
    let tool = turn.tools.iter().filter(|_| plain).find(|tool| names(&turn.user, &tool.name))?;
    Some(made_up(tool, &turn.user))
}

fn names(text: &str, tool: &str) -> bool {
    let mut words = tool.split('_').filter(|word| !matches!(*word, "get" | "set"));
    let by_name = || has_word(text, tool, |c| is_word(c) || c == '-');
    tool.chars().count() > 3 && (by_name() || tool.contains('_') && words.all(|word| has_word(text, word, is_word)))
}

fn has_word(text: &str, word: &str, inside: impl Fn(char) -> bool) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(&inside) && !after.is_some_and(&inside)
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// By its name, or by that of its group and its own: `group.name`, which is `group__name` where there are no groups, so that
/// one prompt does for all dialects.
fn find<'a>(turn: &'a Turn, name: &str) -> Option<&'a Tool> {
    let flat = name.replace('.', "__");
    let in_group = |tool: &Tool| tool.namespace.as_ref().is_some_and(|group| format!("{group}.{}", tool.name) == name);
    turn.tools.iter().find(|tool| tool.name == name || tool.name == flat || in_group(tool))
}

/// A call with JSON of the prompt. A custom tool is given its member `input`, or else the JSON as text.
fn told(tool: &Tool, json: &str) -> Call {
    let text = || Some(serde_json::from_str::<Value>(json).ok()?.get("input")?.as_str()?.to_owned());
    let inner = if tool.kind == Kind::Custom { text() } else { None };
    call(tool, inner.unwrap_or_else(|| json.to_owned()))
}

/// A call with free text. A function is given it as its first member.
fn free(tool: &Tool, text: &str) -> Call {
    if tool.kind == Kind::Custom {
        return call(tool, text.to_owned());
    }
    let first = |key: &str| {
        let members = tool.schema.get(key)?;
        members.get(0).and_then(Value::as_str).or_else(|| members.as_object()?.keys().next().map(String::as_str))
    };
    let member = first("required").or_else(|| first("properties")).unwrap_or("input");
    call(tool, json!({member: text}).to_string())
}

fn made_up(tool: &Tool, prompt: &str) -> Call {
    let free = json!({"type": "string"});
    let value = instance(if tool.kind == Kind::Custom { &free } else { &tool.schema }, prompt);
    match value {
        Value::String(text) if tool.kind == Kind::Custom => call(tool, text),
        value => call(tool, value.to_string()),
    }
}

fn call(tool: &Tool, arguments: String) -> Call {
    Call { name: tool.name.clone(), arguments, kind: tool.kind, namespace: tool.namespace.clone() }
}

fn say(prompt: &str, schema: Option<&Value>) -> String {
    if let Some(text) = markers::text(prompt, "say") {
        return text.to_owned();
    }
    if let Some(schema) = schema {
        return instance(schema, prompt).to_string();
    }
    if prompt.contains("[[unicode]]") {
        return "h\u{e9}llo w\u{f6}rld \u{2014} \u{4f60}\u{597d} \u{1F980}".to_owned();
    }
    match markers::number(prompt, "long") {
        Some(words) => (1..=words).map(|word| format!("w{word}")).collect::<Vec<_>>().join(" "),
        None => format!("mock: {}", prompt.trim().chars().take(60).collect::<String>()),
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
