//! Hard pairs in full: a long turn of an agent in each dialect (`tests/pairs/`), what the provider was sent for it, and what the
//! client got, byte for byte.

use std::path::Path;

use engine::secret::Secret;
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use crate::kit::{Got, Kit, MASTER, group};
use crate::seen;

const PAIRS: &[(Dialect, Dialect, bool)] = &[
    (Anthropic, OpenAiResponses, false),
    (Anthropic, OpenAiResponses, true),
    (OpenAiResponses, Anthropic, false),
    (OpenAiResponses, Anthropic, true),
    (OpenAiResponses, Bedrock, false),
    (OpenAiResponses, Bedrock, true),
    (OpenAiResponses, OpenAiChat, true),
    (OpenAiChat, OpenAiResponses, false),
    (OpenAiChat, OpenAiResponses, true),
    (Bedrock, OpenAiResponses, false),
    (Bedrock, OpenAiResponses, true),
    (Gemini, Anthropic, false),
    (Gemini, Anthropic, true),
    (Gemini, OpenAiResponses, false),
    (Gemini, OpenAiResponses, true),
    (Anthropic, Gemini, false),
    (Anthropic, Gemini, true),
    (OpenAiResponses, Gemini, false),
    (OpenAiResponses, Gemini, true),
    (Cohere, Anthropic, false),
    (Cohere, Anthropic, true),
    (Cohere, OpenAiResponses, false),
    (Cohere, OpenAiResponses, true),
    (Anthropic, Cohere, false),
    (Anthropic, Cohere, true),
    (OpenAiResponses, Cohere, false),
    (OpenAiResponses, Cohere, true),
];

#[tokio::test]
async fn what_is_sent_and_what_comes_back() {
    for (client, provider, stream) in PAIRS {
        let kit = Kit::with(|setup| setup.settings.drop_params = true).await;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/pairs/{}.json", client.name()));
        let head = format!(r#"{{"model":"{}","stream":{stream},"#, group(*provider));
        let body = std::fs::read_to_string(path).unwrap().replacen('{', &head, 1);
        let got = kit.call_as(&Secret::new(MASTER), *client, body).await;
        let served = kit.upstream.last().unwrap();
        let dropped = got.header("x-turnpike-dropped").unwrap_or("nothing");
        let told = format!(
            "POST {}\n{:#}\n\ndropped: {dropped}\nstatus: {}\n{}",
            served.path,
            served.json(),
            got.status,
            answer(*client, &got)
        );
        assert!(seen::read(*client, &got).complete, "{told}");
        let form = if *stream { "stream" } else { "whole" };
        let name = format!("{} to {}, {form}", client.name(), provider.name()).replace([' ', ','], "_");
        insta::assert_snapshot!(name, told);
    }
}

/// The answer without what differs from run to run.
fn answer(client: Dialect, got: &Got) -> String {
    let text = if client == Bedrock && got.stream { seen::told(got) } else { got.text().into_owned() };
    let text = text.replace(&got.id, "CALL");
    let times = ["\"created\":", "\"created_at\":", "\"completed_at\":", "\"latencyMs\":"];
    times.into_iter().fold(text, |text, time| {
        let mut pieces = text.split(time);
        let first = pieces.next().unwrap_or_default().to_owned();
        pieces.fold(first, |all, piece| all + time + "0" + piece.trim_start_matches(|c: char| c.is_ascii_digit()))
    })
}
