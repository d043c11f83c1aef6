//! Token counts in OpenAI's words. Read leniently: odd figures are marked and never spoil an answer.

use serde::Serialize;

use crate::chat::Usage;
use crate::json::Object;

/// Reads a usage object. `prompt_tokens` includes what the cache read and wrote, the conversation's `input` does not.
pub(crate) fn read(text: &str) -> Usage {
    let Ok(mut object) = Object::parse(text, "usage") else {
        return Usage { odd: text.trim() != "null", ..Usage::default() };
    };
    let mut odd = false;
    let counts = Counts::take(&mut object, &mut odd);
    let cached = counts.cache_read.unwrap_or(0).saturating_add(counts.cache_write.unwrap_or(0));
    odd |= counts.prompt.is_some_and(|prompt| prompt < cached);
    Usage {
        input: counts.prompt.map(|prompt| prompt.saturating_sub(cached)),
        cache_read: counts.cache_read,
        cache_write_5m: counts.cache_write,
        cache_write_1h: None,
        whole_prompt: None,
        output: counts.output(&mut odd),
        reasoning: counts.reasoning,
        input_audio: counts.input_audio,
        input_image: counts.input_image,
        output_audio: counts.output_audio,
        output_image: counts.output_image,
        tier: None,
        odd,
    }
}

/// The figures as they came.
struct Counts {
    prompt: Option<u64>,
    completion: Option<u64>,
    total: Option<u64>,
    cache_read: Option<u64>,
    cache_write: Option<u64>,
    reasoning: Option<u64>,
    input_audio: Option<u64>,
    input_image: Option<u64>,
    output_audio: Option<u64>,
    output_image: Option<u64>,
}

impl Counts {
    fn take(object: &mut Object<'_>, odd: &mut bool) -> Self {
        let mut counts = Self {
            prompt: take(object, "prompt_tokens", odd),
            completion: take(object, "completion_tokens", odd),
            total: take(object, "total_tokens", odd),
            // DeepSeek's word; the others say it in the details.
            cache_read: take(object, "prompt_cache_hit_tokens", odd),
            cache_write: None,
            reasoning: None,
            input_audio: None,
            input_image: None,
            output_audio: None,
            output_image: None,
        };
        if let Ok(Some(mut details)) = object.take_object("prompt_tokens_details") {
            counts.cache_read = take(&mut details, "cached_tokens", odd).or(counts.cache_read);
            // The second is what other gateways of this dialect say.
            counts.cache_write =
                take(&mut details, "cache_write_tokens", odd).or(take(&mut details, "cache_creation_tokens", odd));
            counts.input_audio = take(&mut details, "audio_tokens", odd);
            counts.input_image = take(&mut details, "image_tokens", odd);
        }
        if let Ok(Some(mut details)) = object.take_object("completion_tokens_details") {
            counts.reasoning = take(&mut details, "reasoning_tokens", odd);
            counts.output_audio = take(&mut details, "audio_tokens", odd);
            counts.output_image = take(&mut details, "image_tokens", odd);
        }
        counts
    }

    /// Generated tokens, reasoning included. Some servers leave reasoning out of `completion_tokens`: the total tells.
    fn output(&self, odd: &mut bool) -> Option<u64> {
        let completion = self.completion?;
        let (prompt, reasoning) = (self.prompt.unwrap_or(0), self.reasoning.unwrap_or(0));
        let both = completion.saturating_add(reasoning);
        let Some(total) = self.total.filter(|_| self.prompt.is_some()) else {
            return Some(if reasoning > completion { both } else { completion });
        };
        if total != prompt.saturating_add(completion) && total == prompt.saturating_add(both) {
            return Some(both);
        }
        *odd |= total != prompt.saturating_add(completion) || reasoning > completion;
        Some(completion)
    }
}

/// Takes a count. What is no count is odd; what can still be understood as one is taken, a fraction rounded up.
fn take(object: &mut Object<'_>, key: &str, odd: &mut bool) -> Option<u64> {
    let text = object.take(key)?.get();
    let bare = text.trim_matches('"');
    *odd |= bare.len() != text.len();
    let (whole, fraction) = bare.split_once('.').unwrap_or((bare, ""));
    let count = whole.parse::<u64>().ok().filter(|_| fraction.bytes().all(|digit| digit.is_ascii_digit()));
    let broken = fraction.bytes().any(|digit| digit != b'0');
    *odd |= count.is_none() || broken;
    count.map(|count| count.saturating_add(u64::from(broken)))
}

/// Usage as it is written: the classes that OpenAI has, zero where the provider was silent.
#[derive(Debug, Serialize)]
pub(crate) struct Written {
    prompt_tokens: u64,
    completion_tokens: u64,
    total_tokens: u64,
    prompt_tokens_details: PromptDetails,
    completion_tokens_details: CompletionDetails,
}

#[derive(Debug, Serialize)]
struct PromptDetails {
    #[serde(rename = "cached_tokens")]
    cached: u64,
    #[serde(rename = "cache_write_tokens")]
    cache_write: u64,
    #[serde(rename = "audio_tokens", skip_serializing_if = "Option::is_none")]
    audio: Option<u64>,
    #[serde(rename = "image_tokens", skip_serializing_if = "Option::is_none")]
    image: Option<u64>,
}

#[derive(Debug, Serialize)]
struct CompletionDetails {
    #[serde(rename = "reasoning_tokens")]
    reasoning: u64,
    #[serde(rename = "audio_tokens", skip_serializing_if = "Option::is_none")]
    audio: Option<u64>,
    #[serde(rename = "image_tokens", skip_serializing_if = "Option::is_none")]
    image: Option<u64>,
}

/// The form of `usage` on the wire; nothing when nothing was told, as zeros would be a claim.
pub(crate) fn write(usage: &Usage) -> Option<Written> {
    if usage.is_empty() {
        return None;
    }
    let (prompt_tokens, completion_tokens) = (usage.prompt(), usage.output.unwrap_or(0));
    Some(Written {
        prompt_tokens,
        completion_tokens,
        total_tokens: prompt_tokens.saturating_add(completion_tokens),
        prompt_tokens_details: PromptDetails {
            cached: usage.cache_read.unwrap_or(0),
            cache_write: usage.cache_write().unwrap_or(0),
            audio: usage.input_audio,
            image: usage.input_image,
        },
        completion_tokens_details: CompletionDetails {
            reasoning: usage.reasoning.unwrap_or(0),
            audio: usage.output_audio,
            image: usage.output_image,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// input, cache read, cache write, output, reasoning, odd
    type Row = (Option<u64>, Option<u64>, Option<u64>, Option<u64>, Option<u64>, bool);

    fn check(text: &str, expected: Row) {
        let u = read(text);
        assert_eq!((u.input, u.cache_read, u.cache_write_5m, u.output, u.reasoning, u.odd), expected, "{text}");
    }

    #[test]
    fn classes_do_not_overlap() {
        let s = Some::<u64>;
        check(
            r#"{"prompt_tokens":10,"completion_tokens":3,"total_tokens":13}"#,
            (s(10), None, None, s(3), None, false),
        );
        check(
            r#"{"prompt_tokens":10,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":5}}"#,
            (s(1), s(4), s(5), s(3), None, false),
        );
        check(
            r#"{"prompt_tokens":10,"completion_tokens":3,"prompt_cache_hit_tokens":4,"prompt_cache_miss_tokens":6}"#,
            (s(6), s(4), None, s(3), None, false),
        );
        check("null", (None, None, None, None, None, false));
        check("{}", (None, None, None, None, None, false));
    }

    #[test]
    fn sound_and_images_are_parts_of_what_they_are_told_of() {
        let text = r#"{"prompt_tokens":10,"completion_tokens":9,"prompt_tokens_details":{"audio_tokens":3,"image_tokens":4},
            "completion_tokens_details":{"audio_tokens":5,"image_tokens":6}}"#;
        let usage = read(text);
        let expected = Usage {
            input: Some(10),
            output: Some(9),
            input_audio: Some(3),
            input_image: Some(4),
            output_audio: Some(5),
            output_image: Some(6),
            ..Usage::default()
        };
        assert_eq!(usage, expected);
        let written = serde_json::to_string(&write(&usage)).unwrap();
        assert_eq!(Usage { cache_read: None, cache_write_5m: None, reasoning: None, ..read(&written) }, expected);
    }

    #[test]
    fn reasoning_is_part_of_the_output_wherever_a_server_counts_it() {
        let s = Some::<u64>;
        let details = r#""completion_tokens_details":{"reasoning_tokens":7}"#;
        for (counts, output, odd) in [
            (r#""completion_tokens":9,"total_tokens":19"#, 9, false),
            (r#""completion_tokens":2,"total_tokens":19"#, 9, false),
            (r#""completion_tokens":2"#, 9, false),
            (r#""completion_tokens":2,"total_tokens":12"#, 2, true),
            (r#""completion_tokens":9,"total_tokens":50"#, 9, true),
        ] {
            check(&format!(r#"{{"prompt_tokens":10,{counts},{details}}}"#), (s(10), None, None, s(output), s(7), odd));
        }
    }

    #[test]
    fn odd_figures_are_marked() {
        let s = Some::<u64>;
        for (figure, count, odd) in [
            ("-1", None, true),
            ("1.5", s(2), true),
            ("4.0", s(4), false),
            ("1e3", None, true),
            ("\"12\"", s(12), true),
            ("99999999999999999999999", None, true),
            ("true", None, true),
            ("[]", None, true),
            ("null", None, false),
        ] {
            check(&format!(r#"{{"completion_tokens":{figure}}}"#), (None, None, None, count, None, odd));
        }
        check(
            r#"{"prompt_tokens":1,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":9}}"#,
            (s(0), s(9), None, s(1), None, true),
        );
        check("[1]", (None, None, None, None, None, true));
    }
}
