//! Amazon Bedrock's InvokeModel for Claude: Anthropic's bodies, but for what the URL and AWS's headers say.

use wire::Dialect;

use super::{CLIENTS, Client, Fate, PROVIDERS, Row, anthropic, fate, provider};

pub(super) const CLIENT: Client = Client {
    title: "Bedrock's InvokeModel",
    dialect: Dialect::BedrockInvoke,
    plain: r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":8192,"messages":[{"role":"user","content":"hi"}]}"#,
    groups: &[("settings", ROWS)],
    like: "Bodies for Claude are Anthropic's, and so is what becomes of their fields, but for these. Others go to Bedrock's InvokeModel only.",
};

const ROWS: &[Row] = &[
    Row::new("`anthropic_version`", r#"{"anthropic_version":"2026-10-21"}"#, "")
        .needless("it says in whose form the body is; each provider gets its own"),
    Row::new("`anthropic_beta`", r#"{"anthropic_beta":["context-1m-2025-08-07"]}"#, "")
        .needless("what is used of a beta is a field of its own, which is looked at by itself"),
    Row::new("`model`", r#"{"model":"claude"}"#, ""),
    Row::new("`inferenceConfig`", r#"{"inferenceConfig":{"maxTokens":77}}"#, "77"),
];

/// The fate of a field of Anthropic's in an InvokeModel body, and at a provider of that dialect.
#[test]
fn what_is_true_of_anthropic_s_messages_is_true_of_invoked_ones() {
    let invoked = provider("", Dialect::BedrockInvoke, "anthropic.claude", false);
    let at_anthropic = PROVIDERS.iter().find(|provider| provider.dialect == Dialect::Anthropic).unwrap();
    let rows = || anthropic::CLIENT.groups.iter().flat_map(|(_, rows)| *rows).filter(|row| row.field != "`stream`");
    for row in rows() {
        for provider in PROVIDERS.iter().filter(|provider| provider.dialect != Dialect::Anthropic) {
            assert_eq!(fate(&CLIENT, row, provider), fate(&anthropic::CLIENT, row, provider), "{}", row.field);
        }
    }
    for client in CLIENTS.iter().filter(|client| !matches!(client.dialect, Dialect::Anthropic | Dialect::BedrockInvoke))
    {
        for row in client.groups.iter().flat_map(|(_, rows)| *rows) {
            let (there, here) = (fate(client, row, at_anthropic), fate(client, row, &invoked));
            // the wish for a stream is in its URL
            assert!(there == here || row.field == "`stream`" && here == Fate::Lost, "{} {there:?} {here:?}", row.field);
        }
    }
}
