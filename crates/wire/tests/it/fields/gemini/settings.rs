//! What is said beside the contents.

use super::super::Row;

macro_rules! config {
    ($fields:literal) => {
        concat!(r#"{"generationConfig":{"#, $fields, "}}")
    };
}

pub(super) const ROWS: &[Row] = &[
    Row::new("`systemInstruction`", r#"{"systemInstruction":{"parts":[{"text":"kurz"}]}}"#, "kurz"),
    Row::new("`maxOutputTokens`", config!(r#""maxOutputTokens":77"#), "77"),
    Row::new("the same as `max_output_tokens`", r#"{"generation_config":{"max_output_tokens":77}}"#, "77"),
    Row::new("`temperature`", config!(r#""temperature":0.375"#), "0.375"),
    Row::new("`temperature` above 1", config!(r#""temperature":1.375"#), "1.375"),
    Row::new("`topP`", config!(r#""topP":0.375"#), "0.375"),
    Row::new("`topK`", config!(r#""topK":37"#), "37"),
    Row::new("`presencePenalty`", config!(r#""presencePenalty":0.375"#), "0.375"),
    Row::new("`frequencyPenalty`", config!(r#""frequencyPenalty":0.375"#), "0.375"),
    Row::new("`seed`", config!(r#""seed":3737"#), "3737"),
    Row::new("`candidateCount`", config!(r#""candidateCount":3"#), "3"),
    Row::new("`stopSequences`", config!(r#""stopSequences":["ENDE"]"#), "ENDE"),
    Row::new("`responseLogprobs`, `logprobs`", config!(r#""responseLogprobs":true,"logprobs":3"#), ""),
    Row::new("`responseLogprobs` alone", config!(r#""responseLogprobs":true"#), ""),
    Row::new("`logprobs` alone", config!(r#""logprobs":3"#), "")
        .needless("a count without the switch asks for nothing"),
    Row::new("`responseMimeType` `application/json`", config!(r#""responseMimeType":"application/json""#), ""),
    Row::new(
        "`responseMimeType` `text/x.enum`",
        config!(r#""responseMimeType":"text/x.enum","responseSchema":{"type":"STRING","enum":["marke"]}"#),
        "marke",
    ),
    Row::new(
        "`responseSchema`",
        config!(
            r#""responseMimeType":"application/json","responseSchema":{"type":"OBJECT","properties":{"marke":{"type":"STRING"}},"required":["marke"]}"#
        ),
        "marke",
    ),
    Row::new(
        "`responseJsonSchema`",
        config!(
            r#""responseMimeType":"application/json","responseJsonSchema":{"type":"object","properties":{"marke":{"type":"string"}},"required":["marke"]}"#
        ),
        "marke",
    ),
    Row::new("`thinkingConfig.thinkingLevel`", config!(r#""thinkingConfig":{"thinkingLevel":"HIGH"}"#), ""),
    Row::new("`thinkingConfig.thinkingBudget`", config!(r#""thinkingConfig":{"thinkingBudget":2048}"#), ""),
    Row::new("`thinkingBudget` 0", config!(r#""thinkingConfig":{"thinkingBudget":0}"#), ""),
    Row::new("`thinkingBudget` -1", config!(r#""thinkingConfig":{"thinkingBudget":-1}"#), ""),
    Row::new(
        "`includeThoughts` true, beside a budget",
        config!(r#""thinkingConfig":{"thinkingBudget":2048,"includeThoughts":true}"#),
        "",
    )
    .without(config!(r#""thinkingConfig":{"thinkingBudget":2048}"#))
    .needless("with a budget, Responses is asked to show the thinking anyway; the others show what they want to"),
    Row::new(
        "`includeThoughts` false, beside a budget",
        config!(r#""thinkingConfig":{"thinkingBudget":2048,"includeThoughts":false}"#),
        "",
    )
    .without(config!(r#""thinkingConfig":{"thinkingBudget":2048}"#))
    .needless("servers of OpenAI's chat and Cohere have no switch for it: what they show may be left unread"),
    Row::new("`includeThoughts` true alone", config!(r#""thinkingConfig":{"includeThoughts":true}"#), "")
        .needless("it does not ask to think, and who thinks by itself shows what it wants to"),
    Row::new("`responseModalities` with others than text", config!(r#""responseModalities":["TEXT","IMAGE"]"#), ""),
    Row::new("`responseModalities` `TEXT`", config!(r#""responseModalities":["TEXT"]"#), "")
        .needless("text is what everybody answers with"),
    Row::new(
        "`speechConfig`",
        config!(r#""speechConfig":{"voiceConfig":{"prebuiltVoiceConfig":{"voiceName":"Kore"}}}"#),
        "Kore",
    ),
    Row::new("`imageConfig`", config!(r#""imageConfig":{"aspectRatio":"16:9"}"#), "16:9"),
    Row::new("`mediaResolution`", config!(r#""mediaResolution":"MEDIA_RESOLUTION_LOW""#), ""),
    Row::new("`enableEnhancedCivicAnswers`", config!(r#""enableEnhancedCivicAnswers":true"#), ""),
    Row::new("`audioTimestamp`", config!(r#""audioTimestamp":true"#), ""),
    Row::new("`enableAffectiveDialog`", config!(r#""enableAffectiveDialog":true"#), ""),
    Row::new("`translationConfig`", config!(r#""translationConfig":{"targetLanguageCode":"de"}"#), ""),
    Row::new("`audioTranscriptionConfig`", config!(r#""audioTranscriptionConfig":{}"#), ""),
    Row::new(
        "`modelSelectionConfig`",
        config!(r#""modelSelectionConfig":{"featureSelectionPreference":"BALANCED"}"#),
        "",
    ),
    Row::new("`routingConfig`", config!(r#""routingConfig":{"manualMode":{"modelName":"marke"}}"#), "marke"),
    Row::new(
        "`safetySettings` that switch filters off",
        r#"{"safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}]}"#,
        "",
    )
    .needless("no other provider has filters that a request switches"),
    Row::new(
        "other `safetySettings`",
        r#"{"safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_LOW_AND_ABOVE"}]}"#,
        "",
    ),
    Row::new("`modelArmorConfig`", r#"{"modelArmorConfig":{"promptTemplateName":"marke"}}"#, "marke"),
    Row::new("`continuationToken`", r#"{"continuationToken":"marke"}"#, "marke"),
    Row::new("`cachedContent`", r#"{"cachedContent":"cachedContents/37"}"#, "cachedContents/37"),
    Row::new("`labels`", r#"{"labels":{"team":"blau"}}"#, "blau"),
    Row::new("`serviceTier` `flex`", r#"{"serviceTier":"flex"}"#, ""),
    Row::new("`serviceTier` `standard`", r#"{"serviceTier":"standard"}"#, "").needless("Cohere has no other tier"),
    Row::new("`serviceTier` `priority`", r#"{"serviceTier":"priority"}"#, ""),
    Row::new("`store` true", r#"{"store":true}"#, ""),
    Row::new("`store` false", r#"{"store":false}"#, "")
        .needless("no other provider keeps answers unless it is told to"),
    Row::new("a field that nobody knows", r#"{"unknown_field":1}"#, "unknown_field"),
];
