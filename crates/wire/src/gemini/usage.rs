//! Token counts, in Gemini's words. `promptTokenCount` is with what the cache had, `candidatesTokenCount` without thoughts, and
//! what is 0 is left out. Reading never fails: a figure that is not a count makes the usage odd.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::chat::{ServiceTier, Usage};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    #[serde(borrow)]
    prompt_token_count: Option<&'a RawValue>,
    #[serde(borrow)]
    tool_use_prompt_token_count: Option<&'a RawValue>,
    #[serde(borrow)]
    cached_content_token_count: Option<&'a RawValue>,
    #[serde(borrow)]
    candidates_token_count: Option<&'a RawValue>,
    #[serde(borrow)]
    thoughts_token_count: Option<&'a RawValue>,
    #[serde(borrow)]
    total_token_count: Option<&'a RawValue>,
    #[serde(borrow)]
    prompt_tokens_details: Option<&'a RawValue>,
    #[serde(borrow)]
    cache_tokens_details: Option<&'a RawValue>,
    #[serde(borrow)]
    tool_use_prompt_tokens_details: Option<&'a RawValue>,
    #[serde(borrow)]
    candidates_tokens_details: Option<&'a RawValue>,
    #[serde(borrow)]
    traffic_type: Option<&'a RawValue>,
}

/// Reads `usageMetadata`.
pub(crate) fn read(text: &str) -> Usage {
    let mut usage = Usage::default();
    let Some(told) = usage.told::<Told<'_>>(text) else { return usage };
    usage.tier = ServiceTier::told(told.traffic_type);
    let prompt = usage.count(told.prompt_token_count);
    let of_tools = usage.count(told.tool_use_prompt_token_count);
    let total = usage.count(told.total_token_count);
    usage.cache_read = usage.count(told.cached_content_token_count);
    usage.whole_prompt = prompt.map(|prompt| prompt.saturating_add(of_tools.unwrap_or(0)));
    usage.odd |= usage.whole_prompt.is_some_and(|prompt| prompt < usage.cache_read.unwrap_or(0));
    usage.input = usage.whole_prompt.map(|prompt| prompt.saturating_sub(usage.cache_read.unwrap_or(0)));
    let said = usage.count(told.candidates_token_count);
    usage.reasoning = usage.count(told.thoughts_token_count);
    read_output(said, total, &mut usage);
    let of_prompt = Modalities::read(told.prompt_tokens_details, &mut usage);
    let of_cache = Modalities::read(told.cache_tokens_details, &mut usage);
    let of_use = Modalities::read(told.tool_use_prompt_tokens_details, &mut usage);
    let of_answer = Modalities::read(told.candidates_tokens_details, &mut usage);
    usage.input_audio = input(of_prompt.audio, of_use.audio, of_cache.audio);
    usage.input_image = input(of_prompt.image, of_use.image, of_cache.image);
    (usage.output_audio, usage.output_image) = (of_answer.audio, of_answer.image);
    usage
}

/// All that was generated. Where the counts are left out they are 0, and the total tells whether they were; where thoughts
/// are among what was said already, the total tells, too.
fn read_output(said: Option<u64>, total: Option<u64>, usage: &mut Usage) {
    let beside = total.zip(usage.whole_prompt).map(|(total, prompt)| total.saturating_sub(prompt));
    let thoughts = usage.reasoning.unwrap_or(0);
    let apart = said.unwrap_or(0).saturating_add(thoughts);
    usage.output = match (said, usage.reasoning, beside) {
        (None, None, beside) => beside,
        (Some(said), Some(1..), Some(beside)) if beside == said && said >= thoughts => Some(said),
        (_, _, beside) => {
            usage.odd |= beside.is_some_and(|beside| beside != apart);
            Some(apart)
        }
    };
}

fn input(prompt: Option<u64>, tools: Option<u64>, cached: Option<u64>) -> Option<u64> {
    let sum = prompt.map_or(tools, |prompt| Some(prompt.saturating_add(tools.unwrap_or(0))));
    sum.map(|sum| sum.saturating_sub(cached.unwrap_or(0)))
}

/// What is told apart by its kind.
#[derive(Default)]
struct Modalities {
    audio: Option<u64>,
    image: Option<u64>,
}

impl Modalities {
    fn read(details: Option<&RawValue>, usage: &mut Usage) -> Self {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Detail<'a> {
            modality: Option<&'a RawValue>,
            #[serde(borrow)]
            token_count: Option<&'a RawValue>,
        }
        let mut modalities = Self::default();
        let details = details.and_then(|raw| usage.told::<Vec<Detail<'_>>>(raw.get())).unwrap_or_default();
        for detail in details {
            let slot = match detail.modality.map(RawValue::get) {
                Some(r#""AUDIO""#) => &mut modalities.audio,
                Some(r#""IMAGE""#) => &mut modalities.image,
                _ => continue,
            };
            // 0 is left out
            *slot = Some(if detail.token_count.is_some() { usage.count(detail.token_count).unwrap_or(0) } else { 0 });
        }
        modalities
    }
}

/// `usageMetadata` on its way to a client.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Written {
    prompt_token_count: u64,
    candidates_token_count: u64,
    /// Of all classes.
    total_token_count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cached_content_token_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thoughts_token_count: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    prompt_tokens_details: Vec<WrittenDetail>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    candidates_tokens_details: Vec<WrittenDetail>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WrittenDetail {
    modality: &'static str,
    token_count: u64,
}

impl Written {
    pub(super) fn of(usage: &Usage) -> Self {
        let (prompt, output) = (usage.prompt(), usage.output.unwrap_or(0));
        Self {
            prompt_token_count: prompt,
            candidates_token_count: output.saturating_sub(usage.reasoning.unwrap_or(0)),
            total_token_count: prompt.saturating_add(output),
            cached_content_token_count: usage.cache_read,
            thoughts_token_count: usage.reasoning,
            prompt_tokens_details: details(usage.input_audio, usage.input_image),
            candidates_tokens_details: details(usage.output_audio, usage.output_image),
        }
    }
}

fn details(audio: Option<u64>, image: Option<u64>) -> Vec<WrittenDetail> {
    let detail = |modality, tokens: Option<u64>| tokens.map(|token_count| WrittenDetail { modality, token_count });
    [detail("AUDIO", audio), detail("IMAGE", image)].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(input: u64, cached: u64, output: u64) -> Usage {
        Usage { input: Some(input), whole_prompt: Some(input + cached), output: Some(output), ..Usage::default() }
    }

    #[test]
    fn reads_every_class() {
        let cases = [
            (r#"{"promptTokenCount":3,"candidatesTokenCount":5,"totalTokenCount":8}"#, usage(3, 0, 5)),
            (r#"{"promptTokenCount":3,"totalTokenCount":3}"#, usage(3, 0, 0)),
            (
                r#"{"promptTokenCount":10,"cachedContentTokenCount":8,"candidatesTokenCount":5,"thoughtsTokenCount":7,"totalTokenCount":22}"#,
                Usage { cache_read: Some(8), reasoning: Some(7), ..usage(2, 8, 12) },
            ),
            (
                r#"{"promptTokenCount":10,"thoughtsTokenCount":7,"totalTokenCount":17}"#,
                Usage { reasoning: Some(7), ..usage(10, 0, 7) },
            ),
            (
                r#"{"promptTokenCount":10,"candidatesTokenCount":12,"thoughtsTokenCount":7,"totalTokenCount":22}"#,
                Usage { reasoning: Some(7), ..usage(10, 0, 12) },
            ),
            (
                r#"{"promptTokenCount":10,"toolUsePromptTokenCount":4,"candidatesTokenCount":1,"totalTokenCount":15}"#,
                usage(14, 0, 1),
            ),
            (
                r#"{"cachedContentTokenCount":8,"trafficType":"ON_DEMAND"}"#,
                Usage { cache_read: Some(8), tier: Some(ServiceTier::Standard), ..Usage::default() },
            ),
            (
                r#"{"promptTokenCount":10,"candidatesTokenCount":9,"totalTokenCount":19,"cachedContentTokenCount":4,
                    "promptTokensDetails":[{"modality":"TEXT","tokenCount":4},{"modality":"AUDIO","tokenCount":6}],
                    "cacheTokensDetails":[{"modality":"AUDIO","tokenCount":4}],
                    "candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":9},{"modality":"AUDIO"}]}"#,
                Usage {
                    cache_read: Some(4),
                    input_audio: Some(2),
                    output_image: Some(9),
                    output_audio: Some(0),
                    ..usage(6, 4, 9)
                },
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn odd_figures_are_marked_and_the_rest_is_kept() {
        let odd = |usage: Usage| Usage { odd: true, ..usage };
        for (text, expected) in [
            (r#"{"promptTokenCount":-1,"candidatesTokenCount":5}"#, odd(Usage { output: Some(5), ..Usage::default() })),
            (r#"{"promptTokenCount":3,"candidatesTokenCount":5,"totalTokenCount":99}"#, odd(usage(3, 0, 5))),
            (
                r#"{"promptTokenCount":3,"cachedContentTokenCount":9,"candidatesTokenCount":5,"totalTokenCount":8}"#,
                odd(Usage { input: Some(0), cache_read: Some(9), ..usage(3, 0, 5) }),
            ),
            ("[", odd(Usage::default())),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let full = Usage {
            cache_read: Some(8),
            reasoning: Some(7),
            input_audio: Some(1),
            output_image: Some(2),
            ..usage(2, 8, 12)
        };
        for usage in [full, usage(1, 0, 2), usage(0, 0, 0)] {
            let text = serde_json::to_string(&Written::of(&usage)).unwrap();
            assert_eq!(read(&text), usage, "{text}");
        }
        insta::assert_snapshot!(serde_json::to_string(&Written::of(&full)).unwrap());
    }
}
