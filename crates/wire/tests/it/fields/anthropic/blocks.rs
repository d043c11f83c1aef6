//! What is said now.

use super::super::Row;

/// A block behind a text of the user's.
macro_rules! block {
    ($block:literal) => {
        concat!(r#"{"messages":[{"role":"user","content":[{"type":"text","text":"hi"},"#, $block, r#"]}]}"#)
    };
}

const TEXT: &str = block!(r#"{"type":"text","text":"ho"}"#);
const MARKED: &str = block!(r#"{"type":"text","text":"ho","cache_control":{"type":"ephemeral"}}"#);
const IMAGE: &str = block!(r#"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"UE5HIQ=="}}"#);
const PDF: &str =
    block!(r#"{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"UERGIQ=="}}"#);
const PLAIN: &str = block!(r#"{"type":"document","source":{"type":"text","media_type":"text/plain","data":"akte"}}"#);
const FOUND: &str = block!(
    r#"{"type":"search_result","source":"https://quelle.example","title":"Quelle","content":[{"type":"text","text":"es regnet"}]}"#
);

pub(super) const ROWS: &[Row] = &[
    Row::new(
        "role `system` behind a turn",
        r#"{"messages":[{"role":"user","content":"hi"},{"role":"system","content":"kurz"},{"role":"user","content":"ho"}]}"#,
        "kurz",
    )
    .without(r#"{"messages":[{"role":"user","content":"hi"},{"role":"user","content":"ho"}]}"#),
    Row::new(
        "role `assistant`",
        r#"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"moin"},{"role":"user","content":"ho"}]}"#,
        "moin",
    )
    .without(r#"{"messages":[{"role":"user","content":"hi"},{"role":"user","content":"ho"}]}"#),
    Row::new("`text`", block!(r#"{"type":"text","text":"ho ho"}"#), "ho ho"),
    Row::new("`cache_control`", MARKED, "").without(TEXT),
    Row::new("`cache_control` with `ttl` `1h`", block!(r#"{"type":"text","text":"ho","cache_control":{"type":"ephemeral","ttl":"1h"}}"#), "")
        .without(MARKED),
    Row::new("`image` with base64", IMAGE, "UE5HIQ=="),
    Row::new("`image` with a URL", block!(r#"{"type":"image","source":{"type":"url","url":"https://bild.example/a.png"}}"#), "bild.example"),
    Row::new("`image` with `file_id` of the provider's own store", block!(r#"{"type":"image","source":{"type":"file","file_id":"file_37"}}"#), "file_37"),
    Row::new(
        "`transformations` of an image",
        block!(r#"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"UE5HIQ=="},"transformations":{"resize":"none"}}"#),
        "",
    )
    .without(IMAGE),
    Row::new("`document` with base64", PDF, "UERGIQ=="),
    Row::new("`document` with a URL", block!(r#"{"type":"document","source":{"type":"url","url":"https://akte.example/a.pdf"}}"#), "akte.example"),
    Row::new("`document` with `file_id` of the provider's own store", block!(r#"{"type":"document","source":{"type":"file","file_id":"file_37"}}"#), "file_37"),
    Row::new("`document` of plain text", PLAIN, "akte"),
    Row::new(
        "`document` in pieces",
        block!(r#"{"type":"document","source":{"type":"content","content":[{"type":"text","text":"erstes"},{"type":"text","text":"zweites"}]}}"#),
        "zweites",
    ),
    Row::new(
        "`document` in pieces with an image among them",
        block!(r#"{"type":"document","source":{"type":"content","content":[{"type":"text","text":"erstes"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"UE5HIQ=="}}]}}"#),
        "UE5HIQ==",
    ),
    Row::new(
        "`title` of a document",
        block!(r#"{"type":"document","title":"bericht","source":{"type":"text","media_type":"text/plain","data":"akte"}}"#),
        "bericht",
    )
    .without(PLAIN),
    Row::new(
        "`context` of a document",
        block!(r#"{"type":"document","context":"vom amt","source":{"type":"text","media_type":"text/plain","data":"akte"}}"#),
        "vom amt",
    )
    .without(PLAIN),
    Row::new(
        "`citations.enabled` of a document",
        block!(r#"{"type":"document","citations":{"enabled":true},"source":{"type":"text","media_type":"text/plain","data":"akte"}}"#),
        "",
    )
    .without(PLAIN)
    .needless("Cohere cites documents of text unless it is told not to"),
    Row::new("`search_result`", FOUND, "es regnet"),
    Row::new(
        "`citations.enabled` of a search result",
        block!(r#"{"type":"search_result","citations":{"enabled":true},"source":"https://quelle.example","title":"Quelle","content":[{"type":"text","text":"es regnet"}]}"#),
        "",
    )
    .without(FOUND)
    .needless("Cohere cites what was found unless it is told not to"),
    Row::new("`container_upload`", block!(r#"{"type":"container_upload","file_id":"file_37"}"#), "file_37"),
];
