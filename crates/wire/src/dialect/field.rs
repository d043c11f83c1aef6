//! What clients call the settings that a conversation holds: a refusal names what the client sent.

use super::Dialect;

/// A path of the conversation, and the field that a client wrote.
type Field = (&'static str, &'static str);

const OPENAI_CHAT: &[Field] = &[
    ("sampling.temperature", "temperature"),
    ("sampling.top_p", "top_p"),
    ("sampling.top_k", "top_k"),
    ("sampling.presence_penalty", "presence_penalty"),
    ("sampling.frequency_penalty", "frequency_penalty"),
    ("sampling.seed", "seed"),
    ("sampling.n", "n"),
    ("reasoning.effort", "reasoning_effort"),
    ("reasoning.budget_tokens", "thinking.budget_tokens"),
    ("reasoning.display", "thinking.display"),
    ("parallel_tools", "parallel_tool_calls"),
    ("max_output_tokens", "max_completion_tokens"),
    ("guardrail", "guardrailConfig"),
    ("web_search.context_size", "web_search_options.search_context_size"),
    ("web_search.place", "web_search_options.user_location"),
    ("web_search", "web_search_options"),
    ("guarded", "guarded_text"),
];

const OPENAI_COMPLETIONS: &[Field] = &[
    ("sampling.temperature", "temperature"),
    ("sampling.top_p", "top_p"),
    ("sampling.top_k", "top_k"),
    ("sampling.presence_penalty", "presence_penalty"),
    ("sampling.frequency_penalty", "frequency_penalty"),
    ("sampling.seed", "seed"),
    ("sampling.n", "n"),
    ("max_output_tokens", "max_tokens"),
];

const OPENAI_RESPONSES: &[Field] = &[
    ("sampling.temperature", "temperature"),
    ("sampling.top_p", "top_p"),
    ("sampling.top_k", "top_k"),
    ("sampling.presence_penalty", "presence_penalty"),
    ("sampling.frequency_penalty", "frequency_penalty"),
    ("sampling.seed", "seed"),
    ("sampling.n", "n"),
    ("thinking.budget_tokens", "reasoning.budget_tokens"),
    ("thinking.display", "reasoning.summary"),
    // of reasoning in the input
    ("thinking.signature", "reasoning.encrypted_content"),
    ("parallel_tools", "parallel_tool_calls"),
    ("cache_control", "prompt_cache_breakpoint"),
    ("response_format", "text.format"),
    ("verbosity", "text.verbosity"),
    ("logprobs", "top_logprobs"),
    ("guardrail", "guardrailConfig"),
    ("web_search.context_size", "tools (web_search).search_context_size"),
    ("web_search.place", "tools (web_search).user_location"),
    ("web_search.allowed_domains", "tools (web_search).filters.allowed_domains"),
    ("web_search.blocked_domains", "tools (web_search).filters.blocked_domains"),
    ("web_search", "tools (web_search)"),
];

const ANTHROPIC: &[Field] = &[
    ("sampling.temperature", "temperature"),
    ("sampling.top_p", "top_p"),
    ("sampling.top_k", "top_k"),
    ("reasoning.effort", "output_config.effort"),
    ("reasoning", "thinking"),
    ("parallel_tools", "tool_choice.disable_parallel_tool_use"),
    ("response_format", "output_config.format"),
    ("max_output_tokens", "max_tokens"),
    ("stop", "stop_sequences"),
    ("user", "metadata.user_id"),
    ("guardrail", "guardrailConfig"),
    ("web_search.place", "tools (web_search).user_location"),
    ("web_search", "tools (web_search)"),
];

const BEDROCK: &[Field] = &[
    ("sampling.temperature", "inferenceConfig.temperature"),
    ("sampling.top_p", "inferenceConfig.topP"),
    ("sampling.top_k", "additionalModelRequestFields.top_k"),
    ("reasoning.effort", "outputConfig.effort"),
    ("reasoning", "additionalModelRequestFields.thinking"),
    // of reasoning in messages
    ("thinking.signature", "reasoningContent.reasoningText.signature"),
    ("thinking", "additionalModelRequestFields.thinking"),
    ("parallel_tools", "additionalModelRequestFields.tool_choice.disable_parallel_tool_use"),
    ("tool_choice", "toolConfig.toolChoice"),
    ("response_format", "outputConfig.textFormat"),
    ("max_output_tokens", "inferenceConfig.maxTokens"),
    ("stop", "inferenceConfig.stopSequences"),
    ("metadata", "requestMetadata"),
    ("service_tier", "serviceTier"),
    ("cache_control", "cachePoint"),
    ("guarded", "guardContent"),
    ("text.citations", "citationsContent.citations"),
    ("search_result.citations", "searchResult.citations"),
    ("guardrail", "guardrailConfig"),
];

const GEMINI: &[Field] = &[
    ("sampling.temperature", "generationConfig.temperature"),
    ("sampling.top_p", "generationConfig.topP"),
    ("sampling.top_k", "generationConfig.topK"),
    ("sampling.presence_penalty", "generationConfig.presencePenalty"),
    ("sampling.frequency_penalty", "generationConfig.frequencyPenalty"),
    ("sampling.seed", "generationConfig.seed"),
    ("sampling.n", "generationConfig.candidateCount"),
    ("reasoning.effort", "generationConfig.thinkingConfig.thinkingLevel"),
    ("reasoning.budget_tokens", "generationConfig.thinkingConfig.thinkingBudget"),
    ("reasoning.display", "generationConfig.thinkingConfig.includeThoughts"),
    ("reasoning.summary", "generationConfig.thinkingConfig.includeThoughts"),
    ("reasoning", "generationConfig.thinkingConfig"),
    // of reasoning in messages
    ("thinking.signature", "thoughtSignature"),
    ("thinking.budget_tokens", "generationConfig.thinkingConfig.thinkingBudget"),
    ("thinking.display", "generationConfig.thinkingConfig.includeThoughts"),
    ("thinking", "generationConfig.thinkingConfig"),
    ("tool_choice", "toolConfig.functionCallingConfig"),
    // without a schema, which all can say
    ("response_format", "generationConfig.responseMimeType"),
    ("max_output_tokens", "generationConfig.maxOutputTokens"),
    ("stop", "generationConfig.stopSequences"),
    ("logprobs", "generationConfig.responseLogprobs"),
    ("metadata", "labels"),
    ("service_tier", "serviceTier"),
    ("web_search.blocked_domains", "tools (googleSearch).excludeDomains"),
    ("web_search", "tools (googleSearch)"),
];

const COHERE: &[Field] = &[
    ("sampling.temperature", "temperature"),
    ("sampling.top_p", "p"),
    ("sampling.top_k", "k"),
    ("sampling.presence_penalty", "presence_penalty"),
    ("sampling.frequency_penalty", "frequency_penalty"),
    ("sampling.seed", "seed"),
    ("reasoning.budget_tokens", "thinking.token_budget"),
    ("thinking.budget_tokens", "thinking.token_budget"),
    ("reasoning", "thinking"),
    ("max_output_tokens", "max_tokens"),
    ("stop", "stop_sequences"),
    ("document.citations", "citation_options.mode (citations of documents; OFF does without)"),
    ("document.context", "documents"),
];

impl Dialect {
    /// What a client of this dialect calls what stands at `path` of the conversation. Paths into messages and tools, and what
    /// has the same name in both, stay.
    pub fn field(self, path: &str) -> String {
        // of some clients it is one switch for all tools
        let is_strict = path.starts_with("tools[") && path.ends_with("].strict");
        let fields = match self {
            Self::OpenAiChat => OPENAI_CHAT,
            Self::OpenAiCompletions => OPENAI_COMPLETIONS,
            Self::OpenAiResponses => OPENAI_RESPONSES,
            Self::Anthropic | Self::BedrockInvoke => ANTHROPIC,
            Self::Bedrock => BEDROCK,
            Self::Gemini if is_strict => return "toolConfig.functionCallingConfig.mode".to_owned(),
            Self::Gemini => GEMINI,
            Self::Cohere if is_strict => return "strict_tools".to_owned(),
            Self::Cohere => COHERE,
            Self::CohereV1 if path == "document.citations" => {
                return "citation_quality (citations of documents; off does without)".to_owned();
            }
            Self::CohereV1 => COHERE,
        };
        let named = fields.iter().find_map(|(ours, theirs)| {
            let rest = path.strip_prefix(ours)?;
            let ends = !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
            ends.then(|| format!("{theirs}{rest}"))
        });
        named.unwrap_or_else(|| path.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_have_the_clients_names() {
        use Dialect::{
            Anthropic, Bedrock, BedrockInvoke, Cohere, CohereV1, Gemini, OpenAiChat, OpenAiCompletions, OpenAiResponses,
        };
        for (dialect, path, field) in [
            (OpenAiChat, "sampling.seed", "seed"),
            (OpenAiCompletions, "sampling.top_k", "top_k"),
            (OpenAiCompletions, "max_output_tokens", "max_tokens"),
            (OpenAiChat, "sampling.temperature (above 1)", "temperature (above 1)"),
            (OpenAiChat, "reasoning.effort", "reasoning_effort"),
            (OpenAiChat, "parallel_tools", "parallel_tool_calls"),
            (OpenAiChat, "response_format.description", "response_format.description"),
            (OpenAiChat, "metadata.team", "metadata.team"),
            (OpenAiChat, "web_search.context_size", "web_search_options.search_context_size"),
            (OpenAiResponses, "reasoning.effort", "reasoning.effort"),
            (OpenAiResponses, "response_format.description", "text.format.description"),
            (OpenAiResponses, "thinking.budget_tokens", "reasoning.budget_tokens"),
            (OpenAiResponses, "thinking.signature", "reasoning.encrypted_content"),
            (Anthropic, "sampling.top_k", "top_k"),
            (Anthropic, "reasoning.budget_tokens", "thinking.budget_tokens"),
            (Anthropic, "reasoning.effort", "output_config.effort"),
            (Anthropic, "thinking.display", "thinking.display"),
            (Anthropic, "user", "metadata.user_id"),
            (Anthropic, "user_location", "user_location"),
            (Anthropic, "messages[0].thinking (no signature)", "messages[0].thinking (no signature)"),
            (Bedrock, "sampling.temperature", "inferenceConfig.temperature"),
            (Bedrock, "thinking", "additionalModelRequestFields.thinking"),
            (Bedrock, "thinking.display", "additionalModelRequestFields.thinking.display"),
            (Bedrock, "thinking.signature", "reasoningContent.reasoningText.signature"),
            (Bedrock, "tool_choice", "toolConfig.toolChoice"),
            (Bedrock, "metadata.team", "requestMetadata.team"),
            (Bedrock, "guardrail", "guardrailConfig"),
            (Bedrock, "guarded", "guardContent"),
            (Bedrock, "text.citations", "citationsContent.citations"),
            (BedrockInvoke, "reasoning.effort", "output_config.effort"),
            (Cohere, "sampling.top_k", "k"),
            (Cohere, "document.citations", "citation_options.mode (citations of documents; OFF does without)"),
            (Cohere, "tools[1].strict", "strict_tools"),
            (CohereV1, "document.citations", "citation_quality (citations of documents; off does without)"),
            (CohereV1, "stop", "stop_sequences"),
            (Gemini, "sampling.top_k", "generationConfig.topK"),
            (Gemini, "reasoning.effort", "generationConfig.thinkingConfig.thinkingLevel"),
            (Gemini, "thinking.signature", "thoughtSignature"),
            (Gemini, "tools[1].strict", "toolConfig.functionCallingConfig.mode"),
            (Gemini, "metadata.team", "labels.team"),
            (Gemini, "response_format", "generationConfig.responseMimeType"),
            (Gemini, "web_search.blocked_domains", "tools (googleSearch).excludeDomains"),
        ] {
            assert_eq!(dialect.field(path), field, "{dialect:?} {path}");
        }
    }

    #[test]
    fn the_longer_of_two_paths_comes_first() {
        for fields in [OPENAI_CHAT, OPENAI_COMPLETIONS, OPENAI_RESPONSES, ANTHROPIC, BEDROCK, GEMINI, COHERE] {
            for (at, (path, _)) in fields.iter().enumerate() {
                let hidden = fields.iter().take(at).find(|(before, _)| path.starts_with(before));
                assert_eq!(
                    hidden.filter(|(before, _)| path.as_bytes().get(before.len()) == Some(&b'.')),
                    None,
                    "{path}"
                );
            }
        }
    }
}
