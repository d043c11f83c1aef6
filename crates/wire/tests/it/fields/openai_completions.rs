//! OpenAI Completions, the fields of its API reference.

use wire::Dialect;

use super::{Client, Row};

pub(super) const CLIENT: Client = Client {
    title: "OpenAI completions (old)",
    dialect: Dialect::OpenAiCompletions,
    plain: r#"{"model":"m","prompt":"hi"}"#,
    groups: &[("fields", ROWS)],
    like: "A deployment that speaks text completions itself gets the client's own bytes; at all others the prompt is what a user says.",
};

const ROWS: &[Row] = &[
    Row::new("`prompt`", r#"{"prompt":"moin"}"#, "moin"),
    Row::new("`prompt` as a list of one", r#"{"prompt":["moin"]}"#, "moin"),
    Row::new("several prompts", r#"{"prompt":["moin","servus"]}"#, ""),
    Row::new("`prompt` as tokens", r#"{"prompt":[37,38]}"#, ""),
    Row::new("`suffix`", r#"{"suffix":"ende"}"#, ""),
    Row::new("`max_tokens`", r#"{"max_tokens":77}"#, "77"),
    Row::new("`max_tokens` 0", r#"{"max_tokens":0}"#, ""),
    Row::new("`temperature`", r#"{"temperature":0.375}"#, "0.375"),
    Row::new("`temperature` above 1", r#"{"temperature":1.375}"#, "1.375"),
    Row::new("`top_p`", r#"{"top_p":0.375}"#, "0.375"),
    Row::new("`frequency_penalty`", r#"{"frequency_penalty":0.375}"#, "0.375"),
    Row::new("`presence_penalty`", r#"{"presence_penalty":0.375}"#, "0.375"),
    Row::new("`seed`", r#"{"seed":3737}"#, "3737"),
    Row::new("`n`", r#"{"n":3}"#, "3"),
    Row::new("`best_of`", r#"{"best_of":3}"#, ""),
    Row::new("`best_of` as many as `n`", r#"{"best_of":1}"#, "").needless("there is nothing to choose from"),
    Row::new("`stop`", r#"{"stop":["ENDE"]}"#, "ENDE"),
    Row::new("`logprobs`", r#"{"logprobs":3}"#, ""),
    Row::new("`logprobs` 0", r#"{"logprobs":0}"#, ""),
    Row::new("`logit_bias`", r#"{"logit_bias":{"37":5}}"#, "37"),
    Row::new("`echo`", r#"{"echo":true}"#, ""),
    Row::new(
        "`echo` false, `suffix` empty, `logit_bias` of nothing",
        r#"{"echo":false,"suffix":"","logit_bias":{}}"#,
        "",
    )
    .needless("they ask for nothing"),
    Row::new("`user`", r#"{"user":"kennung"}"#, "kennung"),
    Row::new("`stream`", r#"{"stream":true}"#, "")
        .needless("whether an answer is streamed stands in the URL of Bedrock and Gemini"),
    Row::new("`stream_options.include_usage`", r#"{"stream":true,"stream_options":{"include_usage":true}}"#, "")
        .without(r#"{"stream":true}"#)
        .needless("it is for the client's side of the gateway, which always knows the usage"),
    Row::new("a field that nobody knows", r#"{"unknown_field":1}"#, "unknown_field"),
];
