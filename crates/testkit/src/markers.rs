//! Finds markers such as `[[say:hello]]` in the text of a prompt.
//!
//! | marker | effect |
//! |---|---|
//! | `[[say:TEXT]]` | answers TEXT |
//! | `[[tool:NAME:{json}]]` (repeatable) | calls the tool with that input; without the input, with one made from its schema; `group.name` for one of a group |
//! | `[[custom:NAME:TEXT]]` (repeatable) | calls the custom tool with that text; a function takes it as its first member |
//! | `[[before:TEXT]]` | says TEXT before the calls |
//! | `[[count]]`, `[[then:NAME:{json}]]` in the first message | message count after a tool result; a second call after the first result |
//! | `[[obey]]` | says no more than the ceiling of the request allows, as providers do |
//! | `[[long:N]]`, `[[unicode]]` | N words; text beyond ASCII |
//! | `[[think]]`, `[[think:raw]]` | thinks aloud first, whether asked to or not; in full, not summed up (OpenAI Responses) |
//! | `[[redacted]]` | what it thinks can be read by nobody (Anthropic, Bedrock) |
//! | `[[search:QUERY]]` | searches the web first, if the request lets it; the text quotes what it found |
//! | `[[pause]]` | stops in the middle of that search, and goes on when it is handed back what it said (Anthropic) |
//! | `[[refuse:TEXT]]` | declines in these words: as a refusal (OpenAI's chat and Responses), or as text with a reason to stop (the others) |
//! | `[[image]]` | a picture behind the text (Bedrock) |
//! | `[[error:STATUS]]`, `[[flaky:KEY:N:STATUS]]` | fails; fails the first N times that KEY is seen |
//! | `[[sleep:MS]]`, `[[slow:MS]]` | waits before the head; waits before every frame of a stream |
//! | `[[midstream]]`, `[[cut]]` | a stream that says some text, then an error; then hangs up |
//! | `[[script:{json}]]` | a [`Script`] |
//!
//! Texts that vectors are made of only fail and wait, whichever of them says so, or bring a script.

use serde_json::value::RawValue;

use crate::script::Script;

/// `[[name:DIGITS]]`, the first one.
pub(crate) fn number(text: &str, name: &str) -> Option<u64> {
    after(text, name).find_map(|rest| digits(rest.split_once("]]")?.0))
}

/// `[[name:TEXT]]`, the first one.
pub(crate) fn text<'a>(text: &'a str, name: &'a str) -> Option<&'a str> {
    after(text, name).find_map(|rest| Some(rest.split_once("]]")?.0))
}

/// `[[flaky:KEY:TIMES:STATUS]]`.
pub(crate) fn flaky(text: &str) -> Option<(&str, u64, u64)> {
    after(text, "flaky").find_map(|rest| {
        let (key, rest) = rest.split_once("]]")?.0.split_once(':')?;
        let (times, status) = rest.split_once(':')?;
        Some((key, digits(times)?, digits(status)?))
    })
}

/// Every `[[name:TOOL:{json}]]` or `[[name:TOOL]]`, in the order written.
pub(crate) fn calls(text: &str, name: &str) -> Vec<(String, Option<String>)> {
    after(text, name).filter_map(call).collect()
}

/// `[[then:TOOL:{json}]]`: the tool and its input.
pub(crate) fn then(text: &str) -> Option<(String, String)> {
    calls(text, "then").into_iter().find_map(|(name, arguments)| Some((name, arguments?)))
}

/// Every `[[custom:TOOL:TEXT]]`, in the order written.
pub(crate) fn customs(text: &str) -> Vec<(&str, &str)> {
    after(text, "custom").filter_map(|rest| rest.split_once("]]")?.0.split_once(':')).collect()
}

/// `[[script:{json}]]`; the error says what is wrong with it.
pub(crate) fn script(text: &str) -> Option<Result<Script, String>> {
    let rest = after(text, "script").next()?;
    Some(match object(rest) {
        Some(json) => serde_json::from_str(&json).map_err(|error| format!("bad script: {error}")),
        None => Err("bad script: not a JSON object closed by ]]".to_owned()),
    })
}

fn call(rest: &str) -> Option<(String, Option<String>)> {
    let (name, rest) = rest.split_at_checked(rest.find([':', ']'])?)?;
    if name.is_empty() {
        return None;
    }
    if rest.starts_with("]]") {
        return Some((name.to_owned(), None));
    }
    Some((name.to_owned(), Some(object(rest.strip_prefix(':')?)?)))
}

/// A JSON object that `]]` follows. Brackets may nest in it. A client that quoted the whole prompt has put a
/// backslash before every quote; that is undone.
fn object(rest: &str) -> Option<String> {
    if !rest.starts_with('{') {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Box<RawValue>>();
    if let Some(Ok(raw)) = values.next()
        && rest.get(values.byte_offset()..).is_some_and(|tail| tail.starts_with("]]"))
    {
        return Some(raw.get().to_owned());
    }
    let unquoted = rest.get(..=rest.find("}]]")?)?.replace("\\\"", "\"");
    serde_json::from_str::<Box<RawValue>>(&unquoted).ok()?;
    Some(unquoted)
}

/// The text after each `[[name:`.
fn after<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices("[[").filter_map(move |(at, _)| text.get(at + 2..)?.strip_prefix(name)?.strip_prefix(':'))
}

fn digits(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts() {
        for (prompt, name, expect) in [
            ("[[sleep:20]]", "sleep", Some(20)),
            ("a [[sleep:x]] b [[sleep:7]]", "sleep", Some(7)),
            ("[[sleep:-1]]", "sleep", None),
            ("[[slow:1", "slow", None),
            ("[[sleepy:1]]", "sleep", None),
        ] {
            assert_eq!(number(prompt, name), expect, "{prompt}");
        }
        assert_eq!(text("x [[say:a\nb]] [[say:c]]", "say"), Some("a\nb"));
        assert_eq!(flaky("[[flaky:k-1:2:429]]"), Some(("k-1", 2, 429)));
        assert_eq!(flaky("[[flaky:k:two:429]]"), None);
    }

    #[test]
    fn tool_calls_keep_the_spelling_of_their_input() {
        for (prompt, expect) in [
            ("[[tool:f]]", vec![("f", None)]),
            (r#"[[tool:f:{"b": 1,"a":2}]]"#, vec![("f", Some(r#"{"b": 1,"a":2}"#))]),
            (r#"[[tool:f:{"a":[[1]]}]] [[tool:g:{}]]"#, vec![("f", Some(r#"{"a":[[1]]}"#)), ("g", Some("{}"))]),
            (r#"[[tool:f:{"a":"]]"}]]"#, vec![("f", Some(r#"{"a":"]]"}"#))]),
            (r#"[[tool:f:{\"a\":1}]]"#, vec![("f", Some(r#"{"a":1}"#))]),
            ("[[tool:f:{nonsense}]]", vec![]),
            ("[[tool:]]", vec![]),
        ] {
            let got = calls(prompt, "tool");
            let got: Vec<_> = got.iter().map(|(name, input)| (name.as_str(), input.as_deref())).collect();
            assert_eq!(got, expect, "{prompt}");
        }
    }

    #[test]
    fn free_text_may_be_anything_but_its_end() {
        let prompt = "[[custom:f:a: [b]\n\"c\"]] [[custom:g:]] [[custom:h]]";
        assert_eq!(customs(prompt), [("f", "a: [b]\n\"c\""), ("g", "")]);
    }

    #[test]
    fn a_script_is_read_and_a_wrong_one_is_refused() {
        let script = script(r#"go [[script:{"chunk_bytes":3,"usage":"absent"}]]"#).unwrap().unwrap();
        assert_eq!(script.chunk_bytes, Some(3));
        for prompt in [r#"[[script:{"no_such":1}]]"#, "[[script:{]]", "[[script:7]]"] {
            assert!(super::script(prompt).unwrap().is_err(), "{prompt}");
        }
        assert!(super::script("nothing").is_none());
    }
}
