//! What is asked of a gateway: both dialects, towards models of both providers.

use serde_json::{Value, json};
use testkit::Upstream;

use super::client::{Client, Stream};

/// Nano-dollars a token, as `config` writes them in dollars.
pub(crate) const INPUT_PRICE: u64 = 3000;
pub(crate) const OUTPUT_PRICE: u64 = 11_000;

/// What the providers' keys are; nobody but the providers may see them.
pub(crate) const PROVIDER_KEY: &str = "sk-provider-canary-8c2f";

/// A model of each provider, both at `upstream`. More lines may follow.
pub(crate) fn config(upstream: &Upstream) -> String {
    let base = upstream.base_url();
    format!(
        "model_list:\n{}{}",
        model("gpt", "openai/gpt-4o", &format!("{base}/v1")),
        model("claude", "anthropic/claude-x", &base)
    )
}

/// An entry of `model_list`.
pub(crate) fn model(name: &str, model: &str, base: &str) -> String {
    format!(
        "- model_name: {name}\n  litellm_params:\n    model: {model}\n    api_base: {base}\n    api_key: {PROVIDER_KEY}\n    \
         input_cost_per_token: 0.000003\n    output_cost_per_token: 0.000011\n"
    )
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speech {
    OpenAi,
    Anthropic,
}

/// A call to make.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) speech: Speech,
    pub(crate) model: &'static str,
    pub(crate) stream: bool,
    pub(crate) prompt: String,
}

impl Call {
    /// The `number`th of a mixture of all pairs of dialects.
    pub(crate) fn mixed(number: usize, stream: bool, prompt: impl Into<String>) -> Self {
        let speech = if number.is_multiple_of(2) { Speech::OpenAi } else { Speech::Anthropic };
        let model = if (number / 2).is_multiple_of(2) { "gpt" } else { "claude" };
        Self { speech, model, stream, prompt: prompt.into() }
    }

    /// A stream in the dialect of OpenAI.
    pub(crate) fn openai(model: &'static str, prompt: &str) -> Self {
        Self { speech: Speech::OpenAi, model, stream: true, prompt: prompt.to_owned() }
    }

    pub(crate) fn path(&self) -> &'static str {
        match self.speech {
            Speech::OpenAi => "/v1/chat/completions",
            Speech::Anthropic => "/v1/messages",
        }
    }

    pub(crate) fn body(&self) -> Value {
        json!({
            "model": self.model,
            "stream": self.stream,
            "max_tokens": 1000,
            "messages": [{ "role": "user", "content": self.prompt }],
        })
    }

    /// Sends it and returns when the answer begins.
    pub(crate) async fn send(&self, client: &Client, key: &str) -> Stream {
        let stream = client.post(self.path(), key, &self.body()).await;
        assert!(!self.stream || stream.status == 200, "{}: {self:?}", stream.status);
        stream
    }

    /// Whether a stream has the ending of its dialect.
    pub(crate) fn is_whole(&self, text: &str) -> bool {
        match self.speech {
            Speech::OpenAi => text.ends_with("data: [DONE]\n\n"),
            Speech::Anthropic => text.contains("event: message_stop\n"),
        }
    }

    /// Whether a stream ends with an error of its dialect, and with nothing that looks like an end in good order.
    pub(crate) fn is_broken_off(&self, text: &str) -> bool {
        let last = text.trim_end().rsplit("\n\n").next().unwrap_or_default();
        let told = match self.speech {
            Speech::OpenAi => last.starts_with("data: {\"error\":"),
            Speech::Anthropic => last.starts_with("event: error\ndata: {\"type\":\"error\""),
        };
        told && !self.is_whole(text)
    }
}
