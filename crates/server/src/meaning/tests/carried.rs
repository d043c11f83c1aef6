//! In which dialects a deployment is spoken to, and what of a request it is not sent.

use wire::Dialect::{Anthropic, OpenAiChat, OpenAiResponses};

use super::{KEYS, deployment, meaning, one, try_meaning};

#[test]
fn the_dialects_of_a_deployment() {
    let responses = "https://api.openai.com/v1/responses";
    for (params, model, dialects, first) in [
        ("model: openai/m", "m", &[OpenAiChat, OpenAiResponses][..], "https://api.openai.com/v1/chat/completions"),
        ("model: openai/responses/m", "m", &[OpenAiResponses], responses),
        ("model: openai/responses/a/b", "a/b", &[OpenAiResponses], responses),
        ("model: openai/responses/m, use_chat_completions_api: true", "m", &[OpenAiResponses], responses),
        (
            "model: openai/m, use_chat_completions_api: true",
            "m",
            &[OpenAiChat],
            "https://api.openai.com/v1/chat/completions",
        ),
        (
            "model: openai/m, use_chat_completions_api: false, api_base: 'http://h/v1/responses'",
            "m",
            &[OpenAiChat, OpenAiResponses],
            "http://h/v1/chat/completions",
        ),
        ("model: custom_openai/responses/m, api_base: 'http://h/v1'", "m", &[OpenAiResponses], "http://h/v1/responses"),
        ("model: anthropic/m", "m", &[Anthropic], "https://api.anthropic.com/v1/messages"),
        ("model: anthropic/responses/m", "responses/m", &[Anthropic], "https://api.anthropic.com/v1/messages"),
    ] {
        let found = deployment(params, KEYS);
        let spoken: Vec<_> = found.endpoints.iter().map(|(dialect, _)| *dialect).collect();
        assert_eq!((found.model.as_str(), spoken.as_slice()), (model, dialects), "{params}");
        assert_eq!(found.endpoints[0].1.to_string(), first, "{params}");
    }
    let both = deployment("model: openai/m", KEYS);
    assert_eq!(
        [OpenAiChat, OpenAiResponses].map(|dialect| both.dialect_for(dialect)),
        [Some(OpenAiChat), Some(OpenAiResponses)]
    );
    assert_eq!((both.dialect_for(Anthropic), both.counter_for(Anthropic)), (Some(OpenAiChat), Some(OpenAiResponses)));
    let chat = deployment("model: openai/m, use_chat_completions_api: true", KEYS);
    assert_eq!((chat.dialect_for(OpenAiResponses), chat.counter_for(OpenAiResponses)), (Some(OpenAiChat), None));
    assert_eq!(deployment("model: echo", &[]).dialect_for(OpenAiChat), None);
}

#[test]
fn fields_that_are_left_out_and_conversations_that_are_repaired() {
    let settings = "litellm_settings: {additional_drop_params: [user, top_k], modify_params: true}\n";
    let text = format!("{}{settings}", one("model: echo, additional_drop_params: [top_k, 'tools[*].strict']"));
    let meant = meaning(&text, &[]);
    let found = meant.settings.models.deployments().next().unwrap();
    let paths: Vec<_> = found.drop_fields.iter().map(wire::edit::FieldPath::written).collect();
    assert_eq!((paths.as_slice(), found.modify_params), (&["user", "top_k", "tools[*].strict"][..], true));
    let plain = deployment("model: echo", &[]);
    assert!(plain.drop_fields.is_empty() && !plain.modify_params);
    for (written, expect) in [
        ("[max_tokens]", "litellm_params.additional_drop_params[0]: this field cannot be dropped"),
        ("[user, model]", "litellm_params.additional_drop_params[1]: this field cannot be dropped"),
        ("['tools[*]']", "additional_drop_params[0]: end it with the name of a field"),
        ("['a..b']", "additional_drop_params[0]: write names with dots between them"),
        ("[[a]]", "additional_drop_params[0]: expected a single value, not a list"),
        ("user", "additional_drop_params: expected a list"),
    ] {
        let params = one(&format!("model: echo, additional_drop_params: {written}"));
        let errors = try_meaning(&params, &[]).err().unwrap_or_default();
        assert!(errors.contains(expect), "{written}\n{errors}");
    }
    let errors =
        try_meaning(&format!("{}litellm_settings: {{additional_drop_params: [stream]}}\n", one("model: echo")), &[]);
    let errors = errors.err().unwrap_or_default();
    assert!(errors.contains("litellm_settings.additional_drop_params[0]: this field cannot be dropped"), "{errors}");
}
